import ts from "typescript";
import { describe, expect, it } from "vitest";

import type { Body, LoweredFile } from "../src/effects/ir.js";
import { handmadeOf } from "../src/lowering/handmade.js";
import { lowerFile } from "../src/lowering/lower-file.js";

function lower(text: string): LoweredFile {
  return lowerFile(ts.createSourceFile("program.ts", text, ts.ScriptTarget.ESNext, true));
}

/** `Class.method`, a function's name, or names from the outermost function inwards: `factory/inner`. */
function bodyAt(file: LoweredFile, path: string): Body {
  const [first = "", ...rest] = path.split(/[./]/);
  let found = file.classes.find(({ name }) => name === first)?.body ?? file.bodies.find(({ name, parent }) => name === first && parent?.kind !== "initializer");
  if (path.includes(".")) {
    const member = file.classes.find(({ name }) => name === first);
    const own = member?.members.get(rest[0] ?? "") ?? member?.statics.get(rest[0] ?? "");
    found = own?.init?.k === "function" ? own.init.body : own?.body;
  } else for (const name of rest) found = found?.children.find((child) => child.name === name);
  if (!found) throw new Error(`no function ${path}`);
  return found;
}

function summary(text: string, path: string): string {
  const made = handmadeOf(bodyAt(lower(text), path));
  if (!made) return "nothing";
  return [
    made.do, "field" in made.of ? `this.${made.of.field}` : made.of.declaration.name,
    ...(made.callback === undefined ? [] : [`callback ${String(made.callback)}`]),
    ...(made.key === undefined ? [] : [`key ${String(made.key)}`]),
    ...(made.gives === "releaser" ? ["releaser"] : []),
    ...(made.capacity === 1 ? [] : [`capacity ${String(made.capacity)}`]),
    ...(made.awaited ? [] : ["not awaited"]),
  ].join(", ");
}

/** Programs with the locks in them: function path → summary. */
const LOCKS: readonly { readonly name: string; readonly is: Readonly<Record<string, string>>; readonly text: string }[] = [
  // Jobs that get their start later, if they have to wait.
  {
    name: "job in the list before it waits", is: { "Lanes.execute": "run, this.#jobs, callback 0, capacity undefined" },
    text: `interface Job { running: boolean; start?: () => void }
      class Lanes { readonly #most: number; readonly #jobs: Job[] = []; #running = 0; constructor(most = 1) { this.#most = most; }
      async execute<T>(work: () => Promise<T>): Promise<T> {
        const job: Job = { running: false }; this.#jobs.push(job);
        if (this.#next() !== job) await new Promise<void>((resolve) => { job.start = () => { job.running = true; this.#running += 1; resolve(); }; this.#wake(); });
        else { job.running = true; this.#running += 1; }
        try { return await work(); } finally { this.#jobs.splice(this.#jobs.indexOf(job), 1); this.#running = Math.max(this.#running - 1, 0); this.#wake(); }
      }
      #wake() { const job = this.#next(); if (job) job.start!(); }
      #next(): Job | undefined { if (this.#running > this.#most - 1) return undefined; for (const job of this.#jobs) if (!job.running) return job; return undefined; } }`,
  },
  {
    name: "answers that come to requests in a list", is: { "Pending.ask": "nothing" },
    text: `interface Request { id: number; done?: (answer: string) => void }
      class Pending { #open: Request[] = []; #count = 0; constructor(readonly send: (id: number) => void) {}
      async ask(work: () => Promise<void>): Promise<string> {
        const request: Request = { id: this.#count++ }; this.#open.push(request); await work();
        return await new Promise((resolve) => { request.done = resolve; this.send(request.id); });
      }
      answer(id: number, text: string) { const request = this.#open.find((each) => each.id === id); request?.done?.(text); } }`,
  },
  // Promise tails.
  {
    name: "tail in a module variable", is: { withLock: "run, tail, callback 0" },
    text: `let tail: Promise<unknown> = Promise.resolve();
      function withLock<T>(body: () => Promise<T>): Promise<T> { const run = tail.then(body, body); tail = run.catch(() => undefined); return run; }`,
  },
  {
    name: "tail in a field, work called in a handler", is: { "Gate.run": "run, this.tail, callback 0" },
    text: `class Gate { #t = 0; private tail = Promise.resolve();
      run<T>(work: () => Promise<T>) { const out = this.tail.then(() => work()); this.tail = out.then(() => {}, () => {}); return out; } }`,
  },
  {
    name: "tail replaced by the work itself", is: { "Chain.add": "run, this.last, callback 0" },
    text: `class Chain { last: Promise<void> = Promise.resolve(); add(job: () => Promise<void>) { this.last = this.last.then(job); return this.last; } }`,
  },
  {
    name: "assignment returned", is: { add: "run, last, callback 0" },
    text: `let last = Promise.resolve(); export const add = (job: () => Promise<void>) => (last = last.catch(() => {}).then(job));`,
  },
  {
    name: "tail of a factory, returned function", is: { "createLock/lock": "run, tail, callback 0" },
    text: `function createLock() { let tail: Promise<any> = Promise.resolve();
      return function lock<T>(fn: () => Promise<T>) { const p = tail.then(fn, fn); tail = p.then(() => {}, () => {}); return p; }; }`,
  },
  {
    name: "tail of a factory, method of the object returned", is: { "serial/run": "run, chain, callback 0" },
    text: `export function serial() { let chain = Promise.resolve();
      return { run(fn: () => Promise<void>) { const next = chain.then(() => fn()); chain = next.catch(() => {}); return next; } }; }`,
  },
  {
    name: "async function that awaits the chained work", is: { withStore: "run, writes, callback 0" },
    text: `let writes: Promise<unknown> = Promise.resolve();
      async function withStore<T>(change: () => Promise<T>): Promise<T> { const mine = writes.catch(() => {}).then(change); writes = mine; return await mine; }`,
  },
  {
    name: "finally instead of then", is: { exclusive: "run, current, callback 0" },
    text: `let current: Promise<unknown> = Promise.resolve();
      const exclusive = <T>(fn: () => Promise<T>) => { const next = current.finally(() => fn()); current = next; return next; };`,
  },
  {
    name: "work between two steps of its own", is: { "Store.update": "run, this.pending, callback 0" },
    text: `class Store { private pending: Promise<unknown> = Promise.resolve();
      update(change: (n: number) => Promise<number>) { const done = this.pending.then(async () => { const n = await this.load(); await this.save(await change(n)); });
        this.pending = done.catch(() => {}); return done; }
      private async load() { return 1; } private async save(n: number) {} }`,
  },
  {
    name: "promise settled by the chained handler", is: { enqueue: "run, tail, callback 0" },
    text: `let tail = Promise.resolve();
      function enqueue<T>(job: () => Promise<T>): Promise<T> { return new Promise((resolve, reject) => {
        tail = tail.then(async () => { try { resolve(await job()); } catch (error) { reject(error); } }); }); }`,
  },
  {
    name: "fire and forget", is: { enqueue: "run, tail, callback 0, not awaited" },
    text: `let tail = Promise.resolve(); function enqueue(job: () => Promise<void>): void { tail = tail.then(job).catch(console.error); }`,
  },
  {
    name: "work run by a helper of the class", is: { "Writer.write": "run, this.#tail, callback 0" },
    text: `class Writer { #tail: Promise<unknown> = Promise.resolve();
      write(job: () => Promise<void>) { const next = this.#tail.then(() => this.guarded(job)); this.#tail = next; return next; }
      private async guarded(job: () => Promise<void>) { try { await job(); } catch { } } }`,
  },
  {
    name: "previous awaited in an async function that is stored", is: { schedule: "run, previous, callback 0" },
    text: `let previous: Promise<unknown> = Promise.resolve();
      function schedule<T>(fn: () => Promise<T>) { const before = previous; const mine = (async () => { await before.catch(() => {}); return fn(); })(); previous = mine; return mine; }`,
  },
  {
    name: "callback is the second parameter", is: { named: "run, tail, callback 1" },
    text: `let tail = Promise.resolve<unknown>(undefined);
      function named(label: string, fn: () => Promise<void>) { const r = tail.then(() => { console.log(label); return fn(); }); tail = r.then(() => 0, () => 0); return r; }`,
  },
  {
    name: "tail per key", is: { "Keyed.run": "run, this.tails, callback 1, key 0" },
    text: `class Keyed { tails = new Map<string, Promise<unknown>>();
      run<T>(key: string, operation: () => Promise<T>) { const previous = this.tails.get(key) ?? Promise.resolve(); const result = previous.then(operation, operation);
        const settled = result.then(() => undefined, () => undefined); this.tails.set(key, settled);
        void settled.then(() => { if (this.tails.get(key) === settled) this.tails.delete(key); }); return result; } }`,
  },
  {
    name: "tail per key in an object", is: { forFile: "run, tails, callback 1, key 0" },
    text: `const tails: Record<string, Promise<unknown>> = {};
      async function forFile<T>(file: string, fn: () => Promise<T>) { const before = tails[file] || Promise.resolve(); const mine = before.then(fn); tails[file] = mine.catch(() => {}); try { return await mine; } finally { if (tails[file] === mine) delete tails[file]; } }`,
  },
  {
    name: "key made of a parameter", is: { onDisk: "run, tails, callback 1, key 0" },
    text: "const tails = new Map<string, Promise<unknown>>();\nfunction onDisk(file: string, fn: () => Promise<void>) { const key = `disk:${file.toLowerCase()}`;"
      + " const next = (tails.get(key) ?? Promise.resolve()).then(fn); tails.set(key, next); return next.finally(() => { if (tails.get(key) === next) tails.delete(key); }); }",
  },
  // Gates.
  {
    name: "gate opened in finally", is: { withLock: "run, lock, callback 0" },
    text: `let lock: Promise<void> = Promise.resolve();
      async function withLock<T>(fn: () => Promise<T>) { const prev = lock; let release: (() => void) | undefined; lock = new Promise<void>((resolve) => { release = resolve; });
        await prev; try { return await fn(); } finally { release?.(); } }`,
  },
  {
    name: "gate by withResolvers", is: { "M.run": "run, this.tail, callback 0" },
    text: `class M { tail = Promise.resolve(); async run<T>(fn: () => Promise<T>) { const { promise, resolve } = Promise.withResolvers<void>(); const before = this.tail; this.tail = promise;
      await before; try { return await fn(); } finally { resolve(); } } }`,
  },
  {
    name: "gate as a deferred object", is: { "M.run": "run, this.tail, callback 0" },
    text: `import { deferred } from "./deferred.js"; class M { tail = Promise.resolve(); async run<T>(fn: () => Promise<T>) { const gate = deferred<void>(); const before = this.tail; this.tail = gate.promise;
      await before; try { return await fn(); } finally { gate.resolve(); } } }`,
  },
  {
    name: "gate opened by finally of a chain", is: { "createMutex/exclusive": "run, chain, callback 0" },
    text: `function createMutex() { let chain: Promise<void> = Promise.resolve();
      return function exclusive<T>(fn: () => Promise<T>): Promise<T> { let release!: () => void; const wait = chain; chain = new Promise<void>((res) => { release = res; }); return wait.then(fn).finally(release); }; }`,
  },
  {
    name: "gate per key behind the previous one", is: { withKey: "run, locks, callback 1, key 0" },
    text: `const locks = new Map<string, Promise<void>>();
      async function withKey<T>(key: string, fn: () => Promise<T>) { const prior = locks.get(key) ?? Promise.resolve(); let release!: () => void; const current = new Promise<void>((r) => { release = r; });
        const tail = prior.then(() => current); locks.set(key, tail); await prior.catch(() => undefined); try { return await fn(); } finally { release(); if (locks.get(key) === tail) locks.delete(key); } }`,
  },
  {
    name: "acquire that resolves a releaser", is: { "Mutex.lock": "acquire, this.current, releaser" },
    text: `class Mutex { private current = Promise.resolve(); lock(): Promise<() => void> { let open!: () => void; const gate = new Promise<void>((r) => { open = r; }); const mine = this.current.then(() => open); this.current = gate; return mine; } }`,
  },
  {
    name: "async acquire that returns a releaser", is: { take: "acquire, tail, releaser" },
    text: `let tail: Promise<void> = Promise.resolve();
      async function take(): Promise<() => void> { const before = tail; let open = () => {}; tail = new Promise((r) => { open = r; }); await before; let done = false; return () => { if (done) return; done = true; open(); }; }`,
  },
  {
    name: "acquire whose gate is begun later", is: { "Mutex.lock": "acquire, this.mutex, releaser" },
    text: `class Mutex { private mutex = Promise.resolve(); lock(): PromiseLike<() => void> { let begin: (unlock: () => void) => void = () => {};
      this.mutex = this.mutex.then(() => new Promise(begin)); return new Promise((res) => { begin = res; }); } }`,
  },
  {
    name: "acquire that resolves the gate's own resolver", is: { acquire: "acquire, tail, releaser" },
    text: `let tail: Promise<void> = Promise.resolve();
      const acquire = () => new Promise<() => void>((resolve) => { tail = tail.then(() => new Promise<void>((release) => resolve(release))); });`,
  },
  {
    name: "acquire per key", is: { "Locks.acquire": "acquire, this.locks, key 0, releaser" },
    text: `class Locks { private locks = new Map<string, Promise<void>>(); async acquire(key: string) { while (this.locks.has(key)) await this.locks.get(key);
      let release!: () => void; this.locks.set(key, new Promise<void>((r) => { release = r; })); return () => { this.locks.delete(key); release(); }; } }`,
  },
  // Slots.
  {
    name: "slot taken when empty", is: { exclusive: "run, slot, callback 0" },
    text: `let slot: Promise<void> | undefined; async function exclusive<T>(fn: () => Promise<T>) { while (slot) await slot; let free!: () => void; slot = new Promise<void>((r) => { free = r; });
      try { return await fn(); } finally { slot = undefined; free(); } }`,
  },
  {
    name: "slot beside the function that opens it", is: { "Turn.enter": "acquire, this.#busy", "Turn.leave": "release, this.#busy" },
    text: `class Turn { #busy?: Promise<void>; #open?: () => void;
      async enter() { while (this.#busy) await this.#busy; this.#busy = new Promise((opened) => { this.#open = opened; }); }
      leave() { const open = this.#open; this.#busy = undefined; this.#open = undefined; open?.(); } }`,
  },
  {
    name: "slot and opener in variables of a factory", is: { "createTurn/enter": "acquire, busy", "createTurn/leave": "release, busy" },
    text: `function createTurn() { let busy: Promise<void> | null = null, open: () => void = () => {};
      const enter = async () => { while (busy !== null) { await busy; } busy = new Promise((opened) => { open = opened; }); };
      const leave = () => { busy = null; open(); };
      return { enter, leave }; }`,
  },
  {
    name: "slot holds the running work", is: { "One.run": "run, this.#running, callback 0" },
    text: `class One { #running: Promise<unknown> | null = null; async run<T>(fn: () => Promise<T>) { while (this.#running) await this.#running.catch(() => {}); const mine = fn(); this.#running = mine;
      try { return await mine; } finally { this.#running = null; } } }`,
  },
  {
    name: "slot per key", is: { "Locks.with": "run, this.locks, callback 1, key 0" },
    text: `class Locks { private readonly locks = new Map<string, Promise<void>>(); async with<T>(id: string, work: () => Promise<T>): Promise<T> { while (this.locks.has(id)) { await this.locks.get(id); }
      let open: () => void; const gate = new Promise<void>((r) => { open = r; }); this.locks.set(id, gate); try { const out = await work(); return out; } finally { this.locks.delete(id); open!(); } } }`,
  },
  // Flags and counters with waiting resolvers.
  {
    name: "busy flag, loop", is: { "Gate.enter": "acquire, this.#waiters", "Gate.leave": "release, this.#waiters" },
    text: `class Gate { #busy = false; readonly #waiters: (() => void)[] = []; async enter() { while (this.#busy) await new Promise<void>((wake) => this.#waiters.push(wake)); this.#busy = true; }
      leave() { this.#busy = false; this.#waiters.shift()?.(); } }`,
  },
  {
    name: "busy flag, once", is: { lock: "acquire, queue", unlock: "release, queue" },
    text: `let locked = false; const queue: (() => void)[] = [];
      async function lock() { if (locked) await new Promise<void>((r) => { queue.push(r); }); locked = true; }
      function unlock() { locked = false; const next = queue.shift(); if (next) next(); }`,
  },
  {
    name: "flag handed over", is: { "Mutex.acquire": "acquire, this.waiting", "Mutex.release": "release, this.waiting" },
    text: `class Mutex { private locked = false; private waiting: (() => void)[] = [];
      acquire(): Promise<void> { if (!this.locked) { this.locked = true; return Promise.resolve(); } return new Promise((resolve) => this.waiting.push(resolve)); }
      release() { const next = this.waiting.shift(); if (next) next(); else this.locked = false; } }`,
  },
  {
    name: "everything in the executor", is: { "Mutex.lock": "acquire, this.queue", "Mutex.unlock": "release, this.queue" },
    text: `class Mutex { private queue: Array<() => void> = []; private locked = false;
      lock() { return new Promise<void>((resolve) => { if (this.locked) { this.queue.push(resolve); } else { this.locked = true; resolve(); } }); }
      unlock() { if (this.queue.length > 0) { const go = this.queue.shift()!; go(); } else { this.locked = false; } } }`,
  },
  {
    name: "flag that says free", is: { take: "acquire, waiting", give: "release, waiting" },
    text: `let free = true; const waiting: (() => void)[] = [];
      async function take() { if (free) { free = false; return; } await new Promise<void>((r) => waiting.push(r)); }
      function give() { const next = waiting.shift(); if (next) next(); else free = true; }`,
  },
  {
    name: "dispatcher takes for whoever is first", is: { "Mutex.acquire": "acquire, this.queue, releaser" },
    text: `class Mutex { private queue: ((release: () => void) => void)[] = []; private busy = false;
      acquire(): Promise<() => void> { const ticket = new Promise<() => void>((resolve) => this.queue.push(resolve)); if (!this.busy) this.next(); return ticket; }
      private next() { const first = this.queue.shift(); if (!first) return; this.busy = true; first(this.free()); }
      private free() { return () => { this.busy = false; this.next(); }; } }`,
  },
  {
    name: "acquire returns a releaser", is: { "L.acquire": "acquire, this.waiters, releaser", "L.release": "release, this.waiters" },
    text: `class L { private held = false; private readonly waiters: (() => void)[] = [];
      async acquire() { if (this.held) await new Promise<void>((r) => this.waiters.push(r)); else this.held = true; return () => this.release(); }
      private release() { const w = this.waiters.shift(); if (w) w(); else this.held = false; } }`,
  },
  {
    name: "wait in a helper", is: { "G.enter": "acquire, this.list", "G.leave": "release, this.list" },
    text: `class G { busy = false; list: (() => void)[] = []; private turn() { return new Promise<void>((go) => { this.list.push(go); }); }
      async enter() { while (this.busy) await this.turn(); this.busy = true; } leave() { this.busy = false; const all = this.list; this.list = []; for (const go of all) go(); } }`,
  },
  {
    name: "everybody is woken", is: { enter: "acquire, sleepers", leave: "release, sleepers" },
    text: `let open = true; const sleepers: (() => void)[] = []; async function enter() { while (!open) await new Promise<void>((r) => sleepers.push(r)); open = false; }
      function leave() { open = true; sleepers.splice(0).forEach((wake) => wake()); }`,
  },
  {
    name: "semaphore, counting up to a field", is: { "S.acquire": "acquire, this.queue, capacity undefined", "S.release": "release, this.queue, capacity undefined" },
    text: `class S { private active = 0; private queue: (() => void)[] = []; constructor(private readonly max: number) {}
      async acquire() { if (this.active < this.max) { this.active++; return; } return new Promise<void>((resolve) => { this.queue.push(resolve); }); }
      release() { const next = this.queue.shift(); if (next) next(); else this.active--; } }`,
  },
  {
    name: "semaphore, permits set by the constructor", is: { "S.acquire": "acquire, this.waiters, capacity undefined", "S.release": "release, this.waiters, capacity undefined" },
    text: `class S { private permits: number; private readonly waiters: Array<() => void> = []; constructor(permits: number) { this.permits = permits; }
      async acquire(): Promise<void> { if (this.permits > 0) { this.permits -= 1; return; } await new Promise<void>((resolve) => { this.waiters.push(resolve); }); }
      release() { const next = this.waiters.shift(); if (next) { next(); return; } this.permits += 1; } }`,
  },
  {
    name: "semaphore of three", is: { "S.enter": "acquire, this.q, capacity 3", "S.exit": "release, this.q, capacity 3" },
    text: `class S { private readonly max = 3; private n = 0; private q: (() => void)[] = [];
      async enter() { while (this.n >= this.max) await new Promise<void>((r) => this.q.push(r)); this.n += 1; } exit() { this.n = Math.max(0, this.n - 1); this.q.shift()?.(); } }`,
  },
  {
    name: "semaphore with one permit", is: { take: "acquire, queue", give: "release, queue" },
    text: `let permits = 1; const queue: (() => void)[] = []; const take = async () => { if (permits === 0) await new Promise<void>((r) => queue.push(r)); else permits--; };
      const give = () => { const r = queue.shift(); if (r) r(); else permits++; };`,
  },
  {
    name: "semaphore whose waiter counts itself", is: { "S.acquire": "acquire, this.waiting, releaser, capacity undefined" },
    text: `class S { private count = 0; private waiting: (() => void)[] = []; constructor(private limit: number) {}
      acquire(): Promise<() => void> { return new Promise((resolve) => { const go = () => { this.count++; resolve(() => { this.count--; this.waiting.shift()?.(); }); };
        if (this.count < this.limit) go(); else this.waiting.push(go); }); } }`,
  },
  {
    name: "waiters as objects with priorities", is: { "S.acquire": "acquire, this.queue, capacity undefined", "S.release": "release, this.queue, capacity undefined" },
    text: `class S { private used = 0; private queue: { resolve: () => void; priority: number }[] = []; constructor(private max: number) {}
      async acquire(priority = 0) { if (this.used < this.max) { this.used++; return; } await new Promise<void>((resolve) => { this.queue.push({ resolve, priority }); this.queue.sort((a, b) => b.priority - a.priority); }); }
      release() { const next = this.queue.shift(); if (next) next.resolve(); else this.used--; } }`,
  },
  {
    name: "semaphore around its callback", is: { "createLimiter/run": "run, queue, callback 0, capacity undefined" },
    text: `export function createLimiter(limit: number) { let active = 0; const queue: (() => void)[] = [];
      return async function run<T>(fn: () => Promise<T>): Promise<T> { if (active >= limit) await new Promise<void>((resolve) => queue.push(resolve)); active++;
        try { return await fn(); } finally { active--; queue.shift()?.(); } }; }`,
  },
  {
    name: "semaphore around its callback, release beside it", is: { "createLimiter/run": "run, queue, callback 0, capacity undefined" },
    text: `function createLimiter(limit: number) { let active = 0; const queue: (() => void)[] = []; function release() { active--; if (queue.length > 0) { active++; queue.shift()!(); } }
      const run = async <T>(fn: () => Promise<T>): Promise<T> => { if (active >= limit) await new Promise<void>((r) => queue.push(r)); else active++; try { return await fn(); } finally { release(); } }; return run; }`,
  },
  {
    name: "withResolvers in the queue of a limiter of two", is: { limited: "run, queue, callback 0, capacity 2" },
    text: `const MAX = 2; let active = 0; const queue: (() => void)[] = [];
      const limited = async <T>(fn: () => Promise<T>) => { if (active >= MAX) { const { promise, resolve } = Promise.withResolvers<void>(); queue.push(resolve); await promise; } else active++;
        try { return await fn(); } finally { const next = queue.shift(); if (next) next(); else active--; } };`,
  },
  // Lists of jobs.
  {
    name: "jobs as functions", is: { "Serial.run": "run, this.waiting, callback 0" },
    text: `class Serial { private readonly waiting: Array<() => Promise<void>> = []; private busy = false;
      run(job: () => Promise<void>) { return new Promise<void>((resolve, reject) => { this.waiting.push(() => job().then(resolve, reject)); void this.pump(); }); }
      private async pump() { if (this.busy) return; this.busy = true; for (let next = this.waiting.shift(); next; next = this.waiting.shift()) await next(); this.busy = false; } }`,
  },
  {
    name: "jobs as objects", is: { "Q.add": "run, this.queue, callback 0" },
    text: `class Q { private queue: any[] = []; private processing = false;
      add<T>(fn: () => Promise<T>): Promise<T> { return new Promise((resolve, reject) => { this.queue.push({ fn, resolve, reject }); this.process(); }); }
      private async process() { if (this.processing || this.queue.length === 0) return; this.processing = true;
        while (this.queue.length > 0) { const { fn, resolve, reject } = this.queue.shift(); try { const result = await fn(); resolve(result); } catch (e) { reject(e); } } this.processing = false; } }`,
  },
  {
    name: "jobs as objects, called as a member", is: { add: "run, jobs, callback 1" },
    text: `const jobs: any[] = []; let running = false;
      function add(label: string, work: () => Promise<unknown>) { return new Promise((resolve, reject) => { jobs.push({ label, work, resolve, reject }); if (!running) void drain(); }); }
      async function drain() { running = true; while (jobs.length) { const job = jobs.shift(); try { job.resolve(await job.work()); } catch (e) { job.reject(e); } } running = false; }`,
  },
  {
    name: "batches", is: { write: "run, queue, callback 0" },
    text: `const queue: { run(): Promise<void> }[] = []; let draining = false;
      async function drain() { if (draining) return; draining = true; try { while (queue.length > 0) { const batch = queue.splice(0); await Promise.allSettled(batch.map((operation) => operation.run())); } } finally { draining = false; } }
      function write<T>(operation: () => Promise<T>) { return new Promise<T>((resolve, reject) => { queue.push({ run: () => operation().then(resolve, reject) }); setTimeout(() => void drain(), 1); }); }`,
  },
  {
    name: "next job from a handler", is: { "Q.add": "run, this.queue, callback 0, capacity undefined" },
    text: `class Q { running = 0; queue: any[] = []; constructor(private concurrency = 1) {}
      add(fn: () => Promise<unknown>) { return new Promise((resolve, reject) => { this.queue.push({ fn, resolve, reject }); this.next(); }); }
      next() { if (this.running >= this.concurrency || this.queue.length === 0) return; this.running++; const item = this.queue.shift();
        item.fn().then((r: unknown) => { this.running--; item.resolve(r); this.next(); }).catch((e: unknown) => { this.running--; item.reject(e); this.next(); }); } }`,
  },
  {
    name: "job starts the next one itself", is: { "limiter/limit": "run, queue, callback 0, capacity undefined" },
    text: `function limiter(max: number) { let active = 0; const queue: (() => void)[] = [];
      const limit = <T>(fn: () => Promise<T>) => new Promise<T>((resolve, reject) => { const task = async () => { active++; try { resolve(await fn()); } catch (e) { reject(e); } finally { active--; queue.shift()?.(); } };
        if (active < max) void task(); else queue.push(task); }); return limit; }`,
  },
  {
    name: "runner started in a microtask, limit of four", is: { "make/run": "run, queue, callback 0, capacity 4" },
    text: `function make() { let active = 0; const queue: any[] = [];
      const next = () => { if (active >= 4) return; const job = queue.shift(); if (!job) return; active += 1; Promise.resolve().then(job.run).then(job.resolve, job.reject).finally(() => { active -= 1; next(); }); };
      return { run(task: () => Promise<unknown>) { return new Promise((resolve, reject) => { queue.push({ run: task, resolve, reject }); queueMicrotask(next); }); } }; }`,
  },
  {
    name: "jobs accepted only", is: { "Q.push": "run, this.jobs, callback 0, not awaited" },
    text: `class Q { private jobs: (() => Promise<void>)[] = []; private working = false; push(job: () => Promise<void>): void { this.jobs.push(job); void this.work(); }
      private async work() { if (this.working) return; this.working = true; try { let job; while ((job = this.jobs.shift())) await job(); } finally { this.working = false; } } }`,
  },
  {
    name: "job run with a retry", is: { "Q.add": "run, this.queue, callback 0, capacity undefined" },
    text: `class Q { private active = 0; private queue: any[] = []; constructor(private max: number) {}
      add(fn: () => Promise<unknown>) { return new Promise((resolve, reject) => { this.queue.push({ fn, resolve, reject }); void this.go(); }); }
      private async go() { if (this.active >= this.max || !this.queue.length) return; this.active++; const { fn, resolve, reject } = this.queue.shift();
        try { resolve(await this.retry(fn)); } catch (e) { reject(e); } finally { this.active--; void this.go(); } }
      private async retry(fn: () => Promise<unknown>) { for (let i = 0; i < 2; i++) { try { return await fn(); } catch { } } return fn(); } }`,
  },
  {
    name: "limiter whose free places run at once", is: { limited: "run, queue, callback 0, capacity undefined", next: "nothing", read: "nothing" },
    text: `let max = 4; let running = 0; const queue: (() => void)[] = [];
      function next() { if (running >= max) return; const job = queue.shift(); if (!job) return; running++; try { job(); } catch { running--; next(); } }
      function limited<T>(fn: () => Promise<T>): Promise<T> {
        if (running < max) { running++; return fn().finally(() => { running--; next(); }); }
        return new Promise((resolve, reject) => { queue.push(async () => { try { resolve(await fn()); } catch (e) { reject(e); } finally { running--; next(); } }); });
      }
      async function read(path: string) { return await limited(() => fetch(path)); }`,
  },
  {
    name: "batches started by a timer beside the flag", is: { write: "run, jobs, callback 0", rename: "nothing" },
    text: `interface Job { run: () => Promise<unknown>; resolve: (v: any) => void; reject: (e: unknown) => void }
      let jobs: Job[] = []; let busy = false; let timer: NodeJS.Timeout | null = null;
      async function flush() {
        if (busy || jobs.length === 0) return;
        busy = true;
        if (timer) { clearTimeout(timer); timer = null; }
        const batch = jobs.splice(0, jobs.length);
        try { await Promise.allSettled(batch.map(async ({ run, resolve, reject }) => { try { resolve(await run()); } catch (e) { reject(e); } })); }
        finally { busy = false; if (jobs.length > 0 && timer === null) timer = setTimeout(() => { flush(); }, 10); }
      }
      function write<T>(run: () => Promise<T>): Promise<T> {
        return new Promise((resolve, reject) => { jobs.push({ run, resolve, reject }); if (timer) clearTimeout(timer); timer = setTimeout(() => { flush(); }, 10); });
      }
      async function rename(name: string) { return await write(() => fetch(name)); }`,
  },
  {
    name: "queue locked while a job runs", is: { submit: "run, pending, callback 0" },
    text: `const pending: any[] = []; let current: Promise<void> | null = null;
      export async function submit<T>(fn: () => Promise<T>): Promise<T> { const { promise, resolve, reject } = Promise.withResolvers<T>(); pending.push({ fn, resolve, reject }); current ??= work().finally(() => { current = null; }); return promise; }
      async function work() { while (pending.length > 0) { const job = pending.shift(); try { job.resolve(await job.fn()); } catch (e) { job.reject(e); } } }`,
  },
  {
    name: "gate whose opener is a disposer", is: { "Guard.enter": "acquire, this.tail, releaser" },
    text: `class Guard { tail = Promise.resolve();
      async enter() { const before = this.tail; const { promise, resolve } = Promise.withResolvers<void>(); this.tail = promise; await before; return { [Symbol.dispose]: resolve }; } }`,
  },
  {
    name: "gate whose opener is returned as it is", is: { enter: "acquire, tail, releaser" },
    text: `let tail = Promise.resolve();
      export async function enter() { const before = tail; const { promise, resolve } = Promise.withResolvers<void>(); tail = promise; await before; return resolve; }`,
  },
  {
    name: "list of waiters, given back by a disposer", is: { "Guard.enter": "acquire, this.waiting, releaser" },
    text: `class Guard { held = false; waiting: (() => void)[] = [];
      async enter() { if (this.held) await new Promise<void>((resolve) => this.waiting.push(resolve)); else this.held = true; return { [Symbol.asyncDispose]: async () => this.leave() }; }
      leave() { const next = this.waiting.shift(); if (next) next(); else this.held = false; } }`,
  },
];

/** Programs without a lock, and the functions that could be taken for one. */
const OTHERS: readonly { readonly name: string; readonly at: readonly string[]; readonly text: string }[] = [
  {
    name: "a channel with room for one", at: ["Cell.put", "Cell.take"],
    text: `class Cell<T> { value?: T; full?: Promise<void>; emptied?: () => void;
      async put(value: T) { while (this.full) await this.full; this.value = value; this.full = new Promise((done) => { this.emptied = done; }); }
      take() { const { value } = this; this.full = undefined; this.emptied?.(); return value; } }`,
  },
  {
    name: "a pause that whoever comes later waits for and nobody takes", at: ["Door.pass", "Door.close", "Door.open"],
    text: `class Door { shut?: Promise<void>; opened?: () => void; async pass() { if (this.shut) await this.shut; }
      close() { this.shut = new Promise((done) => { this.opened = done; }); } open() { this.shut = undefined; this.opened?.(); } }`,
  },
  {
    name: "started once, and awaited by those who come later", at: ["Client.start", "Client.ready", "Client.reset"],
    text: `class Client { starting?: Promise<void>; started?: () => void;
      async start() { if (this.starting) { await this.starting; return; } this.starting = new Promise((done) => { this.started = done; }); }
      ready() { this.started?.(); } reset() { this.starting = undefined; this.started?.(); } }`,
  },
  {
    name: "reentrant by owner", at: ["OwnedLock.enter"],
    text: `class OwnedLock { #owner: object | undefined; #depth = 0; readonly #waiters: (() => void)[] = [];
      async enter(owner: object) { while (this.#owner !== undefined && this.#owner !== owner) await new Promise<void>((wake) => this.#waiters.push(wake)); this.#owner = owner; this.#depth += 1; }
      leave() { this.#depth -= 1; if (this.#depth === 0) { this.#owner = undefined; this.#waiters.shift()?.(); } } }`,
  },
  {
    name: "reentrant, owner asked first", at: ["L.lock"],
    text: `class L { private held = false; private holder = ""; private n = 0; private q: (() => void)[] = [];
      async lock(id: string) { if (this.held && this.holder === id) { this.n++; return; } if (this.held) await new Promise<void>((r) => this.q.push(r)); this.held = true; this.holder = id; }
      unlock() { if (this.n > 0) { this.n--; return; } this.held = false; this.q.shift()?.(); } }`,
  },
  {
    name: "reentrant by asynchronous context", at: ["run"],
    text: `import { AsyncLocalStorage } from "node:async_hooks"; const inside = new AsyncLocalStorage<boolean>(); let tail: Promise<unknown> = Promise.resolve();
      function run<T>(fn: () => Promise<T>) { if (inside.getStore()) return fn(); const r = tail.then(() => inside.run(true, fn)); tail = r.catch(() => {}); return r; }`,
  },
  {
    name: "lock that can be switched off", at: ["run"],
    text: `let enabled = true; let tail: Promise<unknown> = Promise.resolve(); function run<T>(fn: () => Promise<T>) { if (!enabled) return fn(); const r = tail.then(fn); tail = r.catch(() => {}); return r; }`,
  },
  { name: "single flight", at: ["load"], text: `let inflight: Promise<string> | undefined; function load(fetcher: () => Promise<string>) { if (inflight) return inflight; inflight = fetcher().finally(() => { inflight = undefined; }); return inflight; }` },
  { name: "single flight, awaited", at: ["load"], text: `let inflight: Promise<string> | undefined; async function load(fetcher: () => Promise<string>) { if (inflight) return await inflight; inflight = fetcher(); try { return await inflight; } finally { inflight = undefined; } }` },
  { name: "join what runs", at: ["save"], text: `let running: Promise<void> | null = null; async function save(write: () => Promise<void>) { if (running) { await running; return; } running = write(); await running; running = null; }` },
  {
    name: "cache of promises per key", at: ["Cache.get"],
    text: `class Cache { private map = new Map<string, Promise<string>>(); async get(key: string, make: () => Promise<string>) { const hit = this.map.get(key); if (hit) return hit; const made = make(); this.map.set(key, made); try { return await made; } catch (e) { this.map.delete(key); throw e; } } }`,
  },
  { name: "cache whose hits are mapped", at: ["get"], text: `const map = new Map<string, Promise<string>>(); function get(key: string, make: () => Promise<string>) { const hit = map.get(key); if (hit) return hit.then((s) => s.trim()); const made = make(); map.set(key, made); return made; }` },
  { name: "memoised value", at: ["once"], text: `let value: Promise<number> | undefined; const once = (make: () => Promise<number>) => (value ??= make());` },
  { name: "fixed work on a tail", at: ["Log.write"], text: `class Log { private tail = Promise.resolve(); write(line: string) { this.tail = this.tail.then(() => this.append(line)); return this.tail; } private async append(line: string) {} }` },
  { name: "fixed work behind a gate", at: ["save"], text: `let lock = Promise.resolve(); async function save(x: number) { const prev = lock; let free!: () => void; lock = new Promise<void>((r) => { free = r; }); await prev; try { await store(x); } finally { free(); } } async function store(x: number) {}` },
  { name: "fixed work with a counter", at: ["fetchPage"], text: `let n = 0; const q: (() => void)[] = []; async function fetchPage(url: string) { if (n >= 3) await new Promise<void>((r) => q.push(r)); n++; try { return await fetch(url); } finally { n--; q.shift()?.(); } }` },
  { name: "flush waits for the tail", at: ["Log.flush"], text: `class Log { private tail = Promise.resolve(); add(f: () => Promise<void>) { this.tail = this.tail.then(f); } async flush() { await this.tail; } }` },
  { name: "then on a parameter", at: ["map"], text: `function map<T, U>(p: Promise<T>, fn: (t: T) => U) { return p.then(fn); }` },
  { name: "then on another promise", at: ["C.after"], text: `class C { ready = Promise.resolve(); last: Promise<unknown> = Promise.resolve(); after<T>(fn: () => Promise<T>) { this.last = this.ready.then(fn); return this.last; } }` },
  { name: "initialisation", at: ["S.init", "S.whenReady"], text: `class S { ready?: Promise<void>; async init(hook: () => Promise<void>) { this.ready = this.open(); await this.ready; await hook(); } async whenReady<T>(fn: () => Promise<T>) { await this.ready; return fn(); } private async open() {} }` },
  { name: "promise for an event", at: ["S.connect"], text: `class S { opened = Promise.resolve(); async connect(socket: { once(e: string, f: () => void): void }, then: () => Promise<void>) { this.opened = new Promise<void>((r) => socket.once("open", r)); await this.opened; await then(); } }` },
  { name: "retry", at: ["retry"], text: `let last: unknown; async function retry<T>(fn: () => Promise<T>) { for (let i = 0; i < 3; i++) { try { return await fn(); } catch (e) { last = e; await new Promise((r) => setTimeout(r, 10)); } } throw last; }` },
  { name: "handler not joined", at: ["later"], text: `let tail = Promise.resolve(); function later(fn: () => Promise<void>) { tail = tail.then(() => { void fn(); }); return tail; }` },
  { name: "tail never replaced", at: ["after"], text: `const start = Promise.resolve(); function after<T>(fn: () => Promise<T>) { return start.then(fn); }` },
  { name: "local tail", at: ["all"], text: `async function all(jobs: (() => Promise<void>)[], each: () => Promise<void>) { let tail = Promise.resolve(); for (const job of jobs) tail = tail.then(job).then(each); await tail; }` },
  { name: "map handed in", at: ["withKey"], text: `function withKey<T>(locks: Map<string, Promise<unknown>>, key: string, fn: () => Promise<T>) { const next = (locks.get(key) ?? Promise.resolve()).then(fn, fn); locks.set(key, next); return next; }` },
  { name: "key of two parameters", at: ["run"], text: "const tails = new Map<string, Promise<unknown>>(); function run(a: string, b: string, fn: () => Promise<void>) { const key = `${a}/${b}`; const next = (tails.get(key) ?? Promise.resolve()).then(fn); tails.set(key, next); return next; }" },
  { name: "key that is constant for no one", at: ["run"], text: `const tails = new Map<string, Promise<unknown>>(); let current = ""; function run(fn: () => Promise<void>) { const next = (tails.get(current) ?? Promise.resolve()).then(fn); tails.set(current, next); return next; }` },
  // Conditions, channels, pools, latches.
  { name: "condition", at: ["C.wait", "C.notify"], text: `class C { private waiters: (() => void)[] = []; wait() { return new Promise<void>((r) => this.waiters.push(r)); } notify() { this.waiters.shift()?.(); } }` },
  { name: "latch", at: ["L.wait", "L.open"], text: `class L { private opened = false; private waiters: (() => void)[] = []; async wait() { if (this.opened) return; await new Promise<void>((r) => this.waiters.push(r)); } open() { this.opened = true; for (const w of this.waiters) w(); } }` },
  { name: "pause", at: ["P.check", "P.resume"], text: `class P { paused = false; waiting: (() => void)[] = []; pause() { this.paused = true; } async check() { while (this.paused) await new Promise<void>((r) => this.waiting.push(r)); } resume() { this.paused = false; this.waiting.splice(0).forEach((w) => w()); } }` },
  { name: "channel, sending", at: ["Ch.send", "Ch.receive"], text: `class Ch<T> { private items: T[] = []; private senders: (() => void)[] = []; async send(item: T) { while (this.items.length >= 8) await new Promise<void>((r) => this.senders.push(r)); this.items.push(item); } receive() { const item = this.items.shift(); this.senders.shift()?.(); return item; } }` },
  { name: "channel, counted", at: ["Ch.send", "Ch.receive"], text: `class Ch<T> { private size = 0; private items: T[] = []; private senders: (() => void)[] = []; async send(item: T) { while (this.size >= 8) await new Promise<void>((r) => this.senders.push(r)); this.size++; this.items.push(item); } receive() { this.size--; this.senders.shift()?.(); return this.items.shift(); } }` },
  { name: "channel, receiving", at: ["Q.pop", "Q.push"], text: `class Q<T> { items: T[] = []; waiters: ((t: T) => void)[] = []; async pop(): Promise<T> { const item = this.items.shift(); if (item !== undefined) return item; return new Promise((resolve) => { this.waiters.push(resolve); }); } push(item: T) { const w = this.waiters.shift(); if (w) w(item); else this.items.push(item); } }` },
  { name: "channel, closed flag", at: ["Q.next", "Q.end"], text: `class Q<T> { items: T[] = []; ended = false; waiters: any[] = []; next() { if (this.items.length > 0) return Promise.resolve(this.items.shift()); if (this.ended) return Promise.resolve(undefined); return new Promise((r) => this.waiters.push(r)); } end() { this.ended = true; while (this.waiters.length > 0) this.waiters.shift()(undefined); } }` },
  { name: "async generator", at: ["Q.stream"], text: `class Q { busy = false; items: string[] = []; waiters: (() => void)[] = []; async *stream() { while (this.busy) await new Promise<void>((r) => this.waiters.push(r)); this.busy = true; yield* this.items; this.busy = false; this.waiters.shift()?.(); } }` },
  { name: "bounded wait", at: ["S.acquire"], text: `class S { n = 0; q: any[] = []; async acquire() { if (this.n < 2) { this.n++; return; } await new Promise<void>((resolve, reject) => { setTimeout(() => reject(new Error("timeout")), 1000); this.q.push(resolve); }); } release() { const next = this.q.shift(); if (next) next(); else this.n--; } }` },
  { name: "rate", at: ["R.take"], text: `class R { tokens = 5; queue: (() => void)[] = []; constructor() { setInterval(() => this.refill(), 100); } async take() { if (this.tokens > 0) { this.tokens--; return; } await new Promise<void>((r) => this.queue.push(r)); } refill() { this.tokens = 5; while (this.tokens > 0 && this.queue.length > 0) { this.tokens--; this.queue.shift()!(); } } }` },
  { name: "rate by time", at: ["throttle"], text: `let last = 0; async function throttle<T>(fn: () => Promise<T>) { const wait = last + 100 - Date.now(); last = Date.now() + Math.max(0, wait); if (wait > 0) await new Promise((r) => setTimeout(r, wait)); return fn(); }` },
  { name: "counter nobody gives back", at: ["take"], text: `let n = 0; const q: (() => void)[] = []; async function take() { if (n < 3) { n++; return; } await new Promise<void>((r) => q.push(r)); }` },
  { name: "pool of things", at: ["Pool.take", "Pool.give"], text: `class Pool<T> { idle: T[] = []; waiting: ((t: T) => void)[] = []; async take(): Promise<T> { if (this.idle.length > 0) return this.idle.pop()!; return new Promise((r) => this.waiting.push(r)); } give(t: T) { const w = this.waiting.shift(); if (w) w(t); else this.idle.push(t); } }` },
  // Lists of callbacks that are no serial queue.
  { name: "listeners", at: ["E.on", "E.emit"], text: `class E { listeners: (() => void)[] = []; busy = false; on(fn: () => void) { this.listeners.push(fn); } async emit() { if (this.busy) return; this.busy = true; for (const l of this.listeners) await l(); this.busy = false; } }` },
  { name: "disposables", at: ["D.defer", "D.dispose"], text: `class D { list: (() => Promise<void>)[] = []; gone = false; defer(fn: () => Promise<void>) { this.list.push(fn); } async dispose() { if (this.gone) return; this.gone = true; for (const f of this.list.splice(0)) await f(); } }` },
  { name: "queue without a limit", at: ["Q.add"], text: `class Q { jobs: any[] = []; add(fn: () => Promise<unknown>) { return new Promise((resolve, reject) => { this.jobs.push({ fn, resolve, reject }); void this.go(); }); } private async go() { const job = this.jobs.shift(); try { job.resolve(await job.fn()); } catch (e) { job.reject(e); } } }` },
  { name: "debounced batch of callbacks", at: ["later"], text: `const jobs: (() => void)[] = []; let planned = false; function later<T>(fn: () => Promise<T>) { return new Promise<T>((resolve, reject) => { jobs.push(() => fn().then(resolve, reject)); if (!planned) { planned = true; queueMicrotask(() => { planned = false; for (const job of jobs.splice(0)) job(); }); } }); }` },
  { name: "jobs started together", at: ["Q.push"], text: `class Q { jobs: any[] = []; busy = false; push(id: string, run: () => Promise<void>) { this.jobs.push({ id, run }); this.go(); } private go() { if (this.busy) return; this.busy = true; while (this.jobs.length > 0) { const job = this.jobs.shift(); job.run().then(() => console.log(job.id)); } this.busy = false; } }` },
  { name: "batch nobody waits for", at: ["later"], text: `const jobs: (() => void)[] = []; let busy = false; function later(fn: () => Promise<void>) { return new Promise<void>((resolve, reject) => { jobs.push(() => fn().then(resolve, reject)); setTimeout(flush, 0); }); } function flush() { if (busy) return; busy = true; jobs.splice(0).forEach((job) => job()); busy = false; }` },
  { name: "loader of batches", at: ["Loader.load"], text: `class Loader { batch: { key: string; resolve: (v: string) => void }[] = []; planned = false; constructor(private many: (keys: string[]) => Promise<string[]>) {}
      load(key: string) { return new Promise<string>((resolve) => { this.batch.push({ key, resolve }); if (!this.planned) { this.planned = true; setTimeout(() => void this.flush(), 0); } }); }
      private async flush() { const batch = this.batch.splice(0); this.planned = false; const values = await this.many(batch.map((b) => b.key)); batch.forEach((b, i) => b.resolve(values[i]!)); } }` },
  { name: "debounce", at: ["debounce/callback"], text: `function debounce(fn: () => void) { let timer: ReturnType<typeof setTimeout> | undefined; return () => { clearTimeout(timer); timer = setTimeout(() => fn(), 50); }; }` },
  { name: "request and answer", at: ["Rpc.call", "Rpc.onAnswer"], text: `class Rpc { id = 0; open = new Map<number, (v: unknown) => void>(); call(method: string) { const id = ++this.id; return new Promise((resolve) => { this.open.set(id, resolve); this.send(id, method); }); } onAnswer(id: number, v: unknown) { this.open.get(id)?.(v); this.open.delete(id); } private send(id: number, m: string) {} }` },
  { name: "guard that skips", at: ["tick"], text: `let busy = false; async function tick(fn: () => Promise<void>) { if (busy) return; busy = true; try { await fn(); } finally { busy = false; } }` },
  { name: "try to acquire", at: ["S.tryAcquire"], text: `class S { n = 0; q: (() => void)[] = []; tryAcquire() { if (this.n >= 1) return false; this.n++; return true; } async acquire() { while (this.n >= 1) await new Promise<void>((r) => this.q.push(r)); this.n++; } release() { this.n--; this.q.shift()?.(); } }` },
  { name: "uses of a lock are followed", at: ["S.run", "S.save", "S.done"], text: `class S { busy = false; q: (() => void)[] = []; async acquire() { while (this.busy) await new Promise<void>((r) => this.q.push(r)); this.busy = true; } release() { this.busy = false; this.q.shift()?.(); }
      async run<T>(fn: () => Promise<T>) { await this.acquire(); try { return await fn(); } finally { this.release(); } } async save() { await this.acquire(); this.release(); } done() { console.log("done"); this.release(); } }` },
  { name: "dispatcher by itself", at: ["M.next"], text: `class M { queue: (() => void)[] = []; busy = false; acquire() { return new Promise<void>((r) => { this.queue.push(r); this.next(); }); } next() { if (this.busy || this.queue.length === 0) return; this.busy = true; this.queue.shift()!(); } release() { this.busy = false; this.next(); } }` },
  { name: "pump by itself", at: ["Q.pump"], text: `class Q { jobs: any[] = []; busy = false; add(job: () => Promise<void>) { return new Promise((resolve, reject) => { this.jobs.push(() => job().then(resolve, reject)); void this.pump(); }); } async pump() { if (this.busy) return; this.busy = true; while (this.jobs.length) await this.jobs.shift()(); this.busy = false; } }` },
  { name: "work list inside one call", at: ["mapLimit"], text: `async function mapLimit(items: string[], limit: number, fn: (s: string) => Promise<void>) { const queue = [...items]; let active = 0; const worker = async () => { for (let next = queue.shift(); next; next = queue.shift()) { active++; await fn(next); active--; } }; await Promise.all(Array.from({ length: limit }, worker)); }` },
  { name: "abort", at: ["S.close"], text: `class S { closed = false; jobs: any[] = []; close() { this.closed = true; for (const job of this.jobs.splice(0)) job.reject(new Error("closed")); } }` },
  {
    name: "a value made by a function that was handed in, from what was there before", at: ["Catalog.update"],
    text: `class Catalog { entries = new Map<string, number>();
      async update(name: string, compute: (old: number) => Promise<number>) { this.entries.set(name, await compute(this.entries.get(name) ?? 0)); } }`,
  },
];

describe("locks written by hand", () => {
  it.each(LOCKS.flatMap(({ name, text, is }) => Object.entries(is).map(([path, expected]) => [name, path, text, expected] as const)))(
    "%s: %s", (_name, path, text, expected) => { expect(summary(text, path)).toBe(expected); });
});

describe("what looks like a lock and is none", () => {
  it.each(OTHERS.flatMap(({ name, text, at }) => at.map((path) => [name, path, text] as const)))(
    "%s: %s", (_name, path, text) => { expect(summary(text, path)).toBe("nothing"); });
});

describe("functions that call each other", () => {
  const methods = Array.from({ length: 14 }, (_, index) => `  step${String(index)}(next: () => void) {
    ${Array.from({ length: 6 }, (_, step) => `this.step${String((index + step + 1) % 14)}(next);`).join(" ")} this.#waiting.push(next); this.#waiting.shift()?.();
  }`);
  const text = `class Round {
  #waiting: (() => void)[] = []; #busy = false;
  async enter() { if (this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve)); this.#busy = true; }
  leave() { this.#busy = false; this.#waiting.shift()?.(); this.step0(() => {}); }
${methods.join("\n")}
}`;

  it("are judged once each, however many ways lead from one to another", () => {
    expect(summary(text, "Round.enter")).toBe("acquire, this.#waiting");
  }, 10_000);
});
