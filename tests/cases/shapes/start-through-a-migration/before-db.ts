import { once } from './once.js';
import * as migration from './before-migration.js';

export const tables: string[] = [];

export const initialized = once(async () => {
  await new Promise<void>((resolve) => setImmediate(resolve));
  tables.push('config');
  await migration.up();
});
