/** What the edits make of small programs: text in, text out, and nothing left to say about the result. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import type { Linter } from "eslint";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { linter, openWorkspace, typed } from "./support/workspace.js";

interface Case {
  readonly name: string;
  readonly how: "fix" | "suggestion" | "nothing";
  readonly before: string;
  readonly after?: string;
}

const LOCKS = `import { Mutex } from "async-mutex";
import { setImmediate as tick } from "node:timers/promises";
export const a = new Mutex(), b = new Mutex();
export let shared = 0;
export const forward = () => a.runExclusive(() => b.runExclusive(() => { shared++; }));
`;

const MAP = `import { Mutex } from "async-mutex";
const locks = new Map<string, Mutex>();
`;

const POOL = `import { Pool } from "pg";
const pool = new Pool({ max: 1 });
`;

const ROWS = `${POOL}async function* users() {
  const client = await pool.connect();
  try {
    yield* (await client.query<{ id: number }>("select id from users")).rows;
  } finally {
    client.release();
  }
}
`;

const LOAD = `async function load(n: number) {
  if (n === 2) throw new Error("no");
  return n;
}
`;

const PROCESS = `import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
export async function capture(tool: string) {
  void [once, text];
  const child = spawn(tool, [], { stdio: ["ignore", "pipe", "pipe"] });`;
const PIPE = `export async function copy(chunks: string[]) {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
`;

const cases: readonly Case[] = [
  {
    name: "makes sends and reader two tasks, with counters and comments", how: "fix",
    before: `${PIPE}  let sent = 0;
  for (const chunk of chunks) {
    await writer.write(chunk); // one by one
    sent++;
  }
  await writer.close();
  let size = 0;
  // All of it.
  for await (const chunk of readable) size += chunk.length;
  return sent + size;
}
`,
    after: `${PIPE}  let sent = 0;
  let size = 0;
  const drain = async () => {
    try {
      for await (const chunk of readable) size += chunk.length;
    } catch (error) {
      if (!readable.locked) void readable.cancel(error).catch(() => {});
      throw error;
    }
  };
  const send = async () => {
    try {
      for (const chunk of chunks) {
        await writer.write(chunk); // one by one
        sent++;
      }
      await writer.close();
    } catch (error) {
      void writer.abort(error).catch(() => {});
      throw error;
    }
  };
  const [drained, sentTask] = await Promise.allSettled([drain(), send()]);
  if (drained.status === "rejected") throw drained.reason;
  if (sentTask.status === "rejected") throw sentTask.reason;
  return sent + size;
}
`,
  },
  {
    name: "gives what the reader gives", how: "fix",
    before: `async function read(from: ReadableStream<string>) { let size = 0; for await (const part of from) size += part.length; return size; }
${PIPE}  await writer.write("a");
  await writer.close();
  const size = await read(readable);
  return size + chunks.length;
}
`,
    after: `async function read(from: ReadableStream<string>) { let size = 0; for await (const part of from) size += part.length; return size; }
${PIPE}  const drain = async () => {
    try {
      return await read(readable);
    } catch (error) {
      if (!readable.locked) void readable.cancel(error).catch(() => {});
      throw error;
    }
  };
  const send = async () => {
    try {
      await writer.write("a");
      await writer.close();
    } catch (error) {
      void writer.abort(error).catch(() => {});
      throw error;
    }
  };
  const [drained, sent] = await Promise.allSettled([drain(), send()]);
  if (drained.status === "rejected") throw drained.reason;
  if (sent.status === "rejected") throw sent.reason;
  const size = drained.value;
  return size + chunks.length;
}
`,
  },
  {
    name: "starts readers together that started one after another, if the user wants that", how: "suggestion",
    before: `export async function copy(chunks: string[], count: number) {
  const pipes = Array.from({ length: count }, () => new TransformStream<string, string>());
  for (const { writable } of pipes) {
    const writer = writable.getWriter();
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  }
  for (const [index, { readable }] of pipes.entries()) {
    for await (const part of readable) console.log(index, part);
  }
}
`,
    after: `export async function copy(chunks: string[], count: number) {
  const pipes = Array.from({ length: count }, () => new TransformStream<string, string>());
  const drain = async () => {
    await Promise.all(Array.from(pipes.entries(), async ([index, { readable }]) => {
      for await (const part of readable) console.log(index, part);
    }));
  };
  const send = async () => {
    for (const { writable } of pipes) {
      const writer = writable.getWriter();
      for (const chunk of chunks) await writer.write(chunk);
      await writer.close();
    }
  };
  await Promise.all([drain(), send()]);
}
`,
  },
  {
    name: "has nothing for readers that another function starts one after another", how: "nothing",
    before: `async function all(starts: (() => Promise<void>)[]) { for (const start of starts) await start(); }
export async function copy(chunks: string[]) {
  const pipes = [new TransformStream<string, string>(), new TransformStream<string, string>()];
  const starts = pipes.map(({ readable }) => async () => { for await (const part of readable) console.log(part); });
  for (const { writable } of pipes) {
    const writer = writable.getWriter();
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  }
  await all(starts);
}
`,
  },
  {
    name: "starts what reads before the sends, where nothing waits for it", how: "fix",
    before: `export async function copy(chunks: string[], sink: WritableStream<string>) {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  void readable.pipeTo(sink);
}
`,
    after: `export async function copy(chunks: string[], sink: WritableStream<string>) {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  void readable.pipeTo(sink);
  for (const chunk of chunks) await writer.write(chunk);
}
`,
  },
  {
    name: "reads both outputs of a process at once", how: "fix",
    before: `${PROCESS}
  const output = await text(child.stdout);
  const [code] = (await once(child, "exit")) as [number];
  const warnings = await text(child.stderr);
  return { code, output, warnings };
}
`,
    after: `${PROCESS}
  const [output, warnings] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, "exit")) as [number];
  return { code, output, warnings };
}
`,
  },
  {
    name: "reads the output of a process while waiting for its end", how: "fix",
    before: `${PROCESS.replace('"pipe"]', '"inherit"]')}
  const [code] = (await once(child, "exit")) as [number];
  const output = await text(child.stdout);
  return { code, output };
}
`,
    after: `${PROCESS.replace('"pipe"]', '"inherit"]')}
  const [[code], output] = await Promise.all([once(child, "exit") as Promise<[number]>, text(child.stdout)]);
  return { code, output };
}
`,
  },
  {
    name: "reads the outputs of a process in two tasks", how: "fix",
    before: `${PROCESS}
  let size = 0;
  for await (const chunk of child.stdout) size += String(chunk).length;
  for await (const chunk of child.stderr) console.log(String(chunk));
  return size;
}
`,
    after: `${PROCESS}
  let size = 0;
  const read = async () => {
    for await (const chunk of child.stderr) console.log(String(chunk));
  };
  const finish = async () => {
    for await (const chunk of child.stdout) size += String(chunk).length;
  };
  await Promise.all([read(), finish()]);
  return size;
}
`,
  },
  {
    name: "opens no pipe that nobody reads", how: "fix",
    before: `import { spawn } from "node:child_process";
import { once } from "node:events";
export async function run(tool: string) {
  const child = spawn(tool, ["--version"], { cwd: "/", stdio: ["inherit", "pipe", "inherit"] });
  await once(child, "exit");
}
`,
    after: `import { spawn } from "node:child_process";
import { once } from "node:events";
export async function run(tool: string) {
  const child = spawn(tool, ["--version"], { cwd: "/", stdio: ["inherit", "ignore", "inherit"] });
  await once(child, "exit");
}
`,
  },
  {
    name: "opens no pipe that nobody reads, where no options are given", how: "fix",
    before: `import { spawn } from "node:child_process";
import { once } from "node:events";
export const run = async (tool: string) => { await once(spawn(tool, ["--version"]), "exit"); };
`,
    after: `import { spawn } from "node:child_process";
import { once } from "node:events";
export const run = async (tool: string) => { await once(spawn(tool, ["--version"], { stdio: ["pipe", "ignore", "ignore"] }), "exit"); };
`,
  },
  {
    name: "leaves a pipe open whose stream is mentioned", how: "nothing",
    before: `import { spawn } from "node:child_process";
import { once } from "node:events";
export async function run(tool: string) {
  const child = spawn(tool, [], { stdio: ["ignore", "pipe", "pipe"] });
  await once(child, "exit");
  return child;
}
export const outputOf = (child: { stdout: unknown }) => child.stdout;
`,
  },
  {
    name: "leaves to the user what both sides change", how: "suggestion",
    before: `${PIPE}  let left = 0;
  for (const chunk of chunks) { await writer.write(chunk); left++; }
  await writer.close();
  for await (const chunk of readable) { left--; console.log(chunk, left); }
}
`,
  },
  {
    name: "has nothing for a reader that takes one chunk only", how: "nothing",
    before: `${PIPE}  for (const chunk of chunks) await writer.write(chunk);
  return await readable.getReader().read();
}
`,
  },
  {
    name: "has nothing for a reader that stops early", how: "nothing",
    before: `${PIPE}  for (const chunk of chunks) await writer.write(chunk);
  for await (const chunk of readable) if (chunk === "") break;
}
`,
  },
  {
    name: "has nothing where the sends give a name to what comes later", how: "nothing",
    before: `${PIPE}  await writer.write("a");
  const { length } = await Promise.resolve(chunks);
  for await (const chunk of readable) console.log(chunk, length);
}
`,
  },
  {
    name: "exchanges nested runners and keeps comments", how: "fix",
    before: `${LOCKS}export async function backward() {
  await b.runExclusive(async () => { // outer
    await tick();
    await a.runExclusive(() => { shared--; /* inner */ });
  });
}
`,
    after: `${LOCKS}export async function backward() {
  await a.runExclusive(async () => { // outer
    await tick();
    await b.runExclusive(() => { shared--; /* inner */ });
  });
}
`,
  },
  {
    name: "exchanges acquires and their releases", how: "fix",
    before: `${LOCKS}export async function backward() {
  const releaseB = await b.acquire();
  try {
    const releaseA = await a.acquire(); // inner
    try { shared--; } finally { releaseA(); }
  } finally {
    releaseB();
  }
}
`,
    after: `${LOCKS}export async function backward() {
  const releaseA = await a.acquire();
  try {
    const releaseB = await b.acquire(); // inner
    try { shared--; } finally { releaseB(); }
  } finally {
    releaseA();
  }
}
`,
  },
  {
    name: "takes the inner lock around other work of the section", how: "suggestion",
    before: `${LOCKS}export async function backward() {
  await b.runExclusive(async () => {
    shared += 2;
    await a.runExclusive(() => tick());
  });
}
`,
    after: `${LOCKS}export async function backward() {
  await a.runExclusive(() => b.runExclusive(async () => {
    shared += 2;
    await tick();
  }));
}
`,
  },
  {
    name: "takes the inner acquire around other work of the section", how: "suggestion",
    before: `${LOCKS}export async function backward() {
  const releaseB = await b.acquire();
  try {
    shared += 2;
    const releaseA = await a.acquire();
    try {
      shared--;
    } finally {
      releaseA();
    }
    shared += 3;
  } finally {
    releaseB();
  }
}
`,
    after: `${LOCKS}export async function backward() {
  const releaseA = await a.acquire();
  try {
    const releaseB = await b.acquire();
    try {
      shared += 2;
      {
        shared--;
      }
      shared += 3;
    } finally {
      releaseB();
    }
  } finally {
    releaseA();
  }
}
`,
  },
  {
    name: "leaves a request alone that is made in a branch", how: "nothing",
    before: `${LOCKS}export async function backward() {
  const releaseB = await b.acquire();
  if (shared > 1) {
    const releaseA = await a.acquire();
    releaseA();
  }
  releaseB();
}
`,
  },
  {
    name: "leaves two calls alone that stand for both orders", how: "nothing",
    before: `import { Mutex } from "async-mutex";
async function both(first: Mutex, second: Mutex) {
  await first.runExclusive(async () => {
    await second.runExclusive(() => undefined);
  });
}
const left = new Mutex(), right = new Mutex();
await Promise.all([both(left, right), both(right, left)]);
`,
  },
  {
    name: "collects the items of a generator first", how: "fix",
    before: `${ROWS}for await (const { id } of users()) {
  // Seen now.
  await pool.query("update", [id]);
}
`,
    after: `${ROWS}const items = [];
for await (const item of users()) items.push(item);
for (const { id } of items) {
  // Seen now.
  await pool.query("update", [id]);
}
`,
  },
  {
    name: "suggests it where the loop may end early", how: "suggestion",
    before: `${ROWS}for await (const user of users()) {
  if (user.id > 9) break;
  await pool.query("update", [user.id]);
}
`,
    after: `${ROWS}const items = [];
for await (const user of users()) items.push(user);
for (const user of items) {
  if (user.id > 9) break;
  await pool.query("update", [user.id]);
}
`,
  },
  {
    name: "gives promises their handlers at the start", how: "fix",
    before: `${LOAD}const all = [1, 2].map(load);
for (const each of all) console.log(await each);
`,
    after: `${LOAD}const all = [1, 2].map(load);
for (const each of all) each.catch(() => {});
for (const each of all) console.log(await each);
`,
  },
  {
    name: "suggests handlers before the loop where the list was filled", how: "suggestion",
    before: `${LOAD}const all: Promise<number>[] = [];
for (const n of [1, 2]) all.push(load(n));
for (const each of all) {
  console.log(await each);
}
`,
    after: `${LOAD}const all: Promise<number>[] = [];
for (const n of [1, 2]) all.push(load(n));
for (const each of all) each.catch(() => {});
for (const each of all) {
  console.log(await each);
}
`,
  },
  {
    name: "cancels two branches at once", how: "fix",
    before: `export async function drop(source: ReadableStream) {
  const [a, b] = source.tee();
  await a.cancel();
  await b.cancel("done");
}
`,
    after: `export async function drop(source: ReadableStream) {
  const [a, b] = source.tee();
  await Promise.all([a.cancel(), b.cancel("done")]);
}
`,
  },
  {
    name: "cancels a copy without waiting", how: "fix",
    before: `export async function read(response: Response) {
  const copy = response.clone();
  await copy.body?.cancel();
  return response.text();
}
`,
    after: `export async function read(response: Response) {
  const copy = response.clone();
  void copy.body?.cancel().catch(() => {});
  return response.text();
}
`,
  },
  {
    name: "sorts the keys of a loop that only takes locks", how: "fix",
    before: `${MAP}export async function all(keys: string[]) {
  const releases: (() => void)[] = [];
  try {
    for (const key of keys) {
      const lock = locks.get(key);
      if (lock) releases.push(await lock.acquire());
    }
  } finally {
    for (const release of releases) release();
  }
}
`,
    after: `${MAP}export async function all(keys: string[]) {
  const releases: (() => void)[] = [];
  try {
    for (const key of keys.toSorted()) {
      const lock = locks.get(key);
      if (lock) releases.push(await lock.acquire());
    }
  } finally {
    for (const release of releases) release();
  }
}
`,
  },
  {
    name: "sorts an array of keys", how: "fix",
    before: `import AsyncLock from "async-lock";
const lock = new AsyncLock();
export const move = (from: string, to: string) => lock.acquire([from, to], () => from + to);
`,
    after: `import AsyncLock from "async-lock";
const lock = new AsyncLock();
export const move = (from: string, to: string) => lock.acquire([from, to].sort(), () => from + to);
`,
  },
  {
    name: "orders two keys of the caller", how: "suggestion",
    before: `import AsyncLock from "async-lock";
const lock = new AsyncLock();
export async function move(from: string, to: string) {
  await lock.acquire(from, async () => {
    await lock.acquire(to, () => from + to);
  });
}
`,
    after: `import AsyncLock from "async-lock";
const lock = new AsyncLock();
export async function move(from: string, to: string) {
  const [first, second] = [from, to].sort();
  await lock.acquire(first, async () => {
    await lock.acquire(second, () => from + to);
  });
}
`,
  },
  {
    name: "uses the connection that is held", how: "fix",
    before: `${POOL}export async function order(id: number) {
  const client = await pool.connect();
  try {
    await pool.query("select $1", [id]);
  } finally {
    client.release();
  }
}
`,
    after: `${POOL}export async function order(id: number) {
  const client = await pool.connect();
  try {
    await client.query("select $1", [id]);
  } finally {
    client.release();
  }
}
`,
  },
  {
    name: "passes the connection that is held", how: "fix",
    before: `import { Pool, type PoolClient } from "pg";
const pool = new Pool({ max: 1 });
async function save(id: number, tx?: PoolClient) { await (tx ?? pool).query("insert", [id]); }
export async function order(id: number) {
  const client = await pool.connect();
  try {
    await save(id);
  } finally {
    client.release();
  }
}
`,
    after: `import { Pool, type PoolClient } from "pg";
const pool = new Pool({ max: 1 });
async function save(id: number, tx?: PoolClient) { await (tx ?? pool).query("insert", [id]); }
export async function order(id: number) {
  const client = await pool.connect();
  try {
    await save(id, client);
  } finally {
    client.release();
  }
}
`,
  },
  {
    name: "drops the inner limiter", how: "fix",
    before: `import pLimit from "p-limit";
const limit = pLimit(1);
const load = async (name: string) => name.length;
export async function run(name: string) {
  return limit(async () => 1 + await limit(() => load(name)));
}
`,
    after: `import pLimit from "p-limit";
const limit = pLimit(1);
const load = async (name: string) => name.length;
export async function run(name: string) {
  return limit(async () => 1 + await load(name));
}
`,
  },
  {
    name: "splits a method that is one section", how: "suggestion",
    before: `import { Mutex } from "async-mutex";
export class Basket {
  private readonly lock = new Mutex();
  private readonly items: string[] = [];

  async add(item: string): Promise<void> {
    await this.lock.runExclusive(() => {
      this.items.push(item);
    });
  }

  async addAll(items: string[]): Promise<void> {
    await this.lock.runExclusive(async () => {
      for (const item of items) await this.add(item);
    });
  }
}
`,
    after: `import { Mutex } from "async-mutex";
export class Basket {
  private readonly lock = new Mutex();
  private readonly items: string[] = [];

  async add(item: string): Promise<void> {
    await this.lock.runExclusive(() => this.addLocked(item));
  }

  private async addLocked(item: string): Promise<void> {
    this.items.push(item);
  }

  async addAll(items: string[]): Promise<void> {
    await this.lock.runExclusive(async () => {
      for (const item of items) await this.addLocked(item);
    });
  }
}
`,
  },
];

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const config: Linter.Config = { files: ["**/*.ts"], plugins: { deadlock: plugin }, rules: { "deadlock/lock-order": "error", "deadlock/no-recursive-lock": "error", "deadlock/spawn-before-drain": "error", "deadlock/no-starved-buffer": "error" } };

/** A folder for each text: a program that was linted is not read again. */
let folders = 0;
async function lintText(text: string): Promise<Linter.LintMessage[]> {
  const folder = workspace.write(`program${String(folders++)}`, { "main.ts": text });
  const [result] = await linter(workspace.folder, [typed(workspace.folder), config]).lintFiles([path.join(folder, "main.ts")]);
  return result?.messages ?? [];
}

const apply = (text: string, { range, text: by }: { range: readonly [number, number]; text: string }): string => text.slice(0, range[0]) + by + text.slice(range[1]);

function typeErrors(text: string): string[] {
  const folder = workspace.write(`types${String(folders++)}`, {});
  const file = path.join(folder, "main.ts");
  writeFileSync(file, text);
  const program = ts.createProgram([file], {
    strict: true, noEmit: true, skipLibCheck: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, lib: ["lib.es2024.d.ts"], types: ["node"],
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("edits", () => {
  it.each(cases)("$name ($how)", async ({ how, before, after }) => {
    const [message] = await lintText(before);
    expect(message, "a report").toBeDefined();
    expect(message?.fix ? "fix" : message?.suggestions?.length ? "suggestion" : "nothing").toBe(how);
    if (after === undefined) return;
    const edit = message?.fix ?? message?.suggestions?.[0]?.fix;
    const result = edit ? apply(before, edit) : before;
    expect(result).toBe(after);
    expect(typeErrors(result)).toEqual([]);
    expect(await lintText(result)).toEqual([]);
  });
});
