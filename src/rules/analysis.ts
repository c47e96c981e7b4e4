import type { ParserServicesWithTypeInformation } from "@typescript-eslint/utils";

import { defaultCatalogue } from "../catalogue/index.js";
import { analyse, type Analysis } from "../hazards/analyse.js";
import { ProgramFacts } from "../program/program-facts.js";

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
      if (process.env["DEADLOCK_STRICT"]) throw error;
      caught.push(error);
      analysis = NOTHING;
    }
    analyses.set(program, analysis);
  }
  return analysis;
}
