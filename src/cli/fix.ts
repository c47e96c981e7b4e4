import { readFileSync, writeFileSync } from "node:fs";

import { append } from "../maps.js";
import { check, type CheckContext, type Checked } from "./check.js";
import type { Change, Edit, Report } from "./reports.js";

/** As often as ESLint: an edit can make room for the next. */
const MOST_ROUNDS = 10;

export interface Fixed extends Checked {
  readonly changed: ReadonlyMap<string, Change>;
}

/** Applies what is proved, round after round, each time to a program that is read anew: unlike a linter that sees one file change, it always knows the others. */
export async function fix(context: CheckContext): Promise<Fixed> {
  const changed = new Map<string, Change>();
  for (let round = 0; ; round++) {
    const checked = await check(context);
    const edits = round < MOST_ROUNDS ? editsByFile(checked.reports) : new Map<string, readonly Edit[]>();
    if (edits.size === 0) return { ...checked, changed };
    for (const [file, list] of edits) {
      const before = checked.programs.view.getSourceFile(file)?.text ?? "", after = apply(before, list);
      changed.set(file, { before: changed.get(file)?.before ?? before, after });
      context.source.change(file, after);
    }
  }
}

function editsByFile(reports: readonly Report[]): Map<string, readonly Edit[]> {
  const edits = new Map<string, Edit[]>();
  for (const { file, fix: edit } of reports) if (edit) append(edits, file, edit);
  return edits;
}

/** Of edits that touch each other the first is made; the others have their turn in the next round. */
export function apply(text: string, edits: readonly Edit[]): string {
  let result = "", at = 0;
  for (const { range: [start, end], text: inserted } of [...edits].sort((a, b) => a.range[0] - b.range[0])) {
    if (start < at || (start === at && at > 0)) continue;
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}

const MARK = "\uFEFF";

/** A byte order mark is no part of the text that is analysed, and stays. */
export const writeText = (file: string, text: string): void => {
  writeFileSync(file, readFileSync(file, "utf8").startsWith(MARK) ? MARK + text : text);
};
