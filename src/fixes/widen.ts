import ts = require("typescript");

import { type Edit, editedText, type Facts, replace } from "./edits.js";
import { canMove, type Exchange, keepsTypes, type Runner } from "./exchange-runs.js";
import { canMove as canMoveGrants, isNested } from "./exchange-acquires.js";
import type { Grant } from "./grants.js";
import { bindingsBetween, functionAround, indentOf, indentUnit, intersects, isPlain, listAround, namesIn, outermost, statementAround, usesOf } from "./syntax.js";

/*
 * Where other work stands beside the inner section, an exchange would take the outer lock away from it. Here the inner lock is taken
 * first and around everything instead: all code runs under the locks it had, some of it under one more. Whether that one may be held
 * so long is for a reader to say, so these are suggestions.
 */

/** A runner around the other runner that its callback awaits. */
export function widenRuns(outer: Runner, inner: Runner, facts: Facts): Exchange | undefined {
  if (functionAround(inner.call) !== outer.callback || inner.callback.parameters.length > 0 || outer.callback.parameters.length > 0) return undefined;
  const parts = [[inner.call.expression, ...(inner.key ? [inner.key] : [])]].flat();
  if (!canMove(parts, outer, inner) || !keepsTypes(outer, inner, facts)) return undefined;
  const inlined = inline(inner);
  if (!inlined) return undefined;
  const text = wrapped(inner, `() => ${editedText(outer.call, [inlined])}`);
  return { edits: [replace(outer.call, text)], proved: false };
}

/** The call of a runner with something else to run. */
function wrapped({ call, callback }: Runner, work: string): string {
  return editedText(call, [replace(callback, work)]);
}

/** The work of an awaited runner without the runner. */
export function inline({ call, callback }: Runner): Edit | undefined {
  if (!ts.isArrowFunction(callback) || callback.parameters.length > 0) return undefined;
  const around = outermost(call), { parent } = around;
  if (!ts.isAwaitExpression(around) && !ts.isReturnStatement(parent) && !ts.isArrowFunction(parent)) return undefined;
  const { body } = callback;
  if (!ts.isBlock(body)) return replace(call, ts.isLeftHandSideExpression(body) ? body.getText() : `(${body.getText()})`);
  if (ts.isExpressionStatement(parent) && !leaves(body)) return replace(parent, body.getText());
  return replace(call, `(${callback.getText()})()`);
}

/** Would the code do something else if it stood in another function? */
function leaves(root: ts.Node): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node) || ts.isYieldExpression(node)) found = true;
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

/** Acquire and `try` around another acquire and `try`: the inner pair goes around. */
export function widenAcquires(outer: Grant, inner: Grant): Exchange | undefined {
  const { guard } = inner;
  if (!outer.guard || !guard?.finallyBlock || guard.catchClause || !isNested(outer, inner) || !canMoveGrants(outer, inner)) return undefined;
  const list = listAround(outer.statement) ?? [];
  const region = list.slice(list.indexOf(outer.statement), list.indexOf(outer.guard) + 1);
  if (!isPlain(inner.call.expression) || escapes(region, functionAround(outer.statement), outer.guard.end)) return undefined;
  const indent = indentOf(outer.statement), unit = indentUnit(outer.statement);
  const { text } = outer.statement.getSourceFile();
  const start = outer.statement.getStart(), { end } = outer.guard;
  const kept = cut(text, start, end, [{ start: inner.statement.getStart(), end: lineEnd(text, inner.statement.end), text: "" }, replace(guard, guard.tryBlock.getText())]);
  const moved = `${inner.statement.getText()}\n${indent}try {\n${indent}${unit}${deeper(kept, unit)}\n${indent}} finally ${shallower(guard.finallyBlock.getText(), indentOf(guard).slice(indent.length))}`;
  return { edits: [{ start, end, text: moved }], proved: false };
}

/** To the next line's first character, if nothing else stands on this one. */
const lineEnd = (text: string, end: number): number => end + (/^[ \t]*\n\s*/.exec(text.slice(end))?.[0].length ?? 0);

function cut(text: string, start: number, end: number, edits: readonly Edit[]): string {
  return [...edits].sort((a, b) => b.start - a.start).reduce((at, edit) => at.slice(0, edit.start - start) + edit.text + at.slice(edit.end - start), text.slice(start, end));
}

const deeper = (text: string, unit: string): string => (text.includes("`") ? text : text.replaceAll(/\n(?=[^\n])/g, `\n${unit}`));
const shallower = (text: string, by: string): string => (by === "" || text.includes("`") ? text : text.replaceAll(`\n${by}`, "\n"));

/** An acquire and its release around a runner: the runner goes around all statements from the one to the other. */
export function wrapInRunner(outer: Grant, inner: Runner): Exchange | undefined {
  const statement = statementAround(inner.call), list = listAround(outer.statement);
  const last = outer.guard ?? outer.release;
  if (!statement || !list || functionAround(statement) !== functionAround(outer.statement) || inner.call.pos < outer.statement.end) return undefined;
  const scope = functionAround(outer.statement), start = outer.statement.getStart();
  const own = new Set([...namesIn(inner.call.expression), ...(inner.key ? namesIn(inner.key) : [])]);
  if (!isPlain(inner.call.expression) || intersects(bindingsBetween(scope, start, inner.call.getStart()), own)) return undefined;
  const region = list.slice(list.indexOf(outer.statement), list.indexOf(last) + 1);
  if (region.some(leaves) || escapes(region, scope, last.end)) return undefined;
  const inlined = inline(inner);
  if (!inlined) return undefined;
  const { text } = outer.statement.getSourceFile(), indent = indentOf(outer.statement), unit = indentUnit(outer.statement);
  const body = deeper(cut(text, start, last.end, [inlined]), unit);
  const call = wrapped(inner, `async () => {\n${indent}${unit}${body}\n${indent}}`);
  return { edits: [{ start, end: last.end, text: `await ${call};` }], proved: false };
}

/** Names of the region that are used, or assigned for, outside it would be lost in a callback. */
function escapes(region: readonly ts.Statement[], scope: ts.Node, end: number): boolean {
  const [first] = region;
  if (!first) return true;
  const bound = bindingsBetween(scope, first.getStart(), end);
  if (region.some((statement) => usesOf("arguments", statement).length > 0)) return true;
  return [...bound].some((name) => usesOf(name, scope).some((use) => use.getStart() >= end));
}
