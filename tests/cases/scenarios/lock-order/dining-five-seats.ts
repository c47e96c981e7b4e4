// rule: lock-order
// verdict: report
// lines: 14
// why: Five places for five: each can hold one fork and wait for the next.

import { Mutex, Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const forks = Array.from({ length: 5 }, () => new Mutex());
const waiter = new Semaphore(5);

const eat = (seat: number) => waiter.runExclusive(() => forks[seat]!.runExclusive(async () => {
  await tick();
  await forks[(seat + 1) % forks.length]!.runExclusive(() => undefined);
}));

await Promise.all(forks.map((_, seat) => eat(seat)));
