// rule: lock-order
// verdict: clean
// why: At most four of the five sit down at once, so at least one of them gets both forks.

import { Mutex, Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const forks = Array.from({ length: 5 }, () => new Mutex());
const waiter = new Semaphore(4);

const eat = (seat: number) => waiter.runExclusive(() => forks[seat]!.runExclusive(async () => {
  await tick();
  await forks[(seat + 1) % forks.length]!.runExclusive(() => undefined);
}));

await Promise.all(forks.map((_, seat) => eat(seat)));
