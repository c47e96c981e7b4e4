// rule: lock-order
// verdict: clean
// why: The semaphore lets in one task at a time: a mutex in all but name.

import { Mutex, Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const locks = new Map([['x', new Mutex()], ['y', new Mutex()]]);
const gate = new Semaphore(1);

const move = (from: string, to: string) => gate.runExclusive(() => locks.get(from)!.runExclusive(async () => {
  await tick();
  await locks.get(to)!.runExclusive(() => tick());
}));

await Promise.all([move('x', 'y'), move('y', 'x')]);
