import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import ts = require("typescript");

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
const strings = (value: unknown): string[] => Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

/** The folders of a monorepo's packages, as npm, Yarn, pnpm and Bun are told of them. */
export function workspacesOf(folder: string): string[] {
  const globs = [...fromManifest(path.join(folder, "package.json")), ...fromPnpm(path.join(folder, "pnpm-workspace.yaml"))];
  const wanted = globs.filter((glob) => !glob.startsWith("!")).map((glob) => `${glob.replace(/\/+$/, "")}/package.json`);
  if (wanted.length === 0) return [];
  const unwanted = ["**/node_modules/**", ...globs.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1))];
  return ts.sys.readDirectory(folder, [".json"], unwanted, wanted).map((file) => path.dirname(file)).filter((found) => path.relative(folder, found) !== "").sort();
}

function fromManifest(file: string): string[] {
  const { workspaces } = readJson(file);
  return strings(isObject(workspaces) ? workspaces.packages : workspaces);
}

export function readJson(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Of the file only the list under `packages:` is read, which everybody writes with one entry a line, or in brackets. */
function fromPnpm(file: string): string[] {
  if (!existsSync(file)) return [];
  const [, inline, block = ""] = /^packages:[ \t]*(?:\[([^\]]*)\]|\r?\n((?:[ \t]*(?:-.*|#.*)?(?:\r?\n|$))*))/m.exec(readFileSync(file, "utf8")) ?? [];
  const entries = inline === undefined ? Array.from(block.matchAll(/^[ \t]*-[ \t]*(.*)$/gm), (match) => match[1] ?? "") : inline.split(",");
  return entries.map((entry) => entry.replace(/\s+#.*$/, "").trim().replace(/^(["'])(.*)\1$/, "$2")).filter((entry) => entry !== "");
}
