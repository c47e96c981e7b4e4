/** Small programs that wait for something under a lock: `// ! rule confidence` stands on the line that is reported. */
import { describe, expect, it } from "vitest";

import { type Program, said } from "./support/programs.js";

const STORE = `import { Mutex } from "async-mutex";
export class Store {
  readonly #mutex = new Mutex();
  #items = new Map<string, string>();
  #total = 0;
  async count() { return this.#mutex.runExclusive(() => this.#items.size + this.#total); }
`;

const AXIOS = {
  "node_modules/axios/package.json": '{ "name": "axios", "version": "1.7.0", "type": "module", "types": "index.d.ts" }',
  "node_modules/axios/index.d.ts": `export interface Config { timeout?: number; method?: string }
export class Axios { get<T = any>(url: string, config?: Config): Promise<{ data: T }>; post<T = any>(url: string, data?: unknown, config?: Config): Promise<{ data: T }>; }
export interface AxiosInstance extends Axios { (url: string, config?: Config): Promise<{ data: any }>; }
export interface AxiosStatic extends AxiosInstance { create(config?: Config): AxiosInstance; }
declare const axios: AxiosStatic;
export default axios;`,
};

const reported: readonly Program[] = [
  {
    name: "a request of a program that keeps a function by the name of fetch",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
let status = 0;
export const own = { fetch: () => 1 }; own.fetch = () => 2;
export const load = () => mutex.runExclusive(async () => { status = 1; const answer = await fetch("http://a"); // ! no-await-while-locked likely
  console.log(answer.status); });
export const told = () => mutex.runExclusive(() => status);`,
  },
  {
    name: "a settler kept in a field, which only the next line calls",
    program: `import { Mutex } from "async-mutex";
import type { Readable } from "node:stream";
class Lines {
  private resolve: ((line: string | null) => void) | undefined;
  constructor(source: Readable) {
    source.on("line", (line: string) => { this.resolve?.(line); });
  }
  read() { return new Promise<string | null>((resolve) => { this.resolve = resolve; }); }
}
export class Store {
  private readonly mutex = new Mutex();
  private count = 0;
  constructor(private readonly lines: Lines) {}
  async next() { return this.mutex.runExclusive(async () => { this.count++; const line = await this.lines.read(); // ! no-await-while-locked likely
    return line; }); }
  async size() { return this.mutex.runExclusive(() => this.count); }
}
export const open = (source: Readable) => new Store(new Lines(source));`,
  },
  {
    name: "a message that a process may send",
    program: `import { Mutex } from "async-mutex";
import type { ChildProcess } from "node:child_process";
const mutex = new Mutex();
let last = "";
const answer = (child: ChildProcess) => new Promise<string>((resolve, reject) => { child.on("message", (text) => { resolve(String(text)); }); });
export const ask = (child: ChildProcess) => mutex.runExclusive(async () => { last = "asked"; last = await answer(child); // ! no-await-while-locked likely
});
export const told = () => mutex.runExclusive(() => last);`,
  },
  {
    name: "a request through a library, in a method that another file calls",
    program: {
      ...AXIOS,
      "api.ts": `import axios from "axios";
export class Api { async name(id: string): Promise<string> { const { data } = await axios.get("/names/" + id); return data.name; } }`,
      "store.ts": `${STORE}  constructor(readonly api: Api) {}
  async load(id: string) {
    await this.#mutex.runExclusive(async () => {
      const name = await this.api.name(id); // ! no-await-while-locked likely
      this.#items.set(id, name);
    });
  }
}
import { Api } from "./api.js";`,
    },
  },
  {
    name: "an instance of the library that a field holds",
    program: {
      ...AXIOS,
      "store.ts": `import type { AxiosInstance } from "axios";
${STORE}  constructor(readonly http: AxiosInstance) {}
  async load(id: string) {
    const release = await this.#mutex.acquire();
    try {
      const { data } = await this.http.get("/names/" + id); // ! no-await-while-locked likely
      this.#items.set(id, data);
    } finally { release(); }
  }
}`,
    },
  },
  {
    name: "one literal key is one lock for all that is looked up",
    program: `import AsyncLock from "async-lock";
const locks = new AsyncLock(), cache = new Map<string, string>();
export const load = (id: string) => locks.acquire("cache", async () => {
  let text = cache.get(id);
  if (text === undefined) {
    text = await (await fetch("/" + id)).text(); // ! no-await-while-locked likely
    cache.set(id, text);
  }
  return text;
});`,
  },
  {
    name: "a semaphore of one",
    program: `import { Sema } from "async-sema";
const sema = new Sema(1);
let config = "";
export async function reload() {
  await sema.acquire();
  try {
    config = await (await fetch("/config")).text(); // ! no-await-while-locked likely
  } finally { sema.release(); }
}
export const read = async () => { await sema.acquire(); try { return config; } finally { sema.release(); } };`,
  },
  {
    name: "a lock written by hand",
    program: `let tail: Promise<unknown> = Promise.resolve();
export function exclusive<T>(work: () => Promise<T>): Promise<T> {
  const next = tail.then(work, work);
  tail = next.catch(() => undefined);
  return next;
}
let rates = "";
export const refresh = () => exclusive(async () => {
  const response = await fetch("/rates"); // ! no-await-while-locked likely
  rates = String(response.status);
});
export const read = () => exclusive(async () => rates);`,
  },
  {
    name: "work that was started before, through a helper of another file",
    program: {
      "load.ts": `export async function load(id: string) { const response = await fetch("/" + id); return response.text(); }`,
      "store.ts": `import { load } from "./load.js";
${STORE}  async add(id: string) {
    const pending = load(id);
    await this.#mutex.runExclusive(async () => {
      const text = await pending; // ! no-await-while-locked likely
      this.#items.set(id, text);
    });
  }
}`,
    },
  },
  {
    name: "several requests at once",
    program: `${STORE}  async load(ids: string[]) {
    await this.#mutex.runExclusive(async () => {
      const all = await Promise.all(ids.map((id) => fetch("/" + id))); // ! no-await-while-locked likely
      this.#total = all.length;
    });
  }
}`,
  },
  {
    name: "a pause between two tries, with a timer of the program's own",
    program: {
      "sleep.ts": `export const sleep = (ms: number) => new Promise<void>((done) => { setTimeout(done, ms); });`,
      "store.ts": `import { sleep } from "./sleep.js";
${STORE}  async retry(send: () => boolean) {
    await this.#mutex.runExclusive(async () => {
      for (let attempt = 1; attempt < 4; attempt++) {
        if (send()) { this.#total++; return; }
        await sleep(attempt * 500); // ! no-await-while-locked likely
      }
    });
  }
}`,
    },
  },
  {
    name: "a command",
    program: `import { execFile } from "node:child_process";
import { promisify } from "node:util";
const run = promisify(execFile);
${STORE}  async version() {
    await this.#mutex.runExclusive(async () => {
      const { stdout } = await run("git", ["--version"]); // ! no-await-while-locked likely
      this.#items.set("git", stdout);
    });
  }
}`,
  },
  {
    name: "a wrapper of the base class",
    program: `import { Mutex } from "async-mutex";
class Locked {
  readonly #mutex = new Mutex();
  protected async locked<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.#mutex.acquire();
    try { return await work(); } finally { release(); }
  }
}
export class Feed extends Locked {
  #items: string[] = [];
  async pull() {
    await this.locked(async () => {
      const response = await fetch("/feed"); // ! no-await-while-locked likely
      this.#items.push(response.statusText);
    });
  }
  list() { return this.locked(async () => [...this.#items]); }
}`,
  },
  {
    name: "what is only marked as done afterwards",
    program: `${STORE}  async send(id: string, post: (id: string) => Promise<void>) {
    await this.#mutex.runExclusive(async () => {
      await fetch("/done", { method: "POST", body: id }); // ! no-await-while-locked likely
      this.#total = 1;
    });
  }
}`,
  },
  {
    name: "a trailing request, when nothing was read",
    program: `${STORE}  async put(id: string, text: string) {
    await this.#mutex.runExclusive(async () => {
      this.#items.set(id, text);
      await fetch("/changed"); // ! no-await-while-locked likely
    });
  }
}`,
  },
  {
    name: "another task that wakes it, under a lock of its own",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex(), waiters: (() => void)[] = [];
export const wake = () => { waiters.shift()?.(); };
export const sleep = () => mutex.runExclusive(async () => {
  await new Promise<void>((woken) => waiters.push(woken)); // ! no-await-while-locked likely
});`,
  },
  {
    name: "a function of the caller's that may never end",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
const rows = new Map<string, string>();
const transaction = <T>(work: (all: Map<string, string>) => Promise<T>) => mutex.runExclusive(() => work(rows));
const stuck = (_id: string) => new Promise<void>(() => undefined);
class Sync {
  constructor(private readonly upload: (id: string) => Promise<void>) {}
  all() {
    return transaction(async (some) => {
      for (const id of some.keys()) await this.upload(id); // ! no-await-while-locked likely
    });
  }
}
export const sync = new Sync(stuck);
export const clear = () => transaction(async (some) => { some.clear(); });`,
  },
  {
    name: "an event of which nobody knows whether it comes",
    program: `import type { EventEmitter } from "node:events";
${STORE}  async connected(bus: EventEmitter) {
    await this.#mutex.runExclusive(async () => {
      await new Promise((done) => bus.once("paired", done)); // ! no-await-while-locked likely
    });
  }
}`,
  },
];

const others: readonly Program[] = [
  {
    name: "a settler kept in a field, which the end of the source calls",
    program: `import { Mutex } from "async-mutex";
import type { Readable } from "node:stream";
class Lines {
  private resolve: ((line: string | null) => void) | undefined;
  constructor(source: Readable) {
    source.on("line", (line: string) => { this.resolve?.(line); });
    source.on("close", () => { this.resolve?.(null); });
  }
  read() { return new Promise<string | null>((resolve) => { this.resolve = resolve; }); }
}
export class Store {
  private readonly mutex = new Mutex();
  private count = 0;
  constructor(private readonly lines: Lines) {}
  async next() { return this.mutex.runExclusive(async () => { this.count++; const line = await this.lines.read(); // ! no-await-while-locked possible
    return line; }); }
  async size() { return this.mutex.runExclusive(() => this.count); }
}
export const open = (source: Readable) => new Store(new Lines(source));`,
  },
  {
    name: "a message that a process may send, or end",
    program: `import { Mutex } from "async-mutex";
import type { ChildProcess } from "node:child_process";
const mutex = new Mutex();
let last = "";
const answer = (child: ChildProcess) => new Promise<string>((resolve, reject) => { child.on("message", (text) => { resolve(String(text)); }); child.on("exit", () => { reject(new Error("gone")); }); });
export const ask = (child: ChildProcess) => mutex.runExclusive(async () => { last = "asked"; last = await answer(child); // ! no-await-while-locked possible
});
export const told = () => mutex.runExclusive(() => last);`,
  },
  {
    name: "a request between two statements on one client",
    program: `import { Pool } from "pg";
const pool = new Pool({ max: 4 });
export async function order(id: string) {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const price = await (await fetch("/price/" + id)).text(); // ! no-await-while-locked likely
    await client.query("insert", [price]);
    await client.query("commit");
  } finally { client.release(); }
}`,
  },
  {
    name: "a request before the first statement, and one after the last",
    program: `import { Pool } from "pg";
const pool = new Pool({ max: 4 });
export async function order(id: string) {
  const client = await pool.connect();
  try {
    const price = await (await fetch("/price/" + id)).text();
    await client.query("insert", [price]);
    await fetch("/done");
  } finally { client.release(); }
}`,
  },
  {
    name: "items of a stream",
    program: `import type { Readable } from "node:stream";
${STORE}  async all(source: Readable) {
    await this.#mutex.runExclusive(async () => {
      for await (const item of source) this.#items.set(String(item), ""); // ! no-await-while-locked likely
    });
  }
}`,
  },
  {
    name: "a consumer that may never come back",
    program: `${STORE}  async *entries() {
    const release = await this.#mutex.acquire();
    try {
      for (const item of this.#items) yield item; // ! no-await-while-locked likely
    } finally { release(); }
  }
}`,
  },
];

const silent: readonly Program[] = [
  {
    name: "a request that a test answers itself",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
let status = 0;
export const replace = () => { globalThis.fetch = async () => new Response("a"); };
export const text = () => mutex.runExclusive(async () => { status = 2; const answer = await fetch("http://b"); const body = await answer.text(); status = body.length; });
export const load = () => mutex.runExclusive(async () => { status = 1; const answer = await fetch("http://a");
  console.log(answer.status); });
export const told = () => mutex.runExclusive(() => status);`,
  },
  {
    name: "a lock's own wait for the work that it was given, by a name for its promise",
    program: `class Gate {
  private locked = false;
  private readonly waiting: (() => void)[] = [];
  private lock(): void | Promise<void> {
    if (!this.locked) { this.locked = true; return; }
    return new Promise((resolve) => { this.waiting.push(resolve); });
  }
  private unlock() { const next = this.waiting.shift(); if (next) next(); else this.locked = false; }
  async run<T>(work: () => T | Promise<T>): Promise<T> {
    const room = this.lock();
    if (room instanceof Promise) await room;
    try {
      const result = work();
      if (result instanceof Promise) return await result;
      return result;
    } finally { this.unlock(); }
  }
}
export class Feed {
  readonly gate = new Gate();
  items: string[] = [];
  pull() { return this.gate.run(() => this.ask()); }
  private async ask() { const response = await fetch("/feed"); this.items.push(response.statusText); }
  list() { return this.gate.run(() => [...this.items]); }
}`,
  },
  {
    name: "a single value, looked up and fetched",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
let token: string | undefined;
export const get = () => mutex.runExclusive(async () => {
  if (token === undefined) token = await (await fetch("/token")).text();
  return token;
});
export const drop = () => mutex.runExclusive(() => { token = undefined; });`,
  },
  {
    name: "entries under keys of their own",
    program: `import AsyncLock from "async-lock";
const locks = new AsyncLock(), cache = new Map<string, string>();
export const load = (id: string) => locks.acquire(id, async () => {
  if (!cache.has(id)) cache.set(id, await (await fetch("/" + id)).text());
  return cache.get(id);
});`,
  },
  {
    name: "a request with a bound, of its own or by a race",
    program: `${STORE}  async load(id: string) {
    await this.#mutex.runExclusive(async () => {
      const response = await fetch("/" + id, { signal: AbortSignal.timeout(5000) });
      this.#items.set(id, response.statusText);
    });
    await this.#mutex.runExclusive(async () => {
      const response = await Promise.race([fetch("/" + id), new Promise<undefined>((done) => setTimeout(done, 1000))]);
      this.#items.set(id, response?.statusText ?? "");
    });
  }
}`,
  },
  {
    name: "requests that are kept apart in time",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
let next = 0;
export const slot = () => mutex.runExclusive(async () => {
  const pause = next - Date.now();
  if (pause > 0) await new Promise((done) => setTimeout(done, pause));
  next = Date.now() + 1000;
});`,
  },
  {
    name: "what is kept here as it was sent",
    program: `${STORE}  async put(id: string, text: string) {
    await this.#mutex.runExclusive(async () => {
      await fetch("/items", { method: "PUT", body: text });
      this.#items.set(id, text);
    });
  }
}`,
  },
  {
    name: "a file that is read, changed and written",
    program: `import { readFile, writeFile } from "node:fs/promises";
${STORE}  async bump(file: string) {
    await this.#mutex.runExclusive(async () => {
      const text = await readFile(file, "utf8");
      await writeFile(file, text + "x");
      this.#total = text.length;
    });
  }
}`,
  },
  {
    name: "a request that needs what is guarded, also through a helper and a local name",
    program: `${STORE}  #address() { return [...this.#items.values()].join(); }
  async one() { await this.#mutex.runExclusive(async () => { const r = await fetch("/" + String(this.#total)); this.#total = r.status; }); }
  async two() { await this.#mutex.runExclusive(async () => { const r = await fetch(this.#address()); this.#items.set("last", r.statusText); }); }
  async three(id: string) {
    await this.#mutex.runExclusive(async () => {
      const known = this.#items.get(id);
      const r = await fetch("/" + String(known));
      this.#items.set(id, r.statusText);
    });
  }
}`,
  },
  {
    name: "a guarded read before, behind a method",
    program: `${STORE}  #isFull() { return this.#total > 3; }
  async load() {
    await this.#mutex.runExclusive(async () => {
      if (this.#isFull()) return;
      const response = await fetch("/next");
      this.#total = response.status;
    });
  }
}`,
  },
  {
    name: "limiters, and semaphores of more than one",
    program: `import pLimit from "p-limit";
import { Semaphore } from "async-mutex";
const limit = pLimit(1), two = new Semaphore(2);
let seen = 0;
export const a = () => limit(async () => { const r = await fetch("/a"); seen = r.status; });
export const b = () => two.runExclusive(async () => { const r = await fetch("/b"); seen = r.status; });
export const c = () => seen;`,
  },
  {
    name: "nothing but requests",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
export const get = (id: string) => mutex.runExclusive(async () => (await fetch("/" + id)).text());
export const put = (id: string, text: string) => mutex.runExclusive(() => fetch("/" + id, { method: "PUT", body: text }));`,
  },
  {
    name: "what comes after the lock was given back",
    program: `${STORE}  async take(id: string) {
    const release = await this.#mutex.acquire();
    this.#items.delete(id);
    release();
    const response = await fetch("/" + id);
    this.#total = response.status;
  }
}`,
  },
  {
    name: "a lock that nobody else wants",
    program: `import { Mutex } from "async-mutex";
async function main() {
  const mutex = new Mutex();
  let seen = 0;
  await mutex.runExclusive(async () => { const r = await fetch("/a"); seen = r.status; });
  console.log(seen);
}
await main();`,
  },
  {
    name: "a turn of the event loop, and a pause shorter than a frame",
    program: `import { setImmediate as tick, setTimeout as pause } from "node:timers/promises";
${STORE}  async slowly() {
    await this.#mutex.runExclusive(async () => {
      await tick();
      this.#total = 1;
    });
    await this.#mutex.runExclusive(async () => {
      await pause(1);
      this.#total = 2;
    });
  }
}`,
  },
  {
    name: "variables of one call only",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
export async function load(id: string) {
  let text = "";
  await mutex.runExclusive(async () => { text = await (await fetch("/" + id)).text(); });
  return text;
}`,
  },
  {
    name: "an answer to what was sent beside it",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex(), pending = new Map<number, (answer: string) => void>();
declare const socket: { send(id: number): void };
let next = 0;
const ask = (id: number) => new Promise<string>((resolve) => { pending.set(id, resolve); socket.send(id); });
export const call = () => mutex.runExclusive(() => ask(next++));
export const answer = (id: number, text: string) => pending.get(id)?.(text);`,
  },
  {
    name: "a promise that comes with what settles it",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
declare const files: { list(each: (name: string) => void, end: () => void): void };
function defer<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => { resolve = settle; });
  return { promise, resolve };
}
export const list = () => mutex.runExclusive(async () => {
  const names: string[] = [], { promise, resolve } = defer<readonly string[]>();
  files.list((name) => names.push(name), () => { resolve(names); });
  return promise;
});`,
  },
  {
    name: "a promise that is settled by a function which others get",
    program: `import { Mutex } from "async-mutex";
import { EventEmitter } from "node:events";
const mutex = new Mutex();
declare const tasks: { start(options: { done: () => void }): void };
export class Solver extends EventEmitter {
  readonly #results = new Map<string, number>();
  solve(): Promise<void> {
    return mutex.runExclusive(() => new Promise<void>((resolve, reject) => {
      tasks.start({ done });
      function done() {
        cleanup(undefined);
        resolve();
      }
      const cleanup = (error: Error | undefined) => {
        this.off("abort", cleanup);
        if (error) reject(error);
      };
      this.on("abort", cleanup);
      this.#results.set("started", 1);
    }));
  }
}`,
  },
  {
    name: "readers, who let each other in",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
async function fetch(id: string) { return id; }
const terminal = { async question(text: string) { return text; } };
let last = "";
export const ask = () => mutex.runExclusive(async () => { last = await terminal.question(await fetch("a")); });
export const read = () => mutex.runExclusive(() => last);`,
  },
];

describe("waits under a lock", () => {
  it.each([...reported, ...others, ...silent].map((program) => [program.name, program] as const))("%s", (_name, program) => {
    const { found, expected } = said(program);
    expect(found.filter((each) => each.includes("no-await") && !expected.includes(each))).toEqual([]);
    expect(found).toEqual(expect.arrayContaining([...expected]));
  });
});
