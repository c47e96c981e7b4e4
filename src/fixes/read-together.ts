import ts = require("typescript");

import type { Edit, Proposal } from "./edits.js";
import { intersects, namesIn } from "./syntax.js";

/** `const NAME = await WORK`, `(await WORK) as TYPE`, or `await WORK` alone. */
interface Awaited {
  readonly statement: ts.Statement;
  readonly name: ts.BindingName | undefined;
  readonly work: string;
}

/** Two statements that wait, one after the other, wait for both at once; what stands between them comes after both. */
export function awaitTogether(first: ts.Statement, second: ts.Statement, between: readonly ts.Statement[]): Proposal | undefined {
  const a = awaited(first), b = awaited(second);
  if (!a || !b) return undefined;
  const before = new Set([a.name ? namesIn(a.name) : new Set<string>(), ...between.map(boundNames)].flatMap((names) => [...names]));
  if (intersects(before, namesIn(second))) return undefined;
  const names = a.name || b.name ? `const [${[a.name?.getText() ?? "", ...(b.name ? [b.name.getText()] : [])].join(", ")}] = ` : "";
  const edits: Edit[] = [
    { start: first.getStart(), end: first.end, text: `${names}await Promise.all([${a.work}, ${b.work}]);` },
    { start: startOfLine(second), end: second.end, text: "" },
  ];
  return { messageId: "together", data: {}, edits, proved: between.every((statement) => !hasEffectOn(statement, second)) };
}

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
