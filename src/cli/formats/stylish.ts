import { append } from "../../maps.js";
import { clean, frame } from "../frame.js";
import type { Paint } from "../io.js";
import { countOf, type Report, type Results } from "../reports.js";
import { type FormatContext, type Formatter, plural } from "./format.js";

/** For people: each report with the code that it speaks of, and the other places that take part. */
export const stylish: Formatter = (results, context) => {
  const shown = new Set<string>();
  const parts = [...grouped(results.reports)].map(([file, reports]) =>
    [context.paint("underline", clean(context.nameOf(file))), ...reports.flatMap((report) => ["", ...told(report, results, context, shown)])].join("\n"));
  return [...parts, summary(results, context.paint)].join("\n\n") + "\n";
};

function grouped(reports: readonly Report[]): Map<string, Report[]> {
  const groups = new Map<string, Report[]>();
  for (const report of reports) append(groups, report.file, report);
  return groups;
}

/** `shown`: the code of another place is shown once, however many reports speak of it. */
function told(report: Report, { textOf }: Results, { paint, nameOf }: FormatContext, shown: Set<string>): string[] {
  const color = report.severity === "error" ? "red" : "yellow";
  const related = report.related.flatMap((place) => {
    const where = `${clean(nameOf(place.file))}:${place.line}:${place.column}`, isShown = shown.has(where);
    shown.add(where);
    const code = isShown ? [] : frame(place, textOf(place.file), paint, "cyan").map((line) => `    ${line}`);
    return [...(isShown ? [] : [""]), `    ${clean(place.message)}  ${paint("dim", where)}`, ...code];
  });
  const offers = report.fix ? ["", `    ${paint("green", "--fix changes this.")}`] : report.suggestions.map(({ message }, index) => `${index === 0 ? "\n" : ""}    ${paint("dim", `Suggestion: ${clean(message)}`)}`);
  return [
    `  ${report.line}:${report.column}  ${paint(color, report.severity)}  ${clean(report.message)}  ${paint("dim", report.rule ?? "")}`.trimEnd(), "",
    ...frame(report, textOf(report.file), paint, color).map((line) => `    ${line}`), ...related, ...offers,
  ];
}

function summary({ reports, files }: Results, paint: Paint): string {
  const checked = plural(files.length, "file");
  if (reports.length === 0) return paint("green", `No problems found in ${checked}.`);
  const errors = countOf(reports, "error"), fixable = reports.filter(({ fix }) => fix).length;
  const counts = `${plural(reports.length, "problem")} (${plural(errors, "error")}, ${plural(reports.length - errors, "warning")}) in ${checked}`;
  return [paint(["bold", errors > 0 ? "red" : "yellow"], `✖ ${counts}`), ...(fixable > 0 ? [paint("bold", `  ${plural(fixable, "problem")} fixable with --fix; --fix-dry-run shows how`)] : [])].join("\n");
}
