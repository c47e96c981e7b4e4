// Lints in a process of its own, and prints what was reported. Asked by ways.ts, which describes question and answer.
import { readFileSync } from "node:fs";
import path from "node:path";

import { ESLint } from "eslint";

const { folder, parserOptions, concurrency, runs } = JSON.parse(readFileSync(0, "utf8"));
process.env.DEADLOCK_PARSER_OPTIONS = JSON.stringify(parserOptions);

const toReport = (file) => ({ ruleId, line, column, endLine, endColumn, messageId, message, fix, suggestions = [] }) =>
  ({ file, rule: ruleId, line, column, endLine, endColumn, messageId, message, fix, suggestions });

async function run({ batches, fix = false }) {
  const eslint = new ESLint({ cwd: folder, overrideConfigFile: path.join(import.meta.dirname, "config.mjs"), concurrency, fix });
  const reports = [];
  for (const files of batches) {
    const results = await eslint.lintFiles(files);
    if (fix) await ESLint.outputFixes(results);
    for (const { filePath, messages } of results) reports.push(...messages.map(toReport(path.relative(folder, filePath).replaceAll("\\", "/"))));
  }
  return reports;
}

const results = [];
try {
  for (const each of runs) results.push(await run(each));
} catch (error) {
  // An error of a rule has the whole tree with it.
  console.error(error.stack);
  process.exit(1);
}
const { user, system } = process.cpuUsage();
const cost = { seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(JSON.stringify({ results, cost }));
