import type { Paint, Style } from "./io.js";
import type { Range } from "./reports.js";

const AROUND = 1, MOST_LINES = 6, WIDEST = 160;

/** The lines around a range, with a mark under what is meant. */
export function frame({ line, column, endLine, endColumn }: Range, text: string, paint: Paint, mark: Style): string[] {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  const last = Math.min(lines.length, line + AROUND), width = String(last).length;
  const result: string[] = [];
  for (let at = Math.max(1, line - AROUND); at <= last && result.length < MOST_LINES; at++) {
    const source = clean(lines[at - 1] ?? "");
    result.push(`${at === line ? paint(mark, ">") : " "} ${paint("dim", `${String(at).padStart(width)} |`)} ${cut(source)}`.trimEnd());
    if (at !== line) continue;
    const end = endLine === line ? endColumn : source.length + 1;
    const before = source.slice(0, column - 1).replace(/[^\t]/g, " ");
    if (column <= WIDEST) result.push(`  ${paint("dim", `${" ".repeat(width)} |`)} ${before}${paint(mark, "^".repeat(Math.max(1, Math.min(end, WIDEST) - column)))}`);
  }
  return result;
}

const cut = (line: string): string => line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line;

/** What a terminal would obey is shown instead. */
export const clean = (text: string): string => text.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`);
