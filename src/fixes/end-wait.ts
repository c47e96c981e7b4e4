import ts = require("typescript");

import type { Finding, Repair } from "../hazards/finding.js";
import { type Edit, insert, type Proposal, replace } from "./edits.js";
import { bindingsBetween, hasText, indentOf, innermost, intersects, isPlain, linesOf, listAround, namesIn, nodeAt, nodeOf, statementAround, usesOf } from "./syntax.js";

/** Settles what is waited for before the wait, or listens before the event is emitted; else the wait itself can go. */
export function endWait({ place, settle, isEvent, mayDrop }: Extract<Repair, { kind: "wait" }>, { messageId }: Finding): Proposal | undefined {
  const source = nodeOf(place.body.ticket).getSourceFile();
  const wait = nodeAt(source, place.span);
  const statement = wait && statementAround(wait);
  if (!wait || !statement || !ts.isAwaitExpression(wait)) return undefined;
  const later = settle?.file === place.file ? nodeAt(source, settle.span) : undefined;
  if (later) return isEvent ? emitAfterListening(wait, statement, later) : settleFirst(statement, later);
  if (messageId === "event") return listenFirst(wait, statement);
  return mayDrop ? drop(wait, statement) : undefined;
}

/** A statement of its own in the same list further down, which needs nothing of what comes in between. */
function movable(statement: ts.Statement, later: ts.Node): ts.Statement | undefined {
  const other = statementAround(later), list = listAround(statement);
  if (!other || !list?.includes(other) || list.indexOf(other) <= list.indexOf(statement)) return undefined;
  if (!ts.isExpressionStatement(other) || innermost(other.expression) !== later || !ts.isCallExpression(later)) return undefined;
  const changed = bindingsBetween(statement.parent, statement.getStart(), other.getStart());
  return later.arguments.every(isPlain) && !intersects(namesIn(later), changed) ? other : undefined;
}

/** Takes a statement out with its line; `undefined` where a comment would go with it. */
function removal(statement: ts.Statement): Edit | undefined {
  const lines = linesOf(statement.getSourceFile(), statement.getStart(), statement.end);
  return lines && !hasText(statement, statement.getFullStart(), statement.getStart()) ? { ...lines, text: "" } : undefined;
}

function settleFirst(statement: ts.Statement, later: ts.Node): Proposal | undefined {
  const moved = movable(statement, later), gone = moved && removal(moved);
  if (!gone) return undefined;
  return { messageId: "settle", data: {}, edits: [insert(statement.getStart(), `${moved.getText()}\n${indentOf(statement)}`), gone], proved: true };
}

/** `const done = once(…); emit(…); await done;` */
function emitAfterListening(wait: ts.AwaitExpression, statement: ts.Statement, later: ts.Node): Proposal | undefined {
  const moved = movable(statement, later), gone = moved && removal(moved);
  if (!gone) return undefined;
  const name = freeName(statement), indent = indentOf(statement);
  const first = `const ${name} = ${wait.expression.getText()};\n${indent}${moved.getText()}\n${indent}`;
  return { messageId: "listen", data: {}, edits: [insert(statement.getStart(), first), replace(wait.expression, name), gone], proved: true };
}

/** The event is emitted by the statement before, or by the one after: `once` has to come first, and the wait for it last. */
function listenFirst(wait: ts.AwaitExpression, statement: ts.Statement): Proposal | undefined {
  const list = listAround(statement), call = wait.expression;
  if (!list || !ts.isCallExpression(call) || !call.arguments.every(isPlain)) return undefined;
  const at = list.indexOf(statement), before = list[at - 1], next = list[at + 1];
  if (!isAbout(before, call)) return isAbout(next, call) ? unproved(emitAfterListening(wait, statement, innermost(next.expression))) : undefined;
  const name = freeName(statement);
  const edits = [insert(before.getStart(), `const ${name} = ${call.getText()};\n${indentOf(before)}`), replace(call, name)];
  return { messageId: "listen", data: {}, edits, proved: emits(before.expression, call) };
}

const unproved = (proposal: Proposal | undefined): Proposal | undefined => proposal && { ...proposal, proved: false };

/** A call that has to do with the emitter and isn't awaited. */
function isAbout(statement: ts.Statement | undefined, { arguments: [emitter] }: ts.CallExpression): statement is ts.ExpressionStatement {
  if (!statement || !ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression) || !emitter) return false;
  return intersects(namesIn(statement.expression), namesIn(emitter));
}

function emits(node: ts.Expression, { arguments: [emitter, event] }: ts.CallExpression): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression) || node.expression.name.text !== "emit") return false;
  return node.expression.expression.getText() === emitter?.getText() && node.arguments[0]?.getText() === event?.getText();
}

const NAMES = ["happened", "event", "occurred", "eventHappened"];

function freeName(statement: ts.Statement): string {
  const source = statement.getSourceFile();
  return NAMES.find((name) => usesOf(name, source).length === 0) ?? "eventThatHappened";
}

/** Only what nobody takes the result of can be left to itself. */
function drop(wait: ts.AwaitExpression, statement: ts.Statement): Proposal | undefined {
  if (!ts.isExpressionStatement(statement) || innermost(statement.expression) !== innermost(wait)) return undefined;
  return { messageId: "drop", data: {}, edits: [{ start: wait.getStart(), end: wait.expression.getStart(), text: "void " }], proved: false };
}
