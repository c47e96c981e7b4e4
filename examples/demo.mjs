// Shows the plugin at work on the service in examples/src: how its three parts hang, what ESLint reports, what --fix would change.
// Nothing here is changed on disk.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { createTwoFilesPatch } from "diff";
import { ESLint } from "eslint";

const examples = import.meta.dirname;
const root = path.dirname(examples);

/** What a correct run reports: where, and by which rule. */
const EXPECTED = [
  { file: "src/cleanup.ts", line: 7, rule: "deadlock/lock-order" },
  { file: "src/replicator.ts", line: 8, rule: "deadlock/spawn-before-drain" },
  { file: "src/session-manager.ts", line: 7, rule: "deadlock/lock-order" },
  { file: "src/worker.ts", line: 6, rule: "deadlock/no-starved-buffer" },
];

function newestChange(folder) {
  return Math.max(...readdirSync(folder, { recursive: true }).map((name) => statSync(path.join(folder, name)).mtimeMs));
}

function build() {
  const built = path.join(root, "dist", "index.js");
  if (existsSync(built) && statSync(built).mtimeMs >= newestChange(path.join(root, "src"))) return;
  console.log("Building the plugin …");
  const { status } = spawnSync(process.execPath, [path.join(root, "node_modules", "typescript", "bin", "tsc"), "-p", path.join(root, "tsconfig.build.json")], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const heading = (text) => console.log(`\n== ${text} ==\n`);

function run(folder) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "src/main.ts"], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  console.log((status === 0 || status === 13 ? stdout : stdout + stderr).trim());
  return status;
}

function patchOf({ filePath, output }) {
  const name = path.relative(root, filePath).replaceAll("\\", "/");
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, readFileSync(filePath, "utf8"), output).replace(/^=+\n/, "");
}

/** Runs the program as --fix leaves it, from a copy. */
function runFixed(results) {
  const copy = mkdtempSync(path.join(tmpdir(), "deadlock-demo-"));
  try {
    cpSync(examples, copy, { recursive: true });
    cpSync(path.join(root, "package.json"), path.join(copy, "package.json"));
    symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"), "junction");
    for (const { filePath, output } of results) writeFileSync(path.join(copy, path.relative(examples, filePath)), output);
    return run(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

build();

heading("The program (node --import tsx src/main.ts)");
const hung = run(examples);
console.log(hung === 13 ? "\nNo part of it is ever done: exit code 13, nothing left to do but wait." : `\nExit code ${hung}`);

heading("eslint src");
const found = await new ESLint({ cwd: examples }).lintFiles("src");
const stylish = await new ESLint({ cwd: examples }).loadFormatter("stylish");
console.log((await stylish.format(found)).trim());

heading("eslint src --fix");
const fixed = (await new ESLint({ cwd: examples, fix: true }).lintFiles("src")).filter(({ output }) => output !== undefined);
let ended = 0;
if (fixed.length === 0) console.log("Nothing is changed: no edit is proved to be safe here.");
else {
  console.log(fixed.map(patchOf).join("\n"));
  heading("The program after that");
  ended = runFixed(fixed);
  console.log(`\nExit code ${ended}`);
}

const reports = found.flatMap(({ filePath, messages }) =>
  messages.map(({ line, ruleId }) => ({ file: path.relative(examples, filePath).replaceAll("\\", "/"), line, rule: ruleId })));
const asExpected = JSON.stringify(reports) === JSON.stringify(EXPECTED);
if (!asExpected) console.error("\nThese are not the expected reports:", EXPECTED);
process.exitCode = asExpected && hung === 13 && ended === 0 ? 0 : 1;
