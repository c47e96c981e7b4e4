// rule: no-recursive-lock
// verdict: report
// lines: 14
// why: Two permits; the two callers hold them and ask for one more each.

import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const slots = new Semaphore(2);

const inner = () => slots.runExclusive(() => tick());
const outer = () => slots.runExclusive(async () => {
  await tick();
  await inner();
});

await Promise.all([outer(), outer()]);
