/**
 * Deadlocks found in public projects, each reduced to a program of our own that hangs: `// ! rule confidence` stands on the line that
 * is reported first, the head of main.ts says what waits for what.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";
import { expectedIn } from "./support/programs.js";
import { execute, openWorkspace, root } from "./support/workspace.js";

const UNSETTLED_TOP_LEVEL_AWAIT = 13;

const home = path.join(root, "tests/reduced");
const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

function filesOf(name: string): Record<string, string> {
  const folder = path.join(home, name);
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));
}

describe.each(readdirSync(home))("%s", (name) => {
  const files = filesOf(name);

  it("hangs", async () => {
    const { status, output } = await execute(workspace.write(name, files), "main.ts");
    expect(status, output).toBe(UNSETTLED_TOP_LEVEL_AWAIT);
  });

  it("is reported where it says", () => {
    const marked = expectedIn(files);
    expect(marked).toHaveLength(1);
    expect(findingsIn(files)).toEqual(expect.arrayContaining(marked));
  });
});
