/** The ways in which a project may be set up: kinds of config files, JavaScript with types in comments, files of other languages. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { ESLint } from "eslint";
import { afterAll, describe, expect, it } from "vitest";

import { openWorkspace, root } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const HANG = `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
export const there = () => a.runExclusive(() => b.runExclusive(() => {}));
export const back = () => b.runExclusive(() => a.runExclusive(() => {}));
`;
const REPORTS = ["hang.ts:4 deadlock/lock-order"];

const BLOCK = (folder: string): string => `{
  files: ["**/*.{ts,js}"],
  plugins: { deadlock },
  extends: ["deadlock/recommended"],
  languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: ${folder} } },
}`;

function project(name: string, files: Readonly<Record<string, string>>): string {
  const folder = workspace.write(name, files);
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(root, path.join(folder, "node_modules", "eslint-plugin-deadlock"), "junction");
  return folder;
}

async function reportsIn(folder: string): Promise<string[]> {
  const results = await new ESLint({ cwd: folder }).lintFiles(["."]);
  return results.flatMap(({ filePath, messages }) => messages.map(({ line, ruleId, message }) => `${path.basename(filePath)}:${String(line)} ${ruleId ?? message}`))
    .filter((report) => !report.startsWith("eslint.config")).sort();
}

const IMPORTS = `import deadlock from "eslint-plugin-deadlock";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
`;

describe("config files", () => {
  it.each([
    ["eslint.config.mjs", `${IMPORTS}export default defineConfig(${BLOCK("import.meta.dirname")}, { ignores: ["eslint.config.*"] });`],
    ["eslint.config.ts", `${IMPORTS}export default defineConfig(${BLOCK("import.meta.dirname")});`],
    ["eslint.config.cjs", `const deadlock = require("eslint-plugin-deadlock").default;
const { defineConfig } = require("eslint/config");
const tseslint = require("typescript-eslint");
module.exports = defineConfig(${BLOCK("__dirname")});`],
    ["eslint.config.cjs, with import()", `const { defineConfig } = require("eslint/config");
const tseslint = require("typescript-eslint");
module.exports = import("eslint-plugin-deadlock").then(({ default: deadlock }) => defineConfig(${BLOCK("__dirname")}));`],
  ])("%s", async (name, config) => {
    const file = name.replace(/,.*/, "");
    expect(await reportsIn(project(name.replace(/\W/g, "-"), { "hang.ts": HANG, [file]: config }))).toEqual(REPORTS);
  });
});

it("docs/compatibility.md shows a config that works", async () => {
  const config = /^```js\n([^]*?)^```/m.exec(readFileSync(path.join(root, "docs/compatibility.md"), "utf8"))?.[1] ?? "";
  expect(await reportsIn(project("documented", { "hang.ts": HANG, "eslint.config.cjs": config }))).toEqual(REPORTS);
});

describe("JavaScript", () => {
  const config = `${IMPORTS}export default defineConfig(${BLOCK("import.meta.dirname")});`;
  const CHECKED = { compilerOptions: { allowJs: true, checkJs: true, strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", target: "es2022", types: ["node"] }, include: ["*.js"] };

  it("is followed through types in comments", async () => {
    const folder = project("jsdoc", {
      "locks.js": `import { Mutex } from "async-mutex";
export const a = new Mutex();
export const b = new Mutex();
`,
      "there.js": `import { a, b } from "./locks.js";
/**
 * @param {import("async-mutex").Mutex} inner
 * @returns {Promise<void>}
 */
const within = (inner) => a.runExclusive(() => inner.runExclusive(() => {}));
export const there = () => within(b);
`,
      "back.js": `import { a, b } from "./locks.js";

class Service {
  /** @param {{ lock: import("async-mutex").Mutex }} first */
  constructor(first) { this.first = first; }
  async run() { await this.first.lock.runExclusive(() => a.runExclusive(() => {})); }
}
export const back = () => new Service({ lock: b }).run();
export const direct = () => b.runExclusive(() => a.runExclusive(() => {}));
`,
      "eslint.config.mjs": config,
    });
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(CHECKED));
    const reports = await reportsIn(folder);
    expect(reports).toContain("back.js:9 deadlock/lock-order");
    expect(reports).toContain("there.js:6 deadlock/lock-order");
  });
});

describe("files of other languages", () => {
  const others = `import css from "@eslint/css";
import json from "@eslint/json";
import markdown from "@eslint/markdown";
`;
  const files = { "hang.ts": HANG, "page.css": "a { color: red; }\n", "data.json": "{}\n", "notes.md": "# Notes\n\n```ts\nconst a = 1;\n```\n" };
  const languages = `{ files: ["**/*.css"], plugins: { css }, language: "css/css" },
  { files: ["**/*.json"], ignores: ["package.json", "tsconfig.json"], plugins: { json }, language: "json/json" },
  { files: ["**/*.md"], plugins: { markdown }, language: "markdown/commonmark" }`;

  it("are left alone beside a block for TypeScript", async () => {
    const folder = project("languages", { ...files, "eslint.config.mjs": `${IMPORTS}${others}export default defineConfig(${languages},\n${BLOCK("import.meta.dirname")});` });
    expect(await reportsIn(folder)).toEqual(REPORTS);
  });

  it("are left alone by a block without files", async () => {
    const folder = project("languages-all", {
      ...files,
      "eslint.config.mjs": `${IMPORTS}${others}export default defineConfig(${languages}, ${BLOCK("import.meta.dirname").replace(/files: .*/, "")}, { ignores: ["eslint.config.mjs"] });`,
    });
    expect(await reportsIn(folder)).toEqual(REPORTS);
  });
});
