// rule: lock-order
// verdict: report
// lines: 14
// why: The gate lets in two, and two are enough for two keys in opposite orders.

import { Mutex, Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const locks = new Map([['x', new Mutex()], ['y', new Mutex()]]);
const gate = new Semaphore(2);

const move = (from: string, to: string) => gate.runExclusive(() => locks.get(from)!.runExclusive(async () => {
  await tick();
  await locks.get(to)!.runExclusive(() => tick());
}));

await Promise.all([move('x', 'y'), move('y', 'x')]);
