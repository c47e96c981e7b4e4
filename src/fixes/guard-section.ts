import ts = require("typescript");

import type { Finding, Repair } from "../hazards/finding.js";
import type { Place } from "../summaries/events.js";
import type { Edit, Facts, Proposal } from "./edits.js";
import { boundBy, type Bound, isReleaseOf } from "./grants.js";
import { guardedText } from "./guarded-text.js";
import { functionAround, listAround, nodeAt, nodeOf, outermost, usesOf, walk } from "./syntax.js";

type Guard = Extract<Repair, { kind: "guard" }>;

/** Statements of one list that shall stand in a `try`, and the statements in there that give back by themselves. */
interface Region {
  readonly statements: readonly ts.Statement[];
  readonly releases: readonly ts.Statement[];
  readonly proved: boolean;
}

/** A `try` around the rest of the section, whose `finally` gives back what was taken. */
export function guardSection(repair: Guard, finding: Finding, facts: Facts): Proposal | undefined {
  const call = nodeOfPlace(finding.place);
  if (!call || !ts.isCallExpression(call)) return undefined;
  const whenSettled = settling(nodeOfPlace(repair.exit));
  if (whenSettled) return { messageId: "settled", data: {}, edits: [whenSettled], proved: false };
  const bound = isAwaited(call) ? boundBy(outermost(call)) : undefined;
  if (!bound || isChanged(bound)) return undefined;
  const releases = releasesIn(functionAround(bound.statement), call, bound);
  return inFinalizer(repair, releases) ?? (repair.elsewhere ? undoing(bound, call, releases, facts) : undefined)
    ?? (releases.length > 0 ? around(bound, releases, facts) : inCallback(bound, call, facts) ?? atTheEnd(bound, call, repair, facts));
}

export const nodeOfPlace = ({ body, span }: Place): ts.Node | undefined => nodeAt(nodeOf(body.ticket), span);

function isAwaited(call: ts.CallExpression): boolean {
  let at: ts.Node = call.parent;
  while (ts.isParenthesizedExpression(at)) at = at.parent;
  return ts.isAwaitExpression(at);
}

/** A name that is assigned again may stand for something else by then. */
function isChanged({ statement }: Bound): boolean {
  return ts.isVariableStatement(statement) && !(statement.declarationList.flags & ts.NodeFlags.Const);
}

/** What ends a transaction says how it ended: that can't be said for all ways out at once. */
const DECIDES = /\b(?:commit|rollback|abort|end|destroy)\w*\(/i;

function releasesIn(scope: ts.Node, call: ts.CallExpression, { names, statement }: Bound): readonly ts.Statement[] {
  const found: ts.Statement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && node !== scope) return;
    if (node.pos >= statement.end && ts.isStatement(node) && isReleaseOf(node, call, names)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(scope);
  return found;
}

const textOf = (release: ts.Statement): string => release.getText().replace(/;$/, "");

/** They all say the same. */
function commonText(releases: readonly ts.Statement[]): string | undefined {
  const [text, ...others] = new Set(releases.map(textOf));
  return text !== undefined && others.length === 0 && !DECIDES.test(text) ? `${text};` : undefined;
}

/** Something in a `finally` stands before the release there. */
function inFinalizer({ exit }: Guard, releases: readonly ts.Statement[]): Proposal | undefined {
  const failing = nodeOfPlace(exit);
  const release = releases.find((each) => failing && ts.isBlock(each.parent) && ts.isTryStatement(each.parent.parent) && each.parent.parent.finallyBlock === each.parent && contains(each.parent, failing));
  if (!release || !failing || failing.pos > release.pos) return undefined;
  const list = listAround(release) ?? [], before = list.slice(0, list.indexOf(release)), after = list.slice(list.indexOf(release) + 1);
  if (before.length === 0 || after.length > 0 || declares(before, after)) return undefined;
  return { messageId: "guard", data: {}, edits: [guardedText({ statements: before, releases: [], end: release.end }, release.getText())], proved: true };
}

const contains = (outer: ts.Node, inner: ts.Node): boolean => outer.pos <= inner.pos && inner.end <= outer.end;

/** On success somebody else gives it back: only a failure has to. */
function undoing({ statement, names }: Bound, call: ts.CallExpression, releases: readonly ts.Statement[], facts: Facts): Proposal | undefined {
  const list = listAround(statement) ?? [], rest = list.slice(list.indexOf(statement) + 1);
  const text = releases.length === 0 ? releaseText(call, names, "nothing", facts) : undefined;
  if (text === undefined || rest.length === 0 || usesOf("error", functionAround(statement)).length > 0) return undefined;
  return { messageId: "undo", data: {}, edits: [guardedText({ statements: rest, releases: [] }, text, "catch", awaited(rest, facts))], proved: false };
}

/** From the acquire to the last release in the same list; what follows comes along if it waits for nothing. */
function around({ statement }: Bound, releases: readonly ts.Statement[], facts: Facts): Proposal | undefined {
  const list = listAround(statement);
  const text = commonText(releases);
  const region = list && regionOf(list.slice(list.indexOf(statement) + 1), releases, facts);
  if (!region || text === undefined) return undefined;
  return { messageId: "guard", data: {}, edits: [guardedText(region, text, "finally", awaited(region.statements, facts))], proved: region.proved && !leavesOpen(region.statements) };
}

function regionOf(rest: readonly ts.Statement[], releases: readonly ts.Statement[], facts: Facts): Region | undefined {
  const last = rest.findLastIndex((each) => releases.some((release) => contains(each, release)));
  if (last < 0 || !releases.every((release) => rest.some((each) => contains(each, release)) && ts.isBlock(release.parent))) return undefined;
  const inside = rest.slice(0, last + 1), after = rest.slice(last + 1);
  if (!releases.every((release) => endsHere(release, inside, releases, facts))) return undefined;
  if (after.every((each) => isSimple(each, facts))) return { statements: rest, releases, proved: true };
  if (declares(inside, after)) return { statements: rest, releases, proved: false };
  return { statements: inside, releases, proved: true };
}

/** Behind the release nothing waits before the section is left, so that it may as well come last. */
function endsHere(release: ts.Statement, region: readonly ts.Statement[], releases: readonly ts.Statement[], facts: Facts): boolean {
  let at: ts.Node = release;
  while (!region.includes(at as ts.Statement)) {
    if (ts.isStatement(at)) {
      const list = listAround(at) ?? [];
      for (const next of list.slice(list.indexOf(at) + 1)) {
        if (!releases.includes(next) && !isSimple(next, facts)) return false;
        if (isJump(next)) return true;
      }
      if (ts.isIterationStatement(at, false)) return false;
    }
    at = at.parent;
  }
  return !ts.isIterationStatement(at, false) && region.slice(region.indexOf(at as ts.Statement) + 1).every((next) => releases.includes(next) || isSimple(next, facts));
}

/** A transaction that is begun and never rolled back would go back to the pool open, and with it what the next user of the client writes. */
function leavesOpen(statements: readonly ts.Statement[]): boolean {
  const said = new Set<string>();
  for (const statement of statements) walk(statement, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) said.add(node.text);
    else if (ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent)) said.add(node.name.text);
  });
  return [...said].some((text) => BEGINNING.test(text)) && ![...said].some((text) => /^\s*rollback/i.test(text));
}

const BEGINNING = /^\s*(?:begin|start\s*transaction)/i;

const isJump = (node: ts.Node): boolean => ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node);

/** Waits for nothing, whether it is under the lock or not. */
function isSimple(statement: ts.Statement, { questions }: Facts): boolean {
  if (ts.isReturnStatement(statement) && statement.expression && questions.isPromise(statement.expression)) return false;
  let simple = true;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isAwaitExpression(node) || ts.isYieldExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier) || ts.isFunctionDeclaration(node)) simple = false;
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return simple;
}

/** Names that the first statements declare and the others use. */
function declares(statements: readonly ts.Statement[], users: readonly ts.Statement[]): boolean {
  const names = new Set<string>();
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return true;
    if (ts.isVariableStatement(statement)) walk(statement.declarationList, (node) => { if (ts.isIdentifier(node)) names.add(node.text); });
  }
  return [...names].some((name) => users.some((user) => usesOf(name, user).length > 0));
}

/** In a `try` a returned promise must be waited for. */
function awaited(statements: readonly ts.Statement[], { questions }: Facts): readonly Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression && !ts.isAwaitExpression(node.expression) && questions.isPromise(node.expression)) {
      edits.push({ start: node.expression.getStart(), end: node.expression.getStart(), text: "await " });
    }
    ts.forEachChild(node, visit);
  };
  const [first] = statements;
  const whole = first && functionAround(first);
  const isAsync = whole !== undefined && ts.canHaveModifiers(whole) && ts.getModifiers(whole)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  if (isAsync) statements.forEach(visit);
  return edits;
}

/** The release stands in a function that somebody is given to call: there it has to be reached whatever happens. */
function inCallback({ statement, names }: Bound, call: ts.CallExpression, facts: Facts): Proposal | undefined {
  const found: ts.Statement[] = [];
  walk(functionAround(statement), (node) => { if (node.pos >= statement.end && ts.isStatement(node) && isReleaseOf(node, call, names)) found.push(node); });
  const [first] = found, text = commonText(found);
  const callback = first && functionAround(first);
  if (!callback || text === undefined || !(ts.isArrowFunction(callback) || ts.isFunctionExpression(callback)) || !ts.isBlock(callback.body)) return undefined;
  if (found.some((each) => functionAround(each) !== callback)) return undefined;
  const region = regionOf(callback.body.statements, found, facts);
  // Where it does nothing else, what fails is that it isn't called.
  if (callback.body.statements.every((each) => found.includes(each))) return undefined;
  return region && { messageId: "guard", data: {}, edits: [guardedText({ ...region, statements: callback.body.statements }, text, "finally", awaited(region.statements, facts))], proved: region.proved && !leavesOpen(region.statements) };
}

/** Nobody gives it back: to do so at the end is the likeliest, but it is for a reader to say. */
function atTheEnd({ statement, names }: Bound, call: ts.CallExpression, { gives }: Guard, facts: Facts): Proposal | undefined {
  const list = listAround(statement) ?? [], rest = list.slice(list.indexOf(statement) + 1);
  const text = releaseText(call, names, gives, facts);
  if (rest.length === 0 || text === undefined || ts.isSourceFile(statement.parent)) return undefined;
  return { messageId: "guard", data: {}, edits: [guardedText({ statements: rest, releases: [] }, text, "finally", awaited(rest, facts))], proved: false };
}

function releaseText(call: ts.CallExpression, names: readonly string[], gives: Guard["gives"], { questions }: Facts): string | undefined {
  const bound = boundBy(outermost(call))?.statement;
  const name = bound && ts.isVariableStatement(bound) ? bound.declarationList.declarations[0]?.name : undefined;
  if (name && ts.isIdentifier(name)) {
    if (gives === "releaser") return `${name.text}();`;
    if (gives === "handle" && questions.hasMember(name, "release")) return `${name.text}.release();`;
  }
  if (gives === "tuple" && names.length === 2) return `${names[1] ?? ""}();`;
  const receiver = ts.isPropertyAccessExpression(call.expression) ? call.expression.expression : undefined;
  if (!receiver || names.length > 0 || !questions.hasMember(receiver, "release")) return undefined;
  return `${receiver.getText()}.release();`;
}

/** `.then(() => release())` gives back only if all went well. */
function settling(exit: ts.Node | undefined): Edit | undefined {
  const node = exit && ts.isAwaitExpression(exit) ? exit.expression : exit;
  if (!node || !ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression) || node.expression.name.text !== "then") return undefined;
  const [callback, ...others] = node.arguments;
  if (!callback || others.length > 0 || !ts.isArrowFunction(callback) || callback.parameters.length > 0) return undefined;
  const { body } = callback;
  const [only, ...more] = ts.isBlock(body) ? body.statements : [];
  const work = ts.isBlock(body) ? (only && more.length === 0 && ts.isExpressionStatement(only) ? only.expression : undefined) : body;
  return work && ts.isCallExpression(work) ? { start: node.expression.name.getStart(), end: node.expression.name.end, text: "finally" } : undefined;
}

