// rule: no-recursive-lock
// verdict: clean
// why: The read is given back before the write is asked for.

import { RWLock } from '@rocicorp/lock';

const lock = new RWLock();
const cache = new Map<string, string>();

async function load(key: string): Promise<string | undefined> {
  const found = await lock.withRead(() => cache.get(key));
  if (found !== undefined) return found;
  await lock.withWrite(() => { cache.set(key, key.toUpperCase()); });
  return lock.withRead(() => cache.get(key));
}

console.log(await load('a'));
