// rule: lock-order
// verdict: clean
// why: Of the three permits of each semaphore the callers hold two at most, so the one that is left goes round.

import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const cpu = new Semaphore(3);
const gpu = new Semaphore(3);
const train = () => cpu.runExclusive(async () => { await tick(); await gpu.runExclusive(() => tick()); });
const infer = () => gpu.runExclusive(async () => { await tick(); await cpu.runExclusive(() => tick()); });

await Promise.all([train(), train(), infer(), infer()]);
