import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** What is needed beside the imports of the config, and how what has a limit is asked for. */
const NEEDED = ["eslint-plugin-deadlock", "eslint", "typescript"], ASKED: Readonly<Record<string, string>> = { typescript: '"typescript@>=5.4 <6.1"' };

const MANAGERS = [["pnpm-lock.yaml", "pnpm add --save-dev"], ["yarn.lock", "yarn add --dev"], ["bun.lock", "bun add --dev"], ["bun.lockb", "bun add --dev"]] as const;

/** Says how to install what isn't there, and what to do then. `imports`: what the config names, without which ESLint can't load it. */
export function installHint(folder: string, imports: readonly string[]): string {
  const missing = [...new Set([...NEEDED, ...imports])].filter((name) => !isThere(name, folder));
  const why = missing.length === 0 ? "" : `Not installed, and needed: ${missing.join(", ")}.${missing.some((name) => imports.includes(name)) ? " ESLint can't load the config until it is." : ""}\n`;
  const install = missing.length === 0 ? "" : `  ${managerOf(folder)} ${missing.map((name) => ASKED[name] ?? name).join(" ")}\n`;
  return `${why}${install}${hasProject(folder) ? "" : "There is no tsconfig.json, from which the rules have their types:\n  npx tsc --init\n"}Then run ESLint as always: npx eslint .\n`;
}

function hasProject(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, "tsconfig.json"))) return true;
    if (at === path.dirname(at)) return false;
  }
}

/** Also packages that let nobody see their manifest. */
export function isThere(name: string, folder: string): boolean {
  const paths = createRequire(path.join(folder, "package.json")).resolve.paths(name) ?? [];
  return paths.some((each) => existsSync(path.join(each, name, "package.json")));
}

function managerOf(folder: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    const found = MANAGERS.find(([lock]) => existsSync(path.join(at, lock)));
    if (found) return found[1];
    if (at === path.dirname(at) || existsSync(path.join(at, "package-lock.json"))) return "npm install --save-dev";
  }
}
