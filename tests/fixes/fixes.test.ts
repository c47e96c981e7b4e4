/** What the edits make of small programs: text in, text out, and nothing left to say about the result. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import type { Linter } from "eslint";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";

import plugin from "../../src/index.js";
import { linter, openWorkspace, typed } from "../support/workspace.js";
import { tables } from "./tables.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const RULES = Object.keys(tables).filter((rule) => rule !== "require-lock-timeout");
const config: Linter.Config = { files: ["**/*.ts"], plugins: { deadlock: plugin }, rules: Object.fromEntries(RULES.map((rule) => [`deadlock/${rule}`, "error"])) };
/** This one speaks only if nothing else is asked. */
const bounds: Linter.Config = { files: ["**/*.ts"], plugins: { deadlock: plugin }, rules: { "deadlock/require-lock-timeout": ["error", { where: "everywhere" }] } };

/** A folder for each text: a program that was linted is not read again. */
let folders = 0;
async function lintText(text: string, rules = config): Promise<Linter.LintMessage[]> {
  const folder = workspace.write(`program${String(folders++)}`, { "main.ts": text });
  const [result] = await linter(workspace.folder, [typed(workspace.folder), rules]).lintFiles([path.join(folder, "main.ts")]);
  return result?.messages ?? [];
}

const apply = (text: string, { range, text: by }: { range: readonly [number, number]; text: string }): string => text.slice(0, range[0]) + by + text.slice(range[1]);

function typeErrors(text: string): string[] {
  const folder = workspace.write(`types${String(folders++)}`, {});
  const file = path.join(folder, "main.ts");
  writeFileSync(file, text);
  const program = ts.createProgram([file], {
    strict: true, noEmit: true, skipLibCheck: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, lib: ["lib.es2024.d.ts", "lib.dom.d.ts"], types: ["node"],
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe.each(Object.entries(tables))("%s", (rule, rows) => {
  it.each(rows)("$name ($how)", async ({ how, before, after, asksForBounds }) => {
    const rules = asksForBounds ? bounds : config;
    const [message] = await lintText(before, rules);
    expect(message?.ruleId, "a report").toBe(`deadlock/${rule}`);
    expect(message?.fix ? "fix" : message?.suggestions?.length ? "suggestion" : "nothing").toBe(how);
    if (after === undefined) return;
    const edit = message?.fix ?? message?.suggestions?.[0]?.fix;
    const result = edit ? apply(before, edit) : before;
    expect(result).toBe(after);
    expect(typeErrors(result)).toEqual([]);
    expect(await lintText(result, rules)).toEqual([]);
  });
});

it("says of output that nobody reads that it is thrown away", async () => {
  const [message] = await lintText(`import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
const end = (child: ChildProcessWithoutNullStreams) => once(child, "exit");
export async function run(tool: string) {
  await once(spawn(tool), "exit");
}
export { end };
`);
  expect(message?.message).toContain("unless it is read or `stdio` lets it go elsewhere");
  expect(message?.suggestions?.map(({ desc }) => desc)).toEqual(['Throw away what comes out of stdout and stderr, which nobody reads: set `stdio` to "ignore" there.']);
});
