/** What the edits make of waits under a lock, and of waits for one. */
export interface Case {
  readonly name: string;
  readonly how: "fix" | "suggestion" | "nothing";
  readonly before: string;
  readonly after?: string;
  /** Of the rule that asks for bounds, which is asked by itself. */
  readonly asksForBounds?: true;
}

const MUTEX = `import { Mutex } from "async-mutex";
import { setTimeout as sleep } from "node:timers/promises";
const mutex = new Mutex();
export let last = "";
export const read = () => mutex.runExclusive(() => last);
`;

export const waits: readonly Case[] = [
  {
    name: "a pause at the beginning of a section comes before it", how: "fix",
    before: `${MUTEX}export async function later() {
  await mutex.runExclusive(async () => {
    // Not at once.
    await sleep(500);
    last = "later";
  });
}
`,
    after: `${MUTEX}export async function later() {
  // Not at once.
  await sleep(500);
  await mutex.runExclusive(async () => {
    last = "later";
  });
}
`,
  },
  {
    name: "a pause at the end comes after it", how: "fix",
    before: `${MUTEX}export async function now() {
  const release = await mutex.acquire();
  try {
    last = "now";
    await sleep(500); // Let it sink in.
  } finally {
    release();
  }
}
`,
    after: `${MUTEX}export async function now() {
  const release = await mutex.acquire();
  try {
    last = "now";
  } finally {
    release();
  }
  await sleep(500); // Let it sink in.
}
`,
  },
  {
    name: "what a request gives and the section only returns", how: "fix",
    before: `${MUTEX}export async function load() {
  return mutex.runExclusive(async () => {
    const response = await fetch("/last");
    last = "loaded";
    return response.status;
  });
}
`,
    after: `${MUTEX}export async function load() {
  const response = await fetch("/last");
  return mutex.runExclusive(async () => {
    last = "loaded";
    return response.status;
  });
}
`,
  },
  {
    name: "what a request gives and the section stores", how: "suggestion",
    before: `${MUTEX}export async function load() {
  const release = await mutex.acquire();
  try {
    const response = await fetch("/last");
    last = await response.text();
  } finally {
    release();
  }
}
`,
    after: `${MUTEX}export async function load() {
  const response = await fetch("/last");
  const newLast = await response.text();
  const release = await mutex.acquire();
  try {
    last = newLast;
  } finally {
    release();
  }
}
`,
  },
  {
    name: "a request that changes something, at the end", how: "suggestion",
    before: `${MUTEX}export async function tell(id: string) {
  await mutex.runExclusive(async () => {
    last = id;
    await fetch("/changed", { method: "POST" });
  });
}
`,
    after: `${MUTEX}export async function tell(id: string) {
  await mutex.runExclusive(async () => {
    last = id;
  });
  await fetch("/changed", { method: "POST" });
}
`,
  },
  {
    name: "errors that the section itself handles", how: "nothing",
    before: `${MUTEX}export async function load() {
  const release = await mutex.acquire();
  try {
    await sleep(500);
    last = "loaded";
  } catch {
    last = "failed";
  } finally {
    release();
  }
}
`,
  },
  {
    name: "a section whose end nobody waits for", how: "nothing",
    before: `${MUTEX}export function load() {
  void mutex.runExclusive(async () => {
    await sleep(500);
    last = "loaded";
  });
}
`,
  },
  {
    name: "a name that means something else outside", how: "nothing",
    before: `${MUTEX}export async function load(response: string) {
  await mutex.runExclusive(async () => {
    const response = await fetch("/last");
    last = response.statusText;
  });
  return response;
}
`,
  },
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
