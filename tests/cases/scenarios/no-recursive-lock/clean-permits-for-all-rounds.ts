// rule: no-recursive-lock
// verdict: clean
// why: Three rounds are started together, and there are four permits.

import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const slots = new Semaphore(4);

const inner = () => slots.runExclusive(() => tick());
const outer = () => slots.runExclusive(async () => {
  await tick();
  await inner();
});

await Promise.all(Array.from({ length: 3 }, () => outer()));
