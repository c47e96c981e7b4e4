import ts = require("typescript");

import { swap } from "./edits.js";
import type { Exchange } from "./exchange-runs.js";
import type { Grant } from "./grants.js";
import { isQuiet } from "./quiet.js";
import { bindingsBetween, functionAround, intersects, isMemberName, isPlain, listAround, namesIn, usesOf, walk } from "./syntax.js";

/** Exchanges the statements that take two locks, and those that give them back. */
export function exchangeAcquires(outer: Grant, inner: Grant): Exchange | undefined {
  if (!isNested(outer, inner) || !canMove(outer, inner) || !usedWithin(outer, inner) || !usedWithin(inner, inner)) return undefined;
  if (!standsAlone(outer, inner)) return undefined;
  const edits = [...swap(outer.statement, inner.statement), ...swap(outer.release, inner.release)];
  return edits.length === 0 ? undefined : { edits, proved: [outer, inner].every(hasPlainCall) && argumentsOf(outer) === argumentsOf(inner) };
}

/** Both in one function, neither in a branch or loop of the other, last taken first given back. */
export function isNested(outer: Grant, inner: Grant): boolean {
  if (functionAround(outer.statement) !== functionAround(inner.statement)) return false;
  const { parent } = inner.statement;
  if (parent !== outer.statement.parent && parent !== outer.guard?.tryBlock) return false;
  return outer.statement.end <= inner.statement.getStart() && inner.release.end <= outer.release.getStart();
}

/** Names must mean at the one place what they mean at the other, and no new name may meet an old one. */
export function canMove(outer: Grant, inner: Grant): boolean {
  const scope = functionAround(outer.statement);
  const between = bindingsBetween(scope, outer.statement.getStart(), inner.statement.getStart());
  for (const name of outer.names) between.add(name);
  const own = new Set([...namesIn(outer.call), ...namesIn(inner.call)]);
  if (intersects(between, own)) return false;
  const names = [...outer.names, ...inner.names].filter((name) => !(outer.names.includes(name) && inner.names.includes(name)));
  return names.every((name) => declarationsOf(name, scope) === 1);
}

function declarationsOf(name: string, scope: ts.Node): number {
  let count = 0;
  walk(scope, (node) => {
    if ((ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isParameter(node) || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node))
      && node.name && ts.isIdentifier(node.name) && node.name.text === name) count++;
  });
  return count;
}

/** What the lock gave is used for the release, and otherwise only where both locks are held before and after. */
function usedWithin(grant: Grant, inner: Grant): boolean {
  const scope = functionAround(grant.statement);
  const inside = (node: ts.Node, { statement, release }: { statement: ts.Node; release: ts.Node }): boolean => node.getStart() >= statement.end && node.end <= release.getStart();
  return grant.names.every((name) => usesOf(name, scope).every((use) => {
    if (isIn(use, grant.statement) || isIn(use, grant.release)) return true;
    const called = ts.isCallExpression(use.parent) && use.parent.expression === use;
    const released = ts.isPropertyAccessExpression(use.parent) && /^(?:release|unlock|destroy|close|end)/i.test(use.parent.name.text);
    return isMemberName(use) || (grant !== inner && inner.names.includes(name)) || (inside(use, inner) && !called && !released);
  }));
}

const isIn = (node: ts.Node, area: ts.Node): boolean => node.pos >= area.pos && node.end <= area.end;

/** Between the two requests time passes, and nothing else; between the two releases nothing at all. */
function standsAlone(outer: Grant, inner: Grant): boolean {
  const own = listAround(inner.statement) ?? [], start = own.indexOf(inner.statement);
  const end = own.indexOf(inner.guard ?? inner.release);
  if (!onlyReleases(inner) || !own.slice(start + 1, inner.guard ? end : start + 1).every(isQuiet)) return false;
  if (!outer.guard) {
    return own.slice(own.indexOf(outer.statement) + 1, start).every(isQuiet) && own[end + 1] === outer.release;
  }
  const list = listAround(outer.statement) ?? [];
  const before = list.slice(list.indexOf(outer.statement) + 1, list.indexOf(outer.guard));
  if (inner.statement.parent !== outer.guard.tryBlock) return false;
  return onlyReleases(outer) && before.every(isQuiet) && own.slice(0, start).every(isQuiet) && end === own.length - 1;
}

const onlyReleases = ({ guard }: Grant): boolean => !guard || (!guard.catchClause && guard.finallyBlock?.statements.length === 1);

const argumentsOf = ({ call }: Grant): string => call.arguments.map((argument) => argument.getText()).join();

function hasPlainCall({ call }: Grant): boolean {
  const { expression } = call;
  return isPlain(expression) && call.arguments.every((argument) => isPlain(argument) || ts.isObjectLiteralExpression(argument));
}
