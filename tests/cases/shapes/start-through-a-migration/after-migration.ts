import { values } from './values.js';

export async function up(): Promise<void> {
  console.log('migrating', values.get('hostname'));
}
