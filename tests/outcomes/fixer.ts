/** Programs under `--fix`, as a user runs it: ESLint with the plugin, in a folder of their own. */
import path from "node:path";
import { pathToFileURL } from "node:url";

import type { ESLint, Linter } from "eslint";

import { linter, root, typed, type Workspace } from "../support/workspace.js";
import { type Files, RULES } from "./subjects.js";

/** The plugin as it is built: the loader of the scripts can't run its sources. */
export async function builtPlugin(): Promise<ESLint.Plugin> {
  return ((await import(pathToFileURL(path.join(root, "dist/index.js")).href)) as { default: ESLint.Plugin }).default;
}

export class Fixer {
  readonly #linters = new Map<string, ESLint>();
  #folders = 0;

  constructor(readonly workspace: Workspace, readonly plugin: ESLint.Plugin) {}

  #linter(rules: readonly string[], fix: boolean): ESLint {
    const key = [fix, ...rules].join();
    let found = this.#linters.get(key);
    if (!found) {
      const config: Linter.Config = { files: ["**/*.{ts,mts}"], plugins: { deadlock: this.plugin }, rules: Object.fromEntries(rules.map((rule) => [`deadlock/${rule}`, "error"])) };
      found = linter(this.workspace.folder, [typed(this.workspace.folder), config, { linterOptions: { reportUnusedDisableDirectives: "off" } }], { fix });
      this.#linters.set(key, found);
    }
    return found;
  }

  /** A program that was linted isn't read again: each text has its own folder. */
  async #lint(files: Files, rules: readonly string[], fix: boolean): Promise<ESLint.LintResult[]> {
    const folder = this.workspace.write(`fixed${String(this.#folders++)}`, files);
    const results = await this.#linter(rules, fix).lintFiles([path.join(folder, "*.{ts,mts}")]);
    for (const { messages } of results) for (const message of messages) if (message.fatal) throw new Error(message.message);
    return results;
  }

  async fix(files: Files, rules: readonly string[] = RULES): Promise<Files> {
    const results = await this.#lint(files, rules, true);
    return { ...files, ...Object.fromEntries(results.flatMap(({ filePath, output }) => (output === undefined ? [] : [[path.basename(filePath), output]]))) as Files };
  }

  /** The rules that would change something now. */
  async fixing(files: Files): Promise<string[]> {
    const messages = (await this.#lint(files, RULES, false)).flatMap((result) => result.messages);
    return RULES.filter((rule) => messages.some(({ ruleId, fix }) => ruleId === `deadlock/${rule}` && fix));
  }
}
