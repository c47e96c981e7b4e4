// rule: no-recursive-lock
// verdict: clean
// why: Six rounds, but each is awaited before the next one starts.

import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const slots = new Semaphore(4);

const inner = () => slots.runExclusive(() => tick());
const outer = () => slots.runExclusive(async () => {
  await tick();
  await inner();
});

for (let round = 0; round < 6; round++) await outer();
