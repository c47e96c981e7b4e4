import path from "node:path";

import { createTwoFilesPatch } from "diff";

import { check } from "./check.js";
import { fix, type Fixed, writeText } from "./fix.js";
import { FORMATTERS } from "./formats/index.js";
import { plural } from "./formats/format.js";
import { type Io, painter, save } from "./io.js";
import type { Options } from "./options.js";
import { prepare } from "./prepare.js";
import { countOf, type Results } from "./reports.js";
import { chooseRules } from "./rules.js";

/** Reports the hangs of a program, and mends what can be mended. */
export async function runCheck(options: Options, io: Io): Promise<number> {
  const rules = await chooseRules(options);
  const { progress, ...context } = await prepare(options, io);
  const found: Fixed = options.fix ? await fix({ ...context, rules }) : { ...await check({ ...context, rules }), changed: new Map() };
  progress.clear();
  const results: Results = { ...found, textOf: (file) => found.programs.view.getSourceFile(file)?.text ?? "" };
  if (options.fix === "write") for (const [file, { after }] of found.changed) writeText(file, after);
  show(options.isQuiet ? { ...results, reports: results.reports.filter(({ severity }) => severity === "error") } : results, options, io);
  return exitCode(results, options, io);
}

const nameIn = (cwd: string) => (file: string): string => path.relative(cwd, file).replaceAll("\\", "/");

function show(results: Results, { fix: how, format, output }: Options, io: Io): void {
  const nameOf = nameIn(io.cwd);
  // Programs want one thing on stdout, and people who asked for a diff want that.
  const isDiff = how === "show" && format === "stylish";
  const text = isDiff ? diffOf(results, nameOf) : FORMATTERS[format](results, { paint: painter(io.hasColors && output === undefined), nameOf });
  if (output === undefined) io.out(text);
  else save(text, output, io);
  if (how === undefined || format !== "stylish") return;
  const remain = `${plural(results.reports.length, "problem")} ${isDiff ? "would remain" : `remain${results.reports.length === 1 ? "s" : ""}`}`;
  io.err(`${plural(results.changed.size, "file")} ${isDiff ? "would be changed" : "changed"}, ${remain}.\n`);
}

function diffOf({ changed }: Results, nameOf: (file: string) => string): string {
  return [...changed].map(([file, { before, after }]) => createTwoFilesPatch(`a/${nameOf(file)}`, `b/${nameOf(file)}`, before, after).replace(/^=+\n/, "")).join("");
}

function exitCode({ reports }: Results, { maxWarnings }: Options, io: Io): number {
  const warnings = countOf(reports, "warning");
  if (warnings > maxWarnings) io.err(`There are ${plural(warnings, "warning")}, and ${maxWarnings} are allowed.\n`);
  return countOf(reports, "error") > 0 || warnings > maxWarnings ? 1 : 0;
}
