import * as config from './before-config.js';

export async function up(): Promise<void> {
  const name = await config.get('hostname');
  console.log('migrating', name);
}
