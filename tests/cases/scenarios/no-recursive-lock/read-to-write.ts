// rule: no-recursive-lock
// verdict: report
// lines: 13
// why: The write waits until all readers are done, and the task is one of them.

import { RWLock } from '@rocicorp/lock';

const lock = new RWLock();
const cache = new Map<string, string>();

const load = (key: string) => lock.withRead(async () => {
  if (!cache.has(key)) {
    await lock.withWrite(() => { cache.set(key, key.toUpperCase()); });
  }
  return cache.get(key);
});

console.log(await load('a'));
