import path from "node:path";

import { clean } from "../frame.js";
import type { Paint } from "../io.js";
import { lintFiles, type LintContext, rangeOf } from "../lint.js";
import { relatedOf } from "../related.js";
import type { Range, Report } from "../reports.js";
import type { Target } from "./target.js";

type Place = Pick<Range, "file" | "line" | "endLine">;

const isAt = ({ file, line }: Target) => (place: Place): boolean => place.file === file && place.line <= line && line <= place.endLine;

/** The reports in which a line has a part, on whichever side. */
export async function reportsAt(target: Target, context: LintContext): Promise<readonly Report[]> {
  const { analysis, programs } = context, { view } = programs, is = isAt(target);
  const files = [...analysis.findings].filter(([file, findings]) => file === target.file || findings.some((finding) => relatedOf(finding).some(({ place }) => {
    const source = view.getSourceFile(place.file);
    return source !== undefined && is(rangeOf(place, source));
  }))).map(([file]) => file);
  return (await lintFiles(files, context)).filter((report) => sides(report).some(is));
}

const sides = (report: Report): readonly (Range & { readonly message: string })[] => [report, ...report.related];

export function tellReports(reports: readonly Report[], target: Target, cwd: string, paint: Paint): string[] {
  if (reports.length === 0) return [];
  // What goes over several lines, such as a section, is marked where it begins.
  const isHere = ({ file, line }: Range): boolean => file === target.file && line === target.line;
  const where = (range: Range): string => paint("dim", `${path.relative(cwd, range.file)}:${range.line}:${range.column}`) + (isHere(range) ? paint("cyan", "  ← this line") : "");
  const told = reports.flatMap((report) => [`  ${paint("bold", report.rule ?? "")}  ${where(report)}`, `    ${clean(report.message)}`, ...report.related.map((side) => `    ${clean(side.message)}  ${where(side)}`)]);
  return ["", paint("bold", "Reports in which this line has a part (strict config)"), ...told];
}
