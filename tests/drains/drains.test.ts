import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, describe, expect, it } from "vitest";

import plugin from "../../src/index.js";
import { linter, openWorkspace, root, typed } from "../support/workspace.js";
import { type Program, PROGRAMS } from "./programs.js";

interface Cell {
  readonly value?: number;
  readonly taken?: string;
  readonly error?: string;
  readonly hangs?: true;
  readonly waiting: readonly string[];
  readonly unhandled: readonly string[];
}

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const config = [typed(workspace.folder), { plugins: { deadlock: plugin }, rules: { "deadlock/spawn-before-drain": "error" } } as const];

const folderOf = ({ name }: Program): string => name.replaceAll(/\W+/g, "-");

async function fixed(program: Program): Promise<string> {
  const folder = workspace.write(folderOf(program), { "main.ts": program.text });
  const [result] = await linter(workspace.folder, config, { fix: true }).lintFiles([path.join(folder, "main.ts")]);
  expect(result?.messages).toEqual([]);
  expect(result?.output).toBeDefined();
  return result?.output ?? "";
}

/** The two promises that the fix joins are watched. */
function watched(text: string): string {
  const joined = /\[drain\(\), send\(\)\]/;
  expect(text).toMatch(joined);
  return text.replace(joined, '[watched("the reader", drain()), watched("the sends", send())]').replace(/^/, "declare const watched: <T>(name: string, promise: Promise<T>) => Promise<T>;\n");
}

function observe(folder: string, text: string): Record<string, Cell> {
  const file = path.join(workspace.write(folder, { "main.ts": text }), "main.ts");
  const harness = path.join(root, "tests/drains/harness.mjs");
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", pathToFileURL(path.join(root, "node_modules/tsx/dist/esm/index.mjs")).href, harness, file], { encoding: "utf8", timeout: 30_000 });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, Cell>;
}

const FAILURES = ["the source fails", "the reader fails at once", "the reader fails midway", "both fail"];

/** One row of the table in the docs. */
function row({ name }: Program, cells: Record<string, Cell>): string {
  const told = FAILURES.map((failure) => {
    const { error = "", waiting = [] } = cells[failure] ?? {};
    const own = /^Error: (?:source|reader): /.test(error) ? "its error" : "another error";
    return waiting.length > 0 ? `${own}; ${waiting.join(" and ")} left` : own;
  });
  return `| ${[name, ...told].join(" | ")} |`;
}

describe.each(PROGRAMS.map((program) => [program.name, program] as const))("%s", (_, program) => {
  it("stalls as it is", () => {
    expect(observe(`${folderOf(program)}-before`, program.text)["many items"]).toMatchObject({ hangs: true });
  });

  it("gives what an unbounded channel would give, and never hangs, once it is fixed", async () => {
    const cells = observe(`${folderOf(program)}-after`, watched(await fixed(program)));
    const all = (items: string) => items.replaceAll(/./g, (item) => item.repeat(program.channels));
    for (const [name, items] of [["no items", ""], ["one item", "a"], ["many items", "abcdef"]] as const) {
      expect(cells[name], name).toEqual({ value: items.length * program.channels, taken: all(items), waiting: [], unhandled: [] });
    }
    for (const failure of FAILURES) expect(cells[failure], failure).toMatchObject({ error: expect.any(String) as string, unhandled: [] });
    const page = readFileSync(path.join(root, "docs/rules/spawn-before-drain.md"), "utf8");
    expect(page.split("\n").filter((line) => line.startsWith(`| ${program.name} |`))).toEqual([row(program, cells)]);
  });
});
