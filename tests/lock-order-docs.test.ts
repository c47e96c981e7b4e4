/** What docs/lock-order.md tells of settings and tags is so: each program has the reports that stand under it, or none. */
import path from "node:path";

import type { Linter } from "eslint";
import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { blocksOf, readPage } from "./support/pages.js";
import { linter, openWorkspace, typed } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const blocks = blocksOf(readPage("docs/lock-order.md"));
const DECLARATION = /^\/\/ (node_modules\/(.+)\/index\.d\.ts)\n/;

/** A config as the page shows it. */
async function configOf(text: string): Promise<Linter.Config[]> {
  const module = await import(`data:text/javascript,${encodeURIComponent(text)}`) as { readonly default: Linter.Config[] };
  return module.default;
}

const programs = blocks.flatMap(({ language, text, heading }, index) => {
  if (language !== "ts" || DECLARATION.test(text)) return [];
  const [before, after] = [blocks[index - 1], blocks[index + 1]];
  return [{ heading, text, settings: before?.language === "js" ? before.text : undefined, reports: after?.language === "text" ? after.text : "" }];
});

function writeProgram(name: string, text: string): string {
  for (const { text: declared } of blocks) {
    const [, file, packageName = ""] = DECLARATION.exec(declared) ?? [];
    if (!file || !text.includes(packageName)) continue;
    workspace.write(path.join(name, "node_modules", packageName), { "index.d.ts": declared, "package.json": JSON.stringify({ name: packageName, version: "1.0.0", types: "index.d.ts" }) });
  }
  return workspace.write(name, { "main.ts": text });
}

async function reportsOf(name: string, text: string, settings: string | undefined): Promise<string> {
  const configs = [typed(workspace.folder), plugin.configs.recommended, ...settings === undefined ? [] : await configOf(settings)];
  const [result] = await linter(workspace.folder, configs).lintFiles([path.join(writeProgram(name, text), "main.ts")]);
  return result?.messages.map(({ line, column, message, ruleId }) => `${String(line)}:${String(column)}  ${message}  ${ruleId ?? ""}\n`).join("") ?? "";
}

describe("docs/lock-order.md", () => {
  it.each(programs.map((program, index) => ({ ...program, name: String(index) })))("$heading, program $name", async ({ name, text, settings, reports }) => {
    expect(await reportsOf(name, text, settings)).toBe(reports);
  });

  it.each(programs.flatMap((program, index) => program.settings === undefined ? [] : [{ ...program, name: `without-${String(index)}` }]))("$heading: silent without the settings", async ({ name, text }) => {
    expect(await reportsOf(name, text, undefined)).toBe("");
  });

  it("names every tag", () => {
    for (const kind of ["acquires", "releases", "returns releaser of", "holds", "excludes"]) expect(programs.some(({ text }) => text.includes(`@lock ${kind} `))).toBe(true);
  });
});
