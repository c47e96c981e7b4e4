/**
 * Compares `--fix` with all rules to one rule after the other, in every order, on all cases, examples and tables:
 *
 *   npm run orders -- [--cases DIR] [--packages DIR] [--only TEXT]
 */
import path from "node:path";
import { parseArgs } from "node:util";

import { builtPlugin, Fixer } from "../outcomes/fixer.js";
import { caseSubjects, docSubjects, rowSubjects, tableSubjects } from "../outcomes/subjects.js";
import { openWorkspace, root } from "../support/workspace.js";
import { differences, ordersOf } from "./orders.js";
import { programs } from "./programs.js";

const { values } = parseArgs({
  options: { cases: { type: "string", default: path.join(root, "tests/cases") }, packages: { type: "string", default: path.join(root, "node_modules") }, only: { type: "string", default: "" } },
});
using workspace = openWorkspace(path.resolve(values.packages));
const fixer = new Fixer(workspace, await builtPlugin());
const own = programs.map(({ name, text }) => ({ id: `orders/${name}`, files: { "main.ts": text } }));
const subjects = [...caseSubjects(path.resolve(values.cases)), ...docSubjects(), ...rowSubjects(), ...tableSubjects(), ...own].filter(({ id }) => id.includes(values.only));
let fixed = 0, several = 0, different = 0;
for (const { id, files } of subjects) {
  const orders = await ordersOf(files, fixer);
  if (!orders) continue;
  fixed++;
  if (orders.rules.length > 1) several++;
  const found = differences(orders);
  if (found.length > 0) different++;
  for (const each of found) console.log(`${id}: ${each}`);
}
console.log(`${String(subjects.length)} programs, ${String(fixed)} with a fix, ${String(several)} of them by several rules, ${String(different)} differ`);
process.exitCode = different > 0 ? 1 : 0;
