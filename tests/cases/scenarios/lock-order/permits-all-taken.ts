// rule: lock-order
// verdict: report
// lines: 12, 13
// confidence: possible
// why: Two tasks hold all permits of each semaphore and wait for one of the other.

import { Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const cpu = new Semaphore(2);
const gpu = new Semaphore(2);
const train = () => cpu.runExclusive(async () => { await tick(); await gpu.runExclusive(() => tick()); });
const infer = () => gpu.runExclusive(async () => { await tick(); await cpu.runExclusive(() => tick()); });

await Promise.all([train(), train(), infer(), infer()]);
