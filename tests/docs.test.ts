import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

import { ESLint } from "eslint";
import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { execute, lint, linter, openWorkspace, root, typed } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

/** A rule that says something of nearly every lock is shown by itself. */
const ASIDE = "require-lock-timeout";
const others = { ...plugin.configs.strict, rules: { ...plugin.configs.strict.rules, [`deadlock/${ASIDE}`]: "off" as const } };
const configs = [typed(workspace.folder), others];

const read = (file: string) => readFileSync(path.join(root, file), "utf8");

/** The first code block after a text. */
function blockAfter(page: string, text: string, language: string): string {
  const match = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page.slice(page.indexOf(text)));
  if (!page.includes(text) || !match?.[1]) throw new Error(`no ${language} block after "${text}"`);
  return match[1];
}

describe.each(Object.keys(plugin.rules ?? {}))("docs/rules/%s.md", (name) => {
  const page = read(`docs/rules/${name}.md`);
  const shown = name === ASIDE ? [typed(workspace.folder), plugin.configs.strict] : configs;
  const incorrect = blockAfter(page, "**incorrect**", "ts"), correct = blockAfter(page, "**correct**", "ts");
  const bad = workspace.write(`${name}-incorrect`, { "main.ts": incorrect }), good = workspace.write(`${name}-correct`, { "main.ts": correct });

  it("has an incorrect example that hangs", async () => {
    const { status, output } = await execute(bad, "main.ts");
    expect(output).not.toContain("done\n");
    expect(status).toBe(13);
  });

  it("has a correct example that ends", async () => {
    expect(await execute(good, "main.ts")).toEqual({ status: 0, output: "done\n" });
  });

  it("reports the incorrect example, and only by this rule", async () => {
    const reports = await lint(linter(workspace.folder, name === ASIDE ? shown : [typed(workspace.folder), plugin.configs.recommended]), bad);
    expect(reports).not.toEqual([]);
    expect(reports.filter(({ rule }) => rule !== `deadlock/${name}`)).toEqual([]);
  });

  it("is silent on the correct example", async () => {
    expect(await lint(linter(workspace.folder, shown), good)).toEqual([]);
  });

  it("fixes the incorrect example, or suggests to, and gets the correct one", async () => {
    const [result] = await linter(workspace.folder, shown, { fix: true }).lintFiles([path.join(bad, "main.ts")]);
    const [suggestion] = result?.messages.flatMap(({ suggestions = [] }) => suggestions) ?? [];
    const { range: [start, end], text } = suggestion?.fix ?? { range: [0, 0], text: "" };
    expect(result?.output ?? incorrect.slice(0, start) + text + incorrect.slice(end)).toBe(correct);
  });

  it("has the sections in the usual order", () => {
    const order = ["Rule Details", "Options", "When Not To Use It", "Related Rules"];
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(order);
  });

  it("links only to files that are there", () => {
    for (const [, link = ""] of page.matchAll(/\]\((?!https?:)([^)#]+)/g)) expect(() => read(path.join("docs/rules", link))).not.toThrow();
  });
});

describe("README.md", () => {
  const page = read("README.md");
  const program = blockAfter(page, "# eslint-plugin-deadlock", "ts");
  const folder = workspace.write("readme", { "hang.ts": program });

  it("begins with a program that hangs", async () => {
    const { status, output } = await execute(folder, "hang.ts");
    expect(output).not.toContain("done");
    expect(status).toBe(13);
  });

  it("shows the report as it is", async () => {
    const eslint = linter(folder, [typed(folder), plugin.configs.recommended]);
    const formatter = await eslint.loadFormatter("stylish");
    const results = await eslint.lintFiles(["hang.ts"]);
    const text = await formatter.format(results.map((result) => ({ ...result, filePath: path.basename(result.filePath) })));
    const lines = (report: string) => report.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("✖"));
    expect(lines(blockAfter(page, "# eslint-plugin-deadlock", "text"))).toEqual(lines(stripVTControlCharacters(text)));
  });

  it("shows the config that the example uses", () => {
    expect(blockAfter(page, "## Install", "js")).toBe(read("examples/eslint.config.mjs"));
  });

  it("sets up a fresh clone in two lines of npm", () => {
    const lines = blockAfter(page, "## Set-up of a fresh clone", "sh").trim().split("\n");
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^npm /);
  });

  it("links only to files that are there", () => {
    for (const [, link = ""] of page.matchAll(/\]\((?!https?:)([^)#]+)/g)) expect(() => read(link)).not.toThrow();
  });
});

describe("examples/after", () => {
  const examples = path.join(root, "examples");

  it("is what --fix makes of the examples", async () => {
    const results = await new ESLint({ cwd: examples, fix: true }).lintFiles("src");
    for (const { filePath, output } of results) {
      await expect(output ?? readFileSync(filePath, "utf8")).toMatchFileSnapshot(path.join(examples, "after", path.relative(examples, filePath)));
    }
    expect(readdirSync(path.join(examples, "after/src"))).toEqual(readdirSync(path.join(examples, "src")));
  });

  it("has nothing left to report, and ends", async () => {
    const results = await new ESLint({ cwd: examples }).lintFiles("after");
    expect(results.flatMap(({ messages }) => messages)).toEqual([]);
    expect((await execute(path.join(examples, "after"), "src/main.ts")).status).toBe(0);
  });
});

describe("examples/demo.mjs", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, "examples/demo.mjs")], { encoding: "utf8", timeout: 120_000 });

  it("ends well", () => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("shows that no part of the service ends", () => {
    const [before = ""] = stdout.split("== eslint src ==");
    expect(before).toMatch(/sessions: begins\nreplication: begins\nworker: begins/);
    expect(before).not.toMatch(/: done|^done/m);
  });

  it("shows the reports and what the fixes change", () => {
    for (const rule of ["lock-order", "spawn-before-drain", "no-starved-buffer"]) expect(stdout).toContain(`deadlock/${rule}`);
    for (const file of ["replicator", "worker"]) expect(stdout).toContain(`+++ b/examples/src/${file}.ts`);
    expect(stdout).toMatch(/^--- a\/examples\/src\/cleanup\.ts[^]*^\+\+\+ b\/examples\/src\/cleanup\.ts[^]*^-.*users\.runExclusive[^]*^\+.*sessions\.runExclusive/m);
    for (const part of ["sessions", "replication", "worker"]) expect(stdout).toMatch(new RegExp(`The program after that[^]*${part}: done`));
    expect(stdout).toMatch(/The program after that[^]*^done$/m);
  });

  it.each(["sessions", "replication", "worker"])("%s hangs by itself", async (part) => {
    const { status, output } = await execute(path.join(root, "examples"), "src/main.ts", part);
    expect({ status, output }).toEqual({ status: 13, output: expect.stringMatching(new RegExp(`^${part}: begins\n(?![^]*done)`)) as string });
  });
});
