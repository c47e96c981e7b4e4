import type { ParserServicesWithTypeInformation } from "@typescript-eslint/utils";

import type { Facts } from "../fixes/edits.js";
import { isOnDisk } from "../fixes/disk.js";
import { type Plan, planEdits } from "../fixes/planner.js";
import { analyse, type Analysis, NO_FINDINGS } from "../hazards/analyse.js";
import type { Finding } from "../hazards/finding.js";
import type { Footprint } from "../program/footprint.js";
import { type Counters, ProgramFacts } from "../program/program-facts.js";
import { CheckerQuestions } from "../program/typed-questions.js";
import { tellCaught, told } from "./debug.js";
import type { Settings } from "./settings.js";

const analyses = new WeakMap<object, Map<string, Analysis>>();

/** The last analyses, by project and settings: an edit that they don't depend on leaves them as they are. */
const latest = new Map<string, { readonly footprint: Footprint; readonly analysis: Analysis }>();
const MOST_KEPT = 4;

/** What was caught because a rule must never stop a lint run. Tests look here; with DEADLOCK_STRICT it is thrown instead. */
export const caught: unknown[] = [];

const counted = new WeakMap<object, Counters>();

/** What the last analysis of a program took: the bench looks here. */
export const countersOf = (program: object): Counters | undefined => counted.get(program);

function guard(error: unknown): void {
  if (process.env.DEADLOCK_STRICT) throw error;
  caught.push(error);
  tellCaught(caught);
}

/**
 * The analysis of a whole program: done once, by the first rule that runs on one of its files. Between the passes of `--fix` a parser
 * that was given `project` makes do with a program of the one file, in which no import leads anywhere: nothing can be known there.
 */
export function analysisOf({ program }: ParserServicesWithTypeInformation, { key, catalogue, orders }: Settings): Analysis {
  if (program.getCompilerOptions().noResolve) return NO_FINDINGS;
  let bySettings = analyses.get(program);
  if (!bySettings) analyses.set(program, (bySettings = new Map<string, Analysis>()));
  let analysis = bySettings.get(key);
  if (!analysis) {
    try {
      analysis = remembered(program, `${projectOf(program)} ${key}`, () => new ProgramFacts(program, catalogue), (facts) => analyse(facts, catalogue, orders));
    } catch (error) {
      guard(error);
      analysis = NO_FINDINGS;
    }
    bySettings.set(key, analysis);
  }
  return analysis;
}

type Program = ParserServicesWithTypeInformation["program"];

function projectOf(program: Program): string {
  const { configFilePath } = program.getCompilerOptions();
  return typeof configFilePath === "string" ? configFilePath : program.getCurrentDirectory();
}

function remembered(program: Program, key: string, factsOf: () => ProgramFacts, analyseAll: (facts: ProgramFacts) => Analysis): Analysis {
  const before = latest.get(key);
  if (before?.footprint.covers(program)) return before.analysis;
  latest.delete(key);
  const facts = factsOf();
  counted.set(program, facts.counters);
  const analysis = told(facts, () => analyseAll(facts));
  latest.set(key, { footprint: facts.footprint(), analysis });
  for (const [oldest] of latest) if (latest.size > MOST_KEPT) latest.delete(oldest);
  return analysis;
}

/** Hands in the analysis of a program, made elsewhere with more in view, and how to tell that a file is as it was analysed. */
export function provideAnalysis(program: object, { key }: Settings, analysis: Analysis, isCurrent: Facts["isOnDisk"]): void {
  analyses.set(program, new Map([[key, analysis]]));
  currents.set(program, isCurrent);
}

const currents = new WeakMap<object, Facts["isOnDisk"]>();
const plans = new WeakMap<readonly Finding[], ReadonlyMap<Finding, Plan>>();

/** The edits of all findings of one file: planned once, together, whichever rule asks first. */
export function plansOf({ program }: ParserServicesWithTypeInformation, findings: readonly Finding[]): ReadonlyMap<Finding, Plan> {
  let planned = plans.get(findings);
  if (!planned) {
    const textOf = (file: string): string | undefined => program.getSourceFile(file)?.text;
    try {
      planned = planEdits(findings, { questions: new CheckerQuestions(program), textOf, isOnDisk: currents.get(program) ?? isOnDisk });
    } catch (error) {
      guard(error);
      planned = new Map();
    }
    plans.set(findings, planned);
  }
  return planned;
}
