import ts = require("typescript");

import { type Edit, insert } from "./edits.js";
import { indentOf, indentUnit } from "./syntax.js";

interface Guarded {
  readonly statements: readonly ts.Statement[];
  /** Statements in there that go. */
  readonly releases: readonly ts.Statement[];
  /** Where the replaced text ends, if that is not the end of the statements. */
  readonly end?: number;
}

/** The statements in a `try`, with what comes in any case, or in case of an error, behind it. */
export function guardedText({ statements, releases, end }: Guarded, last: string, how: "finally" | "catch" = "finally", changes: readonly Edit[] = []): Edit {
  const [first] = statements;
  if (!first) return insert(end ?? 0, "");
  const { text } = first.getSourceFile();
  const start = first.getStart(), stop = endOf(statements.at(-1) ?? first);
  const indent = indentOf(first), unit = indentUnit(first);
  const body = cut(text, start, stop, [...changes, ...releases.flatMap((release) => removed(release, releases))]).trim();
  const tail = how === "catch" ? ` catch (error) {\n${indent}${unit}${last}\n${indent}${unit}throw error;\n${indent}}` : ` finally {\n${indent}${unit}${last}\n${indent}}`;
  return { start, end: end ?? stop, text: `try {\n${indent}${unit}${deeper(body, unit)}\n${indent}}${tail}` };
}

/** With a comment behind it on its line. */
function endOf(statement: ts.Statement): number {
  const comments = ts.getTrailingCommentRanges(statement.getSourceFile().text, statement.end) ?? [];
  return comments.at(-1)?.end ?? statement.end;
}

function cut(text: string, start: number, end: number, edits: readonly Edit[]): string {
  return [...edits].filter((edit) => edit.start >= start && edit.end <= end).sort((a, b) => b.start - a.start)
    .reduce((at, edit) => at.slice(0, edit.start - start) + edit.text + at.slice(edit.end - start), text.slice(start, end));
}

/** Lines of template literals mean what they say. */
const deeper = (text: string, unit: string): string => (text.includes("`") ? text : text.replaceAll(/\n(?=[^\n])/g, `\n${unit}`));

/** The edits that take a statement out; a `finally` that held nothing else goes with it, and a `try` that then guards nothing. */
export function removed(statement: ts.Statement, others: readonly ts.Statement[]): Edit[] {
  const block = statement.parent, guard = block.parent;
  const isOnly = ts.isBlock(block) && block.statements.every((each) => others.includes(each));
  if (!isOnly || !ts.isTryStatement(guard) || guard.finallyBlock !== block) return [lineOf(statement)];
  if (guard.catchClause) return [{ start: guard.catchClause.end, end: guard.end, text: "" }];
  const { tryBlock } = guard, { text } = guard.getSourceFile();
  const [first] = tryBlock.statements, last = tryBlock.statements.at(-1);
  if (!first || !last) return [{ start: guard.getStart(), end: guard.end, text: "" }];
  const by = indentOf(first).slice(indentOf(guard).length);
  const inner = text.slice(tryBlock.getStart() + 1, tryBlock.end - 1);
  if (inner.includes("`") || declaresNames(tryBlock)) return [{ start: tryBlock.end, end: guard.end, text: "" }, { start: guard.getStart(), end: tryBlock.getStart(), text: "" }];
  // Comments in front of the first statement stay.
  const from = text.slice(tryBlock.getStart() + 1, first.getStart()).trim() === "" ? first.getStart() : first.getFullStart();
  return [
    { start: guard.getStart(), end: from, text: "" }, ...dedented(text, from, endOf(last), by),
    { start: endOf(last), end: guard.end, text: "" },
  ];
}

/** The edits that take a level of indentation from all lines but the first. */
function dedented(text: string, start: number, end: number, by: string): Edit[] {
  const edits: Edit[] = [];
  for (let at = text.indexOf("\n", start); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) {
    if (by !== "" && text.startsWith(by, at + 1)) edits.push({ start: at + 1, end: at + 1 + by.length, text: "" });
  }
  return edits;
}

/** Names that must stay in a block of their own, because others of the list may be called the same. */
const declaresNames = (block: ts.Block): boolean => {
  const names = block.statements.flatMap((each) => ts.isVariableStatement(each) ? each.declarationList.declarations.map((declaration) => declaration.name.getText()) : []);
  const around = block.parent.parent;
  const others = ts.isBlock(around) || ts.isSourceFile(around) ? around.statements.flatMap((each) => ts.isVariableStatement(each) ? each.declarationList.declarations.map((declaration) => declaration.name.getText()) : []) : [];
  return names.some((name) => others.includes(name));
};

/** A statement with the line that it stands on, if nothing else does. */
export function lineOf(statement: ts.Statement): Edit {
  const { text } = statement.getSourceFile();
  let start = statement.getStart(), { end } = statement;
  const before = /\n[ \t]*$/.exec(text.slice(0, start));
  if (before && /^[ \t]*(?:\r?\n|$)/.test(text.slice(end))) start = before.index;
  else end += /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end, text: "" };
}
