import type { Report } from "../reports.js";
import type { Formatter } from "./format.js";

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** Workflow commands of GitHub Actions: each report becomes a note beside its line. */
export const github: Formatter = ({ reports }, { nameOf }) => reports.map((report) => `${commandOf(report, nameOf)}\n`).join("");

function commandOf({ file, line, column, endLine, endColumn, rule, severity, message, related }: Report, nameOf: (file: string) => string): string {
  const where = { file: nameOf(file), line, endLine, ...(endLine === line && { col: column, endColumn }), title: rule ?? "parsing error" };
  const properties = Object.entries(where).map(([name, value]) => `${name}=${property(String(value))}`).join(",");
  const others = related.map((place) => `${nameOf(place.file)}:${place.line}: ${place.message}`);
  return `::${severity} ${properties}::${data([message, ...others].join("\n"))}`;
}
