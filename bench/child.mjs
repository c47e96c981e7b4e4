// One measurement in a process of its own: a whole run of ESLint, or edits of single files as in an editor.
// Plain JavaScript, because a loader that compiles TypeScript would be measured, too.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// As the parser and ESLint load them: an import would also read through the whole of TypeScript for the names it exports,
// and hide that a rule which imports it has to pay for that.
const require = createRequire(import.meta.url);
const { ESLintUtils } = require("@typescript-eslint/utils");
const { ESLint } = require("eslint");
const ts = require("typescript");
const tseslint = require("typescript-eslint");

/** Edits until the compiler has warmed up. */
const WARM_UP = 8;

const programs = new Set();

/** Asks for types and does nothing with them: what any typed rule costs. */
const empty = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const { program } = ESLintUtils.getParserServices(context);
    program.getTypeChecker();
    programs.add(program);
    return {};
  },
};

/** Only what is measured is loaded; severity is "error", because a run with --quiet would skip warnings. */
async function rulesOf(variant) {
  const plugins = { bench: { rules: { empty } }, "@typescript-eslint": tseslint.plugin };
  const rules = { "bench/empty": "error" };
  if (variant === "nfp" || variant === "both") rules["@typescript-eslint/no-floating-promises"] = "error";
  if (variant === "ours" || variant === "both") {
    const { default: deadlock } = await import("../dist/index.js");
    plugins.deadlock = deadlock;
    Object.assign(rules, deadlock.configs.strict.rules);
  }
  return { plugins, rules };
}

async function linter({ folder, tsconfig, variant }) {
  const types = tsconfig ? { project: tsconfig } : { projectService: true };
  return new ESLint({
    cwd: folder, overrideConfigFile: true, allowInlineConfig: false,
    overrideConfig: [{
      files: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"], ...await rulesOf(variant),
      languageOptions: { parser: tseslint.parser, parserOptions: { ...types, tsconfigRootDir: folder } },
      linterOptions: { reportUnusedDisableDirectives: "off" },
    }],
  });
}

/** What no rule says is a fault of the measurement: a file that is ignored, or can't be parsed. */
function reportsOf(results) {
  const failures = results.flatMap(({ filePath, messages }) => messages.filter(({ ruleId }) => ruleId === null).map(({ message }) => `${filePath}: ${message}`));
  if (failures.length > 0) throw new Error(`${failures.length} files could not be linted, the first is ${failures[0]}`);
  return results.reduce((sum, { messages }) => sum + messages.length, 0);
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function lint(request) {
  const eslint = await linter(request);
  const reports = reportsOf(await eslint.lintFiles(request.files));
  // Everything since the start of the process; what follows is not part of it.
  const cpu = cpuMs();
  const rss = process.resourceUsage().maxRSS / 1024;
  return { cpu, rss, reports, counters: request.variant === "ours" ? await countersOf([...programs]) : undefined };
}

async function countersOf(all) {
  const { countersOf: ofProgram } = await import("../dist/rules/analysis.js");
  const sum = { programs: all.length, callSites: 0 };
  for (const program of all) {
    sum.callSites += callSitesOf(program);
    for (const [name, count] of Object.entries(ofProgram(program) ?? {})) sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}

function callSitesOf(program) {
  let count = 0;
  const visit = (node) => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) count++;
    ts.forEachChild(node, visit);
  };
  for (const source of program.getSourceFiles()) if (!source.isDeclarationFile && !source.fileName.includes("/node_modules/")) visit(source);
  return count;
}

/** Where a statement can be put in: the start of the middle one of the functions, else the end of the file. */
function placeOf(text, file) {
  const places = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && !ts.isConstructorDeclaration(node) && node.body && ts.isBlock(node.body)) places.push(node.body.getStart() + 1);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return places[places.length >> 1] ?? text.length;
}

/** The CPU time from each edit to its reports. As in an editor, each edit makes a new Program of which one file is new. */
async function edits(request) {
  const eslint = await linter(request);
  const files = Object.entries(request.targets).map(([kind, filePath]) => {
    const text = readFileSync(filePath, "utf8");
    return { kind, filePath, text, place: placeOf(text, filePath), samples: [] };
  });
  let last;
  for (let edit = 0; edit < WARM_UP + request.edits; edit++) {
    for (const { filePath, text, place, samples } of files) {
      const edited = `${text.slice(0, place)} void ${edit};${text.slice(place)}`;
      const start = cpuMs();
      reportsOf(await eslint.lintText(edited, { filePath }));
      if (edit >= WARM_UP) samples.push(cpuMs() - start);
      const [program, ...others] = programs;
      if (program === last || others.length > 0) throw new Error("An edit must make one new Program.");
      last = program;
      programs.clear();
    }
  }
  return Object.fromEntries(files.map(({ kind, samples }) => [kind, samples]));
}

process.once("message", async (request) => {
  process.send(await (request.targets ? edits : lint)(request));
  process.disconnect();
});
