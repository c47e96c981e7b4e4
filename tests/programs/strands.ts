/** What handlers of errors and promises, work that was started, and what a task carries along hold and give back. */
import type { Program } from "../support/programs.js";

export const programs: readonly Program[] = [
  {
    name: "what a caught error would leave behind is not held by whoever asks next",
    program: `import { Pool } from "pg";
const pool = new Pool({ max: 1 });
const kept = new Map<string, string>();
function written(value: string): string { kept.set(value, value); return value; }
async function take() {
  const client = await pool.connect();
  return { value: "a", release: (text: string) => { console.log(text); client.release(); } };
}
async function update(): Promise<boolean> {
  const taken = await take();
  try {
    const text = written(taken.value);
    taken.release(text);
  } catch { return false; }
  return true;
}
export async function both() {
  await update();
  await pool.query("select 1");
}`,
  },
  {
    name: "what nobody gives back without any error is held by whoever asks next",
    program: `import { Pool } from "pg";
const pool = new Pool({ max: 1 });
async function take() {
  const client = await pool.connect();
  return { value: "a", release: () => client.release() };
}
async function update(): Promise<boolean> {
  const taken = await take(); // ! require-release certain
  return taken.value === "b";
}
export async function both() {
  await update();
  await pool.query("select 1"); // ! no-recursive-lock certain
}`,
  },
  {
    name: "a hand-written lock is told by whoever calls it what the task holds already",
    program: `import { AsyncLocalStorage } from "node:async_hooks";
const tracker = new AsyncLocalStorage<Set<number>>();
let counter = 1;
export class Mutex {
  private mutexId = counter++;
  private resolvers: (() => void)[] = [];
  private locked = false;
  async execute<T>(cb: () => T): Promise<T> {
    const current = tracker.getStore();
    await this.lock(current);
    try {
      const next = new Set<number>(current);
      next.add(this.mutexId);
      return await tracker.run(next, async () => cb());
    } finally { this.release(); }
  }
  private lock(current?: Set<number>): Promise<void> {
    if (!this.locked) { this.locked = true; return Promise.resolve(); }
    if (current?.has(this.mutexId)) throw new Error("deadlock");
    return new Promise((resolve) => { this.resolvers.push(resolve); });
  }
  private release(): void {
    const next = this.resolvers.shift();
    if (next) next(); else this.locked = false;
  }
}
const mutex = new Mutex();
export const outer = () => mutex.execute(() => inner());
const inner = () => mutex.execute(() => 1);`,
  },
  {
    name: "a hand-written lock whose callers only look at what the task carries along",
    program: `import { AsyncLocalStorage } from "node:async_hooks";
const tracker = new AsyncLocalStorage<string>();
export class Mutex {
  private resolvers: (() => void)[] = [];
  private locked = false;
  async execute<T>(cb: () => T): Promise<T> {
    console.log(tracker.getStore());
    await this.lock();
    try { return await tracker.run("x", async () => cb()); } finally { this.release(); } // ! no-recursive-lock certain
  }
  private lock(): Promise<void> {
    if (!this.locked) { this.locked = true; return Promise.resolve(); }
    return new Promise((resolve) => { this.resolvers.push(resolve); });
  }
  private release(): void {
    const next = this.resolvers.shift();
    if (next) next(); else this.locked = false;
  }
}
const mutex = new Mutex();
export const outer = () => mutex.execute(() => inner());
const inner = () => mutex.execute(() => 1);`,
  },
  {
    name: "whoever looks up what the task holds may know from that not to ask",
    program: `import { AsyncLocalStorage } from "node:async_hooks";
import { Mutex } from "async-mutex";
const tracker = new AsyncLocalStorage<Set<string>>();
const mutex = new Mutex();
export async function locked<T>(cb: () => Promise<T>): Promise<T> {
  const held = tracker.getStore() ?? new Set<string>();
  if (held.has("a")) return cb();
  return mutex.runExclusive(() => tracker.run(new Set([...held, "a"]), cb));
}
export const outer = () => locked(() => inner());
const inner = () => locked(async () => 1);`,
  },
  {
    name: "whoever compares what the task carries along may know from that not to ask",
    program: `import { AsyncLocalStorage } from "node:async_hooks";
import { Mutex } from "async-mutex";
class Reentrant {
  #mutex = new Mutex(); #store = new AsyncLocalStorage<symbol>(); #owner?: symbol;
  async run<T>(work: () => Promise<T>): Promise<T> {
    const me = this.#store.getStore();
    if (me && me === this.#owner) return work();
    const id = Symbol();
    return this.#mutex.runExclusive(async () => { this.#owner = id; try { return await this.#store.run(id, work); } finally { this.#owner = undefined; } });
  }
}
const lock = new Reentrant();
await lock.run(async () => { await lock.run(async () => {}); }); // ! no-recursive-lock possible`,
  },
  {
    name: "whoever looks up something else asks for what the task holds",
    program: `import { AsyncLocalStorage } from "node:async_hooks";
import { Mutex } from "async-mutex";
const tracker = new AsyncLocalStorage<Set<string>>();
const mutex = new Mutex();
const seen = new Set<string>();
export async function locked<T>(cb: () => Promise<T>): Promise<T> {
  if (seen.has("a")) console.log(tracker.getStore());
  return mutex.runExclusive(() => tracker.run(new Set(["a"]), cb));
}
export const outer = () => locked(() => inner()); // ! no-recursive-lock certain
const inner = () => locked(async () => 1);`,
  },
  {
    name: "handlers of promises that give the lock back by its name",
    program: `import { Mutex } from "async-mutex";
const shared = new Mutex();
export async function inHandlers() {
  const lock = new Mutex();
  const first = lock.acquire().then(() => { console.log(1); lock.release(); });
  const second = lock.acquire().then(() => { console.log(2); }).finally(() => lock.release());
  const third = lock.acquire().then(() => { lock.release(); });
  await Promise.all([first, second, third]);
}
export async function inTheBackground() {
  await shared.acquire();
  void (async () => { try { await fetch("x"); } finally { shared.release(); } })();
  await shared.acquire();
  shared.release();
}`,
  },
  {
    name: "handlers of promises that give nothing back, or ask once more",
    program: `import { Mutex } from "async-mutex";
export async function test() {
  const lock = new Mutex();
  const p1 = lock.acquire().then(async () => { await fetch("x"); });
  const p2 = lock.acquire().then(() => { console.log(2); lock.release(); });
  await Promise.all([p1, p2]); // ! no-recursive-lock certain
}
export async function test2() {
  const lock = new Mutex();
  const p1 = lock.acquire().then(async () => {
    await lock.acquire();
    lock.release(); lock.release();
  });
  await p1; // ! no-recursive-lock certain
}`,
  },
];
