import ts = require("typescript");

import type { AcquireSite, Place } from "../summaries/events.js";
import { type Facts, type Proposal, replace } from "./edits.js";
import { isQuiet } from "./quiet.js";
import { innermost, intersects, isCallback, isPlain, namesIn, nodeAt, nodeOf, usesOf, walk } from "./syntax.js";

type Sortable = "string" | "number";

/** Sorts the keys before their locks are taken one by one, so that every caller takes them in one order. */
export function sortKeys(site: AcquireSite, place: Place, facts: Facts): Proposal | undefined {
  const call = site.call && nodeOf(site.call.ticket);
  if (site.keysInOrder && site.keyArgument !== undefined) {
    return call && ts.isCallExpression(call) && call.getSourceFile().fileName === place.file ? sortArgument(call.arguments[site.keyArgument], facts) : undefined;
  }
  // The loop is where the report stands: the request itself may be in a function that it calls.
  const at = nodeAt(nodeOf(place.body.ticket), place.span);
  return at && ts.isCallExpression(at) ? sortLoop(at, facts) : undefined;
}

const propose = (list: ts.Expression, of: Sortable, proved: boolean, facts: Facts): Proposal =>
  ({ messageId: "sort", data: { keys: short(list) }, edits: [replace(list, sorted(list, of, facts))], proved });

const short = (list: ts.Expression): string => {
  const text = list.getText();
  return text.length > 30 || text.includes("\n") ? "keys" : text;
};

/** The names and numbers compare as JavaScript compares them unless told otherwise: numbers as text. */
export const comparison = (of: Sortable): string => (of === "number" ? "(a, b) => a - b" : "");

function sorted(list: ts.Expression, of: Sortable, { questions }: Facts): string {
  const text = list.getText();
  if (ts.isArrayLiteralExpression(list)) return `${text}.sort(${comparison(of)})`;
  if (!questions.hasMember(list, "toSorted")) return `[...${text}].sort(${comparison(of)})`;
  return `${ts.isLeftHandSideExpression(list) ? text : `(${text})`}.toSorted(${comparison(of)})`;
}

/** `lock.acquire([from, to], …)`: the order of the array is used for nothing else. */
function sortArgument(keys: ts.Expression | undefined, facts: Facts): Proposal | undefined {
  const of = keys && facts.questions.elementOf(keys);
  if (!of || isSorted(keys)) return undefined;
  return propose(keys, of, true, facts);
}

const isSorted = (list: ts.Expression): boolean => /\.(?:toSorted|sort)\([^()]*\)$/.test(list.getText());

function sortLoop(call: ts.CallExpression, facts: Facts): Proposal | undefined {
  for (let at: ts.Node = call; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isForOfStatement(at) && takesByKey(at, call)) return sortForOf(at, call, facts);
    if (isCallback(at) && ts.isCallExpression(at.parent)) return sortMap(at.parent, at, facts);
    if (ts.isFunctionLike(at)) return undefined;
  }
  return undefined;
}

/** Does it depend on the loop's key which lock is taken? */
function takesByKey(loop: ts.ForOfStatement, call: ts.CallExpression): boolean {
  const keys = new Set(namesIn(loop.initializer));
  walk(loop.statement, (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer && ts.isIdentifier(node.name) && intersects(namesIn(node.initializer), keys)) keys.add(node.name.text);
  });
  const parts = [call.expression, ...call.arguments.filter((argument) => !isCallback(argument))];
  return parts.some((part) => intersects(namesIn(part), keys));
}

function sortForOf(loop: ts.ForOfStatement, call: ts.CallExpression, facts: Facts): Proposal | undefined {
  if (loop.awaitModifier || !ts.isVariableDeclarationList(loop.initializer) || isSorted(loop.expression)) return undefined;
  const name = loop.initializer.declarations[0]?.name;
  const of = name && ts.isIdentifier(name) ? facts.questions.primitiveOf(name) : undefined;
  return of && propose(loop.expression, of, onlyTakesLocks(loop.statement, call), facts);
}

/** `Promise.all(keys.map(async (key) => …))`: the results come in the order of the keys, so somebody must look at them. */
function sortMap(map: ts.CallExpression, callback: ts.Node, facts: Facts): Proposal | undefined {
  if (!ts.isPropertyAccessExpression(map.expression) || map.expression.name.text !== "map" || map.arguments[0] !== callback) return undefined;
  const list = map.expression.expression;
  const of = facts.questions.elementOf(list);
  return of && !isSorted(list) ? propose(list, of, false, facts) : undefined;
}

/** Statements whose order over the keys nobody can tell: look a lock up, take it, keep its releaser, wait. */
function onlyTakesLocks(body: ts.Statement, call: ts.CallExpression): boolean {
  const statements = ts.isBlock(body) ? body.statements : [body];
  const releasers = new Set<string>();
  return statements.every((statement) => takesLock(statement, call, releasers));
}

function takesLock(statement: ts.Statement, call: ts.CallExpression, releasers: Set<string>): boolean {
  if (isQuiet(statement)) return true;
  if (ts.isIfStatement(statement)) return !statement.elseStatement && isPlain(statement.expression) && onlyTakesLocks(statement.thenStatement, call);
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.every(({ initializer, name }) => {
      if (!initializer) return false;
      const takes = innermost(initializer) === call;
      if (takes && ts.isIdentifier(name)) releasers.add(name.text);
      return takes || isPlain(initializer);
    });
  }
  if (!ts.isExpressionStatement(statement)) return false;
  const value = innermost(statement.expression);
  return value === call || keepsReleaser(value, call, releasers);
}

/** `releases.push(await lock.acquire())`, where the list is used for nothing but the releases. */
function keepsReleaser(value: ts.Expression, call: ts.CallExpression, releasers: ReadonlySet<string>): boolean {
  if (!ts.isCallExpression(value) || !ts.isPropertyAccessExpression(value.expression) || !/^(?:push|unshift|add)$/.test(value.expression.name.text)) return false;
  const list = value.expression.expression;
  const kept = value.arguments.every((argument) => innermost(argument) === call || (ts.isIdentifier(argument) && releasers.has(argument.text)));
  return kept && ts.isIdentifier(list) && usesOf(list.text, list.getSourceFile()).every(isListOfReleasers);
}

function isListOfReleasers(use: ts.Identifier): boolean {
  const { parent } = use;
  if (ts.isVariableDeclaration(parent) && parent.name === use) return true;
  if (ts.isForOfStatement(parent) && parent.expression === use) return callsOnly(parent);
  return ts.isPropertyAccessExpression(parent) && /^(?:push|unshift|add|reverse|length|toReversed)$/.test(parent.name.text);
}

/** `for (const release of releases) release();` */
function callsOnly(loop: ts.ForOfStatement): boolean {
  let others = false;
  walk(loop.statement, (node) => { if (ts.isCallExpression(node) && node.arguments.length > 0) others = true; });
  return !others;
}
