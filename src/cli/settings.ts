import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { readSettings, type Settings } from "../rules/settings.js";
import { UsageError } from "./errors.js";

const CONFIG_NAMES = ["js", "mjs", "cjs", "ts", "mts", "cts"].map((extension) => `eslint.config.${extension}`);

export const configIn = (folder: string): string | undefined => CONFIG_NAMES.map((name) => path.join(folder, name)).find((file) => existsSync(file));

/** Tells the settings from a file of their own, or from the ESLint config that rules over a path, if that speaks of deadlock. */
export async function findSettings(given: string | undefined, scope: readonly string[], cwd: string, warn: (text: string) => void): Promise<Settings> {
  try {
    if (given !== undefined) return readSettings({ deadlock: readGiven(path.resolve(cwd, given)) });
    return readSettings(await ofConfig(scope[0] ?? cwd, warn));
  } catch (error) {
    throw error instanceof UsageError || !(error instanceof Error) ? error : new UsageError(error.message);
  }
}

function readGiven(file: string): unknown {
  if (!existsSync(file)) throw new UsageError(`There is no settings file ${file}.`);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${error instanceof Error ? error.message : ""}`);
  }
}

/** ESLint itself reads the config; one that can't be loaded stops nobody. */
async function ofConfig(start: string, warn: (text: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const config = nearestConfig(start);
  const text = config === undefined ? "" : readFileSync(config, "utf8");
  if (config === undefined || !text.includes("settings") || !text.includes("deadlock")) return {};
  try {
    const { ESLint } = await import("eslint");
    const eslint = new ESLint({ cwd: path.dirname(config) });
    for (const name of ["index.ts", "index.js"]) {
      const found = await eslint.calculateConfigForFile(path.join(path.dirname(config), name)) as { readonly settings?: Readonly<Record<string, unknown>> } | undefined;
      if (found?.settings?.deadlock !== undefined) return found.settings;
    }
    return {};
  } catch (error) {
    warn(`${config} can't be loaded, so its \`settings.deadlock\` is not known here (${error instanceof Error ? error.message.split("\n")[0] ?? "" : ""}). Name a file with \`--settings\`.`);
    return {};
  }
}

function nearestConfig(start: string): string | undefined {
  for (let at = start; ; at = path.dirname(at)) {
    const found = configIn(at);
    if (found !== undefined || at === path.dirname(at)) return found;
  }
}
