import ts = require("typescript");

import type { Finding, Repair } from "../hazards/finding.js";
import type { AcquireSite } from "../summaries/events.js";
import { areOnDisk, type Facts, insert, type Proposal, replace } from "./edits.js";
import { isCallback, nodeAt, nodeOf, outermost, walk } from "./syntax.js";

/** Uses the connection that is held instead of asking its pool for another one. */
export function useHandle(repair: Extract<Repair, { kind: "handle" }>, { place }: Finding, facts: Facts): Proposal | undefined {
  const handle = handleOf(repair.outer);
  const call = nodeAt(nodeOf(place.body.ticket), place.span);
  if (!handle || !call || !ts.isCallExpression(call) || call.getSourceFile() !== handle.getSourceFile()) return undefined;
  if (!facts.questions.inScope(handle, call)) return undefined;
  const inner = repair.inner.call && nodeOf(repair.inner.call.ticket);
  return call === inner ? onHandle(call, handle, facts) : passed(call, handle, facts);
}

/** The name under which the held connection is known: what the acquire gave, or what the callback is handed. */
function handleOf({ call, callback }: AcquireSite): ts.Identifier | undefined {
  const node = call && nodeOf(call.ticket);
  if (!node || !ts.isCallExpression(node)) return undefined;
  const given = callback === undefined ? undefined : node.arguments[callback];
  if (isCallback(given)) return plainName(given.parameters[0]?.name);
  const { parent } = outermost(node);
  return ts.isVariableDeclaration(parent) ? plainName(parent.name) : undefined;
}

const plainName = (name: ts.BindingName | undefined): ts.Identifier | undefined => (name && ts.isIdentifier(name) ? name : undefined);

/** `pool.query(…)` → `client.query(…)`, `knex("t")` → `trx("t")`: from the left, the first part that the handle can replace. */
function onHandle(call: ts.CallExpression, handle: ts.Identifier, { questions }: Facts): Proposal | undefined {
  const part = prefixesOf(call).find((prefix) => {
    const { parent } = prefix;
    if (prefix.getText() === handle.text) return false;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === prefix) return questions.memberFits(handle, parent.name.text, prefix);
    return questions.assignable(handle, prefix);
  });
  if (!part || part === call) return undefined;
  return { messageId: "handle", data: { handle: handle.text, pool: part.getText() }, edits: [replace(part, handle.text)], proved: true };
}

/** The names and members that a chain of calls starts with, shortest first: `this`, `this.db`, … */
function prefixesOf(call: ts.CallExpression): ts.Expression[] {
  const prefixes: ts.Expression[] = [];
  for (let at: ts.Expression = call; ;) {
    if (ts.isCallExpression(at) || ts.isPropertyAccessExpression(at) || ts.isTaggedTemplateExpression(at)) at = ts.isTaggedTemplateExpression(at) ? at.tag : at.expression;
    else break;
    if (ts.isIdentifier(at) || ts.isPropertyAccessExpression(at)) prefixes.unshift(at);
  }
  return prefixes.filter((prefix) => ts.isIdentifier(prefix) || isMemberChain(prefix));
}

const isMemberChain = (node: ts.Expression): boolean =>
  ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword || (ts.isPropertyAccessExpression(node) && isMemberChain(node.expression));

/** `save(order)` → `save(order, tx)`: the parameter is there and the handle fits. */
function passed(call: ts.CallExpression, handle: ts.Identifier, facts: Facts): Proposal | undefined {
  const missing = facts.questions.missingParameter(call, handle);
  if (!missing) return undefined;
  const last = call.arguments.at(-1);
  const text = last ? `, ${handle.text}` : handle.text;
  const file = call.getSourceFile().fileName;
  return {
    messageId: "pass", data: { handle: handle.text, callee: call.expression.getText() }, edits: [insert(last ? last.end : call.end - 1, text)],
    proved: replacesDefault(nodeOf(missing.ticket), missing.name) && areOnDisk(missing.file === file ? [] : [missing.file], facts),
  };
}

/** The callee falls back to something else only where the argument is missing: `tx ?? pool`, `tx = pool`. */
function replacesDefault(parameter: ts.Node, name: string): boolean {
  if (ts.isParameter(parameter) && parameter.initializer) return true;
  const { body } = parameter.parent as ts.FunctionLikeDeclaration;
  let found = false;
  if (body) walk(body, (node) => {
    const chosen = ts.isBinaryExpression(node) && (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken || node.operatorToken.kind === ts.SyntaxKind.BarBarToken) ? node.left
      : ts.isConditionalExpression(node) ? node.condition : undefined;
    if (chosen && ts.isIdentifier(chosen) && chosen.text === name) found = true;
  });
  return found;
}
