// rule: lock-order
// verdict: report
// lines: 12, 13
// confidence: possible
// why: The rounds of the loop are started without waiting for the ones before, so that there are enough of them.

import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const cpu = new Semaphore(5);
const gpu = new Semaphore(5);
const train = () => cpu.runExclusive(async () => { await tick(); await gpu.runExclusive(() => tick()); });
const infer = () => gpu.runExclusive(async () => { await tick(); await cpu.runExclusive(() => tick()); });

const running: Promise<void>[] = [];
for (let round = 0; round < 10; round++) running.push(train(), infer());
await Promise.all(running);
