// rule: no-recursive-lock
// verdict: clean
// confidence: certain
// why: A request that fails has got nothing, and work that fails has given back in its finally, so the handler holds no lock.
// origin: own (retry after a section with try and finally of its own)
// ran: 0

import { Mutex } from 'async-mutex';

const mutex = new Mutex();

async function twice(work: () => Promise<void>): Promise<void> {
  try {
    const release = await mutex.acquire();
    try {
      await work();
    } finally {
      release();
    }
  } catch {
    await mutex.runExclusive(work);
  }
}

let attempts = 0;
await twice(async () => {
  if (++attempts === 1) throw new Error('not yet');
});
console.log(attempts);
