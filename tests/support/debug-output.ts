import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "vitest";

import { root } from "./workspace.js";

const url = (file: string): string => JSON.stringify(pathToFileURL(path.join(root, file)).href);

/** What is written to stderr when a folder is linted. Lints in a process of its own: Node.js reads NODE_DEBUG when it starts. */
export function errorOutput(folder: string, environment: NodeJS.ProcessEnv): string {
  const code = `import plugin from ${url("dist/index.js")}; import { linter, lint, typed } from ${url("tests/support/workspace.ts")};
    await lint(linter(process.cwd(), [typed(process.cwd()), plugin.configs.recommended]), process.cwd());`;
  const loader = pathToFileURL(path.join(root, "node_modules/tsx/dist/loader.mjs")).href;
  const { status, stderr } = spawnSync(process.execPath, ["--import", loader, "--input-type=module", "--eval", code], {
    cwd: folder, encoding: "utf8", env: { ...process.env, ...environment },
  });
  expect(status, stderr).toBe(0);
  return stderr;
}
