/** Programs that mean the same, written otherwise: `// ! rule confidence` stands on the line that is reported. */
import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";
import { expectedIn } from "./support/programs.js";

type Files = Readonly<Record<string, string>>;

const TRACED = `import { Mutex } from "async-mutex";
function traced<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  return (...args) => work(...args);
}
const mutex = new Mutex();
`;

const GUARDED = `import { Mutex } from "async-mutex";
import { setImmediate as tick } from "node:timers/promises";
async function guarded<T>(lock: Mutex, body: () => Promise<T> | T): Promise<T> {
  return lock.runExclusive(body);
}
`;

const BOARD = (kind: string): string => `import { Mutex } from "async-mutex";
import { setImmediate as tick } from "node:timers/promises";
class Board {
  readonly #gate = new Mutex();
  readonly #rows = new Mutex();
  readonly #columns = new Mutex();
  #rowsFirst: () => Promise<void> = async () => {
    await this.#rows.runExclusive(async () => { await tick(); await this.#columns.runExclusive(() => undefined); });${kind === "gated" ? "" : " // ! lock-order certain"}
  };
  #columnsFirst: () => Promise<void> = async () => {
    await this.#columns.runExclusive(async () => { await tick(); await this.#rows.runExclusive(() => undefined); });
  };
  sortRows: () => Promise<void> = () => ${kind === "gated" ? "this.#gate.runExclusive(() => this.#rowsFirst())" : "this.#rowsFirst()"};
  sortColumns: () => Promise<void> = () => ${kind === "gated" ? "this.#gate.runExclusive(() => this.#columnsFirst())" : "this.#columnsFirst()"};
}
const board = new Board();
await Promise.all([board.sortRows(), board.sortColumns()]);
`;

/** A bounded channel written by hand. */
const CHANNEL = `export class Channel<T> {
  readonly #items: T[] = [];
  readonly #senders: (() => void)[] = [];
  readonly #readers: (() => void)[] = [];
  constructor(readonly capacity: number) {}
  async send(item: T): Promise<void> {
    while (this.#items.length >= this.capacity) await new Promise<void>((wake) => this.#senders.push(wake));
    this.#items.push(item);
    this.#readers.shift()?.();
  }
  async receive(): Promise<T | undefined> {
    while (this.#items.length === 0) await new Promise<void>((wake) => this.#readers.push(wake));
    const item = this.#items.shift();
    this.#senders.shift()?.();
    return item;
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (let item = await this.receive(); item !== undefined; item = await this.receive()) yield item;
  }
}
`;

const LINES = { "channel.ts": CHANNEL, "lines.ts": `import { Channel } from "./channel.js";\nexport const lines = new Channel<number>(1);\n` };
const ENDS = { "ends.ts": "export const { readable, writable } = new TransformStream<string, string>();\n" };

const programs: readonly (readonly [string, Files])[] = [
  ["functions that are fields, run behind one gate", { "board.ts": BOARD("gated") }],
  ["functions that are fields, run at once", { "board.ts": BOARD("open") }],
  ["a gate that is taken by the same wrapper as the locks behind it", { "board.ts": `${GUARDED}class Board {
  readonly #gate = new Mutex();
  readonly #rows = new Mutex();
  readonly #columns = new Mutex();
  async #rowsFirst(): Promise<void> {
    await guarded(this.#rows, async () => { await tick(); await guarded(this.#columns, () => undefined); });
  }
  async #columnsFirst(): Promise<void> {
    await guarded(this.#columns, async () => { await tick(); await guarded(this.#rows, () => undefined); });
  }
  sortRows(): Promise<void> { return guarded(this.#gate, () => this.#rowsFirst()); }
  sortColumns(): Promise<void> { return guarded(this.#gate, () => this.#columnsFirst()); }
}
const board = new Board();
await Promise.all([board.sortRows(), board.sortColumns()]);
` }],
  ["started and awaited under a lock, both requests written in one wrapper", { "save.ts": `${GUARDED}const mutex = new Mutex();
const save = () => guarded(mutex, () => "saved");
await guarded(mutex, async () => {
  const pending = save();
  await tick();
  await pending; // ! no-recursive-lock certain
});
` }],
  ["a function that a generic function made of another one", { "save.ts": `${TRACED}const save = traced(async () => { await mutex.runExclusive(() => "saved"); });
await mutex.runExclusive(async () => {
  await save(); // ! no-recursive-lock certain
});
` }],
  ["what such a function is called with", { "run.ts": `${TRACED}const run = traced(async (lock: Mutex, job: () => Promise<void>) => { await lock.runExclusive(job); });
await run(mutex, async () => {
  await mutex.runExclusive(() => "saved"); // ! no-recursive-lock certain
});
await run(new Mutex(), async () => {
  await mutex.runExclusive(() => "saved");
});
` }],
  ["a pool of another file, behind a function", {
    "pool.ts": `import { Pool } from "pg";\nconst pool = new Pool({ max: 1 });\nexport function getPool() { return pool; }\n`,
    "users.ts": `import { getPool } from "./pool.js";
export async function count(): Promise<number> {
  const client = await getPool().connect();
  const { rows } = await getPool().query("select 1"); // ! no-recursive-lock certain
  client.release();
  return rows.length;
}
`,
  }],
  ["a pool of another file, in an object", {
    "deps.ts": `import { Pool } from "pg";\nexport interface Deps { readonly pool: Pool }\nexport const deps: Deps = { pool: new Pool({ max: 1 }) };\n`,
    "users.ts": `import type { Deps } from "./deps.js";
export async function count(deps: Deps): Promise<number> {
  const client = await deps.pool.connect();
  try { return (await deps.pool.query("select 1")).rows.length; } finally { client.release(); } // ! no-recursive-lock likely
}
`,
  }],
  ["a channel of another file, filled before it is read", { ...LINES, "main.ts": `import { lines } from "./lines.js";
for (let i = 0; i < 5; i += 1) await lines.send(i); // ! spawn-before-drain certain
for await (const n of lines) console.log(n);
` }],
  ["a channel of another file, read while it is filled", { ...LINES, "main.ts": `import { lines } from "./lines.js";
const reading = (async () => { for await (const n of lines) if (n === 4) return; })();
for (let i = 0; i < 5; i += 1) await lines.send(i);
await reading;
` }],
  ["a channel of another file, read by a third", { ...LINES, "reader.ts": `import { lines } from "./lines.js";
void (async () => { for await (const n of lines) console.log(n); })();
export {};
`, "main.ts": `import "./reader.js";
import { lines } from "./lines.js";
for (let i = 0; i < 5; i += 1) await lines.send(i);
` }],
  ["a channel of another file, filled and read by functions of others", { ...LINES, "fill.ts": `import { lines } from "./lines.js";
export async function fill(): Promise<void> { for (let i = 0; i < 5; i += 1) await lines.send(i); }
`, "print.ts": `import { lines } from "./lines.js";
export async function print(): Promise<void> { for await (const n of lines) console.log(n); }
`, "main.ts": `import { fill } from "./fill.js";
import { print } from "./print.js";
await fill(); // ! spawn-before-drain certain
await print();
` }],
  ["the same, both at once", { ...LINES, "fill.ts": `import { lines } from "./lines.js";
export async function fill(): Promise<void> { for (let i = 0; i < 5; i += 1) await lines.send(i); }
`, "print.ts": `import { lines } from "./lines.js";
export async function print(): Promise<void> { for await (const n of lines) if (n === 4) return; }
`, "main.ts": `import { fill } from "./fill.js";
import { print } from "./print.js";
await Promise.all([fill(), print()]);
` }],
  ["filled where it is made, and read elsewhere", { ...LINES, "squares.ts": `import { Channel } from "./channel.js";
export const squares = new Channel<number>(1);
const fill = async (n: number) => { await squares.send(n * n); };
export const filled = Promise.all([1, 2, 3].map(fill));
`, "main.ts": `import { filled, squares } from "./squares.js";
for await (const square of squares) if (square === 9) break;
await filled;
` }],
  ["the same, under another name", { ...LINES, "squares.ts": `import { Channel } from "./channel.js";
export const squares = new Channel<number>(1);
const fill = async (n: number) => { await squares.send(n * n); };
export const filled = Promise.all([1, 2, 3].map(fill));
`, "index.ts": `export { squares as results, filled } from "./squares.js";
`, "main.ts": `import { filled, results } from "./index.js";
for await (const square of results) if (square === 9) break;
await filled;
` }],
  ["both ends from another file", { ...ENDS, "main.ts": `import { readable, writable } from "./ends.js";
const writer = writable.getWriter();
await writer.write("a"); // ! spawn-before-drain certain
await writer.close();
for await (const chunk of readable) console.log(chunk);
` }],
  ["a process under another name", { "main.ts": `import { spawn as start } from "node:child_process";
import { once as ended } from "node:events";
const child = start("node", ["-e", ""], { stdio: ["ignore", "pipe", "inherit"] });
await ended(child, "exit"); // ! spawn-before-drain likely
for await (const chunk of child.stdout) console.log(chunk);
` }],
  ["a process that a library starts as Node.js does", {
    "node_modules/cross-spawn/package.json": '{ "name": "cross-spawn", "version": "7.0.6", "types": "index.d.ts" }',
    "node_modules/cross-spawn/index.d.ts": `import type { ChildProcess, SpawnOptions } from "node:child_process";
declare function spawn(command: string, args?: readonly string[], options?: SpawnOptions): ChildProcess;
export = spawn;
`,
    "main.ts": `import spawn from "cross-spawn";
import { once } from "node:events";
await once(spawn("npm", ["install"]), "close"); // ! spawn-before-drain likely
await once(spawn("npm", ["install"], { stdio: "inherit" }), "close");
` }],
  ["a library's type under a name of the program's own", {
    "db.ts": `import { Kysely, SqliteDialect } from "kysely";
export interface Tables { audit: { message: string } }
export type Db = Kysely<Tables>;
export function openDatabase(): Db { return new Kysely<Tables>({ dialect: new SqliteDialect({ database: {} as never }) }); }
`,
    "main.ts": `import { openDatabase, type Db } from "./db.js";
class Audit {
  constructor(private readonly db: Db) {}
  async record(message: string): Promise<void> { await this.db.insertInto("audit").values({ message }).execute(); }
}
class Orders {
  constructor(private readonly db: Db, private readonly audit: Audit) {}
  async place(): Promise<void> {
    await this.db.transaction().execute(async () => {
      await this.audit.record("order"); // ! no-recursive-lock likely
    });
  }
}
const db = openDatabase();
await new Orders(db, new Audit(db)).place();
` }],
  ["an emitter behind a barrel, and its function under another name", {
    "job.ts": `import { EventEmitter } from "node:events";\nexport const job = new EventEmitter();\n`, "index.ts": `export { job } from "./job.js";\n`,
    "main.ts": `import { once as heard } from "node:events";
import { job } from "./index.js";
async function run(): Promise<void> {
  job.emit("done");
  await heard(job, "done"); // ! no-circular-wait likely
}
await run();
`,
  }],
  ["an emitter that somebody has under the barrel's name for it", {
    "job.ts": `import { EventEmitter } from "node:events";\nexport const job = new EventEmitter();\n`, "index.ts": `export { job as work } from "./job.js";\n`,
    "other.ts": `import { work } from "./index.js";\nexport function finish(): void { work.emit("done"); }\n`,
    "main.ts": `import { once } from "node:events";
import { job } from "./job.js";
job.emit("done");
await once(job, "done");
`,
  }],
  ["both ends behind a function of another file", { "ends.ts": "const ends = new TransformStream<string, string>();\nexport function getEnds() { return ends; }\n", "main.ts": `import { getEnds } from "./ends.js";
const writer = getEnds().writable.getWriter();
await writer.write("a"); // ! spawn-before-drain certain
await writer.close();
for await (const chunk of getEnds().readable) console.log(chunk);
` }],
];

describe("written otherwise", () => {
  it.each(programs)("%s", (_name, files) => {
    expect(findingsIn(files)).toEqual(expectedIn(files));
  });

  it("hands a lock with a bound to a wrapper", () => {
    const program = `import AsyncLock from "async-lock";
async function guarded<T>(lock: AsyncLock, key: string, body: () => Promise<T>): Promise<T> {
  return lock.acquire(key, body);
}
const lock = new AsyncLock(BOUND);
await guarded(lock, "key", () => Promise.resolve());
`;
    expect(findingsIn({ "lock.ts": program.replace("BOUND", "{ timeout: 10 }") }, true)).toEqual([]);
    expect(findingsIn({ "lock.ts": program.replace("BOUND", "") }, true)).toEqual(["lock.ts:3 require-lock-timeout certain"]);
  });
});
