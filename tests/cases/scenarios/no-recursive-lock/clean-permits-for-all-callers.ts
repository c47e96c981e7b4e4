// rule: no-recursive-lock
// verdict: clean
// why: Four permits; the two callers hold one each and ask for one more each.

import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const slots = new Semaphore(4);

const inner = () => slots.runExclusive(() => tick());
const outer = () => slots.runExclusive(async () => {
  await tick();
  await inner();
});

await Promise.all([outer(), outer()]);
