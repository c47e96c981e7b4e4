/** The command line: rewrites, then lints or checks, then prints a table for each way. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { type CaseProgram, readCases } from "./cases.js";
import { check, type Checked } from "./check.js";
import { compare, type Compared } from "./compare.js";
import type { Files } from "./program.js";
import { type Rewriting, rewritings } from "./rewritings.js";
import { folderOf, openWorkspace, type Workspace, writeProgram } from "./workspace.js";

const usage = "usage: node tests/rewriting/run.mjs --project DIR --cases DIR [--rule NAME]... [--only TEXT] [--way N]... [--check] [--json FILE]";

/** One program in one way. */
export interface Rewritten {
  readonly program: CaseProgram;
  readonly way: Rewriting;
  /** Undefined when the way isn't applicable. */
  readonly files: Files | undefined;
  /** Why the rewriting failed, which no rewriting should. */
  readonly failure: string | undefined;
  readonly folder: string;
}

function rewriteAll(programs: readonly CaseProgram[], ways: readonly Rewriting[], workspace: Workspace): Rewritten[] {
  return programs.flatMap((program) => {
    writeProgram(folderOf(workspace, program.id, "original"), program.files);
    return ways.map((way): Rewritten => {
      const folder = folderOf(workspace, program.id, way.name);
      try {
        const files = way.rewrite(program.files, folder);
        if (files) writeProgram(folder, files);
        return { program, way, files, failure: undefined, folder };
      } catch (error) {
        return { program, way, files: undefined, failure: error instanceof Error ? error.stack ?? error.message : String(error), folder };
      }
    });
  });
}

const share = (some: number, all: number) => `${some}/${all}`;

function table(all: readonly Rewritten[], ways: readonly Rewriting[], columns: (of: readonly Rewritten[]) => Record<string, string | number>): Record<string, unknown> {
  return Object.fromEntries(ways.map((way) => {
    const own = all.filter((one) => one.way === way), done = own.filter((one) => one.files);
    return [`${way.number} ${way.name}`, { applicable: share(done.length, own.length), percent: Math.round((100 * done.length) / own.length), ...columns(done) }];
  }));
}

const checkColumns = (checked: ReadonlyMap<Rewritten, Checked>) => (done: readonly Rewritten[]) => {
  const found = done.map((one) => checked.get(one)).filter((one) => one !== undefined), ran = found.filter((one) => one.same !== undefined);
  return { typed: share(found.filter((one) => one.errors.length === 0).length, found.length), "same run": share(ran.filter((one) => one.same).length, ran.length) };
};

const compareColumns = (compared: ReadonlyMap<Rewritten, Compared>) => (done: readonly Rewritten[]) => {
  const found = done.map((one) => compared.get(one)).filter((one) => one !== undefined);
  const hits = found.filter((one) => one.wanted === "hit"), silences = found.filter((one) => one.wanted === "silence");
  return { "hits survived": share(hits.filter((one) => one.kept).length, hits.length), "silent stayed": share(silences.filter((one) => one.kept).length, silences.length) };
};

function list(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`${title}\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

const label = ({ program, way }: Rewritten) => `${way.number} ${way.name}: ${program.id}`;

function options(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      project: { type: "string" }, cases: { type: "string" }, rule: { type: "string", multiple: true, default: ["lock-order", "no-recursive-lock"] },
      only: { type: "string", default: "" }, way: { type: "string", multiple: true }, check: { type: "boolean", default: false }, json: { type: "string" },
    },
  });
  return values;
}

/** The exit code: 0 when every rewriting kept what it has to keep. */
export async function main(args: string[]): Promise<number> {
  const { project, cases, rule, only, way, check: isCheck, json } = options(args);
  const ways = rewritings.filter((one) => !way || way.includes(String(one.number)));
  const programs = cases ? readCases(path.resolve(cases), rule, only) : [];
  if (!project || !cases || programs.length === 0 || ways.length === 0) {
    console.error(programs.length === 0 && cases ? "no case matches" : usage);
    return 2;
  }
  const workspace = openWorkspace(programs, path.resolve(project), path.resolve(cases));
  const all = rewriteAll(programs, ways, workspace);
  const failed = all.filter((one) => one.failure !== undefined);
  list("REWRITING FAILED", failed.map((one) => `${label(one)}\n${one.failure}`));
  const { problems, rows, columns } = isCheck ? await checked(all, workspace) : compared(all, path.resolve(project), workspace);
  list(isCheck ? "CHANGED" : "LOST", problems);
  const summary = table(all, ways, columns);
  console.table(summary);
  if (json) writeFileSync(json, JSON.stringify({ summary, rows, problems }, null, 2));
  return problems.length + failed.length > 0 ? 1 : 0;
}

async function checked(all: readonly Rewritten[], workspace: Workspace) {
  const { results, originals } = await check(all, workspace);
  const rows = all.map((one) => ({ id: one.program.id, way: one.way.number, applicable: one.files !== undefined, ...results.get(one) }));
  const problems = [...originals, ...all.flatMap((one) => results.get(one)?.problems.map((text) => `${label(one)}: ${text}`) ?? [])];
  return { rows, problems, columns: checkColumns(results) };
}

const said = (reports: readonly string[]) => (reports.length > 0 ? reports.join("; ") : "silent");

function compared(all: readonly Rewritten[], project: string, workspace: Workspace) {
  const { results, unseen } = compare(all, project, workspace);
  const rows = all.map((one) => ({ id: one.program.id, way: one.way.number, applicable: one.files !== undefined, ...results.get(one) }));
  list("NOT COUNTED: the original isn't judged as its case says", unseen);
  const problems = all.filter((one) => results.get(one)?.kept === false).map((one) => `${label(one)}: ${said(results.get(one)?.reports ?? [])}`);
  return { rows, problems, columns: compareColumns(results) };
}
