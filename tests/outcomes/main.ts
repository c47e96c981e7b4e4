/**
 * Proves the fixes of all cases, examples and tables, and prints what came out:
 *
 *   npm run prove -- [--cases DIR] [--packages DIR] [--only TEXT] [--schedules N] [--search N] [--json FILE]
 *
 * --cases: a folder with seeds, scenarios and bugs (default: those of the tests). --packages: the node_modules that they import from.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { openWorkspace, root } from "../support/workspace.js";
import { builtPlugin, Fixer } from "./fixer.js";
import { KNOWN, reasonFor } from "./known.js";
import { FULL, pairsOf, type Proof, provePair } from "./prove.js";
import { caseSubjects, docSubjects, rowSubjects, type Subject, tableSubjects } from "./subjects.js";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: path.join(root, "tests/cases") }, packages: { type: "string", default: path.join(root, "node_modules") },
    only: { type: "string", default: "" }, schedules: { type: "string", default: String(FULL.schedules) }, search: { type: "string", default: String(FULL.search) }, json: { type: "string" },
  },
});
const effort = { schedules: Number(values.schedules), search: Number(values.search) };
using workspace = openWorkspace(path.resolve(values.packages));
const fixer = new Fixer(workspace, await builtPlugin());
const place = { folder: workspace.folder, preload: path.join(root, "tests/cases/scenarios/_support/preload.mjs") };
const proofs: Proof[] = [], cannot: string[] = [];

async function prove(subject: Subject): Promise<void> {
  const pairs = await pairsOf(subject, fixer, FULL.ways);
  if (pairs === undefined) return;
  if (typeof pairs === "string") {
    cannot.push(`${subject.id}: ${pairs}`);
    return;
  }
  for (const pair of pairs) {
    const proof = await provePair(pair, place, effort);
    proofs.push(proof);
    const reason = reasonFor(proof.id);
    console.log(`${proof.problems.length === 0 ? "ok     " : reason ? "known  " : "PROBLEM"} ${proof.id}, measured by ${proof.measure}`);
    for (const problem of reason ? [] : proof.problems.slice(0, 5)) console.log(`          ${problem.slice(0, 600)}`);
  }
}

const subjects = [...caseSubjects(path.resolve(values.cases)), ...docSubjects(), ...rowSubjects(), ...tableSubjects()].filter(({ id }) => id.includes(values.only));
for (const subject of subjects) {
  try {
    await prove(subject);
  } catch (error) {
    cannot.push(`${subject.id}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`);
  }
}

const wrong = proofs.filter(({ id, problems }) => problems.length > 0 && !reasonFor(id));
const healed = Object.keys(KNOWN).filter((start) => start.includes(values.only) && !proofs.some(({ id, problems }) => id.startsWith(start) && problems.length > 0));
const measures = [...new Set(proofs.map(({ measure }) => measure))];
console.table(measures.map((measure) => {
  const own = proofs.filter((proof) => proof.measure === measure);
  return { "measured by": measure, runs: own.length, wrong: own.filter((proof) => wrong.includes(proof)).length };
}));
console.log(`${String(new Set(proofs.map(({ id }) => id.replace(/ \([^)]*\)$/, ""))).size)} programs in ${String(proofs.length)} ways, ${String(wrong.length)} wrong, ${String(cannot.length)} can't be run:\n${cannot.map((line) => `  ${line}`).join("\n")}`);
for (const start of healed) console.log(`no exception any more: ${start}`);
if (values.json) writeFileSync(values.json, JSON.stringify(proofs, null, 1));
process.exitCode = wrong.length + healed.length > 0 ? 1 : 0;
