/** The figures as text. */
import path from "node:path";

import { VARIANTS } from "./measure.js";
import type { EditReport, Figure, Report, Verdict } from "./report.js";

const ofFigure = ({ median, spread }: Figure, digits: number): string => `${median.toFixed(digits)} ± ${spread.toFixed(digits)}`;

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows) console.log(`  ${row.map((cell, column) => column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)).join("   ")}`);
}

export function printVerdicts(verdicts: readonly Verdict[]): void {
  printTable(verdicts.map(({ name, value, budget, isMet }) => [name, value.toFixed(2), `budget ${budget}`, isMet ? "ok" : "OVER"]));
}

export function printReport({ name, files, leftOut, rounds, reports, cpu, rss, ratios, work, verdicts }: Report): void {
  console.log(`${name}: ${files} files, medians of ${rounds} rounds, ${reports} reports`);
  if (leftOut.length > 0) console.log(`  left out, because ESLint changes their first line: ${leftOut.join(", ")}`);
  printTable([
    ["", "CPU s", "over empty, of nfp", "memory MB"],
    ...VARIANTS.map((variant) => [variant, ofFigure(cpu[variant], 2), ofFigure(ratios[variant], 2), ofFigure(rss[variant], 0)]),
  ]);
  console.log(`  ${Object.entries(work).map(([counter, count]) => `${counter.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${count}`).join(", ")}`);
  printVerdicts(verdicts);
}

export function printEdits(edits: readonly EditReport[], { name, folder }: { readonly name: string; readonly folder: string }): void {
  console.log(`${name}: CPU ms from an edit to its reports, median ± spread (p90)`);
  const ofEdit = (figure: Figure, p90: number): string => `${ofFigure(figure, 0)} (${p90.toFixed(0)})`;
  printTable([
    ["", "empty", "ours", "added", "file"],
    ...edits.map(({ kind, file, empty, emptyP90, ours, oursP90 }) =>
      [kind, ofEdit(empty, emptyP90), ofEdit(ours, oursP90), (ours.median - empty.median).toFixed(0), path.relative(folder, file)]),
  ]);
}
