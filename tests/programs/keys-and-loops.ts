/** Locks by key, in collections, and taken in loops. */
import type { Program } from "../support/programs.js";

const KEYED = `import AsyncLock from "async-lock";
const locks = new AsyncLock();
declare function keyFor(name: string): string;
`;

const ENTRIES = `import { Mutex } from "async-mutex";
import { setImmediate as tick } from "node:timers/promises";
declare function unique(keys: string[]): string[];
const entries = new Map<string, { mutex: Mutex }>();
export function add(key: string) { entries.set(key, { mutex: new Mutex() }); }
`;

const TAILS = `const tails = new Map<string, Promise<void>>();
async function acquire(key: string): Promise<() => void> {
  const previous = tails.get(key) ?? Promise.resolve();
  let open!: () => void;
  const gate = new Promise<void>((resolve) => { open = resolve; });
  tails.set(key, previous.then(() => gate));
  await previous;
  return open;
}
async function withKeys<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
  const [first, ...rest] = keys;
  if (first === undefined) return work();
  const release = await acquire(first);
  try { return await withKeys(rest, work); } finally { release(); } // MARK
}
`;

export const programs: readonly Program[] = [
  {
    name: "keys that the caller has sorted, one within the other",
    program: `${TAILS.replace(" // MARK", "")}
export const reserve = (names: string[]) => withKeys([...new Set(names)].sort(), async () => 1);`,
  },
  {
    name: "keys that the caller hasn't sorted, one within the other",
    program: `${TAILS.replace("MARK", "! lock-order likely")}
export const reserve = (names: string[]) => withKeys([...new Set(names)], async () => 1);`,
  },
  // Loops that take permits and give none back.
  {
    name: "a loop takes no more permits than it goes round",
    program: `import pg from "pg";
const COUNT = 20;
export async function fill() {
  const pool = new pg.Pool({ max: 100 });
  const clients: pg.PoolClient[] = [];
  for (let i = 0; i < COUNT; i++) clients.push(await pool.connect());
  for (const client of clients) client.release();
}`,
  },
  {
    name: "a loop that goes round more often than there are permits",
    program: `import pg from "pg";
export async function fill() {
  const pool = new pg.Pool({ max: 12 });
  const clients: pg.PoolClient[] = [];
  for (let i = 0; i <= 12; i++) clients.push(await pool.connect()); // ! no-recursive-lock likely
  for (const client of clients) client.release();
}`,
  },
  {
    name: "a loop whose counter something else moves goes round nobody knows how often",
    program: `import pg from "pg";
declare function enough(): boolean;
export async function fill() {
  const pool = new pg.Pool({ max: 12 });
  const clients: pg.PoolClient[] = [];
  for (let i = 0; i < 3; i++) {
    clients.push(await pool.connect()); // ! no-recursive-lock likely
    if (!enough()) i = 0;
  }
  for (const client of clients) client.release();
}`,
  },
  // Keys whose making isn't followed.
  {
    name: "a constant key equals itself, in another function, too",
    program: `${KEYED}
export async function outer(name: string) {
  const key = keyFor(name);
  await locks.acquire(key, async () => {
    await inner(key); // ! no-recursive-lock certain
  });
}
async function inner(key: string) {
  await locks.acquire(key, async () => {});
}`,
  },
  {
    name: "two constant keys are not known to be equal, nor out of order",
    program: `${KEYED}
export async function move(from: string, to: string) {
  const first = keyFor(from < to ? from : to), second = keyFor(from < to ? to : from);
  await locks.acquire(first, async () => { await locks.acquire(second, async () => {}); });
}`,
  },
  {
    name: "a constant is another one in each round of a loop",
    program: `import { Mutex } from "async-mutex";
declare function keyFor(name: string): string;
declare const names: string[];
const locks = new Map<string, Mutex>();
export async function all() {
  for (const name of names) {
    const key = keyFor(name);
    const lock = locks.get(key) ?? new Mutex();
    locks.set(key, lock);
    await lock.acquire(); // ! require-release possible
  }
}`,
  },
  {
    name: "a lock whose key is not known is held all the same",
    program: `${KEYED}
import { Mutex } from "async-mutex";
const other = new Mutex();
export const there = (name: string) => locks.acquire(keyFor(name), () => other.runExclusive(() => {}));
export const back = (name: string) => other.runExclusive(() => locks.acquire(keyFor(name), () => {})); // ! lock-order likely
`,
  },
  {
    name: "calls of one function may give different keys",
    program: `${KEYED}
export const nested = (a: string, b: string) => locks.acquire(keyFor(a), () => locks.acquire(keyFor(b), () => {}));
`,
  },
  // Entries of collections.
  {
    name: "entries that are locked in a loop over an index",
    program: `${ENTRIES}
export async function together(keys: string[]) {
  const wanted = keys.map((key) => entries.get(key)!);
  for (let i = 0; i < wanted.length; i++) {
    await wanted[i]!.mutex.acquire(); // ! lock-order likely, require-release certain
    await tick();
  }
}`,
  },
  {
    name: "the same, sorted",
    program: `${ENTRIES}
export async function together(keys: string[]) {
  const wanted = unique(keys).toSorted().map((key) => entries.get(key)!);
  for (let i = 0; i < wanted.length; i++) {
    await wanted[i]!.mutex.acquire(); // ! require-release certain
    await tick();
  }
}`,
  },
  {
    name: "what was taken by an index is given back by another way through the keys",
    program: `${ENTRIES}
async function lock(keys: string[]) {
  const wanted = unique(keys).toSorted().map((key) => entries.get(key)!);
  for (let i = 0; i < wanted.length; i++) await wanted[i]!.mutex.acquire();
}
function unlock(keys: string[]) { for (const key of unique(keys)) entries.get(key)?.mutex.release(); }
async function run(keys: string[], work: () => Promise<void>) {
  await lock(keys);
  try { await work(); } finally { unlock(keys); }
}
export async function twice(keys: string[], others: string[]) {
  await run(keys, async () => {});
  await run(others, async () => {});
}`,
  },
  {
    name: "what was taken before a loop that gives it back is not held after it",
    program: `import { Mutex } from "async-mutex";
import { setImmediate as tick } from "node:timers/promises";
const entries = new Map<string, Mutex>(), other = new Mutex();
export async function all(keys: string[]) {
  for (const key of keys.toSorted()) await entries.get(key)!.acquire();
  await tick();
  for (const key of keys) entries.get(key)?.release();
  await other.runExclusive(() => {});
}
export const there = (key: string) => other.runExclusive(() => entries.get(key)!.runExclusive(() => {}));
`,
  },
  {
    name: "the same, still held",
    program: `import { Mutex } from "async-mutex";
import { setImmediate as tick } from "node:timers/promises";
const entries = new Map<string, Mutex>(), other = new Mutex();
export async function all(keys: string[]) {
  for (const key of keys.toSorted()) await entries.get(key)!.acquire();
  await tick();
  await other.runExclusive(() => {});
  for (const key of keys) entries.get(key)?.release();
}
export const there = (key: string) => other.runExclusive(() => entries.get(key)!.runExclusive(() => {})); // ! lock-order likely
`,
  },
  {
    name: "keys of two kinds have an order of their own",
    program: `
import AsyncLock from "async-lock";
const locks = new AsyncLock();
declare function rowOf(id: string): string;
export const both = (id: string) => locks.acquire(\`db_\${rowOf(id)}\`, () => locks.acquire(\`db_\${id}\`, async () => {}));
export const joined = (id: string) => locks.acquire("db_" + rowOf(id), () => locks.acquire("db_" + id, async () => {}));
export const pair = (from: string, to: string) => locks.acquire(\`db_\${from}\`, () => locks.acquire(\`db_\${to}\`, async () => {})); // ! lock-order likely`,
  },
  // What a loop starts gives back, whenever it is done.
  {
    name: "a loop that starts as much work as there are places",
    program: `import { Sema } from "async-sema";
const places = new Sema(2);
declare function work(item: string): Promise<void>;
export async function chained(items: string[]) {
  for (const item of items) { await places.acquire(); void work(item).catch(console.error).finally(() => { places.release(); }); }
}
async function one(item: string) { try { await work(item); } finally { places.release(); } }
export async function started(items: string[]) { const all = []; for (const item of items) { await places.acquire(); all.push(one(item)); } await Promise.all(all); }
export async function kept(items: string[]) {
  for (const item of items) {
    await places.acquire(); // ! no-recursive-lock likely
    console.log(item);
  }
  for (const _ of items) places.release();
}`,
  },
  {
    name: "the keys that this task has locked, in a set that it carries along",
    program: `import { Mutex } from "async-mutex";
import { AsyncLocalStorage } from "node:async_hooks";
const mine = new AsyncLocalStorage<Set<string>>(), locks = new Map<string, Mutex>();
declare function work(): Promise<void>;
async function under(key: string, run: () => Promise<void>) {
  const had = mine.getStore();
  if (had?.has(key)) { await run(); return; }
  let lock = locks.get(key);
  if (!lock) { lock = new Mutex(); locks.set(key, lock); }
  await lock.runExclusive(() => mine.run(new Set([...(had ?? []), key]), run));
}
async function forgetful(key: string, run: () => Promise<void>) {
  const had = mine.getStore();
  if (had?.has(key)) { await run(); return; }
  let lock = locks.get(key);
  if (!lock) { lock = new Mutex(); locks.set(key, lock); }
  await lock.runExclusive(() => mine.run(new Set([...(had ?? [])]), run));
}
export const again = () => under("a", () => under("a", work));
export const still = () => forgetful("b", () => forgetful("b", work)); // ! no-recursive-lock possible`,
  },
  {
    name: "each step of a recursion takes the next key of a list",
    program: `import AsyncLock from "async-lock";
const locks = new AsyncLock();
export async function withAll<T>(keys: string[], task: () => Promise<T>): Promise<T> {
  const unique = [...new Set(keys)].sort();
  const next = async (index: number): Promise<T> => {
    if (index >= unique.length) return task();
    return locks.acquire(unique[index]!, () => next(index + 1));
  };
  return next(0);
}
export const reply = (id: string) => withAll(["reply:" + id], async () => {});`,
  },
  {
    name: "each step of a recursion takes the same key of a list",
    program: `import AsyncLock from "async-lock";
const locks = new AsyncLock();
export async function withAll<T>(keys: string[], task: () => Promise<T>): Promise<T> {
  const unique = [...new Set(keys)].sort();
  const next = async (index: number): Promise<T> => {
    if (index >= unique.length) return task();
    return locks.acquire(unique[index]!, () => next(index)); // ! no-recursive-lock certain
  };
  return next(0);
}
export const reply = (id: string) => withAll(["reply:" + id], async () => {});`,
  },
];
