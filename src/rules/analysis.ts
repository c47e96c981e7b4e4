import type { ParserServicesWithTypeInformation } from "@typescript-eslint/utils";

import { defaultCatalogue } from "../catalogue/index.js";
import { isOnDisk } from "../fixes/disk.js";
import { type Plan, planEdits } from "../fixes/planner.js";
import { analyse, type Analysis } from "../hazards/analyse.js";
import type { Finding } from "../hazards/finding.js";
import { ProgramFacts } from "../program/program-facts.js";
import { CheckerQuestions } from "../program/typed-questions.js";

const analyses = new WeakMap<object, Analysis>();

/** What was caught because a rule must never stop a lint run. Tests look here; with DEADLOCK_STRICT it is thrown instead. */
export const caught: unknown[] = [];

const NOTHING: Analysis = { findings: new Map(), tally: undefined as never };

/** The analysis of a whole program: done once, by the first rule that runs on one of its files. */
export function analysisOf({ program }: ParserServicesWithTypeInformation): Analysis {
  let analysis = analyses.get(program);
  if (!analysis) {
    try {
      analysis = analyse(new ProgramFacts(program, defaultCatalogue), defaultCatalogue, []);
    } catch (error) {
      if (process.env.DEADLOCK_STRICT) throw error;
      caught.push(error);
      analysis = NOTHING;
    }
    analyses.set(program, analysis);
  }
  return analysis;
}

const plans = new WeakMap<readonly Finding[], ReadonlyMap<Finding, Plan>>();

/** The edits of all findings of one file: planned once, together, whichever rule asks first. */
export function plansOf({ program }: ParserServicesWithTypeInformation, findings: readonly Finding[]): ReadonlyMap<Finding, Plan> {
  let planned = plans.get(findings);
  if (!planned) {
    const textOf = (file: string): string | undefined => program.getSourceFile(file)?.text;
    try {
      planned = planEdits(findings, { questions: new CheckerQuestions(program), textOf, isOnDisk });
    } catch (error) {
      if (process.env.DEADLOCK_STRICT) throw error;
      caught.push(error);
      planned = new Map();
    }
    plans.set(findings, planned);
  }
  return planned;
}
