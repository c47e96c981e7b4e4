/** Runs a program in every cell of the failure table. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { root, type Workspace } from "../support/workspace.js";

export interface Cell {
  readonly value?: number;
  readonly taken?: string;
  readonly error?: string;
  readonly hangs?: true;
  readonly waiting: readonly string[];
  readonly unhandled: readonly string[];
}

export const FAILURES = ["the source fails", "the reader fails at once", "the reader fails midway", "both fail"] as const;

export function observe(workspace: Workspace, folder: string, text: string): Record<string, Cell> {
  const file = path.join(workspace.write(folder, { "main.ts": text }), "main.ts");
  const harness = path.join(root, "tests/drains/harness.mjs");
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", pathToFileURL(path.join(root, "node_modules/tsx/dist/esm/index.mjs")).href, harness, file], { encoding: "utf8", timeout: 30_000 });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, Cell>;
}
