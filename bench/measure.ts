/** Starts the measurements: each in a fresh process, the variants in turn, so that what else the machine does hits all alike. */
import { fork } from "node:child_process";
import path from "node:path";

import type { Counters } from "../src/program/program-facts.js";
import type { Project, Targets } from "./project.js";

/** An empty typed rule; with no-floating-promises; with ours; with both. */
export const VARIANTS = ["empty", "nfp", "ours", "both"] as const;
export type Variant = (typeof VARIANTS)[number];

/** The work of one lint: exact, and the same on every machine. */
export type Work = Counters & { readonly programs: number; readonly callSites: number };

interface Lint {
  /** Milliseconds of the whole process. */
  readonly cpu: number;
  /** The most memory it had, in MB. */
  readonly rss: number;
  readonly reports: number;
  readonly counters?: Work;
}

export interface Lints {
  readonly runs: Readonly<Record<Variant, readonly Lint[]>>;
  readonly work: Work;
}

const EDITED = ["empty", "ours"] as const;

/** Milliseconds of CPU time for each edit of a file. */
export type Samples = Record<(typeof EDITED)[number], number[]>;
export type Edits = ReadonlyMap<keyof Targets, Samples>;

const EDITS = 24;

function inChild<Answer>(request: object, isLongLived: boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(import.meta.dirname, "child.mjs"), {
      execArgv: [],
      // The parser guesses from the name of the script whether it is an editor's process; this one it can't know.
      env: { ...process.env, DEADLOCK_STRICT: "1", TSESTREE_SINGLE_RUN: String(!isLongLived), TIMING: undefined },
    });
    child.once("message", (answer) => { resolve(answer as Answer); });
    child.once("error", reject);
    child.once("exit", (code) => { reject(new Error(`A measurement ended with exit code ${String(code)}.`)); });
    child.send(request);
  });
}

/** Standard output is for the results. */
const progress = (text: string): void => { console.error(text); };

export async function measureLints({ name, folder, tsconfig, files }: Project, rounds: number): Promise<Lints> {
  const runs: Record<Variant, Lint[]> = { empty: [], nfp: [], ours: [], both: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const variant of VARIANTS) {
      const lint = await inChild<Lint>({ folder, tsconfig, files, variant }, false);
      progress(`${name}, round ${round} of ${rounds}: ${variant} ${(lint.cpu / 1000).toFixed(1)} s`);
      runs[variant].push(lint);
    }
  }
  const work = runs.ours[0]?.counters;
  if (!work) throw new Error("At least one round is needed.");
  return { runs, work };
}

export async function measureEdits({ name, folder, tsconfig }: Project, targets: Targets, rounds: number): Promise<Edits> {
  const edits = new Map<keyof Targets, Samples>();
  for (let round = 1; round <= rounds; round++) {
    for (const variant of EDITED) {
      progress(`${name}, round ${round} of ${rounds}: edits with ${variant}`);
      const measured = await inChild<Record<keyof Targets, number[]>>({ folder, tsconfig, targets, edits: EDITS, variant }, true);
      for (const [kind, samples] of Object.entries(measured) as [keyof Targets, number[]][]) {
        const known = edits.get(kind) ?? { empty: [], ours: [] };
        known[variant].push(...samples);
        edits.set(kind, known);
      }
    }
  }
  return edits;
}
