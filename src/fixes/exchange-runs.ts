import ts = require("typescript");

import type { AcquireSite } from "../summaries/events.js";
import { type Edit, type Facts, swap } from "./edits.js";
import { isQuiet } from "./quiet.js";
import { bindingsBetween, type Callback, functionAround, innermost, intersects, isCallback, isPlain, namesIn, nodeOf, outermost } from "./syntax.js";

/** A call that runs its callback under a lock. */
export interface Runner {
  readonly call: ts.CallExpression;
  readonly callback: Callback;
  readonly key: ts.Expression | undefined;
  readonly callbackAt: number;
  readonly keyAt: number | undefined;
}

export interface Exchange {
  readonly edits: readonly Edit[];
  readonly proved: boolean;
}

export function runnerOf(site: AcquireSite): Runner | undefined {
  const call = site.call && nodeOf(site.call.ticket);
  if (site.how !== "run" || site.callback === undefined || !call || !ts.isCallExpression(call)) return undefined;
  const callback = call.arguments[site.callback];
  if (!isCallback(callback) || callback.asteriskToken) return undefined;
  const key = site.keyArgument === undefined ? undefined : call.arguments[site.keyArgument];
  return { call, callback, key, callbackAt: site.callback, keyAt: key && site.keyArgument };
}

/** Exchanges what two runners lock, one of which stands directly in the callback of the other and is all of it. */
export function exchangeRuns(outer: Runner, inner: Runner, facts: Facts): Exchange | undefined {
  if (functionAround(inner.call) !== outer.callback || takesArguments(outer) || takesArguments(inner) || !sameRest(outer, inner)) return undefined;
  const parts = partsToSwap(outer, inner, facts);
  if (!parts || !canMove(parts.flat(), outer, inner) || !isWholeBody(outer.callback, inner.call)) return undefined;
  const edits = parts.flatMap(([a, b]) => swap(a, b));
  return edits.length === 0 ? undefined : { edits, proved: parts.flat().every(isPlain) };
}

/** A callback that is handed something of its own lock must stay with it. */
const takesArguments = ({ callback }: Runner): boolean => callback.parameters.length > 0 || callback.typeParameters !== undefined;

function sameRest(a: Runner, b: Runner): boolean {
  if (a.callbackAt !== b.callbackAt || a.keyAt !== b.keyAt || a.call.arguments.length !== b.call.arguments.length) return false;
  return a.call.arguments.every((argument, index) => index === a.callbackAt || index === a.keyAt || argument.getText() === b.call.arguments[index]?.getText());
}

function partsToSwap(outer: Runner, inner: Runner, facts: Facts): [ts.Expression, ts.Expression][] | undefined {
  const [a, b] = [outer.call.expression, inner.call.expression];
  const keys: [ts.Expression, ts.Expression][] = outer.key && inner.key ? [[outer.key, inner.key]] : [];
  if (!keepsTypes(outer, inner, facts)) return undefined;
  const members = ts.isPropertyAccessExpression(a) && ts.isPropertyAccessExpression(b) && a.name.text === b.name.text;
  return members ? [[a.expression, b.expression], ...keys] : [[a, b], ...keys];
}

/** Other operations may give their results in other types, so nobody may look at them. */
export function keepsTypes(outer: Runner, inner: Runner, { questions }: Facts): boolean {
  if (questions.sameOperation(outer.call, inner.call)) return true;
  return !(outer.call.typeArguments ?? inner.call.typeArguments) && isDiscarded(outer.call) && isDropped(inner.call, outer);
}

const isDiscarded = (call: ts.CallExpression): boolean => ts.isExpressionStatement(outermost(call).parent);

const isDropped = (call: ts.CallExpression, outer: Runner): boolean => {
  const { parent } = outermost(call);
  return ts.isExpressionStatement(parent) || ts.isReturnStatement(parent) || parent === outer.callback;
};

/** Names must mean at the one place what they mean at the other. */
export function canMove(parts: readonly ts.Expression[], outer: Runner, inner: Runner): boolean {
  const between = bindingsBetween(outer.callback, outer.callback.getStart(), inner.call.getStart());
  const names = new Set(parts.flatMap((part) => [...namesIn(part)]));
  if (ts.isFunctionExpression(outer.callback) && (names.has("this") || names.has("arguments"))) return false;
  return !intersects(between, names) && !parts.some(containsAwait);
}

/** Its own awaits: those of nested functions don't count. */
export const containsAwait = (node: ts.Node): boolean => !ts.isFunctionLike(node) && (ts.isAwaitExpression(node) || ts.isYieldExpression(node) || (ts.forEachChild(node, (child) => containsAwait(child) || undefined) ?? false));

/** The section is nothing but the inner one, and pauses. */
function isWholeBody({ body }: Callback, inner: ts.CallExpression): boolean {
  if (!ts.isBlock(body)) return innermost(body) === inner;
  const last = body.statements.at(-1);
  if (!last || !body.statements.slice(0, -1).every(isQuiet)) return false;
  const value = ts.isExpressionStatement(last) || ts.isReturnStatement(last) ? last.expression : undefined;
  return value !== undefined && innermost(value) === inner;
}
