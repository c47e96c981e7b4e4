// rule: lock-order
// verdict: clean
// why: Both only read, and nobody writes: readers let each other in.

import { RWLock } from '@rocicorp/lock';
import { setImmediate as tick } from 'node:timers/promises';

const users = new RWLock(), orders = new RWLock();

const byUser = () => users.withRead(async () => { await tick(); await tick(); await orders.withRead(() => tick()); });
const byOrder = () => orders.withRead(async () => { await tick(); await tick(); await users.withRead(() => tick()); });

await Promise.all([byUser(), byOrder()]);
