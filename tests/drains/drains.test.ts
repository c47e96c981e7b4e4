import { readFileSync } from "node:fs";
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { openWorkspace, root } from "../support/workspace.js";
import { type Cell, FAILURES, observe } from "./observe.js";
import { folderOf, repaired } from "./repair.js";
import { type Program, PROGRAMS } from "./programs.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

/** The two promises that the fix joins are watched. */
function watched(text: string): string {
  const joined = /\[drain\(\), send\(\)\]/;
  expect(text).toMatch(joined);
  return text.replace(joined, '[watched("the reader", drain()), watched("the sends", send())]').replace(/^/, "declare const watched: <T>(name: string, promise: Promise<T>) => Promise<T>;\n");
}

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
    expect(observe(workspace, `${folderOf(program)}-before`, program.text)["many items"]).toMatchObject({ hangs: true });
  });

  it("gives what an unbounded channel would give, and never hangs, once it is fixed", async () => {
    const cells = observe(workspace, `${folderOf(program)}-after`, watched(await repaired("spawn-before-drain", program, workspace)));
    const all = (items: string) => items.replaceAll(/./g, (item) => item.repeat(program.channels));
    for (const [name, items] of [["no items", ""], ["one item", "a"], ["many items", "abcdef"]] as const) {
      expect(cells[name], name).toEqual({ value: items.length * program.channels, taken: all(items), waiting: [], unhandled: [] });
    }
    for (const failure of FAILURES) expect(cells[failure], failure).toMatchObject({ error: expect.any(String) as string, unhandled: [] });
    const page = readFileSync(path.join(root, "docs/rules/spawn-before-drain.md"), "utf8");
    expect(page.split("\n").filter((line) => line.startsWith(`| ${program.name} |`))).toEqual([row(program, cells)]);
  });
});
