/** What nobody wants to lint and everybody does at some time: no exception, and nothing said that isn't so. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Linter } from "eslint";
import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { linter, openWorkspace, typed } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

interface Project {
  readonly files: Readonly<Record<string, string>>;
  readonly tsconfig?: object | "none";
  /** Where it isn't the files themselves. */
  readonly languageOptions?: Linter.LanguageOptions;
}

/** Nearly every lock is waited for without a bound. */
const BOUNDS: Linter.Config = { rules: { "deadlock/require-lock-timeout": "off" } };

let count = 0;

/** `file:line rule`, or the error of the parser. */
async function reports({ files, tsconfig, languageOptions }: Project): Promise<string[]> {
  const folder = workspace.write(`case${String(count++)}`, {});
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const config = path.join(folder, "tsconfig.json");
  if (tsconfig === "none") rmSync(config);
  else if (tsconfig) writeFileSync(config, JSON.stringify(tsconfig));
  const eslint = linter(folder, [typed(folder), ...(languageOptions ? [{ files: ["**/*.ts"], languageOptions }] : []), plugin.configs.strict, BOUNDS]);
  // An error of a rule has the whole tree with it: too deep to be handed on.
  const results = await eslint.lintFiles(Object.keys(files).filter((name) => name.endsWith(".ts") && !name.includes("node_modules")))
    .catch((error: unknown) => { throw new Error(error instanceof Error ? error.stack : String(error)); });
  return results.flatMap(({ filePath, messages }) => messages.map(({ line, ruleId, message }) => `${path.relative(folder, filePath)}:${String(line)} ${ruleId ?? message}`));
}

const LOCKS = `import { Mutex } from "async-mutex";
export const a = new Mutex(), b = new Mutex();
`;
const FORWARD = "export const forward = () => a.runExclusive(() => b.runExclusive(() => 1));\n";
const BACKWARD = "export const backward = () => b.runExclusive(() => a.runExclusive(() => 1));\n";
const RECURSIVE = "export const again = () => a.runExclusive(() => a.runExclusive(() => 1));\n";

describe("ends", () => {
  const names = Array.from({ length: 40 }, (_, index) => `n${String(index)} = ${String(index)}`).join(", ");

  it.each([
    ["with many defaults in a pattern", `export const again = (options: Record<string, number>) => { const { ${names} } = options; return a.runExclusive(() => a.runExclusive(() => n0)); };\n`],
    ["with many defaults of parameters", `const many = (${names}) => a.runExclusive(() => a.runExclusive(() => n0));\nexport const again = (x: number) => many(x);\n`],
  ])("%s", async (_, text) => {
    expect(await reports({ files: { "program.ts": LOCKS + text } })).toEqual([expect.stringMatching(/deadlock\/no-recursive-lock$/)]);
  });
});

describe("says nothing of what has no types", () => {
  it.each([
    ["a package that isn't installed", { "main.ts": `import { Mutex } from "no-such-package";\nconst a = new Mutex();\n${RECURSIVE}` }],
    ["a module that isn't there", { "main.ts": `import { a, b } from "./gone.js";\n${FORWARD}${BACKWARD}${RECURSIVE}` }],
    ["a package without declarations", {
      "main.ts": `import { Mutex } from "untyped";\nconst a = new Mutex();\n${RECURSIVE}`,
      "node_modules/untyped/package.json": `{ "name": "untyped", "main": "index.js" }`,
      "node_modules/untyped/index.js": "exports.Mutex = class { runExclusive(job) { return job(); } };",
    }],
    ["any", { "main.ts": `declare const a: any, b: any;\n${FORWARD}${BACKWARD}${RECURSIVE}` }],
    ["names that nobody declares", { "main.ts": `${FORWARD}${BACKWARD}${RECURSIVE}` }],
    ["a type that nobody declares", { "main.ts": `export async function again(a: Mutex) { await a.runExclusive(() => a.runExclusive(() => 1)); }\n` }],
    ["an interface without an implementation", { "main.ts": `interface Lock { runExclusive<T>(job: () => T): Promise<T> }\ndeclare const a: Lock, b: Lock;\n${FORWARD}${BACKWARD}${RECURSIVE}` }],
  ])("%s", async (_name, files) => {
    expect(await reports({ files })).toEqual([]);
  });
});

describe("syntax errors", () => {
  it("are told by the parser, and nothing else", async () => {
    expect(await reports({ files: { "main.ts": `${LOCKS}${RECURSIVE}export const half = () => a.runExclusive(() => {\n` } })).toEqual([expect.stringMatching(/^main\.ts:5 Parsing error/)]);
  });

  it("in another file don't matter where that file doesn't", async () => {
    expect(await reports({ files: { "broken.ts": "export const = ( { class", "main.ts": `${LOCKS}${RECURSIVE}` } }))
      .toEqual([expect.stringMatching(/^broken\.ts:1 Parsing error/), "main.ts:3 deadlock/no-recursive-lock"]);
  });

  it.each([0.2, 0.4, 0.6, 0.8, 0.95])("in a file that is called: cut at %d", async (part) => {
    const callee = `${LOCKS}export async function inner(): Promise<void> { await a.runExclusive(() => b.runExclusive(() => 1)); }\n`;
    const main = `import { a } from "./callee.js";\nimport * as callee from "./callee.js";\nexport const outer = () => a.runExclusive(() => callee.inner());\n`;
    const found = await reports({ files: { "callee.ts": callee.slice(0, callee.length * part), "main.ts": main } });
    expect(found.filter((report) => !report.startsWith("callee.ts:") || report.includes("deadlock/"))).toEqual(part < 0.9 ? [] : ["main.ts:3 deadlock/no-recursive-lock"]);
  });
});

describe("projects", () => {
  it.each([
    ["no tsconfig", "none", /was not found by the project service/],
    ["a tsconfig without the file", { include: ["src"] }, /was not found by the project service/],
  ] as const)("%s: the parser's own error", async (_name, tsconfig, message) => {
    expect(await reports({ files: { "main.ts": `${LOCKS}${RECURSIVE}` }, tsconfig })).toEqual([expect.stringMatching(message)]);
  });

  it("a tsconfig that parserOptions.project looks for in vain", async () => {
    const project: Project = { files: { "main.ts": RECURSIVE }, languageOptions: { parserOptions: { projectService: false, project: "gone.json" } } };
    expect(await reports(project)).toEqual([expect.stringMatching(/Parsing error:.*gone\.json/)]);
  });

  it("a tsconfig that can't be read leaves TypeScript's defaults", async () => {
    const found = await reports({ files: { "main.ts": `${LOCKS}${RECURSIVE}` }, tsconfig: { compilerOptions: { module: "no such module", target: 3 }, extends: "./gone.json" } });
    expect(found.filter((report) => !/deadlock\/no-recursive-lock|Parsing error/.test(report))).toEqual([]);
  });

  it("files that import each other", async () => {
    const files = {
      "one.ts": `import { b, backward } from "./two.js";\nimport { Mutex } from "async-mutex";\nexport const a = new Mutex();\n${FORWARD}export { backward };\n`,
      "two.ts": `import { a, forward } from "./one.js";\nimport { Mutex } from "async-mutex";\nexport const b = new Mutex();\n${BACKWARD}export { forward };\n`,
      "self.ts": `export * from "./self.js";\nexport * from "./ring.js";\nimport { nothing } from "./self.js";\nnothing.runExclusive(() => nothing());\n`,
      "ring.ts": `export * from "./self.js";\nexport { nothing as nothing } from "./self.js";\n`,
    };
    expect(await reports({ files })).toEqual(["one.ts:4 deadlock/lock-order", "two.ts:4 deadlock/lock-order"]);
  });

  it("classes, types and values that go round in circles", async () => {
    const main = `${LOCKS}class One extends Two { }
class Two extends One { async run() { await this.run(); } }
const first = second, second = first;
let lock = lock ?? a;
type Loop = Loop[];
export const ring: Loop = [];
export const turn = () => a.runExclusive(() => turn());
export const one = () => new One().run().then(() => first).then(() => second).then(() => lock);
`;
    expect(await reports({ files: { "main.ts": main } })).toEqual(["main.ts:9 deadlock/no-recursive-lock"]);
  });
});

describe("texts of unusual form", () => {
  it.each([
    ["nothing", ""], ["a mark of the byte order", "\uFEFF"], ["a comment", "// nothing"], ["a #! line", "#!/usr/bin/env node\nexport {};\n"], ["one brace too many", "}"],
    ["a tag at the end of the file", "/** @lock acquires"],
  ])("%s", async (_name, text) => {
    const found = await reports({ files: { "main.ts": text } });
    expect(found.filter((report) => !report.includes("Parsing error") && !report.includes("deadlock/lock-order"))).toEqual([]);
  });

  it("lines that end in \\r\\n, after a mark of the byte order", async () => {
    expect(await reports({ files: { "main.ts": `\uFEFF${LOCKS}${RECURSIVE}`.replaceAll("\n", "\r\n") } })).toEqual(["main.ts:3 deadlock/no-recursive-lock"]);
  });

  it("30,000 lines", async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `export async function step${String(index)}(): Promise<void> {\n  await ${index % 10 === 0 ? "b.runExclusive(" : ""}step${String(index + 1)}${index % 10 === 0 ? ")" : "()"};\n}`);
    const text = `${LOCKS}${lines.join("\n")}\nexport const step10000 = () => a.runExclusive(() => a.runExclusive(() => 1));\n`;
    expect(text.split("\n").length).toBeGreaterThan(30_000);
    const before = process.cpuUsage();
    const found = await reports({ files: { "main.ts": text } });
    const { user, system } = process.cpuUsage(before);
    expect(found).toContain("main.ts:30003 deadlock/no-recursive-lock");
    expect(found.filter((report) => !report.includes("no-recursive-lock"))).toEqual([]);
    expect((user + system) / 1e6).toBeLessThan(60);
  });

  const DEEP = 400;
  it.each([
    ["a sum", `export const sum = ${Array.from({ length: DEEP * 2 }, (_, index) => String(index)).join(" + ")};\n`],
    ["a chain of calls", `export const chain = Promise.resolve(0)${".then((value) => value + 1)".repeat(DEEP)};\n`],
    ["calls in calls", `const f = (value: number): number => value;\nexport const nested = ${"f(".repeat(DEEP)}1${")".repeat(DEEP)};\n`],
    ["functions in functions", `export const nested = ${"() => ".repeat(DEEP)}1;\n`],
    ["blocks in blocks", `${"{".repeat(DEEP)}${"}".repeat(DEEP)}\n`],
    ["conditions in conditions", `export const nested = (key: number) => ${Array.from({ length: DEEP }, (_, index) => `key === ${String(index)} ? ${String(index)} : `).join("")}-1;\n`],
    ["else after else", `export function nested(key: number) { ${Array.from({ length: DEEP }, (_, index) => `if (key === ${String(index)}) return ${String(index)}; else `).join("")} return -1; }\n`],
    ["sections in sections", `export const deep = () => ${"b.runExclusive(() => ".repeat(40)}1${")".repeat(40)};\n`],
    ["a list", `export const list = [${"a, b, ".repeat(5_000)}];\n`],
    ["cases", `export async function choice(key: number) { switch (key) { ${Array.from({ length: 1_000 }, (_, index) => `case ${String(index)}: (await b.acquire())(); break;`).join("\n")} } }\n`],
  ])("%s without an end", async (name, text) => {
    const found = await reports({ files: { "main.ts": `${LOCKS}${RECURSIVE}${text}` } });
    expect(found).toContain("main.ts:3 deadlock/no-recursive-lock");
    expect(found.slice(1).every((report) => name === "sections in sections" && report === "main.ts:4 deadlock/no-recursive-lock")).toBe(true);
  });

  it("a sum that the compiler can read, but the linter can't", async () => {
    const sum = Array.from({ length: 2_000 }, (_, index) => index % 2 ? "text" : `"${String(index)}"`).join(" + ");
    const files = {
      "main.ts": `${LOCKS}${RECURSIVE}export * from "./sum.js";\n`,
      "sum.ts": `import { b } from "./main.js";\nexport const sum = (text: string) => b.runExclusive(() => ${sum});\n`,
    };
    expect((await reports({ files })).filter((report) => !report.startsWith("sum.ts:undefined Parsing error"))).toEqual(["main.ts:3 deadlock/no-recursive-lock"]);
  });
});
