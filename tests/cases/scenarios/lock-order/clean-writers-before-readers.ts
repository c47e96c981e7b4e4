// rule: lock-order
// verdict: clean
// why: The writer is done before the first reader starts.

import { RWLock } from '@rocicorp/lock';
import { setImmediate as tick } from 'node:timers/promises';

const users = new RWLock(), orders = new RWLock();

const byUser = () => users.withRead(async () => { await tick(); await tick(); await orders.withRead(() => tick()); });
const byOrder = () => orders.withRead(async () => { await tick(); await tick(); await users.withRead(() => tick()); });
const write = () => Promise.all([users.withWrite(() => tick()), orders.withWrite(() => tick())]);

await write();
await Promise.all([byUser(), byOrder()]);
