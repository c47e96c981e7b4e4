// rule: lock-order
// verdict: clean
// why: Each round of the loop is awaited before the next one starts, so there are never more than two tasks.

import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const cpu = new Semaphore(5);
const gpu = new Semaphore(5);
const train = () => cpu.runExclusive(async () => { await tick(); await gpu.runExclusive(() => tick()); });
const infer = () => gpu.runExclusive(async () => { await tick(); await cpu.runExclusive(() => tick()); });

for (let round = 0; round < 10; round++) await Promise.all([train(), infer()]);
