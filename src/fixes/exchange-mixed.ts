import ts = require("typescript");

import type { Edit } from "./edits.js";
import type { Exchange, Runner } from "./exchange-runs.js";
import type { Grant } from "./grants.js";
import { bindingsBetween, functionAround, hasText, indentOf, indentUnit, innermost, intersects, isPlain, listAround, namesIn, outermost, statementAround } from "./syntax.js";

/**
 * A runner around acquire and `try`: the acquire moves out, with its `try` around the runner. Only if the callback is nothing else,
 * so that the runner's section stays what it was.
 */
export function moveAcquireOut(outer: Runner, inner: Grant): Exchange | undefined {
  const { body } = outer.callback;
  const statement = statementAround(outer.call);
  if (!ts.isBlock(body) || !inner.guard || inner.guard.catchClause || outer.callback.parameters.length > 0 || !statement || !listAround(statement)) return undefined;
  if (body.statements.length !== 2 || body.statements[0] !== inner.statement || body.statements[1] !== inner.guard) return undefined;
  const value = ts.isExpressionStatement(statement) || ts.isReturnStatement(statement) ? statement.expression : undefined;
  if (!value || innermost(value) !== outer.call || !isPlain(outer.call.expression) || !isPlain(inner.call.expression)) return undefined;
  const { tryBlock, finallyBlock } = inner.guard;
  if (!finallyBlock || !ts.isAwaitExpression(outermost(outer.call)) && !ts.isReturnStatement(statement) || inner.names.some((name) => clashes(name, statement))) return undefined;
  if (ts.isFunctionExpression(outer.callback) && namesIn(inner.guard).has("this")) return undefined;
  const gaps: [number, number][] = [
    [body.getStart() + 1, inner.statement.getStart()], [inner.statement.end, inner.guard.getStart()],
    [inner.guard.getStart() + 3, tryBlock.getStart()], [tryBlock.end, finallyBlock.getStart()], [inner.guard.end, body.end - 1],
  ];
  if (gaps.some(([start, end]) => hasText(statement, start, end) && statement.getSourceFile().text.slice(start, end).trim() !== "finally")) return undefined;
  const source = statement.getSourceFile().text, indent = indentOf(statement), unit = indentUnit(statement);
  const kept = source.slice(statement.getStart(), body.getStart());
  const head = ts.isReturnStatement(statement) ? kept.replace(/^return\s+(?!await\b)/, "return await ") : kept;
  const text = `${inner.statement.getText()}\n${indent}try {\n${indent}${unit}${head}${tryBlock.getText()}${source.slice(body.end, statement.end)}\n${indent}} finally ${dedent(finallyBlock.getText(), unit)}`;
  const edit: Edit = { start: statement.getStart(), end: statement.end, text };
  return { edits: [edit], proved: false };
}

const dedent = (text: string, unit: string): string => text.replaceAll(`\n${unit}`, "\n");

/** Would a name that moves out of the callback meet another use of that name? */
function clashes(name: string, statement: ts.Statement): boolean {
  const scope = functionAround(statement);
  const around = bindingsBetween(scope, scope.getStart(), statement.getStart()), behind = bindingsBetween(scope, statement.end, scope.end);
  return intersects(new Set([name]), new Set([...around, ...behind]));
}
