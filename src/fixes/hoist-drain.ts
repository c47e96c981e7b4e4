import ts = require("typescript");

import type { Finding, Repair } from "../hazards/finding.js";
import type { Place } from "../summaries/events.js";
import type { Facts, Proposal } from "./edits.js";
import { prints } from "./prints.js";
import { awaitTogether } from "./read-together.js";
import { startTogether, type Together, waitsEachRound } from "./start-together.js";
import { assignedIn, freshName, functionAround, has, indentOf, indentUnit, intersects, isPlain, namesBoundBy, namesIn, nodeAt, nodeOf, usesOf, walk } from "./syntax.js";

type Hoist = Extract<Repair, { kind: "hoist" }>;

/** Statements that become a task of their own. */
interface Part {
  readonly statements: readonly ts.Statement[];
  readonly start: number;
  readonly end: number;
}

/**
 * Starts what reads as a task before the first send, makes the sends a task as well, and waits for both. Who fails wakes the other
 * where the ends of the stream are at hand, so that its own error comes out and nobody is left waiting.
 */
export function hoistDrain(repair: Hoist, { place }: Finding, facts: Facts): Proposal | undefined {
  const parts = partsOf(repair);
  if (!parts || place.file !== repair.send.file) return undefined;
  const { sends, drain, before } = parts;
  const [only, ...more] = drain.statements, [first, ...between] = sends.statements;
  if (only && first && more.length === 0 && before.length === 0) {
    if (!waitsEachRound(only)) return moveUp(only, first, sends);
    const together = repair.child && awaitTogether(first, only, between);
    if (together) return together;
  }
  if (!repair.all || stopsEarly(drain) || [sends, drain].some(leavesOrSuspends) || !isResult(drain)) return undefined;
  const around = functionAround(sends.statements[0] as ts.Statement);
  if (bindsForOthers(sends, around)) return undefined;
  const together = startedTogether(repair, drain);
  if (together === "no") return undefined;
  const prelude = before.map((statement) => `${statement.getText()}\n${indentOf(statement)}`).join("");
  const start = Math.min(sends.start, ...before.map((statement) => statement.getStart()));
  return { messageId: "hoist", data: {}, edits: [{ start, end: drain.end, text: prelude + joined(sends, drain, repair, around, together, facts) }], proved: !repair.endless && isIndependent(sends, drain, around) && ![sends, drain].every(({ statements }) => statements.some(prints)) && together?.ordered !== false };
}

/** What starts a reader without waiting for it only has to stand before the sends. */
function moveUp(reader: ts.Statement, first: ts.Statement, sends: Part): Proposal | undefined {
  if (!ts.isExpressionStatement(reader) || intersects(declaredIn(sends.statements), namesIn(reader))) return undefined;
  const text = `${reader.getText()}\n${indentOf(first)}${first.getSourceFile().text.slice(sends.start, sends.end)}`;
  return { messageId: "move", data: {}, edits: [{ start: sends.start, end: reader.end, text }], proved: !intersects(changedIn(sends), namesIn(reader)) };
}

/** Readers that start one after another leave all but the first without one; a loop that is written elsewhere isn't changed. */
function startedTogether({ round }: Hoist, { statements }: Part): Together | "no" | undefined {
  const loop = round && nodeOf(round);
  if (!loop) return undefined;
  if (!statements.some((statement) => contains(statement, loop))) return "no";
  return waitsEachRound(loop) ? startTogether(loop) ?? "no" : undefined;
}

/**
 * The statements from the first send on, and those that read, in the list of statements that holds both. Variables that only get a
 * first value among them can have it before.
 */
function partsOf({ send, drain }: Hoist): { sends: Part; drain: Part; before: readonly ts.Statement[] } | undefined {
  const first = nodeOfPlace(send), last = nodeOfPlace(drain);
  if (!first || !last) return undefined;
  const list = commonList(first, last);
  const from = list?.findIndex((statement) => contains(statement, first)) ?? -1, to = list?.findIndex((statement) => contains(statement, last)) ?? -1;
  if (!list || from < 0 || to <= from) return undefined;
  const early = trailing(list.slice(from, to), isInitialisation);
  const before = list.slice(to - early, to);
  const between = list.slice(from, to - early);
  const preparing = between.length - trailing(between, (statement, after) => isPreparation(statement, [...after, list[to] as ts.Statement], list.slice(to + 1)));
  const sends = between.slice(0, preparing), reads = [...between.slice(preparing), ...list.slice(to, to + 1)];
  const [next = list[to]] = before;
  return sends.length > 0 && (before.length === 0 || preparing === between.length) && next ? { sends: partOf(sends), drain: partOf(reads), before } : undefined;
}

const nodeOfPlace = ({ body, span }: Place): ts.Node | undefined => nodeAt(nodeOf(body.ticket), span);
const contains = (outer: ts.Node, inner: ts.Node): boolean => outer.pos <= inner.pos && inner.end <= outer.end;

function commonList(a: ts.Node, b: ts.Node): readonly ts.Statement[] | undefined {
  for (let at: ts.Node | undefined = a; at; at = at.parent as ts.Node | undefined) {
    if ((ts.isBlock(at) || ts.isSourceFile(at)) && contains(at, b)) return at.statements;
    if (ts.isFunctionLike(at) && !contains(at, b)) return undefined;
  }
  return undefined;
}

/** How many items at the end of a list pass a test that also sees what comes after them. */
function trailing<T>(items: readonly T[], test: (item: T, after: readonly T[]) => boolean): number {
  let count = 0;
  for (let index = items.length - 1; index >= 0 && test(items[index] as T, items.slice(index + 1)); index--) count++;
  return count;
}

/** `let size = 0`, `const all = []`: nothing else has a part in it. */
function isInitialisation(statement: ts.Statement): boolean {
  return ts.isVariableStatement(statement) && statement.declarationList.declarations.every(({ name, initializer }) => ts.isIdentifier(name) && (!initializer || isFirstValue(initializer)));
}

function isFirstValue(node: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0;
  if (ts.isNewExpression(node)) return ts.isIdentifier(node.expression) && /^(?:Map|Set|Array)$/.test(node.expression.text) && !node.arguments?.length;
  return ts.isNumericLiteral(node) || ts.isStringLiteralLike(node) || node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
}

/** Names something for the reader only: `const reader = readable.getReader()`. */
function isPreparation(statement: ts.Statement, users: readonly ts.Statement[], others: readonly ts.Statement[]): boolean {
  if (!ts.isVariableStatement(statement) || has(statement, ts.isAwaitExpression)) return false;
  const names = [...declaredIn([statement])];
  return names.every((name) => users.some((user) => usesOf(name, user).length > 0) && others.every((other) => usesOf(name, other).length === 0));
}

/** With the comment that follows on the last line, which is of the same statement. */
function partOf(statements: readonly ts.Statement[]): Part {
  const first = statements[0] as ts.Statement, last = statements.at(-1) as ts.Statement;
  const comments = ts.getTrailingCommentRanges(first.getSourceFile().text, last.end) ?? [];
  return { statements, start: first.getStart(), end: comments.at(-1)?.end ?? last.end };
}

/** A reader that stops before the end leaves the sends waiting, or makes them fail. */
const stopsEarly = ({ statements }: Part): boolean => statements.some((statement) => has(statement, (node) => ts.isBreakStatement(node) && isInForAwait(node)));

function isInForAwait(node: ts.Node): boolean {
  for (let at = node.parent; !ts.isFunctionLike(at) && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isSwitchStatement(at)) return false;
    if (ts.isIterationStatement(at, false)) return ts.isForOfStatement(at) && at.awaitModifier !== undefined;
  }
  return false;
}

const USING: number = ts.NodeFlags.Using;

/** Something in there would not mean the same inside of a function. A last `return` gives the result of the reader. */
function leavesOrSuspends({ statements }: Part): boolean {
  const last = statements.at(-1);
  return statements.some((statement) => {
    const inside = (node: ts.Node): boolean => {
      if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
      if (ts.isYieldExpression(node) || ts.isLabeledStatement(node)) return true;
      if (ts.isReturnStatement(node)) return node !== last;
      if (ts.isBreakOrContinueStatement(node)) return node.label !== undefined || !isLoopInside(node, statement);
      if (ts.isVariableDeclarationList(node) && (node.flags & USING) !== 0) return true;
      return ts.forEachChild(node, inside) ?? false;
    };
    return ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || inside(statement);
  });
}

function isLoopInside(node: ts.Node, root: ts.Node): boolean {
  for (let at = node.parent; at !== root.parent; at = at.parent) {
    if (ts.isIterationStatement(at, false) || (ts.isSwitchStatement(at) && ts.isBreakStatement(node))) return true;
  }
  return false;
}

/** What the reader's last statement gives to those after it must be one value: `const all = await …`, `return …`, or nothing. */
function isResult({ statements }: Part): boolean {
  const last = statements.at(-1);
  if (!last || !ts.isVariableStatement(last)) return true;
  const [only, ...others] = last.declarationList.declarations;
  return only?.initializer !== undefined && others.length === 0;
}

const declaredIn = (statements: readonly ts.Statement[]): Set<string> =>
  new Set(statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => declarationList.declarations.flatMap(({ name }) => namesBoundBy(name))));

/** Variables that are declared among the sends and used elsewhere can't move into a function. */
function bindsForOthers(part: Part, around: ts.Node): boolean {
  return [...declaredIn(part.statements)].some((name) => usesOf(name, around).some((use) => use.pos < part.start - 1 || use.end > part.end));
}

/** Neither side uses a variable that the other one changes, and what they change is known to need no narrowing. */
function isIndependent(sends: Part, drain: Part, around: ts.Node): boolean {
  const changed = [sends, drain].map(changedIn);
  const used = [sends, drain].map(({ statements }) => new Set(statements.flatMap((statement) => [...namesIn(statement)])));
  const [bySends = new Set<string>(), byDrain = new Set<string>()] = changed, [inSends = new Set<string>(), inDrain = new Set<string>()] = used;
  if (intersects(bySends, inDrain) || intersects(byDrain, inSends)) return false;
  return [...bySends, ...byDrain].every((name) => isPlainCounter(name, around) || isMutatedOnly(name, [sends, drain]));
}

const MUTATING = new Set(["push", "unshift", "splice", "set", "add", "delete", "clear", "pop", "shift", "sort", "append"]);

/** Names that are assigned, or whose objects are changed by a method that is known to do so, and that stand for something outside. */
function changedIn({ statements }: Part): Set<string> {
  const own = boundIn(statements), names = new Set<string>();
  for (const statement of statements) {
    walk(statement, (node) => {
      const assigned = assignedIn(node);
      if (assigned !== undefined) names.add(assigned);
      const owner = ownerAssignedIn(node);
      if (owner !== undefined) names.add(owner);
      if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && MUTATING.has(node.name.text) && ts.isCallExpression(node.parent)) names.add(node.expression.text);
    });
  }
  return new Set([...names].filter((name) => !own.has(name)));
}

/** Names that are declared anywhere inside. */
function boundIn(statements: readonly ts.Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    walk(statement, (node) => {
      if ((ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) && ts.isIdentifier(node.name)) names.add(node.name.text);
    });
  }
  return names;
}

/** `state` in `state.done = true`. */
function ownerAssignedIn(node: ts.Node): string | undefined {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind < ts.SyntaxKind.FirstAssignment || node.operatorToken.kind > ts.SyntaxKind.LastAssignment) return undefined;
  let at: ts.Expression = node.left;
  if (!ts.isPropertyAccessExpression(at) && !ts.isElementAccessExpression(at)) return undefined;
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at) || ts.isNonNullExpression(at)) at = at.expression;
  return ts.isIdentifier(at) ? at.text : at.kind === ts.SyntaxKind.ThisKeyword ? "this" : undefined;
}

const isMutatedOnly = (name: string, parts: readonly Part[]): boolean =>
  parts.every(({ statements }) => statements.every((statement) => !has(statement, (node) => assignedIn(node) === name)));

/** `let size = 0`: what it is before the assignment doesn't make its type any narrower. */
function isPlainCounter(name: string, around: ts.Node): boolean {
  return has(around, (node) => ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name && !node.type && node.initializer !== undefined
    && (ts.isNumericLiteral(node.initializer) || ts.isStringLiteralLike(node.initializer)));
}

function joined(sends: Part, drain: Part, repair: Hoist, around: ts.Node, together: Together | undefined, facts: Facts): string {
  const first = sends.statements[0] as ts.Statement;
  const names = freshNames(around, repair), indent = indentOf(first), unit = indentUnit(first);
  const taken = resultOf(drain);
  const ends = repair.web ? endsOf(sends, drain, facts) : undefined;
  const line = (text: string): string => `${indent}${text}`;
  const tasks = `[${names.drain}(), ${names.send}()]`;
  const head = [
    `const ${names.drain} = ${task(drain, taken?.text, ends && [`if (!${ends.readable}.locked) void ${ends.readable}.cancel(error).catch(() => {});`], indent, unit, together)};`,
    line(`const ${names.send} = ${task(sends, undefined, ends && [`void ${ends.writer}.abort(error).catch(() => {});`], indent, unit)};`),
  ];
  if (!ends) return [...head, line(`${taken ? `const [${names.drained}] = ` : ""}await Promise.all(${tasks});`), ...(taken ? [line(taken.use(names.drained))] : [])].join("\n");
  return [
    ...head,
    line(`const [${names.drained}, ${names.sent}] = await Promise.allSettled(${tasks});`),
    line(`if (${names.drained}.status === "rejected") throw ${names.drained}.reason;`),
    line(`if (${names.sent}.status === "rejected") throw ${names.sent}.reason;`),
    ...(taken ? [line(taken.use(`${names.drained}.value`))] : []),
  ].join("\n");
}

/** The value of the last statement, and how it is used after both tasks have ended. */
function resultOf({ statements }: Part): { text: string; use: (value: string) => string } | undefined {
  const last = statements.at(-1);
  if (last && ts.isReturnStatement(last)) return last.expression && { text: last.expression.getText(), use: (value) => `return ${value};` };
  if (!last || !ts.isVariableStatement(last)) return undefined;
  const [declaration] = last.declarationList.declarations;
  if (!declaration?.initializer) return undefined;
  const { initializer } = declaration;
  const start = last.getStart(), text = last.getText();
  return { text: initializer.getText(), use: (value) => text.slice(0, initializer.getStart() - start) + value + text.slice(initializer.end - start) };
}

/** `async () => { … }`, with what is to be done when it fails. */
function task({ statements, start, end }: Part, result: string | undefined, onError: readonly string[] | undefined, indent: string, unit: string, together?: Together): string {
  const { text } = statements[0]?.getSourceFile() ?? { text: "" };
  const last = statements.at(-1) as ts.Statement;
  const upTo = (from: number, to: number): string => together && contains(last.parent, together.loop) && from <= together.loop.getStart() && together.loop.end <= to
    ? text.slice(from, together.loop.getStart()) + together.text + text.slice(together.loop.end, to) : text.slice(from, to);
  const whole = result === undefined ? upTo(start, end) : `${upTo(start, last.getStart())}return ${result};${text.slice(last.end, end)}`;
  const inner = indent + unit;
  const body = (by: string): string => indented(whole, by);
  if (!onError) return `async () => {\n${inner}${body(unit)}\n${indent}}`;
  return `async () => {\n${inner}try {\n${inner}${unit}${body(unit + unit)}\n${inner}} catch (error) {\n${onError.map((each) => `${inner}${unit}${each}\n`).join("")}${inner}${unit}throw error;\n${inner}}\n${indent}}`;
}

/** Lines of template literals mean what they say. */
const indented = (text: string, by: string): string => (text.includes("`") ? text : text.replaceAll(/\n(?=[^\n])/g, `\n${by}`));

/** The two ends, where each side mentions just one and both stand before the first send. */
function endsOf(sends: Part, drain: Part, { questions }: Facts): { readable: string; writer: string } | undefined {
  const inner = boundIn([...sends.statements, ...drain.statements]);
  const only = ({ statements }: Part, members: readonly string[]): string | undefined => {
    const found = new Set<string>();
    for (const statement of statements) {
      walk(statement, (node) => {
        if (!ts.isExpression(node) || !isPlain(node) || ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) return;
        if (members.every((member) => questions.hasMember(node, member))) found.add(node.getText());
      });
    }
    const [first, ...others] = found;
    return first !== undefined && others.length === 0 && !inner.has(first.replace(/\..*$/, "")) ? first : undefined;
  };
  const readable = only(drain, ["locked", "getReader"]), writer = only(sends, ["abort", "ready", "releaseLock"]);
  return readable !== undefined && writer !== undefined ? { readable, writer } : undefined;
}

function freshNames(around: ts.Node, { child }: Hoist): { drain: string; send: string; drained: string; sent: string } {
  const fresh = (name: string): string => freshName(name, "Task", around.getSourceFile());
  return { drain: fresh(child ? "read" : "drain"), send: fresh(child ? "finish" : "send"), drained: fresh("drained"), sent: fresh("sent") };
}
