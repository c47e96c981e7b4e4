import { clean } from "../frame.js";
import { type Range, type Report, type Results } from "../reports.js";
import { type FormatContext, type Formatter, plural } from "./format.js";

/** For the summary of a CI run, or a comment. */
export const markdown: Formatter = (results, context) => {
  const { reports, files } = results;
  if (reports.length === 0) return `No deadlocks found in ${plural(files.length, "file")}.\n`;
  return [`### ${plural(reports.length, "deadlock report")} in ${plural(files.length, "file")}`, ...reports.map((report) => told(report, results, context))].join("\n\n") + "\n";
};

function told(report: Report, { textOf }: Results, { nameOf }: FormatContext): string {
  const places = report.related.map((place) => `- ${escaped(place.message)}: ${code(`${nameOf(place.file)}:${place.line}`)} ${code(lineOf(place, textOf(place.file)).trim())}`);
  const source = lineOf(report, textOf(report.file)), fence = "`".repeat(Math.max(3, longestRun(source) + 1));
  return [
    `**${code(`${nameOf(report.file)}:${report.line}`)}** ${escaped(report.message)}${report.rule === undefined ? "" : ` (${code(report.rule)})`}`,
    `${fence}ts\n${source}\n${fence}`, ...(places.length > 0 ? [places.join("\n")] : []),
  ].join("\n\n");
}

const lineOf = ({ line }: Range, text: string): string => clean(text.split(/\r?\n/)[line - 1] ?? "");
const longestRun = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));

/** Text between marks that no run of marks in it can end. */
function code(text: string): string {
  const mark = "`".repeat(longestRun(text) + 1), space = /^`|`$/.test(text) ? " " : "";
  return text === "" ? "" : `${mark}${space}${text.replace(/\s+/g, " ")}${space}${mark}`;
}

/** What a message quotes stays code; the rest is text, in which nothing may be markup. */
const escaped = (message: string): string => message.split(/(`[^`]*`)/).map((part, index) => index % 2 === 1 ? part : part.replace(/[\\<>*_[\]#|]/g, String.raw`\$&`)).join("");
