import ts = require("typescript");

import type { AcquireSite } from "../summaries/events.js";
import { innermost, listAround, nodeOf, outermost } from "./syntax.js";

/** A statement that takes a lock, and the statement that gives it back. */
export interface Grant {
  readonly call: ts.CallExpression;
  readonly statement: ts.Statement;
  /** Names bound by the statement: the releaser, or the handle. */
  readonly names: readonly string[];
  readonly release: ts.Statement;
  /** The `try` in whose `finally` the release stands. */
  readonly guard: ts.TryStatement | undefined;
}

const RELEASES = /^(?:release|unlock|free|leave|dispose|up|signal|done|close|end|destroy)/i;

export function grantOf(site: AcquireSite): Grant | undefined {
  const call = site.call && nodeOf(site.call.ticket);
  if ((site.how !== "acquire" && site.how !== "borrow") || !call || !ts.isCallExpression(call)) return undefined;
  const value = outermost(call);
  if (!ts.isAwaitExpression(value) && !isAwaited(call)) return undefined;
  const bound = boundBy(value);
  const list = bound && listAround(bound.statement);
  if (!list) return undefined;
  const after = list.slice(list.indexOf(bound.statement) + 1);
  for (const statement of after) {
    if (isReleaseOf(statement, call, bound.names)) return { call, ...bound, release: statement, guard: undefined };
    const release = ts.isTryStatement(statement) ? statement.finallyBlock?.statements.find((each) => isReleaseOf(each, call, bound.names)) : undefined;
    if (release) return { call, ...bound, release, guard: statement as ts.TryStatement };
  }
  return undefined;
}

function isAwaited(call: ts.CallExpression): boolean {
  let at: ts.Node = call;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return ts.isAwaitExpression(at.parent);
}

/** A statement whose whole value the acquire is, and the names that it binds. */
export interface Bound {
  readonly statement: ts.Statement;
  readonly names: readonly string[];
}

export function boundBy(value: ts.Expression): Bound | undefined {
  const { parent } = value;
  if (ts.isExpressionStatement(parent)) return { statement: parent, names: [] };
  if (!ts.isVariableDeclaration(parent) || !ts.isVariableDeclarationList(parent.parent) || parent.parent.declarations.length !== 1) return undefined;
  const statement = parent.parent.parent;
  const names = namesOf(parent.name);
  return ts.isVariableStatement(statement) && names.length > 0 && !statement.modifiers ? { statement, names } : undefined;
}

function namesOf(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));
}

/** `release()`, `client.release()`, `pool.release(client)`, `lock.release()`. */
export function isReleaseOf(statement: ts.Statement, acquire: ts.CallExpression, names: readonly string[]): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  const call = innermost(statement.expression);
  if (!ts.isCallExpression(call)) return false;
  if (ts.isIdentifier(call.expression)) return names.includes(call.expression.text) && call.arguments.length === 0;
  if (!ts.isPropertyAccessExpression(call.expression) || !RELEASES.test(call.expression.name.text)) return false;
  const receiver = call.expression.expression;
  if (ts.isIdentifier(receiver) && names.includes(receiver.text)) return true;
  const from = ts.isPropertyAccessExpression(acquire.expression) ? acquire.expression.expression.getText() : undefined;
  if (receiver.getText() !== from) return false;
  const [first] = call.arguments;
  return names.length === 0 || (first !== undefined && ts.isIdentifier(first) && names.includes(first.text));
}
