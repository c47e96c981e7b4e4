import ts = require("typescript");

import type { AcquireSite } from "../summaries/events.js";
import { type Facts, insert, type Proposal, replace } from "./edits.js";
import { comparison } from "./sort-keys.js";
import { assignedIn, bindingsBetween, functionAround, indentOf, isMemberName, listAround, nodeOf, statementAround, usesOf, walk } from "./syntax.js";

/** Two nested requests that are the same but for one name: `locks.get(from)`, `locks.get(to)`. */
export interface Twins {
  readonly outer: ts.CallExpression;
  readonly inner: ts.CallExpression;
  readonly names: readonly [ts.Identifier, ts.Identifier];
}

export function twinsOf(outer: AcquireSite, inner: AcquireSite): Twins | undefined {
  const [a, b] = [outer, inner].map((site) => site.call && nodeOf(site.call.ticket));
  if (!a || !b || !ts.isCallExpression(a) || !ts.isCallExpression(b) || a === b) return undefined;
  const [first, second] = [tokensOf(a, outer), tokensOf(b, inner)];
  const different = first.flatMap((token, index) => {
    const other = second[index];
    return other && other.getText() !== token.getText() ? [[token, other] as const] : [];
  });
  const [pair, ...others] = different;
  if (first.length !== second.length || !pair || others.length > 0) return undefined;
  const [x, y] = pair;
  return isValueName(x) && isValueName(y) ? { outer: a, inner: b, names: [x, y] } : undefined;
}

/** Names that stand for other keys in other calls, and not for constants. */
export function areKeys({ outer, names }: Twins, { questions }: Facts): boolean {
  return names.every((name) => questions.primitiveOf(name) !== undefined && isLocal(name.text, outer));
}

/** Declared by a function around it, and not by the module. */
function isLocal(name: string, node: ts.Node): boolean {
  for (let at = functionAround(node); !ts.isSourceFile(at); at = functionAround(at)) {
    if (bindingsBetween(at, at.getStart(), at.end).has(name)) return true;
  }
  return false;
}

const isValueName = (node: ts.Node): node is ts.Identifier => ts.isIdentifier(node) && !isMemberName(node);

function tokensOf(call: ts.CallExpression, site: AcquireSite): ts.Node[] {
  const key = site.keyArgument === undefined ? undefined : call.arguments[site.keyArgument];
  const tokens: ts.Node[] = [];
  for (const part of [call.expression, ...(key ? [key] : [])]) walk(part, (node) => { if (node.getChildCount() === 0) tokens.push(node); });
  return tokens;
}

/** Introduces the two keys in order, and takes first the lock of the first. Which lock guards which statement changes: never a fix. */
export function orderKeys({ outer, inner, names }: Twins, { questions }: Facts): Proposal | undefined {
  const statement = statementAround(outer);
  const scope = functionAround(outer);
  if (!statement || !listAround(statement) || functionAround(statement) !== scope || inner.pos < outer.pos) return undefined;
  const [from, to] = names;
  const of = questions.primitiveOf(from);
  if (!of || questions.primitiveOf(to) !== of || names.some((name) => isAssigned(name.text, scope) || isSorted(name.text, scope) || isDeclaredAfter(name, statement, scope))) return undefined;
  const [first, second] = freshNames(outer);
  if (!first || !second) return undefined;
  const list = `const [${first}, ${second}] = ${inOrder(from.text, to.text, of, questions.checksIndexes())};`;
  return {
    messageId: "order", data: { first: from.text, second: to.text }, proved: false,
    edits: [insert(statement.getStart(), `${list}\n${indentOf(statement)}`), replace(from, first), replace(to, second)],
  };
}

/** What `sort` gives may be undefined where indexes are checked; a choice of two pairs never is. */
const inOrder = (from: string, to: string, of: "string" | "number", checked: boolean): string =>
  checked ? `${from} < ${to} ? [${from}, ${to}] : [${to}, ${from}]` : `[${from}, ${to}].sort(${comparison(of)})`;

function isAssigned(name: string, scope: ts.Node): boolean {
  let assigned = false;
  walk(scope, (node) => { if (assignedIn(node) === name) assigned = true; });
  return assigned;
}

/** `const [low, high] = [from, to].sort()`: no order is better than this one. */
const isSorted = (name: string, scope: ts.Node): boolean => usesOf(name, scope).some(({ parent }) => ts.isBindingElement(parent)
  && ts.isVariableDeclaration(parent.parent.parent) && /\.(?:sort|toSorted)\(|\?|\bMath\.(?:min|max)\b/.test(parent.parent.parent.initializer?.getText() ?? ""));

/** Both keys must be there before the first lock is asked for. */
function isDeclaredAfter(name: ts.Identifier, statement: ts.Statement, scope: ts.Node): boolean {
  return usesOf(name.text, scope).some((use) => use.getStart() >= statement.getStart()
    && (ts.isVariableDeclaration(use.parent) || ts.isBindingElement(use.parent) || ts.isParameter(use.parent)) && use.parent.name === use);
}

function freshNames(node: ts.Node): readonly [string, string] | readonly [] {
  const source = node.getSourceFile();
  const isFree = (name: string): boolean => usesOf(name, source).length === 0;
  return ([["first", "second"], ["lower", "upper"], ["firstKey", "secondKey"]] as const).find((pair) => pair.every(isFree)) ?? [];
}
