/** Programs in which several rules have something to fix, near to each other or one around the other. */
export interface Program {
  readonly name: string;
  readonly text: string;
}

const HEAD = `import { Mutex } from "async-mutex";
import { once } from "node:events";
import { Pool } from "pg";
import { setTimeout as sleep } from "node:timers/promises";
export const a = new Mutex(), b = new Mutex();
const pool = new Pool({ max: 1 });
export let state = "";
export const read = () => a.runExclusive(() => state);
export const forward = () => a.runExclusive(() => b.runExclusive(() => { state += "f"; }));
`;

export const programs: readonly Program[] = [
  {
    name: "a client that isn't given back, and the pool inside of it",
    text: `${HEAD}export async function load(id: number) {
  const client = await pool.connect();
  if (id < 0) throw new Error("no");
  const { rows } = await pool.query("select 1");
  client.release();
  return rows;
}
`,
  },
  {
    name: "two locks the other way round, and a pause at the end",
    text: `${HEAD}export async function backward() {
  await b.runExclusive(() => a.runExclusive(async () => {
    state += "b";
    await sleep(500);
  }));
}
`,
  },
  {
    name: "acquires the other way round, the outer not given back when something fails",
    text: `${HEAD}export async function backward(id: number) {
  const second = await b.acquire();
  const first = await a.acquire();
  if (id < 0) throw new Error("no");
  state += String(id);
  first();
  second();
}
`,
  },
  {
    name: "a pause at the end of a section that isn't guarded",
    text: `${HEAD}export async function later(id: number) {
  const release = await a.acquire();
  if (id < 0) throw new Error("no");
  state = String(id);
  await sleep(500);
  release();
}
`,
  },
  {
    name: "sends before the reader, under a lock, beside a client that isn't given back",
    text: `${HEAD}export async function copy(chunks: string[]) {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  const client = await pool.connect();
  for (const chunk of chunks) await writer.write(chunk);
  await writer.close();
  let size = 0;
  for await (const chunk of readable) size += chunk.length;
  client.release();
  return size;
}
`,
  },
  {
    name: "a generator that holds its client when it fails, and the pool in the loop",
    text: `${HEAD}async function* rows() {
  const client = await pool.connect();
  const found = await client.query<{ id: number }>("select id");
  yield* found.rows;
  client.release();
}
export async function all() {
  for await (const row of rows()) await pool.query("update", [row.id]);
}
`,
  },
  {
    name: "a promise that is settled after its wait, by a section the other way round",
    text: `${HEAD}const opened = Promise.withResolvers<void>();
async function start() {
  await opened.promise;
  opened.resolve();
  await b.runExclusive(() => a.runExclusive(() => { state += "s"; }));
}
await start();
`,
  },
  {
    name: "promises one by one under a client that isn't given back",
    text: `${HEAD}async function load(n: number) {
  if (n === 2) throw new Error("no");
  return n;
}
export async function sum() {
  const client = await pool.connect();
  const pending = [1, 2, 3].map((n) => load(n));
  let total = 0;
  for (const each of pending) total += await each;
  await client.query("insert", [total]);
  client.release();
  return total;
}
void once;
`,
  },
];
