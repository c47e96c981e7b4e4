import type { Row } from "./row.js";

export const rows: readonly Row[] = [
  {
    name: "a lock gets its library's bound", how: "suggestion", asksForBounds: true,
    before: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
export const first = () => mutex.runExclusive(() => 1);
`,
    after: `import { Mutex, withTimeout } from "async-mutex";
const mutex = withTimeout(new Mutex(), 10_000);
export const first = () => mutex.runExclusive(() => 1);
`,
  },
  {
    name: "an option of what makes the pool", how: "suggestion", asksForBounds: true,
    before: `import { Pool } from "pg";
const pool = new Pool({ max: 1 });
export async function first() {
  const client = await pool.connect();
  client.release();
}
`,
    after: `import { Pool } from "pg";
const pool = new Pool({ max: 1, connectionTimeoutMillis: 10_000 });
export async function first() {
  const client = await pool.connect();
  client.release();
}
`,
  },
  {
    name: "an option of the request", how: "suggestion", asksForBounds: true,
    before: `import AwaitLock from "await-lock";
const lock = new AwaitLock();
export async function first() {
  await lock.acquireAsync();
  lock.release();
}
`,
    after: `import AwaitLock from "await-lock";
const lock = new AwaitLock();
export async function first() {
  await lock.acquireAsync({ timeout: 10_000 });
  lock.release();
}
`,
  },
  {
    name: "a lock that is handed on as what it is", how: "nothing", asksForBounds: true,
    before: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
declare function share(mutex: Mutex): void;
share(mutex);
export const first = () => mutex.runExclusive(() => 1);
`,
  },
];
