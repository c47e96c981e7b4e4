import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";

const MUTEX = 'import { Mutex, Semaphore } from "async-mutex"; import { Sema } from "async-sema";';
const PG = 'import { Pool, type PoolClient } from "pg"; const pool = new Pool({ max: 1 });';
const ROWS = `${PG} async function* users() { const client = await pool.connect(); try { yield* (await client.query<{ id: number }>("select 1")).rows; } finally { client.release(); } }`;
const WINDOW = `import { pMapIterable } from "p-map"; ${MUTEX}`;
const LOAD = 'async function load(n: number) { if (n === 2) throw new Error("no"); return n; }';
const TEE = "const source = new ReadableStream<number>({ start(controller) { controller.enqueue(1); } });";
const COPY = 'const response = new Response("text"); const copy = response.clone();';

interface Program {
  readonly name: string;
  /** One file, or several by name. */
  readonly text: string | Readonly<Record<string, string>>;
  /** `line confidence`, with the file before it where there are several. */
  readonly reports: readonly string[];
}

const GENERATORS: readonly Program[] = [
  {
    name: "a loop body that calls a helper that asks the pool", reports: ["3 certain"],
    text: `${ROWS} const touch = async (id: number) => { await pool.query("update", [id]); };
      for await (const user of users()) {
        await touch(user.id);
      }`,
  },
  {
    name: "the generator handed to a function that goes through it", reports: ["3 certain"],
    text: `${ROWS} async function show(all: AsyncIterable<{ id: number }>) {
      for await (const user of all) {
        await pool.query("update", [user.id]);
      } }
      await show(users());`,
  },
  {
    name: "a generator that takes it in a branch only, and has another way without it", reports: ["4 possible"],
    text: `${ROWS} async function* all(rows: { id: number }[], cached: boolean) { if (!cached) { yield* users(); return; } yield* rows; }
      export async function run(rows: { id: number }[], cached: boolean) {
        for await (const user of all(rows, cached)) {
          await pool.query("update", [user.id]);
        } }`,
  },
  {
    name: "a generator over a generator", reports: ["4 certain"],
    text: `${ROWS} async function* ids(all: AsyncIterable<{ id: number }>) { for await (const user of all) yield user.id; }
      async function run() {
        for await (const id of ids(users())) {
          await pool.query("update", [id]);
        } }
      await run();`,
  },
  {
    name: "a generator that passes another on", reports: ["3 certain"],
    text: `${ROWS} async function* all() { yield* users(); }
      for await (const user of all()) {
        await pool.query("update", [user.id]);
      }`,
  },
  {
    name: "an iterator of a class", reports: ["5 certain"],
    text: `${MUTEX} class Table { readonly #lock = new Mutex(); readonly #rows = [1];
        async *[Symbol.asyncIterator]() { const release = await this.#lock.acquire(); try { yield* this.#rows; } finally { release(); } }
        async remove(row: number) { await this.#lock.runExclusive(() => { this.#rows.splice(row); }); } }
      const table = new Table();
      for await (const row of table) await table.remove(row);`,
  },
  {
    name: "a method of another class, over files",
    reports: ["main.ts:4 certain"],
    text: {
      "lock.ts": `${MUTEX} export const lock = new Mutex();`,
      "cursor.ts": `import { lock } from "./lock.js";
        export class Cursor { async *rows() { const release = await lock.acquire(); try { yield 1; } finally { release(); } } }`,
      "writer.ts": 'import { lock } from "./lock.js"; export async function store(row: unknown) { await lock.runExclusive(() => { console.log(row); }); }',
      "main.ts": `import { Cursor } from "./cursor.js"; import { store } from "./writer.js";
        const cursor = new Cursor();
        for await (const row of cursor.rows()) {
          await store(row);
        }`,
    },
  },
  {
    name: "an iterator that is left suspended", reports: ["5 certain"],
    text: `${ROWS} async function run() {
        const all = users();
        const first = await all.next();
        console.log(first.value);
        await pool.query("update");
      }
      await run();`,
  },
  {
    name: "the same, returned before", reports: [],
    text: `${ROWS} async function run() {
        const all = users();
        const first = await all.next();
        await all.return();
        await pool.query("update", [first.value]);
      }
      await run();`,
  },
  {
    name: "a query after the loop was left", reports: [],
    text: `${ROWS} for await (const user of users()) { if (user.id > 1) break; }
      await pool.query("update");`,
  },
  {
    name: "a query in a loop over what was collected", reports: [],
    text: `${ROWS} const ids: number[] = [];
      for await (const { id } of users()) ids.push(id);
      for (const id of ids) await pool.query("update", [id]);`,
  },
  {
    name: "a generator that gives back before it yields", reports: [],
    text: `${PG} async function* users() { for (;;) { const client = await pool.connect(); const { rows } = await client.query("select 1"); client.release(); yield* rows; } }
      for await (const user of users()) await pool.query("update", [user]);`,
  },
  {
    name: "items that own the client and give it back", reports: [],
    text: `${PG} async function* clients() { for (let i = 0; i < 3; i++) yield await pool.connect(); }
      for await (const client of clients()) { await client.query("select 1"); client.release(); }`,
  },
  {
    name: "a pool with room for the body", reports: [],
    text: `${ROWS.replace("max: 1", "max: 2")} for await (const user of users()) await pool.query("update", [user.id]);`,
  },
  {
    name: "the same, for any number of callers", reports: ["2 likely"],
    text: `${ROWS.replace("max: 1", "max: 2")} export async function run() { for await (const user of users()) {
        await pool.query("update", [user.id]);
      } }`,
  },
  {
    name: "a pool of any size", reports: ["3 likely"],
    text: `import type { Pool } from "pg"; export class Report { constructor(readonly pool: Pool) {}
      async *users() { const client = await this.pool.connect(); try { yield* (await client.query("select 1")).rows; } finally { client.release(); } }
      async run() { for await (const user of this.users()) await this.pool.query("update", [user]); } }`,
  },
  {
    name: "a query that nobody waits for", reports: [],
    text: `${ROWS} for await (const user of users()) void pool.query("update", [user.id]);`,
  },
  {
    name: "a bounded wait in the body", reports: [],
    text: `${ROWS.replace("max: 1", "max: 1, connectionTimeoutMillis: 1000")} for await (const user of users()) await pool.query("update", [user.id]);`,
  },
  {
    name: "a generator that isn't asynchronous", reports: ["3 certain"],
    text: `${MUTEX} const lock = new Sema(1); function* slots() { for (let i = 0; i < 2; i++) yield lock.acquire(); }
      for (const slot of slots()) {
        await slot;
      }`,
  },
];

const WINDOWS: readonly Program[] = [
  {
    name: "a window as large as the semaphore, with a helper", reports: ["5 certain"],
    text: `${WINDOW} const slots = new Semaphore(3);
      async function open(id: number) { const [, release] = await slots.acquire(); return { id, release }; }
      async function use(item: { id: number; release: () => void }) { await slots.runExclusive(() => item.id); item.release(); }
      export async function run(ids: number[]) { for await (const item of pMapIterable(ids, open, { concurrency: 3 }))
        await use(item); }`,
  },
  {
    name: "a body that gives its own back first: the others keep theirs", reports: ["4 certain"],
    text: `${WINDOW} const slots = new Sema(2); const open = async (id: number) => { await slots.acquire(); return id; };
      export async function run(ids: number[]) { for await (const id of pMapIterable(ids, open, { concurrency: 2 })) {
        slots.release();
        await slots.acquire();
        console.log(id); slots.release();
      } }`,
  },
  {
    name: "permits that are given back in the mapper", reports: [],
    text: `${WINDOW} const slots = new Sema(2); const open = async (id: number) => { await slots.acquire(); try { return id; } finally { slots.release(); } };
      for await (const id of pMapIterable([1, 2, 3], open, { concurrency: 2 })) { await slots.acquire(); console.log(id); slots.release(); }`,
  },
  {
    name: "fewer items than permits", reports: [],
    text: `${WINDOW} const slots = new Sema(3); const open = async (id: number) => { await slots.acquire(); return id; };
      for await (const id of pMapIterable([1, 2], open, { concurrency: 10 })) { await slots.acquire(); console.log(id); slots.release(); slots.release(); }`,
  },
  {
    name: "a stream whose source takes permits", reports: ["5 certain"],
    text: `${MUTEX} const slots = new Sema(2);
      const items = new ReadableStream<number>({
        async pull(controller) { await slots.acquire(); controller.enqueue(1); },
      }, { highWaterMark: 2 });
      for await (const item of items) { await slots.acquire(); console.log(item); slots.release(); slots.release(); }`,
  },
  {
    name: "Readable.map with room", reports: [],
    text: `import { Readable } from "node:stream"; ${MUTEX} const slots = new Sema(9);
      const items = Readable.from([1, 2, 3]).map(async (n: number) => { await slots.acquire(); return n; }, { concurrency: 2 });
      for await (const n of items) { await slots.acquire(); console.log(n); slots.release(); slots.release(); }`,
  },
];

const GATHERED: readonly Program[] = [
  {
    name: "connections gathered through a helper", reports: ["2 certain"],
    text: `${PG.replace("max: 1", "max: 2")} const open = async (n: number) => { const client = await pool.connect(); console.log(n); return client; };
      const clients = await Promise.all([1, 2, 3].map(open));
      for (const client of clients) client.release();`,
  },
  {
    name: "as many as the pool has", reports: [],
    text: `${PG.replace("max: 1", "max: 3")} const clients = await Promise.all([1, 2, 3].map(() => pool.connect()));
      for (const client of clients) client.release();`,
  },
  {
    name: "any number of them", reports: ["2 likely"],
    text: `${PG} export async function all(names: string[]) {
      const clients = await Promise.all(names.map(() => pool.connect()));
      for (const client of clients) client.release(); }`,
  },
  {
    name: "two at once", reports: ["2 certain"],
    text: `${PG}
      const [reader, writer] = await Promise.all([pool.connect(), pool.connect()]);
      reader.release(); writer.release();`,
  },
  {
    name: "each given back in its own task", reports: [],
    text: `${PG} await Promise.all([1, 2, 3].map(async () => { const client = await pool.connect(); try { await client.query("select 1"); } finally { client.release(); } }));`,
  },
  {
    name: "promises of owners, and a body that asks for one more", reports: ["4 certain"],
    text: `${MUTEX} const slots = new Sema(2); const open = async (id: number) => { await slots.acquire(); return id; };
      const ahead = [1, 2, 3].map(open);
      for (const item of ahead) { const id = await item;
        await slots.acquire();
        console.log(id); slots.release(); slots.release(); }`,
  },
  {
    name: "promises of owners that are given back one after another", reports: [],
    text: `${MUTEX} const slots = new Sema(2); const open = async (id: number) => { await slots.acquire(); return id; };
      const ahead = [1, 2, 3].map(open);
      for (const item of ahead) { console.log(await item); slots.release(); }`,
  },
  {
    name: "a connection asked for ahead, and a query before it is looked at", reports: ["3 certain"],
    text: `${PG} export async function run() {
      const next = pool.connect(); next.catch(() => undefined);
      await pool.query("select 1");
      (await next).release(); }`,
  },
  {
    name: "a window of connections, the oldest first", reports: [],
    text: `${PG.replace("max: 1", "max: 2")} const ahead: Promise<PoolClient>[] = [];
      for (let i = 0; i < 9; i++) { ahead.push(pool.connect()); if (ahead.length > 1) (await ahead.shift()!).release(); }
      for (const client of ahead) (await client).release();`,
  },
];

const EAGER: readonly Program[] = [
  { name: "calls in a list", reports: ["2 likely"], text: `${LOAD} const all = [load(1), load(2)];\n for (const each of all) console.log(await each);` },
  { name: "a list that is filled", reports: ["3 likely"], text: `${LOAD} const all: Promise<number>[] = [];\n for (const n of [1, 2]) all.push(load(n));\n for (const each of all) console.log(await each);` },
  { name: "for await over promises", reports: ["2 likely"], text: `${LOAD} const all = [1, 2].map((n) => load(n));\n for await (const n of all) console.log(n);` },
  { name: "in the loop's own header", reports: ["1 likely"], text: `${LOAD} for (const each of [1, 2].map(load)) console.log(await each);` },
  { name: "work that fails deeper", reports: ["2 likely"], text: `${LOAD} const twice = async (n: number) => await load(n) * 2; const all = [1, 2].map((n) => twice(n));\n for (const each of all) console.log(await each);` },
  { name: "work in another file", reports: ["main.ts:2 likely"], text: { "work.ts": `export ${LOAD}`, "main.ts": 'import { load } from "./work.js"; const all = [1, 2].map(load);\n for (const each of all) console.log(await each);' } },
  { name: "work that can't fail", reports: [], text: "const load = async (n: number) => n; const all = [1, 2].map(load); for (const each of all) console.log(await each);" },
  { name: "work that catches", reports: [], text: "const load = async (n: number) => { try { if (n === 2) throw new Error(); return n; } catch { return 0; } }; const all = [1, 2].map(load); for (const each of all) console.log(await each);" },
  { name: "a handler for each", reports: [], text: `${LOAD} const all = [1, 2].map(load); for (const each of all) each.catch(() => {}); for (const each of all) console.log(await each);` },
  { name: "all settled before", reports: [], text: `${LOAD} const all = [1, 2].map(load); await Promise.allSettled(all); for (const each of all) console.log(await each);` },
  { name: "started one by one", reports: [], text: `${LOAD} for (const n of [1, 2]) console.log(await load(n));` },
  { name: "a loop that only adds handlers", reports: [], text: `${LOAD} const all = [1, 2].map(load); for (const each of all) each.then(console.log, console.error);` },
  { name: "a list that somebody else has", reports: [], text: `${LOAD} declare function watch(all: Promise<number>[]): void; const all = [1, 2].map(load); watch(all); for (const each of all) console.log(await each);` },
  { name: "two names in turn", reports: ["4 possible"], text: `${LOAD} export async function run() {\n const a = load(1);\n const b = load(2);\n const first = await a;\n return first + await b; }` },
  { name: "two names at once", reports: [], text: `${LOAD} export async function run() { const a = load(1); const b = load(2); const [x, y] = await Promise.all([a, b]); return x + y; }` },
];

const BRANCHES: readonly Program[] = [
  { name: "cancels one after another", reports: ["2 certain"], text: `${TEE} const [a, b] = source.tee();\n await a.cancel();\n await b.cancel();` },
  { name: "the cancel of a reader", reports: ["2 certain"], text: `${TEE} const [a, b] = source.tee(); const reader = a.getReader();\n await reader.cancel();\n await b.cancel();` },
  { name: "a cancel that nobody waits for", reports: [], text: `${TEE} const [a, b] = source.tee(); void a.cancel(); console.log(await b.getReader().read());` },
  { name: "the other branch cancelled before", reports: [], text: `${TEE} const [a, b] = source.tee(); void b.cancel(); await a.cancel();` },
  { name: "the other branch read to its end before", reports: [], text: `${TEE} const [a, b] = source.tee(); for await (const n of b) console.log(n); await a.cancel();` },
  { name: "the other branch given away", reports: [], text: `${TEE} declare function use(stream: ReadableStream<number>): void; const [a, b] = source.tee(); use(b); await a.cancel();` },
  { name: "a loop that is left early", reports: ["2 certain"], text: `${TEE} const [a, b] = source.tee();\n for await (const n of a) { if (n > 0) break; }\n await b.cancel();` },
  { name: "a helper that cancels", reports: ["2 certain"], text: `${TEE} const drop = async (stream: ReadableStream) => { await stream.cancel(); }; const [a, b] = source.tee();\n await drop(a);\n await b.cancel();` },
  { name: "a promise of a cancel", reports: ["3 certain"], text: `${TEE} const [a, b] = source.tee();\n const done = a.cancel();\n await done;\n await b.cancel();` },
  { name: "branches that are fields", reports: ["2 likely"], text: `${TEE} class Tap { readonly #a; readonly #b; constructor(of: ReadableStream<number>) { [this.#a, this.#b] = of.tee(); } async first() { const reader = this.#a.getReader(); try { return await reader.read(); } finally {
      await reader.cancel(); } } } console.log(await new Tap(source).first());` },
  { name: "branches that are fields, the other of which another method reads", reports: [], text: `${TEE} class Tap { readonly #a; readonly #b; constructor(of: ReadableStream<number>) { [this.#a, this.#b] = of.tee(); } async stop() { await this.#a.cancel(); } async all() { for await (const n of this.#b) console.log(n); } } const tap = new Tap(source); void tap.all(); await tap.stop();` },
  { name: "a promise of a cancel, awaited after the other", reports: [], text: `${TEE} const [a, b] = source.tee(); const done = a.cancel(); void b.cancel(); await done;` },
  { name: "a copy's body", reports: ["2 certain"], text: `${COPY}\n await copy.body?.cancel();\n console.log(await response.text());` },
  { name: "the original's body", reports: ["2 certain"], text: `${COPY}\n await response.body?.cancel();\n console.log(await copy.text());` },
  { name: "a copy whose original was read", reports: [], text: `${COPY} console.log(await response.text()); await copy.body?.cancel();` },
  { name: "a copy of a request", reports: ["2 certain"], text: 'export async function handle(request: Request) { const copy = request.clone();\n await copy.body?.cancel();\n return request.text(); }' },
  { name: "something else that can be cloned", reports: [], text: "class Job { clone() { return this; } async cancel() { await Promise.resolve(); } } const job = new Job(); const copy = job.clone(); await copy.cancel(); await job.cancel();" },
  { name: "a copy that hooks only look at", reports: ["3 certain"], text: `${COPY} class Client { constructor(readonly hooks: readonly ((r: Response) => Promise<boolean>)[]) {} async get() { for (const hook of this.hooks) await hook(copy); } }
      void new Client([async (r) => r.status === 200, async (r) => r.ok]).get(); for (const look of [(r: Response) => r.ok, (r: Response) => r.url]) look(copy);
      await response.body?.cancel();` },
  { name: "a copy that a hook reads", reports: [], text: `${COPY} for (const look of [(r: Response) => r.ok, (r: Response) => r.text()]) look(copy);
 await response.body?.cancel();` },
  { name: "a copy for a hook that keeps it", reports: ["4 likely"], text: `const kept: Response[] = []; const keep = async (r: Response) => { kept.push(r); };
      async function get(send: () => Promise<Response>, hooks = [keep]) { for (const hook of [keep]) {
        const response = await send(); await hook(response.clone());
        await response.body?.cancel(); } return hooks; } void get(async () => new Response("x"));` },
  {
    name: "a reader of a body that was copied on its way", reports: ["3 likely"],
    text: `const log: Response[] = []; const traced = async (url: string) => { const response = await fetch(url); log.push(response.clone()); return response; };
      export async function first(url: string) { const response = await traced(url); const reader = response.body!.getReader(); const step = await reader.read();
        await reader.cancel();
        return step; }`,
  },
  {
    name: "a body that comes from somewhere else than what is copied", reports: ["3 possible"],
    text: `const log: Response[] = []; export const traced = async (url: string) => { const response = await fetch(url); log.push(response.clone()); return response; };
      export async function drop(get: (url: string) => Promise<Response>) { const response = await get("a");
        await response.body?.cancel(); }
      await drop(async () => new Response("b"));`,
  },
  {
    name: "a body that comes from a function of the same name as what is copied", reports: ["4 possible"],
    text: `const log: Response[] = []; type Get = (url: string) => Promise<Response>;
      export async function trace(real: Get) { const get: Get = async (url) => { const response = await real(url); log.push(response.clone()); return response; }; return (await get("a")).text(); }
      async function drop(ask: Get) { const response = await ask("a");
        await response.body?.cancel(); }
      export async function run(get: Get) { await drop(get); }`,
  },
  {
    name: "a body that comes from what an object was given", reports: ["3 likely"],
    text: `const log: Response[] = []; const traced = (get: (url: string) => Promise<Response>) => async (url: string) => { const response = await get(url); log.push(response.clone()); return response; };
      class Client { constructor(readonly get: (url: string) => Promise<Response>) {} async drop() { const response = await this.get("a");
        await response.body?.cancel(); } }
      export const client = new Client(traced(fetch));`,
  },
  {
    name: "a body of the platform's fetch, which the program replaces", reports: ["4 likely"],
    text: `const log: Response[] = [], real = globalThis.fetch;
      globalThis.fetch = async (url) => { const response = await real(url); log.push(response.clone()); return response; };
      export async function check(url: string) { const response = await fetch(url); const { ok } = response;
        await response.body?.cancel();
        return ok; }`,
  },
  {
    name: "a body of the platform's fetch beside a copy of another", reports: [],
    text: `const log: Response[] = []; export const traced = async (url: string) => { const response = await fetch(url); log.push(response.clone()); return response; };
      export async function check(url: string) { const response = await fetch(url); await response.body?.cancel(); return response.ok; }`,
  },
  { name: "no copy anywhere", reports: [], text: 'export async function get(url: string) { const response = await fetch(url); if (!response.ok) await response.body?.cancel(); return response; }' },
];

const NODE = 'import { PassThrough, type Readable } from "node:stream"; import { text } from "node:stream/consumers";';

const SOURCES: readonly Program[] = [
  {
    name: "one of two destinations that nobody reads", reports: ["4 likely"],
    text: `${NODE} export async function run(source: Readable) { const kept = new PassThrough(), read = new PassThrough();
      source.pipe(kept);
      source.pipe(read);
      return await text(read); }`,
  },
  {
    name: "one that is read later", reports: ["3 likely"],
    text: `${NODE} export async function run(source: Readable) { const a = new PassThrough(), b = new PassThrough();
      source.pipe(a); source.pipe(b);
      const first = await text(a);
      return first + await text(b); }`,
  },
  {
    name: "both read at once", reports: [],
    text: `${NODE} export async function run(source: Readable) { const a = new PassThrough(), b = new PassThrough();
      source.pipe(a); source.pipe(b);
      return await Promise.all([text(a), text(b)]); }`,
  },
  {
    name: "two sources", reports: [],
    text: `${NODE} export async function run(source: Readable, other: Readable) { const a = new PassThrough(), b = new PassThrough();
      source.pipe(a); other.pipe(b);
      const first = await text(a);
      return first + await text(b); }`,
  },
];

const run = (programs: readonly Program[]) => {
  it.each(programs.map((program) => [program.name, program] as const))("%s", (_name, { text, reports }) => {
    const found = typeof text === "string" ? findingsIn({ "program.ts": text }).map((each) => each.replace("program.ts:", "")) : findingsIn(text);
    // The programs are short: not all of them give everything back, and some wait long on purpose.
    expect(found.filter((each) => !/ (?:require-release|no-await-while-locked|require-lock-timeout) /.test(each))).toEqual(reports.map((report) => report.replace(" ", " no-starved-buffer ")));
  });
};

describe("generators", () => { run(GENERATORS); });
describe("windows", () => { run(WINDOWS); });
describe("what is gathered, or asked for ahead", () => { run(GATHERED); });
describe("work that is started together", () => { run(EAGER); });
describe("sources that flow into several", () => { run(SOURCES); });
describe("branches", () => { run(BRANCHES); });
