/** The ways in which people start ESLint. Each has a process of its own, so that nothing is left over from another. */
import { spawn } from "node:child_process";
import path from "node:path";

import { shuffle, type Random } from "../support/random.js";

export interface Report {
  readonly file: string;
  /** Null where the file could not be parsed. */
  readonly rule: string | null;
  readonly line: number;
  readonly message: string;
  /** The edit that `--fix` would make. */
  readonly fix?: object;
}

/** One run of ESLint over batches of files, one after another. */
export interface Run {
  readonly name: string;
  readonly batches: readonly (readonly string[])[];
  readonly fix?: boolean;
}

export interface Way {
  readonly name: string;
  readonly parserOptions: Readonly<Record<string, unknown>>;
  readonly concurrency?: number;
  /** All done by one process. */
  readonly runs: readonly Run[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Answer {
  /** What each run reported. */
  readonly results: readonly (readonly Report[])[];
  readonly cost: { readonly seconds: number; readonly megabytes: number };
}

export function lintIn(folder: string, { parserOptions, runs, concurrency, env }: Way): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--max-old-space-size=6000", path.join(import.meta.dirname, "lint.mjs")], {
      stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, DEADLOCK_STRICT: "1", TSESTREE_SINGLE_RUN: "false", NODE_NO_WARNINGS: "1", ...env },
    });
    let output = "";
    child.stdout.on("data", (text: Buffer) => { output += text.toString(); });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve(answerOf(output));
      else reject(new Error(`ESLint ended with ${String(status)}`));
    });
    child.stdin.end(JSON.stringify({ folder, parserOptions: { tsconfigRootDir: folder, ...parserOptions }, concurrency: concurrency ?? "off", runs }));
  });
}

function answerOf(output: string): Answer {
  const { results, cost } = JSON.parse(output) as Answer;
  return { results: results.map(sorted), cost };
}

const service = { projectService: true };

export const plain = (files: readonly string[]): Way => ({ name: "projectService", parserOptions: service, runs: [{ name: "all files", batches: [files] }] });

/** With `project` the command line makes the program once and never again; a process that stays, as in an editor, follows the edits. */
function project(name: "once" | "watched", tsconfig: string): Omit<Way, "runs"> {
  return { name: `project, ${name}`, parserOptions: { project: tsconfig }, env: { TSESTREE_SINGLE_RUN: String(name === "once") } };
}

export function otherWays(files: readonly string[], random: Random, tsconfig = "tsconfig.json"): readonly Way[] {
  const all: Run = { name: "all files", batches: [files] }, shuffled: Run = { name: "shuffled", batches: [shuffle(files, random)] };
  const single: Run = { name: "one file at a time", batches: [...files].reverse().map((file) => [file]) };
  return [
    { name: "projectService", parserOptions: service, runs: [shuffled, single] },
    { name: "--concurrency=2", parserOptions: service, concurrency: 2, runs: [all] },
    { ...project("once", tsconfig), runs: [all] },
    { ...project("watched", tsconfig), runs: [shuffled, all] },
  ];
}

/** Fixing, and then linting again without having forgotten anything, where the parser can do that. */
export function fixingWays(files: readonly string[], tsconfig = "tsconfig.json"): readonly Way[] {
  const fixing: Run = { name: "fixing", batches: [files], fix: true }, again: Run = { name: "after fixing", batches: [files] };
  return [
    { name: "projectService", parserOptions: service, runs: [fixing, again] },
    { ...project("once", tsconfig), runs: [fixing] },
    { ...project("watched", tsconfig), runs: [fixing, again] },
  ];
}

/** In an order of their own: the order in which files are linted is none of our business. */
export function sorted(reports: readonly Report[]): readonly Report[] {
  return [...reports].sort((a, b) => compare(a.file, b.file) || a.line - b.line || compare(JSON.stringify(a), JSON.stringify(b)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
