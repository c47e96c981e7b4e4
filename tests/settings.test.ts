/** What users tell the analysis: settings and tags, right and wrong. */
import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { lint, linter, openWorkspace, typed } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

process.env.DEADLOCK_STRICT = "1";
let count = 0;

async function reports(files: Readonly<Record<string, string>>, deadlock?: unknown): Promise<string[]> {
  const folder = workspace.write(`case${String(count++)}`, files);
  const settings = deadlock === undefined ? [] : [{ settings: { deadlock } }];
  const found = await lint(linter(folder, [typed(folder), plugin.configs.recommended, ...settings]), folder);
  return found.map(({ line, rule }) => `${String(line)} ${rule}`);
}

const NESTED = `import { Mutex } from "async-mutex";
export const users = new Mutex(), sessions = new Mutex();
export const both = () => sessions.runExclusive(() => users.runExclusive(() => 1));
`;

describe("majors", () => {
  const MUTEX = "export class Mutex { runExclusive<T>(callback: () => T | Promise<T>): Promise<T>; }";
  const TWICE = `import { Mutex } from "async-mutex";
const lock = new Mutex();
export const twice = () => lock.runExclusive(() => lock.runExclusive(() => 1));
`;

  it.each([
    ["one that is described", { version: "0.5.3" }, ["3 deadlock/no-recursive-lock"]],
    ["one that is not", { version: "0.9.0" }, []],
    ["a workspace's own package without a version", {}, ["3 deadlock/no-recursive-lock"]],
  ])("%s", async (name, manifest, expected) => {
    const folder = `major ${name}`;
    workspace.write(`${folder}/node_modules/async-mutex`, {
      "package.json": JSON.stringify({ name: "async-mutex", types: "index.d.ts", ...manifest }), "index.d.ts": MUTEX,
    });
    const at = workspace.write(folder, { "main.ts": TWICE });
    const found = await lint(linter(at, [typed(at), plugin.configs.recommended]), at);
    expect(found.map(({ line, rule }) => `${String(line)} ${rule}`)).toEqual(expected);
  });
});

/** A lock that no body gives away: its wait is somewhere else. */
const FOREIGN = `declare function request(name: string): Promise<void>;
declare function giveBack(name: string): void;
export class Remote {
  /** @lock acquires this.state */
  async enter(): Promise<void> { await request("state"); }
  /** @lock releases this.state */
  leave(): void { giveBack("state"); }
  readonly state = {};
  async inner(): Promise<void> { await this.enter(); this.leave(); }
  async outer(): Promise<void> {
    await this.enter();
    await this.inner();
    this.leave();
  }
  async after(): Promise<void> {
    await this.enter();
    this.leave();
    await this.inner();
  }
}
`;

describe("settings", () => {
  it.each([
    ["an order that a site departs from", { order: ["users", "sessions"] }, ["3 deadlock/lock-order"]],
    ["an order that it keeps", { order: [["sessions", "users"]] }, []],
    ["none", undefined, []],
  ])("%s", async (_, settings, expected) => {
    expect(await reports({ "main.ts": NESTED }, settings)).toEqual(expected);
  });

  it.each([
    ["no object", 3, "settings.deadlock: expected an object"],
    ["an unknown name", { lock: [] }, "settings.deadlock.lock: unknown setting"],
    ["an order of one", { order: [["a"]] }, "settings.deadlock.order[0]: expected at least two names"],
    ["a library without operations", { locks: [{ package: "x", majors: [] }] }, "settings.deadlock.locks[0].operations"],
    ["an effect that doesn't exist", { locks: [{ package: "x", majors: [], operations: [{ on: "L", member: "m", name: "telling", effect: { do: "lock" } }] }] }, "settings.deadlock.locks[0].operations[0].effect.do"],
  ])("says what is wrong with %s", async (_, settings, message) => {
    await expect(reports({ "main.ts": NESTED }, settings)).rejects.toThrow(message);
  });
});

describe("tags", () => {
  it("describe locks that nothing else shows", async () => {
    expect(await reports({ "main.ts": FOREIGN })).toEqual(["12 deadlock/no-recursive-lock"]);
  });

  it.each([
    ["takes it again", "/** @lock holds this.lock */", "await this.lock.runExclusive(() => 1);", ["5 deadlock/no-recursive-lock"]],
    ["calls what takes it", "/** @lock holds this.lock */", "await this.take();", ["5 deadlock/no-recursive-lock"]],
    ["takes another one", "/** @lock holds this.lock */", "await this.other.runExclusive(() => 1);", []],
    ["takes another one that is taken before elsewhere", "/** @lock holds this.other */", "await this.lock.runExclusive(() => 1);", ["5 deadlock/lock-order"]],
    ["does nothing", "/** @lock holds this.lock */", "await Promise.resolve();", []],
    ["expects nothing", "/** Runs. */", "await this.lock.runExclusive(() => 1);", []],
    ["calls what must not be called then", "/** @lock holds this.lock */", "await this.foreign();", ["5 deadlock/no-recursive-lock"]],
  ])("say what is held on entry by a method that %s", async (_, tag, statement, expected) => {
    const text = `import { Mutex } from "async-mutex";
export class Store {
  readonly lock = new Mutex(); readonly other = new Mutex();
  ${tag}
  async part(): Promise<void> { ${statement} }
  take() { return this.lock.runExclusive(() => 1); }
  both() { return this.lock.runExclusive(() => this.other.runExclusive(() => 1)); }
  /** @lock excludes this.lock */
  foreign(): Promise<void> { return remote("x"); }
}
declare function remote(name: string): Promise<void>;
`;
    const found = await reports({ "main.ts": text });
    expect(found.filter((report) => !report.startsWith("7 "))).toEqual(expected);
  });

  it("keep a function from being called under a lock that it excludes", async () => {
    const text = `import { Mutex } from "async-mutex";
declare function remote(name: string): Promise<void>;
export const lock = new Mutex(), other = new Mutex();
/** @lock excludes lock */
export const flush = async (): Promise<void> => { await remote("flush"); };
export const before = async () => { await flush(); await lock.runExclusive(() => 1); };
export const under = () => lock.runExclusive(async () => { await flush(); });
export const underOther = () => other.runExclusive(async () => { await flush(); });
export async function released() {
  const release = await lock.acquire();
  release();
  await flush();
}
export const deeper = () => lock.runExclusive(() => helper());
const helper = async () => { await flush(); };
`;
    expect(await reports({ "main.ts": text })).toEqual(["7 deadlock/no-recursive-lock", "14 deadlock/no-recursive-lock"]);
  });

  it("may name a parameter, and several locks", async () => {
    const text = `import { Mutex } from "async-mutex";
export const a = new Mutex(), b = new Mutex();
/** @lock holds lock */
export const part = (lock: Mutex) => lock.runExclusive(() => 1);
declare function remote(name: string): Promise<void>;
/** @lock acquires a, b */
const take = async () => { await remote("take"); };
/** @lock releases a, b */
const give = () => { void remote("give"); };
export const twice = async () => { await take(); await b.runExclusive(() => 1); give(); };
export const once = async () => { await take(); give(); await b.runExclusive(() => 1); };
`;
    expect(await reports({ "main.ts": text })).toEqual(["4 deadlock/no-recursive-lock", "10 deadlock/no-recursive-lock"]);
  });

  it.each([
    ["/** @lock grabs this.a */", "1 deadlock/lock-order"],
    ["/** @lock acquires */", "1 deadlock/lock-order"],
    ["/** @lockOrder one */", "1 deadlock/lock-order"],
    ["/** @lockOrder one, two */", undefined],
  ])("%s", async (tag, expected) => {
    expect(await reports({ "main.ts": `${tag}\nexport async function f(): Promise<void> { await Promise.resolve(); }\n` })).toEqual(expected ? [expected] : []);
  });
});
