/** Ways in which a program gets at its locks: factories, fields, wrappers, names of other files. */
import type { Program } from "../support/programs.js";

const PAIR = `import { Semaphore } from "async-mutex";
async function pair(given: Semaphore): Promise<void> { const [, one] = await given.acquire(); const [, other] = await given.acquire(); one(); other(); }`;

const subscribed = (mark = ""): string => `import { Mutex } from "async-mutex";
type Listener = () => Promise<void>;
class Store {
  private readonly mutex = new Mutex();
  private readonly listeners = new Set<Listener>();
  onChange(listener: Listener): void { this.listeners.add(listener); }
  async save(): Promise<void> { await this.withLock(async () => { await this.notify(); }); }${mark}
  private async notify(): Promise<void> { await Promise.all([...this.listeners].map(async (listener) => { await listener(); })); }
  private async withLock<T>(work: () => Promise<T>): Promise<T> { return this.mutex.runExclusive(work); }
  async read(): Promise<number> { return this.withLock(async () => 1); }
}
const store = new Store();`;

const store = (mark: string): string => `import { Mutex } from "async-mutex";
type Listener = () => Promise<void>;
class Store {
  private readonly mutex = new Mutex();
  private readonly listeners: Listener[] = [];
  onChange(listener: Listener): void { this.listeners.push(listener); }
  async tell(): Promise<void> { await this.mutex.runExclusive(async () => { for (const listener of this.listeners) await listener(); }); }
  async save(): Promise<void> { await this.mutex.runExclusive(() => after()); }${mark}
  async read(): Promise<number> { return this.mutex.runExclusive(() => 1); }
}
const store = new Store();
async function after(): Promise<void> { await store.read(); }`;

export const programs: readonly Program[] = [
  {
    name: "two permits of a semaphore that each call brings with it",
    program: `${PAIR}
await Promise.all([pair(new Semaphore(2)), pair(new Semaphore(2))]);`,
  },
  {
    name: "two permits of a semaphore that each call makes",
    program: `${PAIR}
async function own() { await pair(new Semaphore(2)); }
export const all = (count: number) => Promise.all(Array.from({ length: count }, () => own()));`,
  },
  {
    name: "two permits of a semaphore that two calls share",
    program: `${PAIR} // ! no-recursive-lock likely
export async function main() { const shared = new Semaphore(2); await Promise.all([pair(shared), pair(shared)]); }`,
  },
  {
    name: "two permits of a semaphore that has one",
    program: `${PAIR} // ! no-recursive-lock certain
await pair(new Semaphore(1));`,
  },
  {
    name: "a subscriber of another class, told by a method of its own under the lock",
    program: `${subscribed(" // ! no-recursive-lock certain")}
class P { constructor(private readonly s: Store) {} attach(): void { this.s.onChange(async () => { await this.reload(); }); } private async reload() { await this.s.read(); } }
const p = new P(store); p.attach();
await store.save();`,
  },
  {
    name: "a subscriber that asks for nothing",
    program: `${subscribed()}
class P { constructor(private readonly s: Store) {} attach(): void { this.s.onChange(async () => { await this.reload(); }); } private async reload() { console.log(this.s); } }
const p = new P(store); p.attach();
await store.save();`,
  },
  {
    name: "a subscriber that asks later",
    program: `${subscribed()}
class P { constructor(private readonly s: Store) {} attach(): void { this.s.onChange(async () => { setTimeout(() => { void this.reload(); }, 0); }); } private async reload() { await this.s.read(); } }
const p = new P(store); p.attach();
await store.save();`,
  },
  {
    name: "the one object of a class, from inside its own lock",
    program: `${store(" // ! no-recursive-lock certain")}
await store.save();`,
  },
  {
    name: "an object of a class, from inside the lock of another one: an order that somebody may reverse",
    program: `${store(" // ! lock-order possible")}
const other = new Store();
await other.save();`,
  },
  {
    name: "a listener that asks for the lock under which it is told",
    program: `import { Mutex } from "async-mutex";
type Listener = () => Promise<void>;
class Store {
  private readonly mutex = new Mutex();
  private readonly listeners: Listener[] = [];
  onChange(listener: Listener): void { this.listeners.push(listener); }
  async tell(): Promise<void> { await this.mutex.runExclusive(async () => { for (const listener of this.listeners) await listener(); }); }
  async read(): Promise<number> { return this.mutex.runExclusive(() => 1); }
}
const store = new Store();

store.onChange(async () => { await store.read(); }); // ! no-recursive-lock certain
await store.tell();`,
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
];
