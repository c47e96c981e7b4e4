// rule: lock-order
// verdict: report
// lines: 11, 12
// why: Readers queue behind a writer that came before them, and the writer waits for the first readers.

import { RWLock } from '@rocicorp/lock';
import { setImmediate as tick } from 'node:timers/promises';

const users = new RWLock(), orders = new RWLock();

const byUser = () => users.withRead(async () => { await tick(); await tick(); await orders.withRead(() => tick()); });
const byOrder = () => orders.withRead(async () => { await tick(); await tick(); await users.withRead(() => tick()); });
const write = () => Promise.all([users.withWrite(() => tick()), orders.withWrite(() => tick())]);

await Promise.all([byUser(), byOrder(), write()]);
