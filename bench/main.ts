/**
 * What our rules cost, beside what no-floating-promises costs, in CPU time of fresh processes: neither the clock on the wall nor
 * ESLint's TIMING says it, because the first rule to ask for a type pays for those that ask later.
 *
 *   npm run bench -- DIR [--project tsconfig.json] [--files LIST]   a project with its dependencies installed
 *   npm run bench -- --generate 1000 [--generate 2000]              made-up projects; two sizes also give the growth
 *
 *   --rounds 5   how often each variant is measured          --edits   edits as in an editor, instead of whole runs
 *   --json       figures for programs                        --check   exit code 1 when a budget is not met
 */
import path from "node:path";
import { parseArgs } from "node:util";

import { writeGenerated } from "./generate.js";
import { measureEdits, measureLints } from "./measure.js";
import { chooseTargets, openProject, type Project } from "./project.js";
import { printEdits, printReport, printVerdicts } from "./print.js";
import { growth, type Report, reportEdits, reportLints, type Verdict } from "./report.js";

interface Options {
  readonly rounds: number;
  readonly edits: boolean;
  readonly json: boolean;
}

interface Result {
  readonly verdicts: readonly Verdict[];
}

async function bench(project: Project, { rounds, edits, json }: Options): Promise<Report | Result> {
  if (!edits) {
    const report = reportLints(project, await measureLints(project, rounds));
    if (!json) printReport(report);
    return report;
  }
  const targets = chooseTargets(project);
  const result = { name: project.name, ...reportEdits(targets, await measureEdits(project, targets, rounds)) };
  if (!json) printEdits(result.edits, project);
  return result;
}

const isReport = (result: Result): result is Report => "work" in result;

async function benchGenerated(sizes: readonly number[], options: Options): Promise<Result[]> {
  const results: Result[] = [];
  for (const size of sizes) {
    using generated = writeGenerated(size);
    results.push(await bench(openProject(generated.folder), options));
  }
  const [small, large] = results.filter(isReport).sort((a, b) => a.files - b.files);
  if (!small || !large) return results;
  const verdicts = [growth(small, large)];
  if (!options.json) printVerdicts(verdicts);
  return [...results, { verdicts }];
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`expected a number from 1 on, got ${text}`);
  return number;
}

/** The exit code. */
async function main(args: string[]): Promise<number> {
  const { positionals: [folder], values } = parseArgs({
    args, allowPositionals: true,
    options: {
      project: { type: "string" }, files: { type: "string" }, generate: { type: "string", multiple: true, default: [] },
      rounds: { type: "string", default: "5" }, edits: { type: "boolean", default: false },
      json: { type: "boolean", default: false }, check: { type: "boolean", default: false },
    },
  });
  const { generate, json, edits, check, project, files } = values;
  const options = { rounds: positive(values.rounds), edits, json };
  if ((folder === undefined) === (generate.length === 0)) {
    console.error("usage: npm run bench -- DIR [--project FILE] [--files LIST] | --generate N...  [--rounds N] [--edits] [--json] [--check]");
    return 2;
  }
  const results = folder === undefined ? await benchGenerated(generate.map(positive), options) : [await bench(openProject(path.resolve(folder), project, files), options)];
  if (json) console.log(JSON.stringify(results, null, 2));
  return check && results.some(({ verdicts }) => verdicts.some(({ isMet }) => !isMet)) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
