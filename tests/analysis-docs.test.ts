/** The figures of docs/analysis.md are those of the analysis. */
import { afterAll, describe, expect, it } from "vitest";

import { LIMITS } from "../src/summaries/evaluator.js";
import { MOST_STATES } from "../src/summaries/state.js";
import { errorOutput } from "./support/debug-output.js";
import { blocksOf, readPage } from "./support/pages.js";
import { openWorkspace } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const page = readPage("docs/analysis.md");

/** Without what differs from run to run: the time, and the columns, which are as wide as it has digits. */
const settled = (account: string): string => account
  .replace(/^DEADLOCK \d+: (.*) of .*$/m, "DEADLOCK N: $1 of FOLDER")
  .replace(/^( {2}milliseconds) +\d+$/m, "$1 N")
  .replace(/ +(\d+)$/gm, " $1").trimEnd();

describe("docs/analysis.md", () => {
  it("has the limits", () => {
    const table = Array.from(page.slice(page.indexOf("| Limit |")).matchAll(/^\| [a-z].* \| (\d+) \|$/gm), ([, limit]) => Number(limit));
    expect(table).toEqual([MOST_STATES, LIMITS.depth, LIMITS.work, LIMITS.totalWork]);
  });

  it("shows what NODE_DEBUG says of its program", () => {
    const [program, account] = blocksOf(page).filter(({ heading }) => heading === "What the analysis could not see");
    const output = errorOutput(workspace.write("app", { "main.ts": program?.text ?? "" }), { NODE_DEBUG: "deadlock" });
    expect(settled(account?.text ?? "")).toBe(settled(output));
  });
});
