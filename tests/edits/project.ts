/** A small program with many locks, a few channels, a pool and a promise that is kept, and the alternatives between which edits choose: hazards come and go with them. */

/** A part of a text that has alternatives. Parts of one key change together, in whatever files they stand. */
export interface Slot {
  readonly key: string | undefined;
  readonly alternatives: readonly string[];
}

export interface Template {
  readonly texts: readonly string[];
  readonly slots: readonly Slot[];
}

const choose = (...alternatives: string[]): Slot => ({ key: undefined, alternatives });
const together = (key: string, ...alternatives: string[]): Slot => ({ key, alternatives });
const file = (texts: readonly string[], ...slots: Slot[]): Template => ({ texts, slots });

/** A function that stands now in one file, now in another. */
const AUDIT = `export async function audit(): Promise<void> {
  await mail.runExclusive(() => stock.runExclusive(() => { console.log("audit"); }));
}`;

export const project: Readonly<Record<string, Template>> = {
  "locks.ts": file`import { Mutex, Semaphore } from "async-mutex";

export ${choose("const", "let")} orders = new Mutex();
export const stock = ${choose("new Mutex()", "new Mutex()", "orders", "new Semaphore(2)")};
export const mail = new Mutex();
export const permits = new Semaphore(${choose("1", "2", "4")});
${choose("", "/** @lockOrder orders, stock */", "/** @lockOrder stock, orders */", "/** @lockOrder stock */")}
`,
  "index.ts": file`export { ${choose("orders as first, stock as second", "stock as first, orders as second", "mail as first, mail as second")} } from "./locks.js";
`,
  "forward.ts": file`import { mail, orders, stock } from "./locks.js";

export async function forward(): Promise<void> {
  await orders.runExclusive(async () => {
    ${choose("await stock.runExclusive(() => { console.log(mail); });", "await stock.waitForUnlock();", "void stock.runExclusive(() => 1);", "await orders.runExclusive(() => 1);")}
  });
}
${together("audit", AUDIT, "")}
`,
  "backward.ts": file`import { mail, stock } from "./locks.js";
import { second, first } from "./index.js";

export async function backward(): Promise<void> {
  const release = await ${choose("second", "first", "mail")}.acquire();
  ${choose("try {", "release(); try {")}
    await ${choose("first", "second")}.runExclusive(() => { console.log(mail, stock); });
  } finally {
    release();
  }
}
${together("audit", "", AUDIT)}
`,
  "wrap.ts": file`import { mail, stock } from "./locks.js";

export async function guarded<T>(job: () => Promise<T>): Promise<T> {
  return ${choose("stock.runExclusive(job)", "job()", "mail.runExclusive(job)", "stock.runExclusive(() => job())")};
}

export ${choose("async ", "")}function enter() {
  return ${choose("mail", "stock")}.acquire();
}
`,
  "callers.ts": file`import { orders, stock } from "./locks.js";
import { enter, guarded } from "./wrap.js";
import { audit } from "${together("audit", "./forward.js", "./backward.js")}";

export const report = () => guarded(async () => {
  ${choose("await audit();", "await orders.runExclusive(() => 1);", "await stock.runExclusive(() => 1);", "console.log(1);")}
});

export async function visit(): Promise<void> {
  const leave = await enter();
  ${choose("await report();", "await guarded(() => Promise.resolve());", "void report();")}
  leave();
}
`,
  "store.ts": file`import { Mutex } from "async-mutex";

export class Store {
  constructor(private readonly lock: Mutex${choose("", " = new Mutex()")}) {}

  async save(): Promise<void> {
    await this.lock.runExclusive(() => this.write(${choose("", "true")}));
  }

  async write(locked = false): Promise<void> {
    ${choose("if (locked) return;", "", "if (!locked) return;")}
    await ${choose("this.lock.runExclusive(() => 1)", "Promise.resolve()")};
  }
}
`,
  "wiring.ts": file`import { Mutex } from "async-mutex";
import { mail, orders } from "./locks.js";
import { Store } from "./store.js";

export const store = new Store(${choose("orders", "new Mutex()", "mail")});
export const saved = () => ${choose("mail", "orders")}.runExclusive(() => store.save());
`,
  "other-wiring.ts": file`import { stock } from "./locks.js";
import { Store } from "./store.js";

export const other = new Store(stock);
export const both = () => stock.runExclusive(() => ${choose("other.save()", "other.write(true)")});
`,
  "repository.ts": file`export interface Repository {
  load(): Promise<void>;
}
${choose("", "export interface Repository { close(): Promise<void> }")}
`,
  "jobs.ts": file`import { orders, permits } from "./locks.js";
import type { Repository } from "./repository.js";

export async function job(repository: Repository): Promise<void> {
  await ${choose("orders", "permits")}.runExclusive(() => repository.load());
}

export const many = () => permits.runExclusive(() => ${choose("permits.runExclusive(() => 1)", "1", "job({ load: () => permits.runExclusive(() => Promise.resolve()) })")});
`,
  "memory.ts": file`import { orders } from "./locks.js";
import type { Repository } from "./repository.js";

export class Memory implements Repository {
  async load(): Promise<void> { ${choose("await orders.runExclusive(() => 1);", "console.log(orders);")} }
}
`,
  "disk.ts": file`import { permits, stock } from "./locks.js";
import type { Repository } from "./repository.js";

export class Disk ${choose("implements Repository ", "")}{
  async load(): Promise<void> { await ${choose("stock", "permits")}.runExclusive(() => 1); }
}
`,
  // Far from all locks, and at times not.
  "report.ts": file`import { columns } from "./columns.js";
import { report } from "./callers.js";

export function page(items: readonly number[]): string {
  ${choose("return columns(items.length);", "let sum = 0; for (const item of items) sum += item; return columns(sum);", "return `${columns(items.length)}!`;", "void report(); return \"\";")}
}
export const heading = ${choose("\"report\"", "report", "() => \"report\"")};
`,
  "columns.ts": file`export function columns(width: number): string {
  ${choose("return String(width);", "return width.toFixed(2);", "void fetch(String(width)); return \"\";", "return pad(width);")}
}
${choose("const pad = (width: number): string => String(width);", "const pad = (width: number): string => { void width; return \"\"; };", "export const pad = (width: number): string => columns(width);")}
`,
  "loading.ts": file`import { mail, orders } from "./locks.js";
import { columns } from "./columns.js";

export async function load(): Promise<void> {
  await mail.runExclusive(async () => { ${choose("await Promise.resolve();", "columns(1);", "await orders.runExclusive(() => columns(2));")} });
}
`,
  "base.ts": file`import { Mutex } from "async-mutex";

export class Base {
  protected readonly lock = new Mutex();
  async update(): Promise<void> { await this.lock.runExclusive(() => this.flush()); }
  protected async flush(): Promise<void> { ${choose("await Promise.resolve();", "await this.lock.runExclusive(() => 1);")} }
}
`,
  "derived.ts": file`import { Base } from "./base.js";

export class Derived extends Base {
  ${choose("protected override async flush(): Promise<void> { await this.lock.runExclusive(() => 1); }", "", "async again(): Promise<void> { await this.lock.runExclusive(() => this.update()); }")}
}
`,
  "queue.ts": file`export class Queue {
  #tail: Promise<unknown> = Promise.resolve();
  run<T>(job: () => Promise<T>): Promise<T> {
    const next = ${choose("this.#tail.then(job)", "job()")};
    ${choose("this.#tail = next.catch(() => undefined);", "")}
    return next;
  }
}
export const queue = new Queue();
`,
  "queued.ts": file`import { queue } from "./queue.js";
import { orders } from "./locks.js";

export const inner = () => queue.run(async () => { ${choose("console.log(1);", "await orders.runExclusive(() => 1);")} });
export const outer = () => ${choose("queue.run(() => inner())", "orders.runExclusive(() => inner())", "inner()")};
`,
  "keys.ts": file`import { Mutex } from "async-mutex";

const locks = new Map<string, Mutex>();
export function lockOf(key: string): Mutex {
  const lock = locks.get(key) ?? new Mutex();
  ${choose("locks.set(key, lock);", "")}
  return lock;
}
`,
  "transfer.ts": file`import { lockOf } from "./keys.js";

export async function transfer(from: string, to: string): Promise<void> {
  ${choose("", "if (from > to) { [from, to] = [to, from]; }")}
  await lockOf(from).runExclusive(() => lockOf(${choose("to", "from", "\"bank\"")}).runExclusive(() => 1));
}
`,
  "lines.ts": file`export ${choose("const", "let")} { readable, writable } = new TransformStream<string, string>(${choose("", "{}, { highWaterMark: 9 }, { highWaterMark: 9 }")});
`,
  "fill.ts": file`import { writable } from "./lines.js";

export async function fill(): Promise<void> {
  const writer = writable.getWriter();
  ${choose("await writer.write(\"a\");", "void writer.write(\"a\");", "for (const line of [\"a\", \"b\"]) await writer.write(line);")}
  ${choose("await writer.close();", "")}
}
`,
  "pour.ts": file`import { fill } from "./fill.js";
import { readable } from "./lines.js";

async function show(): Promise<void> { for await (const line of readable) console.log(line); }
${choose("await fill();\nawait show();", "await Promise.all([fill(), show()]);", "const shown = show();\nawait fill();\nawait shown;", "export { fill, show };")}
`,
  "pool.ts": file`import { Pool } from "pg";

${choose("export const pool = new Pool({ max: 1 });", "const pool = new Pool({ max: 1 });\nexport { pool };", "export const pool = new Pool({ max: 1, connectionTimeoutMillis: 9 });")}
`,
  "rows.ts": file`import { pool } from "./pool.js";
import { mail } from "./locks.js";

export async function count(): Promise<number> {
  const client = await pool.connect();
  ${together("guard", "try {", "{")}
    return (await ${choose("client", "pool")}.query("select 1")).rows.length;
  ${together("guard", "} finally { client.release(); }", "}")}
}
export async function touch(): Promise<void> {
  const client = await pool.connect();
  await client.query("select 2");
  client.release();
}
export async function* all(): AsyncGenerator<number> {
  const client = await pool.connect();
  try { yield 1; yield 2; } finally { client.release(); }
}
export async function each(): Promise<void> {
  for await (const row of all()) ${choose("await pool.query(\"update\", [row]);", "console.log(row);")}
}
let seen = 0;
export const slowly = () => mail.runExclusive(async () => {
  ${choose("await fetch(\"https://example.org\");", "seen += 1;", "await count();")}
  seen += 1;
});
`,
  "ready.ts": file`export class Ready {
  #ready: Promise<void> | undefined;
  open(): Promise<void> {
    this.#ready ??= this.#start();
    return this.#ready;
  }
  async #start(): Promise<void> {
    await Promise.resolve();
    ${choose("await this.open();", "", "await this.#ready;")}
  }
}
`,
  "main.ts": file`import { backward } from "./backward.js";
import { forward } from "./forward.js";

${choose("await Promise.all([forward(), backward()]);", "await forward();\nawait backward();", "export { forward, backward };")}
`,
};

/** Names that are changed everywhere at once. */
export const WORDS: readonly string[] = ["stock", "guarded", "Store", "flush", "load", "lock", "pool", "readable", "open"];
