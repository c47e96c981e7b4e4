/** What `NODE_DEBUG=deadlock` tells of an analysis: each number and each list of a small program with one blind spot of each kind. */
import { spawnSync } from "node:child_process";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { errorOutput } from "./support/debug-output.js";
import { openWorkspace, root } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const PROGRAM = `import { Mutex } from "async-mutex";
export interface Store { refresh(): Promise<void> }
export class Cache {
  readonly #lock = new Mutex();
  async refresh(): Promise<void> { await this.#lock.runExclusive(() => Math.random()); }
  async follow(other: Cache): Promise<void> { await this.#lock.runExclusive(async () => { await other.refresh(); }); }
  async ask(store: Store): Promise<void> { await this.#lock.runExclusive(async () => { await store.refresh(); }); }
  async guess(given: any): Promise<void> { await this.#lock.runExclusive(async () => { await given.refresh(); }); }
  async pick(locks: Mutex[], choose: () => number): Promise<void> { await locks[choose()]!.runExclusive(() => console.log("picked")); }
}
`;

describe("NODE_DEBUG on the command line", () => {
  it("tells what is told in ESLint", () => {
    const folder = workspace.write("command", { "main.ts": PROGRAM });
    const { stderr } = spawnSync(process.execPath, [path.join(root, "dist/cli/main.js")], { cwd: folder, encoding: "utf8", env: { ...process.env, NODE_DEBUG: "deadlock" } });
    expect(stderr).toMatch(/^ {2}places that wait for a lock +5$/m);
  });
});

describe("NODE_DEBUG", () => {
  const folder = workspace.write("blind", { "main.ts": PROGRAM });
  let output = "";
  beforeAll(() => { output = errorOutput(folder, { NODE_DEBUG: "deadlock" }); });

  it.each([
    ["files scanned", 1],
    ["places that wait for a lock", 5],
    ["  a known one", 4],
    ["  an unknown one", 1],
    ["  through an interface", 1],
    ["  unresolved", 1],
    ["bodies cut off by a limit", 0],
    ["findings", 5],
  ])("counts: %s", (name, value) => {
    expect(output).toMatch(new RegExp(`^  ${name} +${String(value)}$`, "m"));
  });

  it.each([
    ["waits for an unknown lock:", `main.ts:9 locks[choose()]!.runExclusive(() => console.log("picked"))`],
    ["calls under a lock through an interface:", "main.ts:7 store.refresh()"],
    ["unresolved calls under a lock:", "main.ts:8 given.refresh()"],
  ])("lists: %s", (title, place) => {
    expect(output).toContain(`\n${title}\n  ${place}\n`);
  });

  it("is silent when nobody asks", () => {
    expect(errorOutput(folder, { NODE_DEBUG: "" })).toBe("");
  });
});
