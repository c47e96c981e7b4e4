import { analyse } from "../hazards/analyse.js";
import { ProgramFacts } from "../program/program-facts.js";
import { told } from "../rules/debug.js";
import { plural } from "./formats/format.js";
import { lintFiles, type LintContext } from "./lint.js";
import type { Programs } from "./programs.js";
import type { Report } from "./reports.js";
import { filesIn, type Scope } from "./scope.js";

export interface CheckContext extends Pick<LintContext, "source" | "settings" | "rules"> {
  /** Only what is in there is reported. */
  readonly scope: Scope;
  readonly tell: (text: string) => void;
}

export interface Checked {
  readonly reports: readonly Report[];
  readonly files: readonly string[];
  readonly programs: Programs;
}

/** Analyses all programs together and reports what is in scope. */
export async function check({ source, settings, rules, scope, tell }: CheckContext): Promise<Checked> {
  const programs = source.load();
  const files = filesIn(programs, scope);
  tell(`Analysing ${plural(files.length, "file")} …`);
  const facts = new ProgramFacts(programs.view, settings.catalogue);
  const analysis = told(facts, () => analyse(facts, settings.catalogue, settings.orders));
  const wanted = files.filter((file) => analysis.findings.has(file) || hasSyntaxError(file, programs));
  tell(`Reporting on ${plural(wanted.length, "file")} …`);
  const reports = await lintFiles(wanted, { source, programs, settings, analysis, rules });
  return { reports: reports.sort(inOrder), files, programs };
}

function hasSyntaxError(file: string, programs: Programs): boolean {
  const program = programs.ownerOf(file), source = program?.getSourceFile(file);
  return program !== undefined && source !== undefined && program.getSyntacticDiagnostics(source).length > 0;
}

const inOrder = (a: Report, b: Report): number => a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;
