/** `init` on configs of many shapes: what it changes, and that ESLint then reports by it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";

import { ESLint } from "eslint";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { command, openFolder } from "./support/cli.js";
import { root } from "./support/workspace.js";

const folder = openFolder();
afterAll(() => { folder[Symbol.dispose](); });

/** The plugin stands beside what it needs, as if it were installed. */
beforeAll(() => {
  const modules = path.join(folder.path, "node_modules");
  rmSync(modules);
  mkdirSync(modules);
  for (const name of readdirSync(path.join(root, "node_modules"))) if (!name.startsWith(".")) symlinkSync(path.join(root, "node_modules", name), path.join(modules, name), "junction");
  symlinkSync(root, path.join(modules, "eslint-plugin-deadlock"), "junction");
});

const HANG = `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
export const one = () => a.runExclusive(() => b.runExclusive(() => 1));
export const two = () => b.runExclusive(() => a.runExclusive(() => 1));
`;
const TSCONFIG = JSON.stringify({ compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", target: "es2022", lib: ["es2022"], types: [] }, include: ["src/**/*"] });

const write = (name: string, files: Readonly<Record<string, string>>) => folder.write(name, { "package.json": '{ "type": "module" }', "tsconfig.json": TSCONFIG, "src/hang.ts": HANG, "tool.mjs": "export {};\n", ...files });

interface Shape {
  readonly file: string;
  readonly text: string;
  /** Lines that are added, without indentation. */
  readonly adds?: readonly string[];
}

const TYPED = "{ projectService: true, tsconfigRootDir: import.meta.dirname }";

const SHAPES: Readonly<Record<string, Shape>> = {
  "a list": {
    file: "eslint.config.js", text: `import tseslint from "typescript-eslint";

export default [
  // what is made
  { ignores: ["dist/"] },
  ...tseslint.configs.recommended, // the usual
];
`,
    adds: ['import deadlock from "eslint-plugin-deadlock";', "{", "...deadlock.configs.recommended,", 'files: ["src/**/*.{ts,tsx,mts,cts}"],', "languageOptions: {", "parser: tseslint.parser,", `parserOptions: ${TYPED},`, "},", "},"],
  },
  "a list without the comma at its end": {
    file: "eslint.config.mjs", text: `export default [
    { rules: { eqeqeq: "error" } } // strict
]
`,
  },
  "a list on one line": { file: "eslint.config.mjs", text: `import js from "./rules.mjs"\nexport default [js]\n` },
  "an empty list": { file: "eslint.config.mjs", text: "export default [];\n" },
  "a single config": { file: "eslint.config.mjs", text: `export default {\n  rules: { eqeqeq: "error" },\n};\n` },
  "a list behind a name": { file: "eslint.config.mjs", text: `/** @type {import("eslint").Linter.Config[]} */\nconst config = [\n\t{ rules: { eqeqeq: 'error' } },\n];\n\nexport default config;\n` },
  "defineConfig with a list": {
    file: "eslint.config.mjs", text: `import { defineConfig, globalIgnores } from 'eslint/config'

export default defineConfig([
  globalIgnores(['dist']),
  {
    files: ['**/*.mjs'],
    rules: { eqeqeq: 'error' },
  },
])
`,
    adds: ["import deadlock from 'eslint-plugin-deadlock'", "import tseslint from 'typescript-eslint'", "{", "files: ['src/**/*.{ts,tsx,mts,cts}'],", "plugins: { deadlock },", "extends: ['deadlock/recommended'],", "languageOptions: {", "parser: tseslint.parser,", `parserOptions: ${TYPED},`, "},", "},"],
  },
  "defineConfig with arguments": { file: "eslint.config.mjs", text: `import { defineConfig } from "eslint/config";\n\nexport default defineConfig(\n  { rules: { eqeqeq: "error" } },\n);\n` },
  "tseslint.config with types": {
    file: "eslint.config.mjs", text: `import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist"] },
  {
    files: ["src/**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  }
);
`,
    adds: ['import deadlock from "eslint-plugin-deadlock";', "},", "{", 'files: ["src/**/*.ts"],', "extends: [deadlock.configs.recommended],"],
  },
  "tseslint.config with types for all": {
    file: "eslint.config.mjs", text: `// @ts-check
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/*.mjs'] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: './tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
);
`,
    adds: ["import deadlock from 'eslint-plugin-deadlock';", "{", "files: ['src/**/*.{ts,tsx,mts,cts}'],", "extends: [deadlock.configs.recommended],", "},"],
  },
  "config of typescript-eslint by its own name": { file: "eslint.config.mjs", text: `import { config } from "typescript-eslint";\n\nexport default config({ rules: { eqeqeq: "error" } });\n` },
  "defineConfig with the name taken": {
    file: "eslint.config.mjs", text: `import { defineConfig } from "eslint/config";\n\nconst deadlock = { rules: {} };\n\nexport default defineConfig([\n  deadlock,\n]);\n`,
    adds: ['import deadlockPlugin from "eslint-plugin-deadlock";', 'import tseslint from "typescript-eslint";', "{", 'files: ["src/**/*.{ts,tsx,mts,cts}"],', "plugins: { deadlock: deadlockPlugin },", 'extends: ["deadlock/recommended"],', "languageOptions: {", "parser: tseslint.parser,", `parserOptions: ${TYPED},`, "},", "},"],
  },
  "defineConfig behind a name": { file: "eslint.config.mjs", text: `import { defineConfig as define } from "eslint/config";\n\nconst defineConfig = define;\n\nexport default defineConfig([\n  { rules: {} },\n]);\n` },
  "defineConfig of somebody else, which knows no names": {
    file: "eslint.config.mjs", text: `import { defineConfig } from "./define.mjs";\n\nexport default defineConfig([\n  { rules: {} },\n]);\n`,
    adds: ['import deadlock from "eslint-plugin-deadlock";', 'import tseslint from "typescript-eslint";', "{", "...deadlock.configs.recommended,", 'files: ["src/**/*.{ts,tsx,mts,cts}"],', "languageOptions: {", "parser: tseslint.parser,", `parserOptions: ${TYPED},`, "},", "},"],
  },
  "CommonJS with defineConfig": {
    file: "eslint.config.cjs", text: `const { defineConfig } = require("eslint/config");\n\nmodule.exports = defineConfig([\n  { rules: {} },\n]);\n`,
    adds: ['const deadlock = require("eslint-plugin-deadlock").default;', 'const tseslint = require("typescript-eslint");', "{", 'files: ["src/**/*.{ts,tsx,mts,cts}"],', "plugins: { deadlock },", 'extends: ["deadlock/recommended"],', "languageOptions: {", "parser: tseslint.parser,", "parserOptions: { projectService: true, tsconfigRootDir: __dirname },", "},", "},"],
  },
  "CommonJS": {
    file: "eslint.config.cjs", text: `"use strict";

const tsParser = require("@typescript-eslint/parser");

module.exports = [
  { files: ["**/*.ts"], languageOptions: { parser: tsParser } },
];
`,
    adds: ['const deadlock = require("eslint-plugin-deadlock").default;', "{", "...deadlock.configs.recommended,", 'files: ["src/**/*.{ts,tsx,mts,cts}"],', "languageOptions: {", "parser: tsParser,", "parserOptions: { projectService: true, tsconfigRootDir: __dirname },", "},", "},"],
  },
  "CommonJS without an import": { file: "eslint.config.cjs", text: `module.exports = [{ rules: { eqeqeq: "error" } }];\n` },
  "TypeScript": { file: "eslint.config.ts", text: `import type { Linter } from "eslint";\n\nexport default [\n  { rules: { eqeqeq: "error" } },\n] satisfies Linter.Config[];\n` },
  "an awaited list": { file: "eslint.config.mjs", text: `export default await ([\n  { rules: {} },\n]);\n` },
  "a spread of an old config": { file: "eslint.config.mjs", text: `class FlatCompat { extends() { return [{ rules: { eqeqeq: "error" } }]; } }\nconst compat = new FlatCompat({ baseDirectory: import.meta.dirname });\n\nexport default [\n  ...compat.extends("next/core-web-vitals"),\n  ...compat.extends("prettier"),\n];\n` },
  "an export under another name": { file: "eslint.config.mjs", text: `const all = [\n  { rules: {} },\n];\nexport { all as default };\n` },
  "lines that end as on Windows": { file: "eslint.config.mjs", text: "export default [\r\n  { rules: {} },\r\n];\r\n" },
  "the name taken": { file: "eslint.config.mjs", text: `const deadlock = { rules: {} };\nexport default [\n  deadlock,\n];\n` },
};

describe.each(Object.entries(SHAPES))("%s", (name, { file, text, adds }) => {
  const at = write(name, { [file]: text, "rules.mjs": `export default { rules: { eqeqeq: "error" } };\n`, "define.mjs": "export const defineConfig = (configs) => configs;\n" });
  const read = () => readFileSync(path.join(at, file), "utf8");

  it("is shown and left as it is, with --dry-run", async () => {
    const { code, out } = await command(at, "init", "--dry-run");
    expect(code).toBe(0);
    expect(out).toContain(`+++ b/${file}`);
    expect(read()).toBe(text);
  });

  it("is changed so that ESLint reports", async () => {
    expect(await command(at, "init")).toMatchObject({ code: 0 });
    const results = await new ESLint({ cwd: at }).lintFiles(["src/hang.ts", "tool.mjs"].filter((each) => !text.includes("**/*.mjs") || each !== "tool.mjs"));
    expect(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message))).toEqual(["deadlock/lock-order"]);
  });

  it("keeps every line of it", () => {
    // A comma may have been added, and a bracket around a single config.
    const bare = (line: string): string => line.replace(/[[\],;)\s]/g, "");
    const lines = read().split(/\r?\n/), kept = text.split(/\r?\n/).filter((line) => line.trim() !== "" && bare(line) !== "");
    for (const line of kept) expect(lines.some((each) => bare(each).includes(bare(line).replace(/\}$/, "")))).toBe(true);
    if (text.includes("\r\n")) expect(read().replaceAll("\r\n", "")).not.toContain("\n");
  });

  it("is changed once", async () => {
    const before = read();
    expect(await command(at, "init")).toMatchObject({ code: 0, out: `${file} has the plugin already; nothing is changed.\n`, err: "Then run ESLint as always: npx eslint .\n" });
    expect(read()).toBe(before);
  });

  if (adds) it("gets these lines", () => {
    const old = text.split("\n").map((line) => line.trim());
    const added = read().split("\n").map((line) => line.trim()).filter((line) => {
      const known = old.indexOf(line);
      if (known >= 0) old.splice(known, 1);
      return known < 0;
    });
    expect([...added].sort()).toEqual([...adds].sort());
  });
});

describe("init", () => {
  it("makes a config where there is none", async () => {
    const at = write("none", { ".git/HEAD": "" });
    const { code, out, err } = await command(at, "init", "--strict");
    expect(code).toBe(0);
    expect(out).toContain("+++ b/eslint.config.mjs");
    expect(err).toContain("eslint.config.mjs is made.\n");
    const [result] = await new ESLint({ cwd: at }).lintFiles(["src/hang.ts"]);
    expect(result?.messages.map(({ ruleId }) => ruleId)).toContain("deadlock/require-lock-timeout");
  });

  it("makes the config that the readme shows", async () => {
    const at = write("readme", { ".git/HEAD": "", "tsconfig.json": "{}" });
    await command(at, "init");
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    expect(readme).toContain(`\`\`\`js\n${readFileSync(path.join(at, "eslint.config.mjs"), "utf8").replace("*.{ts,tsx,mts,cts}", "*.ts")}\`\`\``);
  });

  it("uses the config of a folder above", async () => {
    const at = write("above", { "eslint.config.mjs": "export default [];\n", "packages/a/package.json": "{}" });
    const { out } = await command(path.join(at, "packages/a"), "init");
    expect(out).toContain("../../eslint.config.mjs");
  });

  it.each([
    ["a function of unknown meaning", `import { make } from "./make.mjs";\nexport default make({ a: 1 });\n`],
    ["something joined", `export default [].concat([{ rules: {} }]);\n`],
    ["nothing", `console.log("no export");\n`],
  ])("refuses what it can't tell: %s", async (name, text) => {
    const at = write(`refused ${name}`, { "eslint.config.mjs": text });
    const { code, out, err } = await command(at, "init");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("Add this to what it exports:\n\nimport deadlock from \"eslint-plugin-deadlock\";\nimport tseslint from \"typescript-eslint\";\n\n{\n  ...deadlock.configs.recommended,\n");
    expect(readFileSync(path.join(at, "eslint.config.mjs"), "utf8")).toBe(text);
  });

  it("refuses a config of the old kind", async () => {
    const at = write("old", { ".eslintrc.json": "{}", ".git/HEAD": "" });
    expect(await command(at, "init")).toMatchObject({ code: 2, err: expect.stringContaining("npx @eslint/migrate-config .eslintrc.json") as string });
    expect(existsSync(path.join(at, "eslint.config.mjs"))).toBe(false);
  });

  describe("where packages are missing", () => {
    const modules = path.join(folder.path, "node_modules"), gone = ["typescript-eslint", "@typescript-eslint"];
    const remove = (name: string): void => { rmSync(path.join(modules, name)); };
    afterEach(() => { for (const name of gone) if (!existsSync(path.join(modules, name))) symlinkSync(path.join(root, "node_modules", name), path.join(modules, name), "junction"); });

    it("imports nothing that isn't there, if the parser is", async () => {
      const at = write("parser", { "eslint.config.mjs": "export default [];\n" }), fresh = write("parser alone", { ".git/HEAD": "" });
      remove("typescript-eslint");
      for (const each of [at, fresh]) {
        const { out, err } = await command(each, "init");
        expect(out).toContain('+import tsParser from "@typescript-eslint/parser";\n');
        expect(out).toMatch(/^\+ +parser: tsParser,$/m);
        expect(out).not.toContain("typescript-eslint\"");
        expect(err).not.toContain("Not installed");
        const [result] = await new ESLint({ cwd: each }).lintFiles(["src/hang.ts"]);
        expect(result?.messages.map(({ ruleId, message }) => ruleId ?? message)).toEqual(["deadlock/lock-order"]);
      }
    });

    it("says what to install, in the words of the package manager", async () => {
      const at = write("alone", { "eslint.config.mjs": "export default [];\n", "pnpm-lock.yaml": "" }), fresh = write("alone and new", { ".git/HEAD": "", "package-lock.json": "{}" });
      const refused = write("alone and refused", { "eslint.config.mjs": "export default make();\n" });
      expect((await command(at, "init", "--dry-run")).err).not.toContain("Not installed");
      for (const name of gone) remove(name);
      const told = "Not installed, and needed: typescript-eslint. ESLint can't load the config until it is.\n";
      expect((await command(at, "init", "--dry-run")).err).toContain(`${told}  pnpm add --save-dev typescript-eslint\n`);
      expect((await command(fresh, "init", "--dry-run")).err).toContain(`${told}  npm install --save-dev typescript-eslint\n`);
      expect((await command(refused, "init")).err).toContain(told);
    });

    it("asks for no parser that the config does without", async () => {
      const at = write("typed", { "eslint.config.mjs": "export default [{ languageOptions: { parserOptions: { projectService: true } } }];\n" });
      for (const name of gone) remove(name);
      expect((await command(at, "init", "--dry-run")).err).not.toContain("Not installed");
    });
  });

  it("says how to get a tsconfig", async () => {
    const at = folder.write("untyped", { "package.json": "{}", ".git/HEAD": "" });
    expect((await command(at, "init", "--dry-run")).err).toContain("There is no tsconfig.json, from which the rules have their types:\n  npx tsc --init\n");
    expect((await command(write("has types", { ".git/HEAD": "" }), "init", "--dry-run")).err).not.toContain("tsconfig.json");
  });

  it("takes in the JavaScript that the tsconfig takes in, also by another one", async () => {
    const base = { ".git/HEAD": "", "base.json": '{ "compilerOptions": { "allowJs": true, "noEmit": true, "module": "nodenext", "types": [] } }' };
    const whole = write("javascript", { ...base, "tsconfig.json": '{ "extends": "./base.json" }', "src/other.js": HANG });
    expect((await command(whole, "init")).out).toContain('files: ["**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}"],');
    const [result] = await new ESLint({ cwd: whole }).lintFiles(["src/other.js"]);
    expect(result?.messages.map(({ ruleId }) => ruleId)).toContain("deadlock/lock-order");
    const folders = write("javascript in folders", { ...base, "tsconfig.json": '{ "extends": "./base.json", "include": ["src/**/*.ts", "src/**/*.js", "lib"] }' });
    expect((await command(folders, "init", "--dry-run")).out).toContain('files: ["src/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}", "lib/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}"],');
  });

  it("leaves out what the tsconfig leaves out", async () => {
    const given = JSON.parse(TSCONFIG) as object;
    const at = write("left out", { ".git/HEAD": "", "tsconfig.json": JSON.stringify({ ...given, exclude: ["node_modules", "dist", "**/*.spec.ts", "./src/generated/", "other"] }), "src/hang.spec.ts": HANG, "src/generated/hang.ts": HANG });
    expect((await command(at, "init")).out).toContain('+  files: ["src/**/*.{ts,tsx,mts,cts}"],\n+  ignores: ["**/*.spec.ts", "src/generated/**"],\n');
    const results = await new ESLint({ cwd: at }).lintFiles(["src"]);
    expect(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message))).toEqual(["deadlock/lock-order"]);
    const listed = write("left out of a list", { ".git/HEAD": "", "eslint.config.mjs": "export default [];\n", "base.json": '{ "exclude": ["test"], "compilerOptions": { "outDir": "out" } }', "tsconfig.json": '{ "extends": "./base.json" }' });
    expect((await command(listed, "init", "--dry-run")).out).toContain('files: ["**/*.{ts,tsx,mts,cts}"],\n+    ignores: ["test/**"],\n');
  });

  it("knows folders only", async () => {
    expect(await command(folder.path, "init", "nowhere")).toMatchObject({ code: 2, err: expect.stringContaining("There is no folder nowhere.") as string });
  });
});
