// rule: lock-order
// verdict: clean
// why: The circle needs three tasks, and the gate lets in two.

import { Mutex, Semaphore } from 'async-mutex';
import { setImmediate as tick } from 'node:timers/promises';

const a = new Mutex(), b = new Mutex(), c = new Mutex();
const gate = new Semaphore(2);

const ab = () => gate.runExclusive(() => a.runExclusive(async () => { await tick(); await b.runExclusive(() => tick()); }));
const bc = () => gate.runExclusive(() => b.runExclusive(async () => { await tick(); await c.runExclusive(() => tick()); }));
const ca = () => gate.runExclusive(() => c.runExclusive(async () => { await tick(); await a.runExclusive(() => tick()); }));

await Promise.all([ab(), bc(), ca()]);
