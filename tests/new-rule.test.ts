/** `npm run new-rule` writes what CONTRIBUTING.md says, into a copy of the files that it changes. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

import ts from "typescript";
import { afterAll, expect, it } from "vitest";

import { openFolder } from "./support/cli.js";
import { root } from "./support/workspace.js";

const folder = openFolder();
afterAll(() => { folder[Symbol.dispose](); });

const FILES = ["src/rules/no-example-hang.ts", "src/hazards/no-example-hang.ts", "docs/rules/no-example-hang.md", "tests/no-example-hang.test.ts"];
const REGISTERED = ["src/index.ts", "src/hazards/analyse.ts"];
for (const file of ["scripts/new-rule.mjs", ...REGISTERED]) cpSync(path.join(root, file), path.join(folder.path, file));
for (const file of FILES) mkdirSync(path.dirname(path.join(folder.path, file)), { recursive: true });

const run = (...args: readonly string[]) => spawnSync(process.execPath, [path.join(folder.path, "scripts/new-rule.mjs"), ...args], { encoding: "utf8" });
const read = (file: string): string => readFileSync(path.join(folder.path, file), "utf8");

it("refuses what is no name of a rule", () => {
  expect(run("Rule").status).toBe(2);
  expect(run().status).toBe(2);
});

it("writes and registers a rule, once", () => {
  const { status, stderr } = run("no-example-hang");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(FILES.filter((file) => !existsSync(path.join(folder.path, file)))).toEqual([]);
  for (const file of [...FILES, ...REGISTERED].filter((each) => each.endsWith(".ts"))) {
    expect(ts.transpileModule(read(file), { reportDiagnostics: true }).diagnostics).toEqual([]);
  }
  expect(read("src/index.ts")).toContain(`"no-example-hang": noExampleHang`);
  expect(read("src/hazards/analyse.ts")).toContain("...findNoExampleHang(waits)");

  const before = read("src/index.ts");
  expect(run("no-example-hang").status).toBe(2);
  expect(read("src/index.ts")).toBe(before);
});
