/** The lock graph: what is in it, and what comes out as text. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import type { Graph, Spot } from "../src/cli/graph/data.js";
import { html } from "../src/cli/graph/html.js";
import { shortNames } from "../src/cli/graph/short-names.js";
import { dot, mermaid } from "../src/cli/graph/text.js";
import { command, openFolder, TSCONFIG } from "./support/cli.js";

const folder = openFolder();
afterAll(() => { folder[Symbol.dispose](); });

const PROGRAM = `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex(), alone = new Mutex();
class Store {
  readonly #lock = new Mutex();
  async save(): Promise<void> { await this.#lock.runExclusive(async () => { await step(); }); }
}
async function step(): Promise<void> { await a.runExclusive(() => 1); }
export const store = new Store();
export const one = () => a.runExclusive(() => b.runExclusive(() => 1));
export const two = () => b.runExclusive(() => a.runExclusive(() => 1));
export const three = () => alone.runExclusive(() => 1);
`;

describe("graph", () => {
  const at = folder.write("graph", { "tsconfig.json": TSCONFIG, "main.ts": PROGRAM });

  it("draws orders and cycles for Markdown", async () => {
    const { code, out } = await command(at, "graph");
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.trim()).sort()).toEqual([
      "", "classDef cycle stroke:#d1242f,stroke-width:2px", "flowchart LR", "linkStyle 0,1 stroke:#d1242f",
      'n0 ==>|"main.ts:9"| n1', 'n0["a"]:::cycle', 'n1 ==>|"main.ts:10"| n0', 'n1["b"]:::cycle', 'n2["alone"]', 'n3 -->|"main.ts:5"| n0', 'n3["Store.#35;lock"]',
    ].sort());
  });

  it("draws them for Graphviz, into a file whose name says so", async () => {
    expect(await command(at, "graph", "-o", "locks.dot")).toEqual({ code: 0, out: "", err: "locks.dot: 4 locks, 3 orders, 1 cycle.\n" });
  });

  it("draws a lock that its holder waits for as a circle of one", async () => {
    const again = folder.write("again", { "tsconfig.json": TSCONFIG, "main.ts": `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
const inner = () => a.runExclusive(() => 1);
export const outer = () => a.runExclusive(() => inner());
export const once = () => b.runExclusive(() => 1);
` });
    const { out } = await command(again, "graph");
    expect(out).toContain('  n0 ==>|"main.ts:4"| n0\n');
    expect(out).toContain('n0["a"]:::cycle');
    expect(out).toContain('n1["b"]\n');
    expect((await command(again, "graph", "-o", "locks.dot")).err).toBe("locks.dot: 2 locks, 1 order, 1 cycle.\n");
  });

  it("tells locks of one name apart", async () => {
    const program = (lock: string) => `import { Mutex } from "async-mutex";\nconst ${lock} = new Mutex();\nexport const run = () => ${lock}.runExclusive(() => 1);\n`;
    const local = `import { Mutex } from "async-mutex";
export const f = async () => { const own = new Mutex(); await own.runExclusive(() => 1); };
export const g = async () => { const own = new Mutex(); await own.runExclusive(() => 1); };
`;
    const alike = folder.write("alike", { "tsconfig.json": TSCONFIG, "a/index.ts": program("lock"), "b/index.ts": program("lock"), "other.ts": program("single"), "local.ts": local });
    const { out } = await command(alike, "graph");
    expect(Array.from(out.matchAll(/n\d+\["([^"]*)"\]/g), ([, name]) => name)).toEqual(["lock (a/index.ts)", "lock (b/index.ts)", "own (local.ts, taken in local.ts:2)", "own (local.ts, taken in local.ts:3)", "single"]);
  });

  it.each([
    [["a/index.ts", "b/index.ts", "main.ts"], ["a/index.ts", "b/index.ts", "main.ts"]],
    [["/r/a/x/index.ts", "/r/b/x/index.ts"], ["a/x/index.ts", "b/x/index.ts"]],
    [["index.ts", "a/index.ts"], ["index.ts", "a/index.ts"]],
    [["src/one.ts", "src/one.ts"], ["one.ts"]],
  ])("calls files by as little as tells them apart: %j", (files, names) => {
    expect([...shortNames(files).values()]).toEqual(names);
  });

  it("draws nothing but what was asked for", async () => {
    writeFileSync(path.join(at, "other.ts"), "export {};\n");
    expect((await command(at, "graph", "other.ts")).out).not.toContain("alone");
  });
});

const spot: Spot = { file: `a"b<c>.ts`, path: "/x", line: 1, column: 1, within: "f", first: 1, code: ["</script><script>alert(1)</script>\u2028"] };
const odd: Graph = {
  title: "</title>__GRAPH__$&",
  nodes: [{ id: 0, name: `q"]\\ <b>#`, kind: "mutex", taken: [spot], inCycle: false }], cycles: [],
  edges: [{ id: 0, from: 0, to: 0, sites: [{ held: spot, waits: spot, asks: undefined, inCycle: false }], inCycle: false }],
};

describe("names and code that look like markup", () => {
  it("stay what they are in Mermaid", () => {
    expect(mermaid(odd)).toBe('flowchart LR\n  n0["q#34;]#92; #60;b#62;#35;"]\n  n0 -->|"a#34;b#60;c#62;.ts:1"| n0\n');
  });

  it("stay what they are in DOT", () => {
    expect(dot(odd)).toContain(String.raw`n0 [label="q\"]\\ <b>#"];`);
    expect(dot(odd)).toContain(String.raw`n0 -> n0 [label="a\"b<c>.ts:1"];`);
  });

  it("end nothing in HTML", () => {
    const page = html(odd, `<title>__TITLE__</title><script type="application/json">__GRAPH__</script>`);
    expect(page).toMatch(/^<title>&#60;\/title&#62;__GRAPH__\$&#38;<\/title><script type="application\/json">[^<>]*<\/script>$/);
    expect(JSON.parse(/json">(.*)<\/script>/.exec(page)?.[1] ?? "")).toEqual(odd);
  });
});
