/**
 * Installs the packed plugin beside each supported pair of TypeScript and ESLint, and lints the example there:
 *
 *   npm run compat [-- FOLDER]     FOLDER: where to install; what is there already is not installed again
 *
 * This takes minutes and the network, so it isn't part of the tests.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const TYPESCRIPTS = ["5.4.5", "5.9.3", "6.0.3"], ESLINTS = ["9.38.0", "10.15.0"];
const REPORTS = ["cleanup.ts:7 lock-order", "replicator.ts:8 spawn-before-drain", "session-manager.ts:7 lock-order", "worker.ts:6 no-starved-buffer"];

const { devDependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const base = process.argv[2] ?? mkdtempSync(path.join(tmpdir(), "deadlock-compat-"));

function run(cwd, command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", shell: process.platform === "win32" });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return stdout;
}

function install(folder, tarball, typescript, eslint) {
  mkdirSync(folder, { recursive: true });
  if (existsSync(path.join(folder, "node_modules"))) return;
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const others = ["typescript-eslint", "async-mutex", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
  run(folder, "npm", "install", "--ignore-scripts", tarball, `typescript@${typescript}`, `eslint@${eslint}`, ...others);
}

function lint(folder) {
  for (const name of ["src", "eslint.config.mjs", "tsconfig.json"]) cpSync(path.join(root, "examples", name), path.join(folder, name), { recursive: true });
  const results = JSON.parse(run(folder, process.execPath, path.join(folder, "node_modules/eslint/bin/eslint.js"), "--format", "json", "src"));
  return results.flatMap(({ filePath, messages }) => messages.map(({ line, ruleId, message }) => `${path.basename(filePath)}:${line} ${ruleId?.replace("deadlock/", "") ?? message}`)).sort();
}

mkdirSync(base, { recursive: true });
const [{ filename }] = JSON.parse(run(root, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", base));
for (const typescript of TYPESCRIPTS) {
  for (const eslint of ESLINTS) {
    const folder = path.join(base, `typescript-${typescript}-eslint-${eslint}`);
    install(folder, path.join(base, filename), typescript, eslint);
    const found = lint(folder);
    const isRight = JSON.stringify(found) === JSON.stringify(REPORTS);
    if (!isRight) process.exitCode = 1;
    console.log(`TypeScript ${typescript}, ESLint ${eslint}, Node.js ${process.versions.node}: ${isRight ? "the reports of the example" : found.join("; ") || "no reports"}`);
  }
}
