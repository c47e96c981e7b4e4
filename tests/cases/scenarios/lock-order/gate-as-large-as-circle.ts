// rule: lock-order
// verdict: report
// lines: 12, 13, 14
// why: The gate lets in as many tasks as the circle needs.

import { Mutex, Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const a = new Mutex(), b = new Mutex(), c = new Mutex();
const gate = new Semaphore(3);

const ab = () => gate.runExclusive(() => a.runExclusive(async () => { await tick(); await b.runExclusive(() => tick()); }));
const bc = () => gate.runExclusive(() => b.runExclusive(async () => { await tick(); await c.runExclusive(() => tick()); }));
const ca = () => gate.runExclusive(() => c.runExclusive(async () => { await tick(); await a.runExclusive(() => tick()); }));

await Promise.all([ab(), bc(), ca()]);
