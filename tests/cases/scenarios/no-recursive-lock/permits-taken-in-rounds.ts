// rule: no-recursive-lock
// verdict: report
// lines: 14
// why: Six rounds are started together, and four of them take all permits.

import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const slots = new Semaphore(4);

const inner = () => slots.runExclusive(() => tick());
const outer = () => slots.runExclusive(async () => {
  await tick();
  await inner();
});

await Promise.all(Array.from({ length: 6 }, () => outer()));
