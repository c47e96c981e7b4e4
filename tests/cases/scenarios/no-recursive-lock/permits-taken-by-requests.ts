// rule: no-recursive-lock
// verdict: report
// lines: 17
// why: Whoever sends requests decides how many of them run at once: four take all permits.

import { EventEmitter } from 'node:events';
import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const requests = new EventEmitter();
const slots = new Semaphore(4);
let answered = 0;

const inner = () => slots.runExclusive(() => tick());
const outer = () => slots.runExclusive(async () => {
  await tick();
  await inner();
});

requests.on('request', () => { void outer().then(() => { answered++; }); });
for (const name of ['a', 'b', 'c', 'd']) requests.emit('request', name);
while (answered < 4) await new Promise<void>((resolve) => { setTimeout(resolve, 100).unref(); });
