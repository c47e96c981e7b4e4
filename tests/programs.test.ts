/** Small programs, each with what should be said of it: `// ! rule confidence` stands on the line that is reported. */
import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";

interface Case {
  readonly name: string;
  /** One file, or several by name. */
  readonly program: string | Readonly<Record<string, string>>;
}

const MARK = /\/\/ ! (\S+ \w+(?:, \S+ \w+)*)$/;

function expectedIn(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([file, text]) => text.split("\n").flatMap((line, index) => {
    const marks = MARK.exec(line)?.[1]?.split(", ") ?? [];
    return marks.map((mark) => `${file}:${String(index + 1)} ${mark}`);
  })).sort();
}

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

/** The declarations that a program needs of two libraries which the tests don't install. */
const BRACKETS = {
  "node_modules/@matrixai/async-locks/package.json": '{ "name": "@matrixai/async-locks", "version": "4.0.0", "types": "index.d.ts" }',
  "node_modules/@matrixai/async-locks/index.d.ts": `type Taking<T> = () => Promise<readonly [() => Promise<void>, T?]>;
export declare class Lock { lock(): Taking<Lock>; withF<T>(work: (lock: Lock) => Promise<T>): Promise<T>; }
export declare class RWLockWriter { read(): Taking<RWLockWriter>; write(): Taking<RWLockWriter>; }
export declare class RWLockReader { read(): Taking<RWLockReader>; write(): Taking<RWLockReader>; }
export declare class LockBox { lock(request: [string, unknown, string?]): Taking<LockBox>; withF<T>(request: [string, unknown, string?], work: () => Promise<T>): Promise<T>; }`,
  "node_modules/@matrixai/resources/package.json": '{ "name": "@matrixai/resources", "version": "1.1.5", "types": "index.d.ts" }',
  "node_modules/@matrixai/resources/index.d.ts": "export declare function withF<T>(acquires: readonly (() => Promise<readonly [() => Promise<void>, unknown?]>)[], work: (resources: any) => Promise<T>): Promise<T>;",
};
const withBrackets = (text: string): Readonly<Record<string, string>> => ({ ...BRACKETS, "program.ts": `import { Lock, LockBox, RWLockReader, RWLockWriter } from "@matrixai/async-locks";
import { withF } from "@matrixai/resources";
${text}` });

/** What a program needs of sequelize. */
const SEQUELIZE = {
  "node_modules/sequelize/package.json": '{ "name": "sequelize", "version": "6.37.0", "types": "index.d.ts" }',
  "node_modules/sequelize/index.d.ts": `export declare class Transaction { commit(): Promise<void>; rollback(): Promise<void>; }
export interface QueryOptions { bind?: unknown; transaction?: Transaction; }
export declare class Sequelize {
  constructor(url: string, options?: { pool?: { max?: number } });
  transaction<T>(work: (transaction: Transaction) => PromiseLike<T>): Promise<T>;
  query(sql: string, options?: QueryOptions): Promise<unknown>;
}`,
};
const withSequelize = (text: string): Readonly<Record<string, string>> => ({ ...SEQUELIZE, "program.ts": `import { type QueryOptions, Sequelize, type Transaction } from "sequelize";
export class Migration {
  constructor(private readonly sequelize: Sequelize) {}
${text}
}` });

const cases: readonly Case[] = [
  {
    name: "another try after a lock was given back in a `finally`",
    program: `class Mutex {
  private locked = false;
  private waiting: (() => void)[] = [];
  private lock(): void | Promise<void> {
    if (!this.locked) { this.locked = true; return; }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  private unlock(): void {
    if (this.waiting.length > 0) this.waiting.shift()?.();
    else this.locked = false;
  }
  async runWith<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.lock();
    if (turn instanceof Promise) await turn;
    try { return await work(); } finally { this.unlock(); }
  }
}
export class Sender {
  private readonly mutex = new Mutex();
  pause() { void this.send("x"); }
  async send(url: string, retries = 3): Promise<void> {
    try {
      await this.mutex.runWith(async () => { await fetch(url); });
    } catch (error) {
      if (retries > 0) return this.send(url, retries - 1);
      throw error;
    }
  }
}`,
  },
  {
    name: "another try inside the section of the lock",
    program: `class Mutex {
  private locked = false;
  private waiting: (() => void)[] = [];
  private lock(): void | Promise<void> {
    if (!this.locked) { this.locked = true; return; }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  private unlock(): void {
    if (this.waiting.length > 0) this.waiting.shift()?.();
    else this.locked = false;
  }
  async runWith<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.lock();
    if (turn instanceof Promise) await turn;
    try { return await work(); } finally { this.unlock(); }
  }
}
export class Sender {
  private readonly mutex = new Mutex();
  pause() { void this.send("x"); }
  async send(url: string, retries = 3): Promise<void> {
    await this.mutex.runWith(async () => {
      try {
        await fetch(url); // ! no-await-while-locked likely
      } catch {
        if (retries > 0) await this.send(url, retries - 1); // ! no-recursive-lock certain
      }
    });
  }
}`,
  },
  // A query that names its transaction runs on the connection of that.
  {
    name: "a query with the transaction among its options takes no further connection",
    program: withSequelize(`
  async run(values: unknown[], rest: QueryOptions) {
    await this.sequelize.transaction(async (transaction) => {
      await this.sequelize.query("UPDATE a", { bind: values, transaction });
      await this.sequelize.query("UPDATE b", { ...rest });
      await this.sequelize.query("UPDATE c", rest);
    });
  }`),
  },
  {
    name: "a query without options, or without a transaction in them, takes another connection",
    program: withSequelize(`
  async run(values: unknown[]) {
    await this.sequelize.transaction(async () => {
      await this.sequelize.query("UPDATE a"); // ! no-recursive-lock likely
      await this.sequelize.query("UPDATE b", { bind: values }); // ! no-recursive-lock likely
    });
  }`),
  },
  {
    name: "an optional transaction that is left out is not in the options",
    program: withSequelize(`
  async run() {
    await this.sequelize.transaction(async (transaction) => {
      await this.update("a", transaction);
      await this.update("b"); // ! no-recursive-lock likely
    });
  }
  private async update(name: string, transaction?: Transaction) {
    await this.sequelize.query(name, { transaction });
  }`),
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
  // What a declaration with `using` takes.
  {
    name: "a throw past a using declaration gives the lock back before it is caught",
    program: `class Turns {
  private busy = false;
  private waiting: (() => void)[] = [];
  async take() {
    while (this.busy) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.busy = true;
    return new Turn(this);
  }
  giveBack() { this.busy = false; this.waiting.shift()?.(); }
}
class Turn {
  constructor(private readonly turns: Turns) {}
  async [Symbol.asyncDispose]() { this.turns.giveBack(); }
}
declare function work(name: string): Promise<string>;
const turns = new Turns();
async function start(name: string) {
  try {
    await using _turn = await turns.take();
    return await work(name);
  } catch (error) {
    return String(error);
  }
}
export async function twice() {
  await start("a");
  await start("b");
}
export async function nested() {
  await using _turn = await turns.take();
  await start("c"); // ! no-recursive-lock certain
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
  // Acquires that are prepared first, and brackets around them.
  {
    name: "a bracket holds what its functions took",
    program: withBrackets(`const lock = new Lock();
export const outer = () => withF([lock.lock()], async () => {
  await inner(); // ! no-recursive-lock certain
});
const inner = () => lock.withF(async () => {});
`),
  },
  {
    name: "a bracket gives back at its end",
    program: withBrackets(`const lock = new Lock();
export async function twice() { await withF([lock.lock()], async () => {}); await withF([lock.lock()], async () => {}); }
`),
  },
  {
    name: "two brackets in opposite order",
    program: withBrackets(`const a = new Lock(), b = new Lock();
export const there = () => withF([a.lock(), b.lock()], async () => {});
export const back = () => withF([b.lock(), a.lock()], async () => {}); // ! lock-order likely
`),
  },
  {
    name: "two brackets in one order",
    program: withBrackets(`const a = new Lock(), b = new Lock();
export const there = () => withF([a.lock(), b.lock()], async () => {});
export const again = () => withF([a.lock(), b.lock()], async () => {});
`),
  },
  {
    name: "the function is called by hand, and what it gave gives back",
    program: withBrackets(`const lock = new Lock();
export async function twice() {
  const [release] = await lock.lock()();
  await release();
  const [again] = await lock.lock()();
  await lock.withF(async () => {}); // ! no-recursive-lock certain
  await again();
}
`),
  },
  {
    name: "who only prepares holds nothing",
    program: withBrackets(`const lock = new Lock();
export async function prepare() { const take = lock.lock(); await lock.withF(async () => {}); return take; }
`),
  },
  {
    name: "a function of the program's own in a bracket",
    program: withBrackets(`const lock = new Lock();
const take = async () => { const [release] = await lock.lock()(); return [release] as const; };
export const outer = () => withF([take], async () => {
  await lock.withF(async () => {}); // ! no-recursive-lock certain
});
`),
  },
  {
    name: "readers let each other in, unless the lock prefers writers and one comes in between; a writer lets nobody in",
    program: withBrackets(`const box = new LockBox(), all = new RWLockWriter(), some = new RWLockReader();
export const readers = (key: string) => box.withF([key, RWLockWriter, "read"], async () => { await box.withF([key, RWLockWriter, "read"], async () => {}); });
export const writer = (key: string) => box.withF([key, RWLockWriter, "write"], async () => {
  await box.withF([key, RWLockWriter, "read"], async () => {}); // ! no-recursive-lock certain
});
export const both = () => withF([all.read()], () => withF([all.read()], async () => {})); // ! no-recursive-lock likely
export const write = () => withF([all.write()], async () => {});
export const bothPass = () => withF([some.read()], () => withF([some.read()], async () => {}));
export const writeSome = () => withF([some.write()], async () => {});
`),
  },
  // Locks that a package or the platform has one of.
  {
    name: "the platform's lock manager, by way of a function that looks for it",
    program: `const locksOf = () => { if ("locks" in navigator) return navigator.locks; throw new Error("none"); };
export const outer = (name: string) => locksOf().request(`+"`db-${name}`"+`, async () => {
  await inner(name); // ! no-recursive-lock certain
});
const inner = (name: string) => navigator.locks.request(`+"`db-${name}`"+`, async () => {});
export const there = () => navigator.locks.request("a", () => navigator.locks.request("b", async () => {}));
export const back = () => locksOf().request("b", () => navigator.locks.request("a", async () => {})); // ! lock-order likely
`,
  },
  {
    name: "locks that a package exports",
    program: {
      "node_modules/shared/package.json": '{ "name": "shared", "version": "1.0.0", "types": "index.d.ts" }',
      "node_modules/shared/index.d.ts": `import { Mutex } from "async-mutex";
export declare const first: Mutex;
export declare const left: { second: Mutex }, right: { second: Mutex };`,
      "program.ts": `import { first, left, right } from "shared";
export const there = () => first.runExclusive(() => left.second.runExclusive(() => {}));
export const back = () => left.second.runExclusive(() => first.runExclusive(() => {})); // ! lock-order likely
export const other = () => left.second.runExclusive(() => right.second.runExclusive(() => {}));
`,
    },
  },
  {
    name: "a lock that a function looks for, or throws if there is none",
    program: `import { Mutex } from "async-mutex";
class Box {
  readonly #mutex = new Mutex();
  mutex(): Mutex { if (!this.#mutex.isLocked) { throw new TypeError("none"); } return this.#mutex; }
}
const box = new Box(), other = new Mutex();
const need = () => { if (Math.PI < 3) throw new RangeError("no lock"); else return other; };
export const there = () => box.mutex().runExclusive(() => need().runExclusive(() => {}));
export const back = () => need().runExclusive(() => box.mutex().runExclusive(() => {})); // ! lock-order likely
`,
  },
  // Tasks that tasks start.
  {
    name: "tasks that one of several tasks starts together",
    program: `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
const there = () => a.runExclusive(() => b.runExclusive(() => {}));
const back = () => b.runExclusive(() => a.runExclusive(() => {})); // ! lock-order certain
async function both() { await Promise.all([there(), back()]); }
async function other() {}
await Promise.all([both(), other()]);
`,
  },
  {
    name: "tasks that one of several tasks starts one after the other",
    program: `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
const there = () => a.runExclusive(() => b.runExclusive(() => {}));
const back = () => b.runExclusive(() => a.runExclusive(() => {}));
async function both() { await Promise.all([there()]); await Promise.all([back()]); }
async function other() {}
await Promise.all([both(), other()]);
`,
  },
  // Work that goes on by itself.
  {
    name: "started work that gives back at its end, however it ends",
    program: `import { Semaphore } from "async-mutex";
declare const names: string[];
declare function ping(name: string): Promise<boolean>;
const gate = new Semaphore(1);
export async function all() {
  const pings: Promise<void>[] = [];
  for (const name of names) {
    const [, release] = await gate.acquire();
    pings.push((async () => { if (await ping(name)) return; console.log(name); })().finally(() => { release(); }));
  }
  await Promise.all(pings);
}
export async function never() {
  for (const name of names) {
    const [, release] = await gate.acquire(); // ! no-recursive-lock certain, require-release certain
    console.log(await ping(name), typeof release);
  }
}
`,
  },
  // Permits that outlive the call that takes them.
  {
    name: "a lock that one call leaves behind is given back out of sight, or its release is missing; whoever asks from inside waits for itself",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex(), other = new Mutex();
class Transaction {
  #release: (() => void) | undefined;
  async begin(): Promise<void> { this.#release = await mutex.acquire(); }
  close(): void { this.#release?.(); }
}
for (let round = 0; round < 2; round++) {
  const transaction = new Transaction();
  await transaction.begin();
  transaction.close();
}
const lock = () => other.acquire();
const inner = async () => { const release = await lock(); release(); };
export async function outer() {
  const release = await lock();
  await inner(); // ! no-recursive-lock certain
  release();
}
`,
  },
  {
    name: "of two things that a promise may be, what each leaves behind may not be there",
    program: `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
const first = async () => { await a.acquire(); }, // ! require-release certain
  second = async () => { await b.acquire(); }; // ! require-release certain
export async function either(chosen: boolean) {
  const started = [first(), second()];
  await (chosen ? started[0] : started[1]);
  await b.runExclusive(() => undefined); // ! no-recursive-lock possible
}
`,
  },
  // Locks of the program's own.
  {
    name: "two fields that hold locks of one hand-written class are two locks, whatever they are called",
    program: `class Turn {
  private tail: Promise<unknown> = Promise.resolve();
  run<T>(work: () => Promise<T>): Promise<T> {
    const next = this.tail.then(work, work);
    this.tail = next;
    return next;
  }
}
declare function write(text: string): Promise<void>;
export class Port {
  private queue: Turn;
  constructor() { this.queue = new Turn(); }
  send(text: string) { return this.queue.run(() => write(text)); }
}
export class Protocol {
  private queue: Turn;
  constructor(private readonly port: Port) { this.queue = new Turn(); }
  ask(text: string) { return this.queue.run(() => this.port.send(text)); }
  twice(text: string) { return this.queue.run(() => this.ask(text)); } // ! no-recursive-lock certain
}
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
    name: "a limiter that the constructor puts into a field, reached again from a method of another name",
    program: `
import pLimit, { type LimitFunction } from "p-limit";
class Runner {
  private readonly limit: LimitFunction;
  constructor(count: number) { this.limit = pLimit(count); }
  async all(names: readonly string[]): Promise<void> { await Promise.all(names.map((name) => this.limit(() => this.one(name)))); } // ! no-recursive-lock likely
  private async one(name: string): Promise<void> { await this.all([name]); }
}
export const runner = new Runner(2);`,
  },
  {
    name: "a lock that a factory makes as an object of two functions, kept in a field",
    program: {
      "mutex.ts": `export function createMutex() {
  let taken: Promise<void> | undefined;
  let open: (() => void) | undefined;
  const lock = async () => {
    while (taken) await taken;
    taken = new Promise((resolve) => { open = resolve; });
  };
  const unlock = () => {
    const wake = open;
    taken = undefined;
    open = undefined;
    wake?.();
  };
  return { lock, unlock };
}`,
      "store.ts": `import { createMutex } from "./mutex.js";
export class Store {
  protected mutex = createMutex();
  rows: string[] = [];
  async add(row: string) {
    await this.mutex.lock();
    try { this.rows.push(row); await this.trim(); } finally { this.mutex.unlock(); } // ! no-recursive-lock certain
  }
  async trim() {
    await this.mutex.lock();
    try { this.rows.length = 0; } finally { this.mutex.unlock(); }
  }
}`,
    },
  },
  {
    name: "a serial queue that a factory makes as a function, kept in another function",
    program: {
      "queue.ts": `export type Queue = <T>(task: () => T | PromiseLike<T>) => Promise<T>;
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return function enqueue<T>(task: () => T | PromiseLike<T>): Promise<T> {
    const next = last.then(task, task) as Promise<T>;
    last = next;
    return next;
  };
}`,
      "wallet.ts": `import { createQueue } from "./queue.js";
export function createWallet() {
  const serialize = createQueue();
  let balance = 0;
  const deposit = (amount: number) => serialize(() => (balance += amount));
  const fill = (target: number) => serialize(async () => {
    if (balance < target) await deposit(target - balance); // ! no-recursive-lock certain
    return balance;
  });
  return { deposit, fill };
}`,
    },
  },
  {
    name: "functions that share the locks of the factory that made them",
    program: `
import { Mutex } from "async-mutex";
export function createBank() {
  const sessions = new Mutex(), users = new Mutex();
  const touch = () => sessions.runExclusive(async () => {});
  async function guard<T>(run: () => Promise<T>) { const release = await sessions.acquire(); try { return await run(); } finally { release(); } }
  return {
    async login() { const release = await sessions.acquire(); try { const leave = await users.acquire(); leave(); } finally { release(); } }, // ! lock-order likely
    async logout() { await users.runExclusive(async () => { await touch(); }); },
    async rename() { await guard(async () => { await touch(); }); }, // ! no-recursive-lock certain
  };
}
export async function once() {
  const sessions = new Mutex(), users = new Mutex();
  await sessions.runExclusive(() => users.runExclusive(async () => {}));
  await users.runExclusive(() => sessions.runExclusive(async () => {}));
}`,
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
  {
    name: "methods of locks of another file, bound to them",
    program: {
      "locks.ts": `import { Mutex } from "async-mutex"; export const users = new Mutex(), sessions = new Mutex();`,
      "use.ts": `import { sessions, users } from "./locks.js";
const withUsers = users.runExclusive.bind(users), withSessions = sessions.runExclusive.bind(sessions);
export const login = () => withUsers(async () => { await withSessions(() => undefined); }); // ! lock-order likely
export const logout = () => withSessions(async () => { await withUsers(() => undefined); });`,
    },
  },
  {
    name: "a class whose static method makes an object that gives the lock back",
    program: `
import { Mutex } from "async-mutex";
class Held implements AsyncDisposable {
  static async take(mutex: Mutex) { return new Held(await mutex.acquire()); }
  private constructor(private readonly release: () => void) {}
  async [Symbol.asyncDispose]() { this.release(); }
}
const users = new Mutex(), sessions = new Mutex();
export async function login() { await using _users = await Held.take(users); await using _sessions = await Held.take(sessions); } // ! lock-order likely
export async function logout() { await using _sessions = await Held.take(sessions); await using _users = await Held.take(users); }`,
  },
  {
    name: "methods of an object that is a constant, with this",
    program: `
import { Mutex } from "async-mutex";
export const bank = {
  sessions: new Mutex(), users: new Mutex(),
  async login() { await this.sessions.runExclusive(async () => { await this.users.runExclusive(async () => {}); }); },
  async logout() { await this.users.runExclusive(async () => { await this.sessions.runExclusive(async () => {}); }); }, // ! lock-order likely
  async touch() { await this.users.runExclusive(async () => {}); },
  async rename() { const release = await this.users.acquire(); try { await this.touch(); } finally { release(); } }, // ! no-recursive-lock certain
};
const one = { lock: new Mutex(), get() { return this.lock.runExclusive(async () => 1); } };
export const two = { lock: new Mutex(), get() { return this.lock.runExclusive(() => one.get()); } };`,
  },
  {
    name: "locks that a factory makes for constants, and for fields of an object that others have",
    program: `
import { Mutex } from "async-mutex";
function createLock() { const own = new Mutex(); return { run: <T>(work: () => Promise<T>) => own.runExclusive(work) }; }
const users = createLock(), sessions = createLock(), log = createLock();
export const login = () => users.run(() => sessions.run(() => log.run(async () => {})));
export const logout = () => sessions.run(() => users.run(async () => {})); // ! lock-order likely
class Store {
  private readonly rows = createLock();
  private readonly keys = createLock();
  add() { return this.rows.run(() => this.keys.run(async () => {})); } // ! lock-order likely
  remove() { return this.keys.run(() => this.rows.run(async () => {})); }
}
export const store = new Store();`,
  },
  {
    name: "functions that a wrapper put under a lock, as constants and as fields",
    program: `
import { Mutex } from "async-mutex";
const locked = <A extends unknown[], R>(lock: Mutex, run: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => lock.runExclusive(() => run(...args));
const users = new Mutex(), sessions = new Mutex(), log = new Mutex();
const append = locked(log, async (line: string) => line);
export const read = locked(users, async (id: string) => append(id));
export const write = locked(users, async (id: string) => { await read(id); }); // ! no-recursive-lock certain
const touch = locked(sessions, async (id: string) => append(id));
export const login = locked(users, async (id: string) => touch(id)); // ! lock-order certain
export const logout = locked(sessions, async (id: string) => read(id));
export class Store {
  private readonly lock = new Mutex();
  readonly get = locked(this.lock, async (id: string) => id);
  readonly set = locked(this.lock, async (id: string) => { await this.get(id); }); // ! no-recursive-lock certain
  readonly clear = locked(this.lock, async () => { await append(""); });
}`,
  },
  {
    name: "what a factory's object lends, asked for by its name",
    program: {
      "store.ts": `import { Mutex } from "async-mutex";
export function createStore() {
  const mutex = new Mutex();
  return { guard: <T>(run: () => Promise<T>) => mutex.runExclusive(run) };
}`,
      "use.ts": `import { createStore } from "./store.js";
const store = createStore(), other = createStore();
const inner = () => store.guard(async () => {});
export const outer = () => store.guard(async () => { await inner(); }); // ! no-recursive-lock certain
export const fine = () => other.guard(async () => { await inner(); });`,
    },
  },
  {
    name: "a builder's then sends its query, in a chain as in a list of all",
    program: `
import type { Knex } from "knex";
export const order = (db: Knex, id: number) => db.transaction((trx) => {
  return db("stock").where({ id }).decrement("count", 1) // ! no-recursive-lock likely
    .then(() => trx("orders").insert({ id }));
});
export const after = (db: Knex, id: number) => db.transaction((trx) => trx("orders").insert({ id }).then(() => db("stock").where({ id }).first())); // ! no-recursive-lock likely
export const both = (db: Knex, id: number) => db.transaction(async (trx) => {
  await Promise.all([db("stock").where({ id }), trx("orders").insert({ id })]); // ! no-recursive-lock likely
});
export const own = (db: Knex, id: number) => db.transaction(async (trx) => {
  await Promise.all([trx("stock").where({ id }), trx("orders").insert({ id }).then(() => trx("log").insert({ id }).then((rows) => rows))]);
  void db("audit").insert({ id }).then(() => undefined);
}).then(() => db("audit").where({ id }));`,
  },
  {
    name: "what a migration reads through a namespace waits for the start that runs it",
    program: {
      "config.ts": `import { started } from "./database.js";
export async function get(key: string): Promise<string> { await started(); return key; }`,
      "once.ts": `export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    if (made === undefined) made = make();
    return made;
  };
}`,
      "database.ts": `import { setImmediate as tick } from "node:timers/promises";
import * as migration from "./migration.js";
import { once } from "./once.js";
export const started = once(async () => {
  await tick();
  await migration.up(); // ! no-circular-wait certain
});`,
      "migration.ts": `import * as config from "./config.js";
export async function up(): Promise<void> { console.log(await config.get("name")); }`,
      "main.ts": `import * as config from "./config.js";
console.log(await config.get("name"));`,
    },
  },
  {
    name: "a connection that is asked for once and kept in a field", program: `import { Pool, type PoolClient } from "pg";
export class Listener {
  private client: Promise<PoolClient> | null = null;
  readonly #pool = new Pool({ max: 1 });
  private async get(): Promise<PoolClient> {
    if (this.client) return this.client;
    this.client = this.#pool.connect();
    return this.client.catch((error: unknown) => { this.client = null; return Promise.reject(error); });
  }
  async listen() { const client = await this.get(); await client.query("listen a"); await this.track(); }
  private async track() { const client = await this.get(); await client.query("listen b"); }
  async close() { if (this.client) { (await this.client).release(); this.client = null; } }
}
`,
  },
  {
    name: "a chain whose promise nobody gets", program: `export class Subscriber {
  #chain: Promise<void> = Promise.resolve();
  #topics = new Set<string>();
  private then(work: () => void | Promise<void>): void { this.#chain = this.#chain.then(work, work).then(undefined, () => {}); }
  sync() { this.then(async () => { try { await this.#apply(); } catch { this.#reset(); } }); }
  async #apply() { for (const topic of this.#topics) await Promise.resolve(topic); }
  #reset() { this.then(() => { this.#topics.clear(); }); }
}
`,
  },
  {
    name: "a list of jobs that an idle caller works off, and a busy one only adds to", program: `export class Files {
  #busy = false;
  #jobs: (() => Promise<void>)[] = [];
  async #write(job: () => Promise<void>): Promise<void> { this.#jobs.push(job); if (!this.#busy) await this.#work(); }
  async #work(): Promise<void> {
    if (this.#busy || this.#jobs.length === 0) return;
    this.#busy = true;
    try { while (this.#jobs.length > 0) { const job = this.#jobs.shift(); if (job) await job(); } } finally { this.#busy = false; }
  }
  async path(): Promise<string> { await this.#write(async () => { await Promise.resolve(); }); return "path"; }
  async remove() { await this.#write(async () => { await this.path(); }); }
}
`,
  },
  {
    name: "a lock that is kept from one call to another, beside its own guard",
    program: `
import AwaitLock from "await-lock";
declare const database: { exec(sql: string): void };
export class Processor {
  private readonly lock = new AwaitLock();
  private key: string | null = null;
  async exec(message: { kind: "begin" | "commit" | "query"; key: string }) {
    const isPart = this.key === null || message.key === this.key;
    if (!isPart) await this.lock.acquireAsync();
    try {
      if (message.kind === "begin") { await this.lock.acquireAsync(); this.key = message.key; database.exec("begin"); } // ! no-recursive-lock certain
      if (message.kind === "commit") { database.exec("commit"); this.key = null; this.lock.release(); }
    } catch (error) { console.log(error); }
    if (!isPart) this.lock.release();
  }
}`,
  },
  {
    name: "what the same condition gives back, and what another call of the same function gives back",
    program: `
import { Mutex } from "async-mutex";
declare const driver: { exec(kind: string): Promise<string> };
export class Processor {
  private readonly mutex = new Mutex();
  private open: string | null = null;
  async exec(kind: "query" | "batch", key: string | null) {
    const isPart = this.open !== null && this.open === key;
    switch (kind) {
      case "query":
        try { if (!isPart) await this.mutex.acquire(); await driver.exec(kind); } finally { if (!isPart) this.mutex.release(); }
        break;
      case "batch":
        if (!isPart) await this.mutex.acquire(); // ! require-release likely
        await driver.exec(kind);
        if (!isPart) this.mutex.release();
    }
  }
}
export class Connection {
  private readonly mutex = new Mutex();
  private open: string | null = null;
  async turn(step: "begin" | "commit", key: string) {
    if (step === "begin") { await this.mutex.acquire(); this.open = key; }
    if (step === "commit" && this.open === key) { this.open = null; this.mutex.release(); }
  }
}
export class Switch {
  private readonly mutex = new Mutex();
  private isOn = false;
  async turn(on: boolean) {
    if (on) { await this.mutex.acquire(); this.isOn = true; }
    else if (this.isOn) { this.isOn = false; this.mutex.release(); }
  }
}`,
  },
];

describe("programs", () => {
  it.each(cases.map((each) => [each.name, each.program] as const))("%s", (_name, program) => {
    const files: Readonly<Record<string, string>> = typeof program === "string" ? { "program.ts": program } : program;
    expect(findingsIn(files)).toEqual(expectedIn(files));
  });
});
