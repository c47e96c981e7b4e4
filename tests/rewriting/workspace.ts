/** Where programs are written to, and where the packages that they import are installed. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { CaseProgram } from "./cases.js";
import { compilerOptions, type Files } from "./program.js";

export interface Workspace {
  readonly root: string;
  /** Stands in for the network, when the scenarios have such a thing. */
  readonly preload: string | undefined;
}

type Versions = Record<string, string>;

const readJson = (file: string): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});
const bare = (specifier: string) => specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");

function importedPackages(programs: readonly CaseProgram[]): Versions {
  const found: Versions = {};
  for (const { files, packages } of programs) {
    for (const text of files.values())
      for (const [, specifier = ""] of text.matchAll(/(?:from|import)\s*\(?\s*["']([^."'][^"']*)["']/g))
        if (!isBuiltin(specifier)) found[bare(specifier)] ??= "latest";
    Object.assign(found, packages);
  }
  return found;
}

/** The versions with which the cases were tried win over what a case or an import asks for. */
function dependenciesOf(programs: readonly CaseProgram[], project: string, cases: string): Versions {
  const pinned = readJson(path.join(cases, "versions.json")) as Versions;
  const { version } = createRequire(path.join(project, "package.json"))("typescript/package.json") as { version: string };
  const result: Versions = { "@types/node": "^22", tsx: "^4", typescript: version };
  for (const [name, range] of Object.entries(importedPackages(programs))) {
    result[name] = pinned[name] ?? range;
    const types = pinned[`@types/${name}`];
    if (types) result[`@types/${name}`] = types;
  }
  return result;
}

/** Packages stay from run to run, and those of other rules beside them. */
function install(root: string, needed: Versions): void {
  const file = path.join(root, "package.json");
  const { dependencies = {} } = readJson(file) as { dependencies?: Versions };
  const isThere = existsSync(path.join(root, "node_modules")) && Object.entries(needed).every(([name, range]) => dependencies[name] === range);
  if (isThere) return;
  writeFileSync(file, JSON.stringify({ name: "cases", private: true, type: "module", dependencies: { ...dependencies, ...needed } }, null, 2));
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--legacy-peer-deps"];
  if (spawnSync("npm", ["install", ...flags], { cwd: root, stdio: "inherit" }).status !== 0) throw new Error("npm install failed in the workspace");
}

export function openWorkspace(programs: readonly CaseProgram[], project: string, cases: string): Workspace {
  const root = path.resolve(process.env.DEADLOCK_CASES_DIR ?? path.join(tmpdir(), "deadlock-rewriting"));
  rmSync(path.join(root, "rewritten"), { recursive: true, force: true });
  mkdirSync(path.join(root, "rewritten"), { recursive: true });
  install(root, dependenciesOf(programs, project, cases));
  const support = path.join(cases, "scenarios", "_support");
  if (!existsSync(support)) return { root, preload: undefined };
  for (const at of ["_support", "rewritten/_support"]) cpSync(support, path.join(root, at), { recursive: true });
  return { root, preload: path.join(root, "_support", "preload.mjs") };
}

/** The folder of one program in one form. */
export const folderOf = (workspace: Workspace, id: string, form: string): string => path.join(workspace.root, "rewritten", `${id}-${form}`);

export function writeProgram(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(path.join(folder, name), text);
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts", "*.mts"] }));
}

export interface Outcome {
  readonly status: number | string;
  readonly output: string;
  readonly errors: string;
}

/** Runs the program under tsx; one that stalls with something still alive ends as "timeout". */
export function execute(workspace: Workspace, folder: string, program: CaseProgram): Promise<Outcome> {
  const preload = program.preload && workspace.preload ? ["--import", pathToFileURL(workspace.preload).href] : [];
  const child = spawn(process.execPath, ["--import", "tsx", ...preload, program.main], { cwd: folder, timeout: 20_000 });
  let output = "", errors = "";
  child.stdout.on("data", (text: Buffer) => { output += text.toString(); });
  child.stderr.on("data", (text: Buffer) => { errors += text.toString(); });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => { resolve({ status: code ?? "timeout", output, errors }); });
  });
}

/** As many jobs at a time as there are processors, in order of their start. */
export async function inParallel<T>(items: readonly T[], job: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => { for (const item of rest) await job(item); };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
