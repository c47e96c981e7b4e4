import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import type { Linter, Rule } from "eslint";
import { defineConfig } from "eslint/config";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { lint, linter, openWorkspace, root, typed } from "./support/workspace.js";

const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string; version: string };
const rules = Object.entries(plugin.rules ?? {}) as [string, Rule.RuleModule][];

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const hanging = `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
const first = () => a.runExclusive(() => b.runExclusive(() => 1));
const second = () => b.runExclusive(() => a.runExclusive(() => 2));
const again = () => a.runExclusive(() => a.runExclusive(() => 3));
await Promise.all([first(), second(), again()]);
`;
const folder = workspace.write("hanging", { "hanging.ts": hanging });
const reported = [{ line: 4, rule: "deadlock/lock-order" }, { line: 5, rule: "deadlock/no-recursive-lock" }];

const found = async (...configs: Linter.Config[]) => (await lint(linter(workspace.folder, configs), folder)).map(({ line, rule }) => ({ line, rule }));

describe("the configs", () => {
  it("work by name, in defineConfig", async () => {
    const configs = defineConfig({ plugins: { deadlock: plugin }, extends: ["deadlock/recommended"] });
    expect(await found(typed(workspace.folder), ...configs)).toEqual(reported);
  });

  it("work by name under another prefix", async () => {
    const configs = defineConfig({ plugins: { hangs: plugin }, extends: ["hangs/recommended"] });
    expect(await found(typed(workspace.folder), ...configs)).toEqual(reported.map(({ line, rule }) => ({ line, rule: rule.replace("deadlock", "hangs") })));
  });

  it("work as an element of an array", async () => {
    expect(await found(typed(workspace.folder), plugin.configs.recommended)).toEqual(reported);
  });

  it("say more if they are strict, and less loudly", async () => {
    const [result] = await linter(workspace.folder, [typed(workspace.folder), plugin.configs.strict]).lintFiles([path.join(folder, "hanging.ts")]);
    const messages = result?.messages ?? [];
    expect(messages.filter(({ severity }) => severity === 2).map(({ line, ruleId }) => ({ line, rule: ruleId }))).toEqual(reported);
    expect(messages.filter(({ severity }) => severity === 1).map(({ line, ruleId }) => `${String(line)} ${String(ruleId)}`)).toEqual(
      [3, 3, 4, 4, 5, 5].map((line) => `${String(line)} deadlock/require-lock-timeout`),
    );
  });

  it("underline the first line of what goes over several", async () => {
    const long = workspace.write("long", { "long.ts": `import { Mutex } from "async-mutex";
const a = new Mutex();
await a.runExclusive(() => a.runExclusive(() => {
  console.log(1);
}));
` });
    const [result] = await linter(workspace.folder, [typed(workspace.folder), plugin.configs.recommended]).lintFiles([path.join(long, "long.ts")]);
    expect(result?.messages.map(({ line, column, endLine, endColumn }) => [line, column, endLine, endColumn])).toEqual([[3, 28, 3, 50]]);
  });

  it.each(["recommended", "strict"] as const)("have a name and only rules that exist: %s", (name) => {
    const config = plugin.configs[name];
    expect(config.name).toBe(`deadlock/${name}`);
    expect(Object.keys(config.rules ?? {}).filter((rule) => !rules.some(([known]) => rule === `deadlock/${known}`))).toEqual([]);
  });

  it("give the usual error for a file without type information", async () => {
    const untyped = { files: ["**/*.ts"], languageOptions: typed(workspace.folder).languageOptions ?? {} };
    untyped.languageOptions = { ...untyped.languageOptions, parserOptions: {} };
    await expect(found(untyped, plugin.configs.recommended)).rejects.toThrow(
      /^Error while loading rule 'deadlock\/[\w-]+': You have used a rule which requires type information, .*https:\/\/tseslint\.com\/typed-linting/,
    );
  });
});

describe.each(rules)("%s", (name, rule) => {
  const withOptions = (...options: unknown[]) => found(typed(workspace.folder), { plugins: { deadlock: plugin }, rules: { [`deadlock/${name}`]: ["error", ...options] } });

  it.each([
    ["a value that isn't known", { confidence: "sure" }, /should be equal to one of the allowed values/],
    ["an option that isn't known", { confidnce: "likely" }, /should NOT have additional properties/],
    ["a text in the place of an object", "likely", /should be object/],
  ])("refuses %s", async (_what, options, message) => {
    await expect(withOptions(options)).rejects.toThrow(message);
  });

  it("refuses a second option", async () => {
    await expect(withOptions({}, {})).rejects.toThrow(/should NOT have more than 1 items/);
  });

  it.each([[{}], [{ confidence: "certain" }], [{ confidence: "likely" }], [{ confidence: "possible" }]])("accepts %j", async (options) => {
    await expect(withOptions(options)).resolves.toBeDefined();
  });

  it("describes itself", () => {
    expect(rule.meta).toMatchObject({ type: "problem", languages: ["js/js"], defaultOptions: [{ confidence: "likely" }] });
    expect(rule.meta?.docs?.url).toMatch(new RegExp(`^https://.*/docs/rules/${name}\\.md$`));
    expect(rule.meta?.docs?.description).toMatch(/^(?:Disallow|Enforce|Require) .*[^.]$/);
    expect(rule.meta?.docs).toMatchObject({ requiresTypeChecking: true });
    expect(existsSync(path.join(root, `docs/rules/${name}.md`))).toBe(true);
  });

  it("has messages that are sentences", () => {
    expect(Object.values(rule.meta?.messages ?? {}).filter((message) => !/^[A-Z].*\.$/.test(message))).toEqual([]);
  });
});

it("says the name and version of the package", () => {
  expect(plugin.meta).toEqual({ name: manifest.name, version: manifest.version, namespace: "deadlock" });
});

describe("the types, as built", () => {
  const fixture = (name: string) => path.join(root, "tests/fixtures/config", `${name}.ts`);

  function errorsIn(file: string): string[] {
    const options: ts.CompilerOptions = {
      strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: ["node"],
    };
    const program = ts.createProgram([file], options);
    return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  }

  it.each(["extends", "spread"])("are accepted by an eslint.config.ts: %s", (name) => {
    expect(errorsIn(fixture(name))).toEqual([]);
  });

  it("are not any", () => {
    expect(errorsIn(fixture("wrong"))).toEqual(["Type 'string' is not assignable to type 'number'."]);
  });
});
