import ts = require("typescript");

import type { Finding } from "../hazards/finding.js";
import type { AcquireSite, Place } from "../summaries/events.js";
import { type Facts, type Proposal, replace } from "./edits.js";
import { containsAwait, type Runner, runnerOf } from "./exchange-runs.js";
import { functionAround, innermost } from "./syntax.js";

/** Does the work of an inner runner without its permit: the task has one. */
export function unwrapInner(site: AcquireSite, { place, confidence }: Finding, messageId: "unwrap" | "inline", facts: Facts): Proposal | undefined {
  const runner = runnerOf(site);
  if (!runner || !isAt(runner.call, place)) return undefined;
  return unwrap(runner, messageId, messageId === "unwrap" && confidence !== "possible", facts);
}

/** `limit(() => f(x))` where `f` asks for the permits it needs: the outer one guards nothing else. That it isn't meant to is for a reader to say. */
export function unwrapOuter(site: AcquireSite, { place, data }: Finding, facts: Facts): Proposal | undefined {
  const runner = runnerOf(site);
  const body = runner?.callback.body;
  if (!runner || !body || ts.isBlock(body) || !isAt(innermost(body), place)) return undefined;
  const proposal = unwrap(runner, "outer", false, facts);
  return proposal && { ...proposal, data: { lock: data.lock ?? "" } };
}

const isAt = (node: ts.Node, place: Place): boolean =>
  node.getStart() === place.span.start && node.end === place.span.end && node.getSourceFile().fileName === place.file;

function unwrap({ call, callback, keyAt }: Runner, messageId: string, certain: boolean, facts: Facts): Proposal | undefined {
  if (callback.parameters.length > 0 || callback.typeParameters || !ts.isArrowFunction(callback)) return undefined;
  const alone = call.arguments.length === (keyAt === undefined ? 1 : 2);
  if (ts.isBlock(callback.body)) {
    return isAwaited(call) ? { messageId, data: {}, edits: [replace(call, `(${callback.getText()})()`)], proved: false } : undefined;
  }
  const value = callback.body;
  if (!isAwaited(call) && (containsAwait(value) || !facts.questions.isPromise(value))) return undefined;
  return { messageId, data: {}, edits: [replace(call, textFor(value, call))], proved: certain && alone };
}

/** Whether a value stands here or a promise of it is all the same. */
function isAwaited(call: ts.CallExpression): boolean {
  let at: ts.Node = call.parent;
  while (ts.isParenthesizedExpression(at)) at = at.parent;
  if (ts.isAwaitExpression(at)) return true;
  const around = functionAround(call);
  const isAsync = ts.canHaveModifiers(around) && (ts.getModifiers(around)?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword) ?? false);
  return isAsync && (ts.isReturnStatement(at) || at === around);
}

function textFor(value: ts.Expression, call: ts.CallExpression): string {
  const inner = ts.isParenthesizedExpression(value) && ts.isLeftHandSideExpression(value.expression) ? value.expression : value;
  // `await limit(async () => await f())`: one `await` is enough.
  const plain = ts.isAwaitExpression(inner) && ts.isAwaitExpression(call.parent) ? inner.expression : inner;
  const free = ts.isReturnStatement(call.parent) || ts.isArrowFunction(call.parent) || ts.isLeftHandSideExpression(plain) || ts.isParenthesizedExpression(plain);
  return free ? plain.getText() : `(${plain.getText()})`;
}
