import ts = require("typescript");

import type { Edit, Proposal } from "./edits.js";
import { intersects, namesIn } from "./syntax.js";

/** `const NAME = await WORK`, `(await WORK) as TYPE`, or `await WORK` alone. */
interface Awaited {
  readonly statement: ts.Statement;
  readonly name: ts.BindingName | undefined;
  readonly work: string;
}

/**
 * Two statements that wait, one after the other, wait for both at once; what stands between them comes after both. Only a wait for an
 * event joins them: it would listen too late.
 */
export function awaitTogether(first: ts.Statement, second: ts.Statement, between: readonly ts.Statement[]): Proposal | undefined {
  const listening = between.filter(listens);
  const joined = [first, ...listening, second], waits = joined.map(awaited).filter((wait) => wait !== undefined);
  const bound = new Set([first, ...between].flatMap((statement) => [...boundNames(statement)]));
  if (waits.length < joined.length || joined.slice(1).some((statement) => intersects(new Set([...bound].filter((name) => !boundNames(statement).has(name))), namesIn(statement)))) return undefined;
  const names = waits.map(({ name }) => name?.getText() ?? "").join(", ").replace(/(?:, )+$/, "");
  const edits: Edit[] = [
    { start: first.getStart(), end: first.end, text: `${names === "" ? "" : `const [${names}] = `}await Promise.all([${waits.map(({ work }) => work).join(", ")}]);` },
    ...joined.slice(1).map((statement) => ({ start: startOfLine(statement), end: statement.end, text: "" })),
  ];
  return { messageId: "together", data: {}, edits, proved: between.every((statement) => listening.includes(statement) || !hasEffectOn(statement, second)) };
}

/** `await once(child, "exit")`, with or without a name for what it gives. */
const listens = (statement: ts.Statement): boolean => /^(?:\w+\.)?once\(/.test(awaited(statement)?.work ?? "");

function awaited(statement: ts.Statement): Awaited | undefined {
  if (ts.isExpressionStatement(statement)) {
    return ts.isAwaitExpression(statement.expression) ? { statement, name: undefined, work: statement.expression.expression.getText() } : undefined;
  }
  if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const)) return undefined;
  const [only, ...others] = statement.declarationList.declarations;
  if (!only?.initializer || only.type || others.length > 0) return undefined;
  const work = workOf(only.initializer);
  return work === undefined ? undefined : { statement, name: only.name, work };
}

function workOf(node: ts.Expression): string | undefined {
  if (ts.isParenthesizedExpression(node)) return workOf(node.expression);
  if (ts.isAwaitExpression(node)) return node.expression.getText();
  if (!ts.isAsExpression(node)) return undefined;
  const work = workOf(node.expression);
  return work === undefined ? undefined : `${work} as Promise<${node.type.getText()}>`;
}

const boundNames = (statement: ts.Statement): Set<string> =>
  new Set(ts.isVariableStatement(statement) ? statement.declarationList.declarations.flatMap(({ name }) => [...namesIn(name)]) : []);

/** It assigns something that the other one uses, or may leave the function before it. */
function hasEffectOn(statement: ts.Statement, other: ts.Statement): boolean {
  const used = namesIn(other);
  const visit = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node) || ts.isYieldExpression(node)) return true;
    if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
      && intersects(namesIn(node.left), used)) return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(statement);
}

/** With the line break before it, so that no empty line is left. */
function startOfLine(statement: ts.Statement): number {
  const { text } = statement.getSourceFile();
  const start = statement.getStart();
  const space = /\r?\n[\t ]*$/.exec(text.slice(0, start));
  return space ? space.index : start;
}
