import { initialized } from './before-db.js';

const values = new Map<string, string>();

export async function get(key: string): Promise<string | undefined> {
  await initialized();
  return values.get(key);
}

export async function set(key: string, value: string): Promise<void> {
  await initialized();
  values.set(key, value);
}
