import { POOL } from "./beginnings.js";
import type { Row } from "./row.js";

export const rows: readonly Row[] = [
  {
    name: "a transaction that may be left open: that it goes back like this is for a reader to say", how: "suggestion",
    before: `${POOL}export async function rename(id: number) {
  const client = await pool.connect();
  await client.query("BEGIN");
  const { rows } = await client.query("select 1 from users where id = $1", [id]);
  if (rows.length === 0) return false;
  await client.query("update users set name = 'x' where id = $1", [id]);
  await client.query("COMMIT");
  client.release();
  return true;
}
`,
    after: `${POOL}export async function rename(id: number) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query("select 1 from users where id = $1", [id]);
    if (rows.length === 0) return false;
    await client.query("update users set name = 'x' where id = $1", [id]);
    await client.query("COMMIT");
    return true;
  } finally {
    client.release();
  }
}
`,
  },
  {
    name: "gives back what an awaited chain gave back only on success", how: "suggestion",
    before: `${POOL}declare function work(): Promise<void>;
export async function run() {
  const client = await pool.connect();
  await work().then(() => { client.release(); });
}
`,
    after: `${POOL}declare function work(): Promise<void>;
export async function run() {
  const client = await pool.connect();
  await work().finally(() => { client.release(); });
}
`,
  },
  {
    name: "waits for the event that comes in any case", how: "suggestion",
    before: `import { Mutex } from "async-mutex";
import type { Readable } from "node:stream";
const mutex = new Mutex();
export async function copy(source: Readable) {
  const release = await mutex.acquire();
  source.on('end', () => {
    release();
  });
}
`,
    after: `import { Mutex } from "async-mutex";
import type { Readable } from "node:stream";
const mutex = new Mutex();
export async function copy(source: Readable) {
  const release = await mutex.acquire();
  source.on('close', () => {
    release();
  });
}
`,
  },
  {
    name: "puts the section into a try, with early returns", how: "fix",
    before: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
const seen = new Set<string>();
export async function once(id: string) {
  const release = await mutex.acquire();
  // Only the first one counts.
  if (seen.has(id)) return false;
  seen.add(id);
  release();
  return true;
}
`,
    after: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
const seen = new Set<string>();
export async function once(id: string) {
  const release = await mutex.acquire();
  // Only the first one counts.
  try {
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  } finally {
    release();
  }
}
`,
  },
  {
    name: "leaves outside what waits after the release, and waits for what is returned inside", how: "fix",
    before: `${POOL}export async function load(id: number, after: () => Promise<void>) {
  const client = await pool.connect();
  if (id < 0) {
    client.release();
    return undefined;
  }
  await client.query("select 1");
  client.release();
  await after();
  return id;
}
`,
    after: `${POOL}export async function load(id: number, after: () => Promise<void>) {
  const client = await pool.connect();
  try {
    if (id < 0) {
      return undefined;
    }
    await client.query("select 1");
  } finally {
    client.release();
  }
  await after();
  return id;
}
`,
  },
  {
    name: "takes what stands before a try into it", how: "fix",
    before: `${POOL}export async function load(work: (id: number) => Promise<number>) {
  const client = await pool.connect();
  const { rows } = await client.query<{ id: number }>("select 1");
  try {
    return work(rows.length);
  } finally {
    client.release();
  }
}
`,
    after: `${POOL}export async function load(work: (id: number) => Promise<number>) {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ id: number }>("select 1");
    return await work(rows.length);
  } finally {
    client.release();
  }
}
`,
  },
  {
    name: "guards the release in a finally from what stands before it", how: "fix",
    before: `${POOL}export async function load() {
  const client = await pool.connect();
  try {
    return await client.query("select 1");
  } finally {
    await client.query("rollback");
    client.release();
  }
}
`,
    after: `${POOL}export async function load() {
  const client = await pool.connect();
  try {
    return await client.query("select 1");
  } finally {
    try {
      await client.query("rollback");
    } finally {
      client.release();
    }
  }
}
`,
  },
  {
    name: "gives back a client that nobody gives back", how: "suggestion",
    before: `${POOL}export async function load() {
  const client = await pool.connect();
  const { rows } = await client.query("select 1");
  return rows;
}
`,
    after: `${POOL}export async function load() {
  const client = await pool.connect();
  try {
    const { rows } = await client.query("select 1");
    return rows;
  } finally {
    client.release();
  }
}
`,
  },
  {
    name: "does not decide how a transaction ends, nor release what a name no longer stands for", how: "nothing",
    before: `import { Mutex } from "async-mutex";
const locks = [new Mutex(), new Mutex()];
export async function walk(work: () => Promise<void>) {
  let release = await locks[0]!.acquire();
  await work();
  release();
  release = await locks[1]!.acquire();
  await work();
  release();
}
`,
  },
];
