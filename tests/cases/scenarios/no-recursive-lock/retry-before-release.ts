// rule: no-recursive-lock
// verdict: report
// lines: 17
// confidence: certain
// why: The work fails inside the section, and the handler asks for the lock before it is given back.
// origin: own (retry in a handler that still holds)
// ran: 13

import { Mutex } from 'async-mutex';

const mutex = new Mutex();

async function save(work: () => Promise<void>): Promise<void> {
  const release = await mutex.acquire();
  try {
    await work();
  } catch { await mutex.runExclusive(work); }
  release();
}

await save(async () => { throw new Error('not yet'); });
