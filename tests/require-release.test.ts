/** Functions that take something and give it back, or don't: `// ! confidence` stands on the line of an acquire that is reported. */
import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";

const HEAD = `import { Mutex, Semaphore, withTimeout } from "async-mutex";
import AsyncLock from "async-lock";
import { Pool, type PoolClient } from "pg";
import { audit, note } from "./helpers.js";
import { sync, work } from "elsewhere";
const mutex = new Mutex(), slots = new Semaphore(2), keyed = new AsyncLock();
const pool = new Pool({ max: 1 });
declare const flag: boolean;
`;

const HELPERS = `export function note(value: unknown) { console.log(value); }
export function audit(name: string) { if (name === "") throw new Error("no name"); console.log(name); }
`;

const ELSEWHERE = {
  "node_modules/undici/package.json": '{ "name": "undici", "version": "7.30.2", "types": "index.d.ts" }',
  "node_modules/undici/index.d.ts": `interface Answer { statusCode: number; headers: Record<string, string>; body: { text(): Promise<string>; dump(): Promise<void> }; }
export declare class Dispatcher { request(options: { path: string; method: string }): Promise<Answer>; }
export declare class Pool extends Dispatcher { constructor(url: string); }
export declare function request(url: string): Promise<Answer>;`,
  "node_modules/typeorm/package.json": '{ "name": "typeorm", "version": "0.3.20", "types": "index.d.ts" }',
  "node_modules/typeorm/index.d.ts": `export interface QueryRunner { connect(): Promise<void>; startTransaction(): Promise<void>; query(text: string): Promise<void>; release(): Promise<void>; }
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
