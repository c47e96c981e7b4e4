// rule: no-recursive-lock
// verdict: clean
// why: The only writer has ended before anybody reads.

import { RWLock } from '@rocicorp/lock';
import { setImmediate as tick } from 'node:timers/promises';

const lock = new RWLock();
let price = 20;

const read = () => lock.withRead(() => price);
const readTwice = () => lock.withRead(async () => {
  await tick();
  return price + await read();
});

await lock.withWrite(() => { price = 25; });
console.log(await readTwice());
