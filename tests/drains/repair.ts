/** Lets a rule mend the programs that are observed. */
import path from "node:path";

import { expect } from "vitest";

import plugin from "../../src/index.js";
import { linter, typed, type Workspace } from "../support/workspace.js";

interface Program {
  readonly name: string;
  readonly text: string;
}

export const folderOf = ({ name }: Program): string => name.replaceAll(/\W+/g, "-");

/** The text of a program, mended by all that the rule fixes; the rule must have nothing to say of it then. */
export async function repaired(rule: string, program: Program, workspace: Workspace): Promise<string> {
  const config = [typed(workspace.folder), { plugins: { deadlock: plugin }, rules: { [`deadlock/${rule}`]: "error" } } as const];
  const folder = workspace.write(folderOf(program), { "main.ts": program.text });
  const [result] = await linter(workspace.folder, config, { fix: true }).lintFiles([path.join(folder, "main.ts")]);
  expect(result?.messages).toEqual([]);
  expect(result?.output).toBeDefined();
  return result?.output ?? "";
}
