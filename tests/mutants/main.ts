/** The command line: chooses mutants over projects and kinds, analyses each, and prints what was found. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import type ts from "typescript";

import type { Analysis } from "../../src/hazards/analyse.js";
import { type Dice, diceOf, functionAt, type Kind, type Mutant, mutantsOf, RULES, shuffled } from "./mutants.js";
import { Project } from "./project.js";

type Analyse = (program: ts.Program) => Analysis;

interface Row {
  readonly project: string;
  readonly kind: Kind;
  readonly place: string;
  readonly mutant: string;
  readonly found: string;
}

const KINDS = Object.keys(RULES) as Kind[];

const usage = "usage: node tests/mutants/run.mjs --project NAME=TSCONFIG... [--count 30] [--seed 1] [--kind KIND]... [--only TEXT] [--show] [--json FILE]";

function options(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      project: { type: "string", multiple: true, default: [] }, count: { type: "string", default: "30" }, seed: { type: "string", default: "1" },
      kind: { type: "string", multiple: true, default: KINDS }, only: { type: "string", default: "" }, show: { type: "boolean", default: false }, json: { type: "string" },
    },
  });
  return values;
}


/** A project's mutants in an order in which the kinds and then the files take turns. */
function inTurns(mutants: readonly Mutant[], dice: Dice): Mutant[] {
  const mixed = shuffled(mutants, dice);
  const seen = new Map<string, number>();
  const turn = (name: string): number => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count;
  };
  const ranked = mixed.map((mutant) => ({ mutant, file: turn(`${mutant.kind} ${mutant.change.file}`) })).sort((a, b) => a.file - b.file)
    .map(({ mutant }) => ({ mutant, kind: turn(`kind ${mutant.kind}`) }));
  return ranked.sort((a, b) => a.kind - b.kind || KINDS.indexOf(a.mutant.kind) - KINDS.indexOf(b.mutant.kind)).map(({ mutant }) => mutant);
}

/** Reports of a rule by the function in which they stand. */
function reportsIn(program: ts.Program, analysis: Analysis, { change, functions, kind }: Mutant): string[] {
  const source = program.getSourceFile(change.file);
  return (analysis.findings.get(change.file) ?? []).flatMap(({ rule, confidence, place, data, messageId }) => {
    const name = source && functionAt(source, place.span.start);
    return rule === RULES[kind] && name !== undefined && functions.includes(name) ? `${confidence} ${messageId} ${name} ${JSON.stringify(data)}` : [];
  });
}

interface Ways {
  readonly analyse: Analyse;
  readonly describe: (program: ts.Program, analysis: Analysis) => string;
  readonly seed: number;
  readonly only: string;
  readonly kinds: readonly string[];
  readonly show: boolean;
}

/** Makes and analyses mutants of one project until there are enough that the compiler likes as much as the original. */
function judge(project: Project, wanted: number, { analyse, describe, seed, only, kinds, show }: Ways): Row[] {
  const dice = diceOf(seed);
  const mutants = inTurns(mutantsOf(project, dice), dice).filter(({ kind, description, change: { file } }) => kinds.includes(kind) && `${file} ${description}`.includes(only));
  console.log(`${project.name}: ${KINDS.map((kind) => `${mutants.filter((mutant) => mutant.kind === kind).length} ${kind}`).join(", ")}`);
  const original = mutants.length > 0 ? analyse(project.program) : undefined;
  const rows: Row[] = [];
  for (const mutant of mutants) {
    if (rows.length === wanted || !original) break;
    const { file } = mutant.change;
    const program = project.with(mutant.change);
    if (project.errorsIn(program, file) > project.errorsIn(project.program, file)) continue;
    // Of what is reported anyway nothing could be told.
    if (reportsIn(project.program, original, mutant).length > 0) continue;
    const analysis = analyse(program);
    const reports = reportsIn(program, analysis, mutant);
    const found = reports.at(-1) ?? "";
    rows.push({ project: project.name, kind: mutant.kind, place: `${path.relative(project.folder, file)}:${mutant.line}`, mutant: mutant.description, found });
    console.log(`${found ? "found " : "MISSED"} ${mutant.kind} ${path.relative(project.folder, file)}:${mutant.line} ${mutant.description}\n       ${found}`);
    if (show && !found) console.log(describe(program, analysis));
  }
  return rows;
}

/** The exit code: 0 when at least seven of ten are found. */
export function main(args: string[], analyse: Analyse, describe: Ways["describe"]): number {
  const { project: names, count, seed, kind: kinds, only, show, json } = options(args);
  if (names.length === 0) {
    console.error(usage);
    return 2;
  }
  const rows: Row[] = [];
  names.forEach((given, index) => {
    const [name = "", tsconfig = ""] = given.split("=", 2);
    const share = Math.ceil((Number(count) - rows.length) / (names.length - index));
    rows.push(...judge(new Project(name, tsconfig), share, { analyse, describe, seed: Number(seed), only, kinds, show }));
  });
  const found = rows.filter((row) => row.found !== "").length;
  for (const kind of KINDS) console.log(`${kind}: found ${rows.filter((row) => row.kind === kind && row.found !== "").length} of ${rows.filter((row) => row.kind === kind).length}`);
  console.log(`all: found ${found} of ${rows.length}`);
  if (json) writeFileSync(json, JSON.stringify(rows, null, 2));
  return found >= 0.7 * rows.length ? 0 : 1;
}
