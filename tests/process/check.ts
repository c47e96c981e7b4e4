/**
 * Lints a project in all ways and compares: node --import tsx tests/process/check.ts TSCONFIG [FILTER…]
 * Filters are beginnings of paths; with `--once` it is linted in one way only, to see what that costs and that nothing is thrown.
 * Needs what `npm run build` makes.
 */
import path from "node:path";

import ts from "typescript";

import { randomFrom } from "../support/random.js";
import { type Answer, lintIn, otherWays, plain, type Way } from "./ways.js";

const args = process.argv.slice(2), once = args.includes("--once");
const [config = "tsconfig.json", ...filters] = args.filter((arg) => arg !== "--once");
const tsconfig = path.resolve(config), folder = path.dirname(tsconfig);

const { fileNames } = ts.parseJsonConfigFileContent(ts.readConfigFile(tsconfig, (name) => ts.sys.readFile(name)).config, ts.sys, folder);
const files = fileNames.map((name) => path.relative(folder, name)).filter((name) => !/\.d\.[cm]?ts$/.test(name) && !name.startsWith("..")
  && (filters.length === 0 || filters.some((filter) => name.startsWith(filter)))).sort();

function describe(way: Way, { results, cost }: Answer): string {
  const reports = results[0] ?? [], broken = reports.filter(({ rule }) => rule === null);
  return `${String(files.length)} files, ${String(reports.length - broken.length)} reports, ${String(broken.length)} not parsed, ${cost.seconds.toFixed(1)} s of CPU, ${cost.megabytes.toFixed(0)} MB (${way.name})`;
}

const first = once ? { ...plain(files), parserOptions: { project: path.basename(tsconfig) } } : plain(files);
const before = await lintIn(folder, first), wanted = (before.results[0] ?? []).map((report) => JSON.stringify(report));
console.log(describe(first, before));
for (const { rule, message, file } of (before.results[0] ?? []).filter(({ rule }) => rule === null).slice(0, 5)) console.log(`  ${file}: ${rule ?? ""}${message}`);

for (const way of once ? [] : otherWays(files, randomFrom(1), path.basename(tsconfig))) {
  const answer = await lintIn(folder, way);
  console.log(describe(way, answer));
  for (const [index, { name }] of way.runs.entries()) {
    const found = (answer.results[index] ?? []).map((report) => JSON.stringify(report));
    const more = found.filter((report) => !wanted.includes(report)), less = wanted.filter((report) => !found.includes(report));
    console.log(`  ${name}: ${more.length + less.length === 0 ? "the same" : "DIFFERENT"}`);
    for (const report of more) console.log(`    + ${report}`);
    for (const report of less) console.log(`    - ${report}`);
    if (more.length + less.length > 0) process.exitCode = 1;
  }
}
