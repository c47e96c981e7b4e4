/** Whether a fix changes what a program can give: both versions are run under many schedules and their outcomes compared. */
import { spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { type Way, WAYS, withDriver } from "./drivers.js";
import type { Fixer } from "./fixer.js";
import type { Subject, Version } from "./subjects.js";
import { runnable } from "./transform.js";

export interface Effort {
  /** How many schedules each version runs under. */
  readonly schedules: number;
  /** Under how many schedules of the original an outcome is searched for before it counts as new. */
  readonly search: number;
  readonly ways: readonly Way[];
}

export const FULL: Effort = { schedules: 200, search: 2000, ways: WAYS };

/** How it ended, what was printed, what the variables held. */
type Outcome = readonly [end: string, lines: readonly string[], state: readonly string[]];

interface Outcomes {
  readonly outcomes: readonly { readonly outcome: Outcome; readonly seed: number; readonly left: readonly string[] }[];
  readonly hangs: number;
  readonly hang?: { readonly seed: number; readonly end: string; readonly left: readonly string[]; readonly lines: readonly string[] };
  readonly runs: number;
  readonly isSound: boolean;
}

interface Answer {
  readonly before: Outcomes;
  readonly after: Outcomes;
  readonly missing: readonly string[];
  readonly relaxed?: { readonly missing: readonly string[]; readonly outcomes: readonly Outcomes[] };
  readonly twin?: Outcomes;
  readonly unlike?: readonly string[];
}

/** What the outcomes of the fixed program were found among; "nothing": the original never ends well, in no relaxed form either. */
export type Measure = "the original" | "the repaired twin" | "the relaxed original" | "nothing";

export interface Proof {
  readonly id: string;
  readonly measure: Measure;
  readonly problems: readonly string[];
  readonly answer: Answer;
}

/** Work that a scheduler in one process can't hold up: it is waited for in real time. */
const OUTSIDE = /node:(?:child_process|fs|net|http|https|zlib|worker_threads|dgram|readline)|\b(?:De)?CompressionStream\b|from ["'](?:tar-stream|archiver|undici|node-fetch)["']/;

function ask(folder: string, job: object): Promise<Answer> {
  const child = spawn(process.execPath, ["--experimental-vm-modules", "--experimental-import-meta-resolve", "--no-warnings", path.join(import.meta.dirname, "run.mjs"), folder], { cwd: folder, timeout: 300_000 });
  let output = "", errors = "";
  child.stdout.on("data", (text: Buffer) => { output += text.toString(); });
  child.stderr.on("data", (text: Buffer) => { errors += text.toString(); });
  child.stdin.end(JSON.stringify(job));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (status === 0 && output !== "") resolve(JSON.parse(output) as Answer);
      else reject(new Error(`ended with ${String(status ?? signal)} ${errors.slice(0, 600)}`));
    });
  });
}

const told = (key: string): string => {
  const [end, lines, state] = JSON.parse(key) as Outcome;
  return `${end}; prints ${JSON.stringify(lines)}${state.length > 0 ? `; ${state.join(", ")}` : ""}`;
};

function judge({ before, after, missing, relaxed, twin, unlike = [] }: Answer): { measure: Measure; problems: string[] } {
  const hangs = after.hang ? [`hangs in ${String(after.hangs)} of ${String(after.runs)} schedules, the first ${String(after.hang.seed)}: waits at ${after.hang.left.join(", ")}`] : [];
  const fresh = (from: string, keys: readonly string[]) => keys.map((key) => `not among the outcomes of ${from}: ${told(key)}`);
  if (before.isSound) return { measure: "the original", problems: [...hangs, ...fresh("the original", missing)] };
  if (twin?.isSound) return { measure: "the repaired twin", problems: [...hangs, ...fresh("the repaired twin", unlike)] };
  // A relaxed original can't do all that one could that never hangs: what isn't found there says nothing.
  return { measure: relaxed?.missing.length === 0 ? "the relaxed original" : "nothing", problems: hangs };
}

export interface Pair {
  readonly id: string;
  readonly original: Version;
  readonly mended: Version;
  readonly twin?: Version;
}

export async function provePair({ id, original, mended, twin }: Pair, { folder, preload }: { folder: string; preload: string }, { schedules, search }: Omit<Effort, "ways">): Promise<Proof> {
  const isOutside = Object.values(original.files).some((text) => OUTSIDE.test(text));
  const answer = await ask(folder, {
    original: runnable(original), fixed: runnable(mended), late: runnable(original, true), ...(twin && { twin: runnable(twin) }),
    preload: pathToFileURL(preload).href, schedules, search, isOutside,
  });
  return { id, ...judge(answer), answer };
}

/** A program that the plugin fixes, with and without the fix, in all the ways in which it can be run. */
export async function pairsOf(subject: Subject, fixer: Fixer, ways: readonly Way[]): Promise<Pair[] | string | undefined> {
  const mended = await fixer.fix(subject.files), { id, main, twin } = subject;
  if (Object.entries(mended).every(([name, text]) => text === subject.files[name])) return undefined;
  if (!/^fixes\/|\/\d+$/.test(id)) return [{ id, original: subject, mended: { files: mended, main }, ...(twin && { twin }) }];
  const seen = new Set<string>();
  const pairs = ways.flatMap((way): Pair[] => {
    const drive = withDriver(subject, way, fixer.workspace.folder), text = JSON.stringify(drive?.(subject.files));
    if (!drive || seen.has(text)) return [];
    seen.add(text);
    return [{ id: `${id} (${way.name})`, original: drive(subject.files), mended: drive(mended) }];
  });
  return pairs.length > 0 ? pairs : "no values can be made for what it takes";
}
