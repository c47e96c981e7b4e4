import { readFileSync } from "node:fs";
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { type Cell, FAILURES, observe } from "../drains/observe.js";
import { folderOf, repaired } from "../drains/repair.js";
import { openWorkspace, root } from "../support/workspace.js";
import { type Program, PROGRAMS } from "./programs.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

/** What becomes of a failure, in the words of the docs. */
function told({ error, taken = "", waiting }: Cell, failure: string): string {
  if (error === undefined) return "nobody notices";
  const own = /Error: (?:source|reader): /.test(error) ? "its error" : "another error";
  const processed = failure === "the source fails" && taken === "" ? ", and nothing was processed" : "";
  return `${own}${processed}${waiting.length > 0 ? `; ${waiting.join(" and ")} left` : ""}`;
}

/** One row of the table in the docs. */
const row = ({ name }: Program, cells: Record<string, Cell>): string => `| ${[name, ...FAILURES.map((failure) => cells[failure] && told(cells[failure], failure))].join(" | ")} |`;

describe.each(PROGRAMS.map((program) => [program.name, program] as const))("%s", (_, program) => {
  it("stalls or shows its harm as it is", () => {
    const { hangs, unhandled = [] } = observe(workspace, `${folderOf(program)}-before`, program.text)[program.harm] ?? {};
    expect(hangs === true || unhandled.length > 0).toBe(true);
  });

  it("gives what the items are, and never hangs, once it is fixed", async () => {
    const cells = observe(workspace, `${folderOf(program)}-after`, await repaired("no-starved-buffer", program, workspace));
    for (const [name, items] of [["no items", ""], ["one item", "a"], ["many items", "abcdef"]] as const) {
      const taken = program.drops ? "" : items;
      expect(cells[name], name).toEqual({ value: taken.length, taken, waiting: [], unhandled: [] });
    }
    for (const failure of FAILURES) expect(cells[failure], failure).toMatchObject({ waiting: [], unhandled: [] });
    for (const failure of FAILURES) expect(cells[failure]?.hangs, failure).toBeUndefined();
    const page = readFileSync(path.join(root, "docs/rules/no-starved-buffer.md"), "utf8");
    expect(page.split("\n").filter((line) => line.startsWith(`| ${program.name} |`))).toEqual([row(program, cells)]);
  });
});
