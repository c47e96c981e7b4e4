import path from "node:path";

import type { Linter } from "eslint";
import ts = require("typescript");

import plugin from "../index.js";
import type { Analysis } from "../hazards/analyse.js";
import type { Finding } from "../hazards/finding.js";
import { provideAnalysis } from "../rules/analysis.js";
import type { Settings } from "../rules/settings.js";
import type { Place } from "../summaries/events.js";
import type { ProgramSource, Programs } from "./programs.js";
import { relatedOf } from "./related.js";
import type { Range, Report } from "./reports.js";

export interface LintContext {
  readonly source: ProgramSource;
  readonly programs: Programs;
  readonly settings: Settings;
  readonly analysis: Analysis;
  readonly rules: NonNullable<Linter.Config["rules"]>;
}

/**
 * Turns the findings in files into reports. ESLint does it, by its own rules, so that its comments in the code, its options and its
 * messages mean here what they mean there; the files in which nothing is found need not be seen by it.
 */
export async function lintFiles(files: readonly string[], { source: texts, programs, settings, analysis, rules }: LintContext): Promise<Report[]> {
  if (files.length === 0) return [];
  for (const program of programs.all) provideAnalysis(program, settings, analysis, (file, text) => texts.isCurrent(file, text));
  const [{ Linter: ESLinter }, parser] = await Promise.all([import("eslint"), import("@typescript-eslint/parser")]);
  return files.flatMap((file) => {
    const program = programs.ownerOf(file), source = program?.getSourceFile(file);
    if (!program || !source) return [];
    const linter = new ESLinter({ cwd: path.dirname(file), configType: "flat" });
    const messages = linter.verify(source.text, [{
      files: SOURCES, plugins: { deadlock: plugin }, linterOptions: { reportUnusedDisableDirectives: "off" },
      languageOptions: { parser, parserOptions: { programs: [program], warnOnUnsupportedTypeScriptVersion: false } },
      rules, settings: settings.key === "" ? {} : { deadlock: JSON.parse(settings.key) as unknown },
    }], { filename: file });
    const places = new Map((analysis.findings.get(file) ?? []).map((finding) => [keyOf(finding.rule, finding.messageId, rangeOf(finding.place, source)), finding]));
    const [odd] = messages.filter(({ ruleId, fatal }) => ruleId === null && !fatal);
    if (odd) throw new Error(`${file}: ${odd.message}`);
    // A comment may set rules of other plugins, which aren't here.
    return messages.filter(({ fatal, ruleId }) => fatal === true || ruleId?.startsWith("deadlock/") === true).map((message) => toReport(message, file, places, programs));
  });
}

const SOURCES = ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"];

const keyOf = (rule: string, messageId: string | undefined, { line, column }: { readonly line: number; readonly column: number }): string => `${rule} ${messageId ?? ""} ${line}:${column}`;

function toReport(message: Linter.LintMessage, file: string, places: ReadonlyMap<string, Finding>, programs: Programs): Report {
  const { line, column, endLine = line, endColumn = column, messageId, fix } = message;
  const finding = places.get(keyOf(message.ruleId?.slice("deadlock/".length) ?? "", messageId, { line, column }));
  return {
    file, line, column, endLine, endColumn, rule: message.ruleId ?? undefined, messageId, severity: message.fatal === true || message.severity === 2 ? "error" : "warning", message: message.message, fix,
    suggestions: (message.suggestions ?? []).map((suggestion) => ({ message: suggestion.desc, fix: suggestion.fix })),
    related: (finding ? relatedOf(finding) : []).flatMap(({ place, text }) => {
      const source = programs.view.getSourceFile(place.file);
      return source ? [{ ...rangeOf(place, source), message: text }] : [];
    }),
  };
}

export function rangeOf({ file, span }: Place, source: ts.SourceFile): Range {
  const start = ts.getLineAndCharacterOfPosition(source, span.start), end = ts.getLineAndCharacterOfPosition(source, span.end);
  return { file, line: start.line + 1, column: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}
