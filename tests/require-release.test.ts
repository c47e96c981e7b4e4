/** Functions that take something and give it back, or don't: `// ! confidence` stands on the line of an acquire that is reported. */
import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";

const HEAD = `import { Mutex, Semaphore, withTimeout } from "async-mutex";
import AsyncLock from "async-lock";
import { Pool, type PoolClient } from "pg";
import { audit, careful, check, note } from "./helpers.js";
import { sync, work } from "elsewhere";
const mutex = new Mutex(), slots = new Semaphore(2), keyed = new AsyncLock();
const pool = new Pool({ max: 1 });
declare const flag: boolean;
`;

const HELPERS = `export function check(holds: boolean): asserts holds { if (!holds) throw new Error("wrong"); }
export function careful(n: number) { check(n > 0); console.log(n); }
export function note(value: unknown) { console.log(value); }
export function audit(name: string) { if (name === "") throw new Error("no name"); console.log(name); }
`;

const ELSEWHERE = {
  "node_modules/undici/package.json": '{ "name": "undici", "version": "7.30.2", "types": "index.d.ts" }',
  "node_modules/undici/index.d.ts": `interface Answer { statusCode: number; headers: Record<string, string>; body: { text(): Promise<string>; dump(): Promise<void> }; }
export declare class Dispatcher { request(options: { path: string; method: string }): Promise<Answer>; }
export declare class Pool extends Dispatcher { constructor(url: string); }
export declare function request(url: string): Promise<Answer>;`,
  "node_modules/typeorm/package.json": '{ "name": "typeorm", "version": "0.3.20", "types": "index.d.ts" }',
  "node_modules/typeorm/index.d.ts": `export interface QueryRunner { connect(): Promise<void>; startTransaction(): Promise<void>; readonly isReleased: boolean; query(text: string): Promise<void>; release(): Promise<void>; }
export declare class DataSource { createQueryRunner(): QueryRunner; }`,
  "node_modules/elsewhere/package.json": '{ "name": "elsewhere", "version": "1.0.0", "types": "index.d.ts" }',
  "node_modules/elsewhere/index.d.ts": "export declare function work(): Promise<void>; export declare function sync(): void;",
};

const programs: readonly (readonly [string, string])[] = [
  ["a connection that could not be opened", `
import type { DataSource } from "typeorm";
export async function opened(source: DataSource) { const runner = source.createQueryRunner(); await runner.connect(); try { await runner.query("a"); } finally { await runner.release(); } }
export async function begun(source: DataSource) { const runner = source.createQueryRunner(); await runner.connect(); await runner.startTransaction(); try { await runner.query("a"); } finally { await runner.release(); } } // ! likely
`],
  ["the promise of what is pending", `
import { Pool as Pending } from "tarn";
export async function kept(workers: Pending<object>) { const asked = workers.acquire().promise; const worker = await asked; workers.release(worker); }
export async function handed(workers: Pending<object>) { const ask = () => workers.acquire().promise; const worker = await ask(); workers.release(worker); }
export async function gathered(workers: Pending<object>) { const all = await Promise.all([1, 2].map(() => workers.acquire().promise)); all.forEach((worker) => { workers.release(worker); }); }
export async function counted(workers: Pending<object>) { const all = await Promise.all([1, 2].map(() => workers.acquire().promise)); console.log(all.length); } // ! certain
`],
  ["a class that gives back when it is disposed of, also by name", `
class Guard { constructor(private readonly release: () => void) {} async [Symbol.asyncDispose]() { this.release(); } [Symbol.dispose]() { this.release(); } ["end"]() { this.release(); } }
async function lock() { return new Guard(await mutex.acquire()); }
export async function one() { await using guard = await lock(); await work(); return guard; }
export async function two() { const guard = await lock(); try { await work(); } finally { await guard[Symbol.asyncDispose](); } }
export async function three() { const guard = await lock(); try { await work(); } finally { guard["end"](); } }
export async function four() { const guard = await lock(); await work(); guard[Symbol.dispose](); } // ! likely
`],
  ["clients taken out of a list by their places", `
export async function first() { const clients = [await pool.connect()]; const { 0: client } = clients; try { await client!.query("a"); } finally { client!.release(); } }
export async function chosen(at: number) { const clients = [await pool.connect()]; const { [at]: client } = clients; try { await client!.query("a"); } finally { client!.release(); } }
export async function later() { const clients = [await pool.connect()]; let client; ({ 0: client } = clients); await Promise.resolve(); client!.release(); }
export async function failing() { const clients = [await pool.connect()]; const { 0: client } = clients; await client!.query("a"); client!.release(); } // ! likely
`],
  ["clients of a list of any length", `
const many = (n: number) => Promise.all(Array.from({ length: n }).map(() => pool.connect()));
export async function each(n: number) { for (const client of await many(n)) client.release(); }
export async function called(n: number) { (await many(n)).forEach((client) => { client.release(); }); }
export async function asked(n: number, from: Pool | undefined) { const all = await Promise.all(Array.from({ length: n }).map(() => from?.connect())); for (const client of all) if (client) client.release(); else throw new Error("none"); }
export async function counted(n: number) { const all = await Promise.all(Array.from({ length: n }).map(() => pool.connect())); console.log(all.length); } // ! certain
export async function named(ids: string[]) { const all = await Promise.all(ids.map(async (id) => ({ id, client: await pool.connect() }))); for (const { client } of all) client.release(); }
export async function mapped(ids: string[]) { const all = new Map(await Promise.all(ids.map(async (id) => [id, await pool.connect()] as const))); for (const client of all.values()) client.release(); }
export async function indexed(n: number) { const all: PoolClient[] = []; for (let i = 0; i < n; i++) all[i] = await pool.connect(); for (let i = 0; i < n; i++) all[i]?.release(); }
export async function keyedBy(ids: string[]) { const all: Record<string, PoolClient> = {}; for (const id of ids) all[id] = await pool.connect(); for (const client of Object.values(all)) client.release(); }
`],
  ["a type that tells only that it can be given back", `
const end = (client: { release(): void }) => { client.release(); };
const look = (client: { query(text: string): Promise<unknown> }) => { void client.query("a"); };
export async function ended() { const client = await pool.connect(); end(client); }
export async function looked() { const client = await pool.connect(); look(client); } // ! certain
`],
  ["a lock that is held is still where it was put", `
class Lock {
  #isTaken = false; readonly #waiting: (() => void)[] = [];
  async acquire(): Promise<void> { if (!this.#isTaken) this.#isTaken = true; else await new Promise<void>((resolve) => { this.#waiting.push(resolve); }); }
  release() { const next = this.#waiting.shift(); if (next) next(); else this.#isTaken = false; }
}
class Locks {
  readonly #all: { [key: string]: Lock } = {};
  async take(key: string) { if (!this.#all[key]) this.#all[key] = new Lock(); await this.#all[key]!.acquire(); }
  give(key: string) { if (!this.#all[key]) throw new Error("no lock"); this.#all[key]!.release(); }
  async run<T>(key: string, task: () => Promise<T>) { await this.take(key); try { return await task(); } finally { this.give(key); } }
  async bare<T>(key: string, task: () => Promise<T>) { await this.take(key); const done = await task(); this.give(key); return done; } // ! likely
}
export async function both(locks: Locks, id: string) { await locks.run(id, work); await locks.bare(id, work); }
`],
  ["methods that take a library's lock and give it back", `
class Guard {
  readonly #mutex = new Mutex();
  async lock() { await this.#mutex.acquire(); }
  unlock() { this.#mutex.release(); }
  async bare() { await this.lock(); await work(); this.unlock(); } // ! likely
  async guarded() { await this.lock(); try { await work(); } finally { this.unlock(); } }
  async early() { await this.lock(); if (flag) return 1; this.unlock(); return 2; }
}
export async function all(guard: Guard) { await guard.bare(); await guard.guarded(); await guard.early(); }
export async function outside(guard: Guard) { await guard.lock(); await work(); guard.unlock(); } // ! likely
class Held { readonly #mutex = new Mutex(); async lock() { await this.#mutex.acquire(); } async work() { await this.lock(); await work(); } } // ! certain
export const held = new Held();
`],
  ["the last user gives back", `
interface Shared { client: PoolClient; users: number; close(): void }
export class Clients {
  async first() { const client = await pool.connect(); const shared: Shared = { client, users: 1, close: () => { client.release(); } }; return { shared, release: this.releaseOf(shared) }; }
  async inner() { const { shared, release } = await this.first(); return { client: shared.client, release }; }
  releaseOf(shared: Shared) { return () => { this.give(shared); }; }
  give(shared: Shared) { shared.users -= 1; if (shared.users === 0) shared.close(); }
}
export async function told() { const client = await pool.connect(); return (isLast: boolean) => { audit("a"); if (isLast) client.release(); }; } // ! likely
`],
  ["a name for the condition", `
export async function after(given?: PoolClient) { const client = given || await pool.connect(); const isOwn = !given; try { await client.query("a"); } finally { if (isOwn) client.release(); } }
export async function before(given?: PoolClient) { const isOwn = given === undefined; const client = given ?? await pool.connect(); try { await client.query("a"); } finally { if (isOwn) client.release(); } }
export async function mixed(given?: PoolClient) { const client = given || await pool.connect(); const isOwn = given == null; try { await client.query("a"); } finally { if (isOwn) client.release(); } }
export async function lent() { const client = await pool.connect(); try { await after(client); await before(client); } finally { client.release(); } }
export async function other(given?: PoolClient, quick?: boolean) { const client = given || await pool.connect(); const isSlow = !quick; try { await client.query("a"); } finally { if (isSlow) client.release(); } } // ! certain
export async function changed(given?: PoolClient) { let isOwn = !given; const client = given || await pool.connect(); isOwn = flag; try { await client.query("a"); } finally { if (isOwn) client.release(); } } // ! certain
`],
  ["names of a static block", `
import { join } from "node:path";
export class Settings {
  static file = "";
  static { const file = join("a", "b"), { length } = file; function named() { return file; } if (length > 0) Settings.file = named(); }
  static async read() { const release = await mutex.acquire(); await work(); release(); } // ! likely
}
`],
  ["what a callee that failed left behind is told there alone", `
class Provider {
  async begin() {
    let client: PoolClient | undefined = undefined;
    try { client = await pool.connect(); await client.query("begin"); if (flag) throw new Error("no row"); const end = async () => { try { await client?.query("end"); } finally { client?.release(); } }; return { end }; } catch { throw new Error("failed"); } // ! certain
  }
}
export async function update() { const provider = new Provider(); let row: { end(): Promise<void> }; try { row = await provider.begin(); } catch { return null; } await row.end(); return 1; }
async function page() { const client = await pool.connect(); await work(); client.release(); } // ! likely
export async function handler() { try { await page(); } catch { console.log("failed"); } await pool.query("a"); }
class Store {
  #release: (() => void) | undefined;
  async open() { this.#release = await mutex.acquire(); await work(); }
  close() { this.#release?.(); }
}
export async function closes(store: Store) { try { await store.open(); } catch { console.log("failed"); } store.close(); }
export async function opens() { const client = await connected(); try { await work(); } finally { client.release(); } }
async function connected() { const client = await pool.connect(); try { await client.query("a"); return client; } catch (error) { client.release(); throw error; } }
`],
  ["handlers that give back and go on failing", `
export async function rethrown() { const client = await pool.connect(); const rows = await client.query("x").catch((error) => { client.release(); throw error; }); client.release(); return rows; }
export async function byTwo() { const release = await mutex.acquire(); const done = await work().then(() => 1, (error) => { release(); throw error; }); release(); return done; }
export async function inBetween() { const client = await pool.connect(); return client.query("x").catch((error) => { client.release(); throw error; }).then((rows) => { client.release(); return rows; }); }
export async function onlyThrown() { const client = await pool.connect(); await client.query("x").catch((error) => { throw error; }); client.release(); } // ! likely
export async function pairs() { const client = await pool.connect(); const [error, rows] = await client.query("x").then((all) => [null, all] as const, (e: Error) => [e, null] as const); client.release(); if (error) throw error; return rows; }
export async function onePair() { const client = await pool.connect(); const rows = await client.query("x").then((all) => [null, all] as const); client.release(); return rows; } // ! likely
`],
  ["set to null once given back", `
export async function nulled() { let client: PoolClient | null = await pool.connect(); try { await client.query("x"); client.release(); client = null; await work(); } finally { client?.release(); } }
export async function caught() { let client: PoolClient | undefined = await pool.connect(); try { await client.query("x"); } catch (error) { client.release(true); client = undefined; throw error; } finally { if (client) client.release(); } }
export async function nulledLate() { let client: PoolClient | null = await pool.connect(); try { client.release(); await work(); client = null; } finally { client?.release(); } } // ! likely
`],
  ["a comparison kept in a constant", `
export async function many(n: number) { const locks = n > 3; if (locks) await slots.acquire(); try { await work(); } finally { if (locks) slots.release(); } }
export async function letOnce(n: number) { let locks = n > 3; if (locks) await slots.acquire(); try { await work(); } finally { if (locks) slots.release(); } }
export async function others(n: number) { const locks = n > 3, gives = n > 4; if (locks) await slots.acquire(); try { await work(); } finally { if (gives) slots.release(); } } // ! certain
`],
  ["given back by what runs later, after a client has come", `
import type { Readable } from "node:stream";
export function closed(source: Readable) { return pool.connect().then((client) => { source.on("close", () => { client.release(); }); }); }
export function answered(done: (error?: Error) => void) { pool.connect().then((client) => { client.query("x", (error) => { client.release(); done(error); }); }, done); }
export function made(source: Readable) { return new Promise<void>((resolve, reject) => { pool.connect().then((client) => { source.on("close", () => { client.release(); resolve(); }); }, reject); }); }
export function unheard(source: Readable) { return pool.connect().then((client) => { source.on("close", () => { console.log(client); }); }); } // ! certain
export function ends(source: Readable) { return pool.connect().then((client) => { process.once("SIGTERM", () => { client.release(); process.exit(0); }); source.on("data", console.log); }); } // ! possible
`],
  ["what a client says of itself", `
import type { DataSource } from "typeorm";
export async function asked(source: DataSource) { const runner = source.createQueryRunner(); try { await runner.query("a"); } finally { if (!runner.isReleased) await runner.release(); } }
export async function askedLate(source: DataSource) { const runner = source.createQueryRunner(); try { await runner.query("a"); await runner.release(); } finally { if (!runner.isReleased) await runner.release(); } }
export async function askedWrong(source: DataSource) { const runner = source.createQueryRunner(); try { await runner.query("a"); } finally { if (runner.isReleased) await runner.release(); } } // ! certain
export async function isLocked() { await mutex.acquire(); try { await work(); } finally { if (mutex.isLocked()) mutex.release(); } }
export async function isFree() { await mutex.acquire(); try { await work(); } finally { if (!mutex.isLocked()) mutex.release(); } } // ! certain
`],
  ["own or handed in", `
export async function compared(given?: PoolClient) { const client = given ?? await pool.connect(); try { await client.query("x"); } finally { if (client !== given) client.release(); } }
export async function turned(given?: PoolClient) { const client = given ?? await pool.connect(); try { await client.query("x"); } finally { if (client === given) client.release(); } } // ! certain
export async function byOption(options?: { client?: PoolClient }) { options = options || {}; const own = !options.client; const client = own ? await pool.connect() : options.client!; try { await client.query("x"); } finally { if (own) client.release(); } }
export async function byMode(mode: "one" | "some") {
  switch (mode) { case "one": await mutex.acquire(); break; case "some": await slots.acquire(); break; }
  try { await work(); } finally { switch (mode) { case "one": mutex.release(); break; case "some": slots.release(); break; } }
}
export async function bySwitch(mode: "one" | "some" | "none") {
  switch (mode) { case "one": await mutex.acquire(); break; default: await slots.acquire(); } // ! certain
  try { await work(); } finally { switch (mode) { case "one": mutex.release(); break; case "some": slots.release(); break; } }
}
`],
  ["a releaser that is handed to what is disposed of", `
export async function literal() { const release = await mutex.acquire(); { using _ = { [Symbol.dispose]: release }; await work(); } }
export async function another() { const release = await mutex.acquire(); { using _ = { [Symbol.dispose]: () => { console.log("done"); } }; await work(); } release(); } // ! likely
`],
  ["the first of several", `
export async function raced(ms: number) {
  const asked = pool.connect(), late = new Promise<never>((_, reject) => { setTimeout(() => { reject(new Error("late")); }, ms); });
  try { return await Promise.race([asked, late]); } catch (error) { asked.then((client) => { client.release(); }, () => undefined); throw error; }
}
export async function dropped(ms: number) {
  const asked = pool.connect(), late = new Promise<undefined>((resolve) => { setTimeout(resolve, ms); }); // ! certain
  const client = await Promise.race([asked, late]);
  return client !== undefined;
}
export async function eitherWay() { return pool.connect().then((client) => client.query("x").then((all) => { client.release(); return all.rows; }).catch((error) => { client.release(); throw error; })); }
export async function bothWays() { return pool.connect().then((client) => client.query("x").then((all) => { client.release(); return all.rows; }).finally(() => { client.release(); })); } // ! certain
`],
  ["nothing taken, nothing failed, nothing given back yet", `
export async function refused() { const client = await pool.connect().catch(() => null); if (client === null) return []; try { return (await client.query("x")).rows; } finally { client.release(); } }
export async function refusedWrong() { const client = await pool.connect().catch(() => null); if (client !== null) return []; return 1; } // ! certain
export async function handled() { const client = await pool.connect(); await work().catch((error) => { console.error(error); }).then(() => { client.release(); }); }
export async function unhandled() { const client = await pool.connect(); await work().then(() => { client.release(); }); } // ! likely
class Flagged { private done = false; constructor(private readonly client: PoolClient) {} end() { if (this.done) return; this.done = true; this.client.release(); } }
class Stuck { private done = true; constructor(private readonly client: PoolClient) {} end() { if (this.done) return; this.done = true; this.client.release(); } }
export async function flagged() { const held = new Flagged(await pool.connect()); held.end(); }
export async function stuck() { const held = new Stuck(await pool.connect()); held.end(); } // ! certain
`],
  ["awaited work fails", `
export async function bare() { const release = await mutex.acquire(); await work(); release(); } // ! likely
export async function guarded() { const release = await mutex.acquire(); try { await work(); } finally { release(); } }
export async function swallowed() { const release = await mutex.acquire(); try { await work(); } catch { console.log("failed"); } release(); }
export async function lost() { const release = await mutex.acquire(); try { await work(); release(); } catch { console.log("failed"); } } // ! likely
export async function both() { const release = await mutex.acquire(); try { await work(); release(); } catch (error) { release(); throw error; } }
export async function handled() { const release = await mutex.acquire(); await work().catch(() => undefined); release(); }
export async function inFinally() { const release = await mutex.acquire(); try { await work(); } finally { await work(); release(); } } // ! likely
export async function bounded() { const release = await withTimeout(mutex, 100).acquire(); await work(); release(); } // ! likely
`],
  ["a call throws", `
export async function unknown() { const release = await mutex.acquire(); sync(); release(); } // ! possible
export async function asserted() { const release = await mutex.acquire(); check(Date.now() > 0); release(); } // ! possible
export async function through() { const release = await mutex.acquire(); careful(Date.now()); release(); } // ! possible
export async function known() { const release = await mutex.acquire(); audit("x"); release(); } // ! likely
export async function harmless() { const release = await mutex.acquire(); note(1); console.log(Date.now(), [1].map((x) => x + 1), new Set([1]).has(1)); release(); }
export async function inFinally() { const release = await mutex.acquire(); try { await work(); } finally { sync(); release(); } } // ! possible
export async function thrown() { await slots.acquire(); if (flag) throw new Error("no"); slots.release(); } // ! certain
`],
  ["left to events", `
import type { Readable, Writable } from "node:stream";
import type { ChildProcess } from "node:child_process";
import type { EventEmitter } from "node:events";
export async function onEnd(source: Readable) { const release = await mutex.acquire(); source.on("end", () => { release(); }); } // ! likely
export async function onFinish(sink: Writable) { const client = await pool.connect(); sink.once("finish", () => { client.release(); }); } // ! likely
export async function handedIn(source: Readable) { const release = await mutex.acquire(); source.on("end", release); } // ! likely
export async function byName(source: Readable) { const client = await pool.connect(); const give = () => { client.release(); }; source.on("end", give); } // ! likely
export async function onlyErrors(source: Readable) { await slots.acquire(); source.once("error", () => { slots.release(); }); } // ! likely
export async function own(jobs: EventEmitter) { const release = await mutex.acquire(); jobs.once("done", () => { release(); }); } // ! possible
export async function whatever(jobs: EventEmitter, event: string) { const release = await mutex.acquire(); jobs.once(event, () => { release(); }); }
export async function onClose(source: Readable) { const release = await mutex.acquire(); source.on("close", () => { release(); }); }
export async function onExit(child: ChildProcess) { const release = await mutex.acquire(); child.once("exit", () => { release(); }); }
export async function either(source: Readable) { const client = await pool.connect(); source.on("end", () => { client.release(); }); source.on("error", (error) => { client.release(error); }); }
export async function eitherByName(source: Readable) { const release = await mutex.acquire(); const give = () => { release(); }; source.on("end", give).on("error", give); }
export async function inTime(source: Readable) { const release = await mutex.acquire(); source.on("end", () => { release(); }); setTimeout(() => { release(); }, 1000); }
export async function elsewhere(source: Readable, sink: Writable) { const client = await pool.connect(); const give = () => { client.release(); }; source.on("end", give); sink.once("close", give); }
export async function handedOut(source: Readable) { const client = await pool.connect(); source.on("end", () => { client.release(); }); return client; }
export class Keeper { client?: PoolClient; async open(source: Readable) { const client = await pool.connect(); this.client = client; source.on("end", () => { client.release(); }); } }
`],
  ["jumps and ends", `
export async function early() { const release = await mutex.acquire(); if (flag) return; release(); } // ! certain
export async function next(items: string[]) { for (const item of items) { const release = await mutex.acquire(); if (item === "") continue; console.log(item); release(); } } // ! certain
export async function out(items: string[]) { while (items.length > 0) { const release = await mutex.acquire(); if (!items.pop()) break; release(); } } // ! certain
export async function each(items: string[]) { while (items.length > 0) { const release = await mutex.acquire(); if (!items.pop()) { release(); break; } release(); } }
export async function cases(x: number) { const release = await mutex.acquire(); switch (x) { case 1: release(); return 1; case 2: release(); return 2; default: return 3; } } // ! certain
export async function allCases(x: number) { const release = await mutex.acquire(); switch (x) { case 1: release(); return 1; default: release(); return 3; } }
export async function ends() { const release = await mutex.acquire(); if (flag) process.exit(1); release(); }
export async function retries(times: number) { for (let i = 0; i < times; i++) { const client = await pool.connect(); try { return await client.query("x"); } catch (error) { if (i === times - 1) throw error; } finally { client.release(); } } return undefined; }
export async function overwritten(locks: Mutex[]) {
  let release = await mutex.acquire(); // ! certain
  for (const lock of locks) release = await lock.acquire(); // ! certain
  release();
}
export async function handOverHand(locks: Mutex[]) {
  let release = await mutex.acquire();
  for (const lock of locks) { const next = await lock.acquire(); release(); release = next; }
  release();
}
`],
  ["conditions", `
export async function same(alone: boolean) { if (alone) await slots.acquire(); try { await work(); } finally { if (alone) slots.release(); } }
export async function other(alone: boolean, quick: boolean) {
  if (alone) await slots.acquire(); // ! certain
  if (quick) slots.release();
}
export async function ownOrGiven(given?: PoolClient) { const client = given ?? await pool.connect(); try { await client.query("x"); } finally { if (!given) client.release(); } }
export async function assigned(given?: PoolClient) { let client: PoolClient; if (given) client = given; else client = await pool.connect(); try { await client.query("x"); } finally { if (!given) client.release(); } }
export async function later() { let release: (() => void) | undefined; try { release = await mutex.acquire(); await work(); } finally { release?.(); } }
`],
  ["what is passed on", `
export async function given() { return mutex.acquire(); }
export async function inObject() { const release = await mutex.acquire(); return { done: () => release() }; }
export async function disposable() { const release = await mutex.acquire(); return { [Symbol.dispose]: release }; }
export async function user() { const release = await given(); await work(); release(); } // ! likely
export async function carefulUser() { const release = await given(); try { await work(); } finally { release(); } }
export async function objectUser() { const { done } = await inObject(); await work(); done(); } // ! likely
export async function using_() { using _held = await disposable(); await work(); }
const clients = new Map<string, PoolClient>();
export async function kept(key: string) { clients.set(key, await pool.connect()); }
export async function handed() { note(await pool.connect()); }
export async function* handles(count: number) { for (let i = 0; i < count; i++) yield await pool.connect(); }
export async function collected() { const all: PoolClient[] = []; try { while (flag) all.push(await pool.connect()); } finally { for (const client of all) client.release(); } }
export async function together() { const all = await Promise.all([slots.acquire(), slots.acquire()]); try { await work(); } finally { for (const [, release] of all) release(); } }
export async function timer() { const release = await mutex.acquire(); setTimeout(() => { release(); }, 5); }
export async function handler(source: NodeJS.EventEmitter) { const release = await mutex.acquire(); source.on("close", () => { release(); }); }
export async function own() { const lock = new Mutex(); const release = await lock.acquire(); await work(); release(); }
export async function dropped() { const client = await pool.connect(); const { rows } = await client.query("x"); return rows; } // ! certain
`],
  ["promise chains", `
export function onlyThen() { return mutex.acquire().then((release) => work().then(() => release())); } // ! likely
export function onFinally() { return mutex.acquire().then((release) => work().finally(() => release())); }
export async function voided() { const release = await mutex.acquire(); void work().then(() => release()); } // ! likely
export async function twoHandlers() { const release = await mutex.acquire(); void work().then(() => release(), () => release()); }
export async function caught() { const release = await mutex.acquire(); void work().then(() => { release(); }).catch(() => { release(); }); }
export async function awaited() { const release = await mutex.acquire(); try { await work().then(() => release()); } catch (error) { release(); throw error; } }
`],
  ["callbacks", `
export function done(id: string, valid: boolean) { return keyed.acquire<string>(id, (finish) => { if (!valid) return; finish(null, "ok"); }); } // ! certain
export function alwaysDone(id: string, valid: boolean) { return keyed.acquire<string>(id, (finish) => { if (!valid) { finish(new Error("no")); return; } finish(null, "ok"); }); }
export function withoutDone(id: string, valid: boolean) { return keyed.acquire(id, async () => { if (!valid) return; await work(); }); }
export async function inBranch(ask: (then: (answer: string) => void) => void) { const release = await mutex.acquire(); ask((answer) => { if (answer === "") return; release(); }); } // ! certain
export async function guarded(ask: (then: (answer: string) => void) => void) { const release = await mutex.acquire(); ask((answer) => { try { if (answer === "") return; sync(); } finally { release(); } }); }
export async function all(items: string[]) { await Promise.all(items.map(async (item) => { const release = await mutex.acquire(); await work(); console.log(item); release(); })); } // ! likely
`],
  ["generators", `
export async function* stays() { const release = await mutex.acquire(); yield 1; release(); } // ! likely
export async function* guarded() { const release = await mutex.acquire(); try { yield 1; } finally { release(); } }
export async function* caught() { const release = await mutex.acquire(); try { yield 1; release(); } catch { release(); } } // ! likely
`],
  ["methods of a class", `
export class Account {
  readonly mutex = new Mutex();
  readonly #slots = new Semaphore(2);
  #release: (() => void) | undefined;
  balance = 0;
  async deposit(amount: number) { const release = await this.mutex.acquire(); this.balance += amount; release(); }
  async withdraw(amount: number) { const release = await this.mutex.acquire(); if (this.balance < amount) return; this.balance -= amount; release(); } // ! certain
  async begin() { this.#release = await this.mutex.acquire(); }
  end() { this.#release?.(); this.#release = undefined; }
  async enter() { await this.#slots.acquire(); await work(); } // ! likely
  leave() { this.#slots.release(); }
  async inside() { await this.enter(); try { await work(); } finally { this.leave(); } }
  async under<T>(run: () => Promise<T>): Promise<T> { const release = await this.mutex.acquire(); const result = await run(); release(); return result; } // ! likely
  async wellUnder<T>(run: () => Promise<T>): Promise<T> { const release = await this.mutex.acquire(); try { return await run(); } finally { release(); } }
  async nested() { const release = await this.mutex.acquire(); const inner = async () => { await work(); release(); }; await inner(); } // ! likely
}
`],
  ["a list of locks, each given back under its key", `
export class Keys {
  readonly mutexes = new Map<string, Mutex>();
  async acquireAll(keys: string[]) {
    const mutexes = keys.map((key) => {
      let mutex = this.mutexes.get(key);
      if (!mutex) { mutex = new Mutex(); this.mutexes.set(key, mutex); }
      return mutex;
    });
    await Promise.all(mutexes.map(async (mutex) => mutex.acquire()));
  }
  releaseAll(keys: string[]) { for (const key of keys) this.mutexes.get(key)?.release(); }
}
`],
  ["a handle from an object that a factory makes", `
function createLeases() {
  const own = new Mutex();
  return { async lease() { const giveBack = await own.acquire(); return { giveBack }; } };
}
const leases = createLeases();
export async function skips() { const lease = await leases.lease(); if (flag) return; lease.giveBack(); } // ! certain
export async function keeps() { const lease = await leases.lease(); try { await work(); } finally { lease.giveBack(); } }
`],
  ["iterators driven by hand", `
async function* rows(name: string): AsyncGenerator<string> { const [, close] = await slots.acquire(); try { yield name; yield name; } finally { close(); } }
async function* left(sources: readonly AsyncGenerator<string>[]): AsyncGenerator<string> { for (const source of sources) { const step = await source.next(); if (!step.done) yield step.value; } } // ! likely
async function* ended(sources: readonly AsyncGenerator<string>[]): AsyncGenerator<string> { try { for (const source of sources) { const step = await source.next(); if (!step.done) yield step.value; } } finally { for (const source of sources) await source.return(undefined); } }
export async function first(names: readonly string[]) { for await (const row of left(names.map((name) => rows(name)))) if (row) return row; return ""; }
export async function second(names: readonly string[]) { for await (const row of ended(names.map((name) => rows(name)))) if (row) return row; return ""; }
`],
  ["responses that own their connection", `
import { Pool as Http, request } from "undici";
const http = new Http("http://localhost");
export async function status() { const { statusCode } = await request("http://localhost"); return statusCode; } // ! likely
export async function headers() { const response = await http.request({ path: "/", method: "GET" }); return response.headers; } // ! likely
export async function code() { return (await http.request({ path: "/", method: "GET" })).statusCode; } // ! likely
export async function text() { const { body } = await request("http://localhost"); return body.text(); }
export async function whole() { const response = await request("http://localhost"); await response.body.dump(); return response.statusCode; }
export async function given() { const response = await request("http://localhost"); note(response); }
export async function refused() { const { statusCode, body } = await request("http://localhost"); if (statusCode >= 400) throw new Error("no"); return body.text(); } // ! likely
export async function missing() { const response = await request("http://localhost"); if (response.statusCode === 404) return undefined; return response.body.text(); } // ! likely
export async function last() { const { statusCode, body } = await request("http://localhost"); if (statusCode === 200) await body.dump(); } // ! likely
export async function empty() { const { statusCode, body } = await request("http://localhost"); if (statusCode === 204) return ""; return body.text(); }
export async function none() { const { statusCode, body } = await request("http://localhost"); if (!statusCode) throw new Error("no"); return body.text(); }
export async function one() { const { statusCode, body } = await request("http://localhost"); if (statusCode === 204 || statusCode === 304) return ""; return body.text(); }
export async function other() { const { statusCode, body } = await request("http://localhost"); if (statusCode !== 204) return body.text(); return ""; }
export async function refused2() { const { statusCode, body } = await request("http://localhost"); if (!statusCode || statusCode >= 400) throw new Error("no"); return body.text(); } // ! likely
export async function otherwise() { const { statusCode, body } = await request("http://localhost"); if (statusCode !== 204) return ""; return body.text(); } // ! likely
export async function both() { const { statusCode, body } = await request("http://localhost"); if (statusCode >= 400) { await body.dump(); throw new Error("no"); } return body.text(); }
export async function finallyRead() { const { statusCode, body } = await request("http://localhost"); try { if (statusCode >= 400) throw new Error("no"); return statusCode; } finally { await body.dump(); } }
export async function caughtRead() { const { statusCode, body } = await request("http://localhost"); try { if (statusCode >= 400) throw new Error("no"); } catch { sync(); } return body.text(); }
export async function perhaps() { const { body } = await request("http://localhost"); if (!body) return ""; return body.text(); }
export async function passedOn() { const { statusCode, body } = await request("http://localhost"); if (statusCode === 404) return undefined; return { body }; } // ! likely
export async function head() { const { statusCode } = await http.request({ path: "/", method: "HEAD" }); return statusCode; }
`],
  ["requests that call back", `
import * as https from "node:https";
import { get, get as ask, request } from "node:http";
export const status = (url: string) => new Promise<boolean>((resolve) => { get(url, (response) => { resolve(response.statusCode === 200); }); }); // ! likely
export const renamed = (url: string) => new Promise<boolean>((resolve) => { ask(url, {}, (response) => { resolve(response.statusCode === 200); }); }); // ! likely
const fatal = (error: string) => { console.error(error); process.exit(1); };
const warn = (error: string) => { console.error(error); };
export const ended = (url: string) => https.get(url, (response) => { if (response.statusCode !== 200) return fatal("no"); response.on("data", () => undefined); return undefined; });
export const warned = (url: string) => https.get(url, (response) => { if (response.statusCode !== 200) return warn("no"); response.on("data", () => undefined); return undefined; }); // ! likely
export const secure = (url: string) => new Promise<string>((resolve, reject) => { https.get(url, (response) => { if (response.statusCode !== 200) { reject(new Error("no")); return; } let text = ""; response.on("data", (part: Buffer) => { text += part.toString(); }); response.on("end", () => { resolve(text); }); }); }); // ! likely
export const onlyEnd = (url: string) => new Promise<void>((resolve) => { request(url, (response) => { response.on("end", () => { resolve(); }); }).end(); }); // ! likely
export const resumed = (url: string) => new Promise<boolean>((resolve) => { get(url, (response) => { response.resume(); resolve(response.statusCode === 200); }); });
export const handedOn = (url: string) => new Promise<object>((resolve) => { get(url, (response) => { resolve(response); }); });
export const byName = (url: string) => new Promise<object>((resolve) => { get(url, resolve); });
export const cut = (url: string) => new Promise<boolean>((resolve) => { const asking = get(url, (response) => { resolve(response.statusCode === 200); asking.destroy(); }); });
export const iterated = (url: string) => { get(url, async (response) => { for await (const part of response) console.log(part); }); };
export const noAnswer = (url: string) => { get(url); };
export const head = (url: string) => new Promise<boolean>((resolve) => { get(url, { method: "HEAD" }, (response) => { resolve(response.statusCode === 200); }); }); // ! likely
export const onlyWell = (url: string) => new Promise<void>((resolve) => { get(url, (response) => { if (response.statusCode === 200) response.resume(); resolve(); }); }); // ! likely
export const cutShort = (url: string) => new Promise<boolean>((resolve) => { const asking = request(url, (response) => { resolve(response.statusCode === 200); asking.abort(); }); });
`],
  ["objects that give back what they were made with", `
class Lease { readonly #free: () => void; constructor(free: () => void) { this.#free = free; } async release() { await Promise.resolve(); this.#free(); } }
class Once { #free: (() => void) | undefined; constructor(free?: () => void) { this.#free = free; } release() { const free = this.#free; this.#free = undefined; free?.(); } }
class Kept { readonly #free: () => void; constructor(free: () => void) { this.#free = free; } async finish() { await work(); } }
export async function lease() { return new Lease(await mutex.acquire()); }
export async function once() { const release = await mutex.acquire(); return new Once(release); }
export class Store { readonly #mutex = new Mutex(); async open() { const release = await this.#mutex.acquire(); return new Once(release); } }
export async function leased() { const held = await lease(); await held.release(); }
export async function heldOnce() { const held = await once(); held.release(); }
export async function stored(store: Store) { const held = await store.open(); held.release(); }
export async function kept() { const release = await mutex.acquire(); const held = new Kept(release); await held.finish(); } // ! certain
`],
  ["what the last one gives back", `
export class Readers { #count = 0; readonly #mutex = new Mutex();
  async read(task: () => Promise<void>) {
    while (this.#count === 0) { await this.#mutex.acquire(); break; } // ! possible
    this.#count++;
    try { await task(); } finally { this.#count--; if (this.#count === 0) this.#mutex.release(); }
  } }
`],
  ["clients given back twice", `
export async function twice() { const client = await pool.connect(); try { await client.query("x"); client.release(); } finally { client.release(); } } // ! certain
export async function once() { const client = await pool.connect(); try { await client.query("x"); client.release(); } catch (error) { client.release(true); throw error; } }
`],
];

describe("require-release", () => {
  it.each(programs)("%s", (_, program) => {
    const text = HEAD + program.trimStart();
    const expected = text.split("\n").flatMap((line, index) => {
      const mark = /\/\/ ! (\w+)$/.exec(line)?.[1];
      return mark === undefined ? [] : [`program.ts:${String(index + 1)} require-release ${mark}`];
    });
    const found = findingsIn({ ...ELSEWHERE, "helpers.ts": HELPERS, "program.ts": text });
    expect(found.filter((each) => each.includes("require-release"))).toEqual(expected.sort());
  });
});
