import path from "node:path";

import type ts from "typescript";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { defaultCatalogue } from "../../src/catalogue/index.js";
import { type Analysis, analyse, NO_FINDINGS } from "../../src/hazards/analyse.js";
import { ProgramFacts } from "../../src/program/program-facts.js";
import { openWorkspace, type Workspace } from "../support/workspace.js";
import { main } from "./main.js";

/** Two locks, the methods that take them, a pool and a promise that is kept: something for every kind of mutant. */
const STORE = `import { Mutex } from "async-mutex";
import { Pool } from "pg";
const pool = new Pool();
export class Store {
  readonly #rows = new Mutex();
  readonly #names = new Mutex();
  async load(): Promise<void> { await this.#rows.runExclusive(async () => { console.log("rows"); }); }
  async clear(): Promise<void> { await this.#rows.runExclusive(async () => { console.log("none"); }); }
  async rename(): Promise<void> {
    const release = await this.#names.acquire();
    try { console.log("name"); } finally { release(); }
  }
  #opened: Promise<void> | undefined;
  open(): Promise<void> {
    this.#opened = this.start();
    return this.#opened;
  }
  async start(): Promise<void> { await Promise.resolve(); }
  async count(): Promise<void> {
    const client = await pool.connect();
    try { await client.query("select count(*)"); } finally { client.release(); }
  }
}
`;

let workspace: Workspace;
let project: string;

beforeAll(() => {
  workspace = openWorkspace();
  project = `store=${path.join(workspace.write("store", { "store.ts": STORE }), "tsconfig.json")}`;
});
afterAll(() => { workspace[Symbol.dispose](); });

function run(judge: (program: ts.Program) => Analysis): { status: number; told: string } {
  const log = vi.spyOn(console, "log").mockReturnValue();
  try {
    const status = main(["--project", project, "--count", "6"], judge, () => "");
    return { status, told: log.mock.calls.join("\n") };
  } finally {
    log.mockRestore();
  }
}

it("makes mutants of every kind, and the analysis finds them", () => {
  const { status, told } = run((program) => analyse(new ProgramFacts(program, defaultCatalogue), defaultCatalogue, []));
  expect(told.split("\n").slice(-7)).toEqual([...["recursive", "order", "pool", "release", "settle", "slow"].map((kind) => `${kind}: found 1 of 1`), "all: found 6 of 6"]);
  expect(status).toBe(0);
});

it("says when nothing is found", () => {
  const { status, told } = run(() => NO_FINDINGS);
  expect(told).toContain("all: found 0 of 6");
  expect(status).toBe(1);
});
