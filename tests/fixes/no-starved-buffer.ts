import { POOL } from "./beginnings.js";
import type { Row } from "./row.js";

const ROWS = `${POOL}async function* users() {
  const client = await pool.connect();
  try {
    yield* (await client.query<{ id: number }>("select id from users")).rows;
  } finally {
    client.release();
  }
}
`;

const LOAD = `async function load(n: number) {
  if (n === 2) throw new Error("no");
  return n;
}
`;

export const rows: readonly Row[] = [
  {
    name: "collects the items of a generator first", how: "fix",
    before: `${ROWS}for await (const { id } of users()) {
  // Seen now.
  await pool.query("update", [id]);
}
`,
    after: `${ROWS}const items = [];
for await (const item of users()) items.push(item);
for (const { id } of items) {
  // Seen now.
  await pool.query("update", [id]);
}
`,
  },
  {
    name: "suggests it where the loop may end early", how: "suggestion",
    before: `${ROWS}for await (const user of users()) {
  if (user.id > 9) break;
  await pool.query("update", [user.id]);
}
`,
    after: `${ROWS}const items = [];
for await (const user of users()) items.push(user);
for (const user of items) {
  if (user.id > 9) break;
  await pool.query("update", [user.id]);
}
`,
  },
  {
    name: "gives promises their handlers at the start", how: "fix",
    before: `${LOAD}const all = [1, 2].map(load);
for (const each of all) console.log(await each);
`,
    after: `${LOAD}const all = [1, 2].map(load);
for (const each of all) each.catch(() => {});
for (const each of all) console.log(await each);
`,
  },
  {
    name: "suggests handlers before the loop where the list was filled", how: "suggestion",
    before: `${LOAD}const all: Promise<number>[] = [];
for (const n of [1, 2]) all.push(load(n));
for (const each of all) {
  console.log(await each);
}
`,
    after: `${LOAD}const all: Promise<number>[] = [];
for (const n of [1, 2]) all.push(load(n));
for (const each of all) each.catch(() => {});
for (const each of all) {
  console.log(await each);
}
`,
  },
  {
    name: "cancels two branches at once", how: "fix",
    before: `export async function drop(source: ReadableStream) {
  const [a, b] = source.tee();
  await a.cancel();
  await b.cancel("done");
}
`,
    after: `export async function drop(source: ReadableStream) {
  const [a, b] = source.tee();
  await Promise.all([a.cancel(), b.cancel("done")]);
}
`,
  },
  {
    name: "cancels a copy without waiting", how: "fix",
    before: `export async function read(response: Response) {
  const copy = response.clone();
  await copy.body?.cancel();
  return response.text();
}
`,
    after: `export async function read(response: Response) {
  const copy = response.clone();
  void copy.body?.cancel().catch(() => {});
  return response.text();
}
`,
  },
];
