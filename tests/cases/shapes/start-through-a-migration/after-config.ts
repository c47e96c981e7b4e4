import { initialized } from './after-db.js';
import { values } from './values.js';

export async function get(key: string): Promise<string | undefined> {
  await initialized();
  return values.get(key);
}

export async function set(key: string, value: string): Promise<void> {
  await initialized();
  values.set(key, value);
}
