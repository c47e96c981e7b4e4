import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** What is needed, by what must be found there. */
const NEEDED: Readonly<Record<string, string>> = { "eslint-plugin-deadlock": "eslint-plugin-deadlock", eslint: "eslint", "typescript-eslint": "typescript-eslint", typescript: '"typescript@<6.1"' };

const MANAGERS = [["pnpm-lock.yaml", "pnpm add --save-dev"], ["yarn.lock", "yarn add --dev"], ["bun.lock", "bun add --dev"], ["bun.lockb", "bun add --dev"]] as const;

/** Says how to install what isn't there, and what to do then. */
export function installHint(folder: string): string {
  const missing = Object.entries(NEEDED).filter(([name]) => !isThere(name, folder)).map(([, wanted]) => wanted);
  const install = missing.length > 0 ? `Install what is missing:\n  ${managerOf(folder)} ${missing.join(" ")}\n` : "";
  return `${install}Then run ESLint as always: npx eslint .\n`;
}

/** Also packages that let nobody see their manifest. */
function isThere(name: string, folder: string): boolean {
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
