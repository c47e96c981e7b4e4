import ts = require("typescript");

import { isCallback } from "./syntax.js";

/**
 * Statements that only let time pass: whichever locks are held around them, nobody can tell. `await tick()`, `await setTimeout(5)`,
 * and calls of functions of this file that do only that.
 */
export function isQuiet(statement: ts.Statement): boolean {
  if (ts.isEmptyStatement(statement)) return true;
  return ts.isExpressionStatement(statement) && ts.isAwaitExpression(statement.expression) && isPause(statement.expression.expression, 0);
}

function isPause(node: ts.Expression, depth: number): boolean {
  if (ts.isParenthesizedExpression(node)) return isPause(node.expression, depth);
  if (ts.isNewExpression(node)) return isTimerPromise(node);
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || depth > 3) return false;
  if (!node.arguments.every((argument) => ts.isLiteralExpression(argument) || ts.isIdentifier(argument))) return false;
  const { text } = node.expression;
  return node.getSourceFile().statements.some((statement) => importsTimer(statement, text) || definesPause(statement, text, depth));
}

function importsTimer(statement: ts.Statement, name: string): boolean {
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return false;
  if (!/^(?:node:)?timers\/promises$/.test(statement.moduleSpecifier.text)) return false;
  const bindings = statement.importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings) && bindings.elements.some((element) => element.name.text === name);
}

function definesPause(statement: ts.Statement, name: string, depth: number): boolean {
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text === name && bodyPauses(statement.body, depth);
  if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const)) return false;
  return statement.declarationList.declarations.some((declaration) => ts.isIdentifier(declaration.name) && declaration.name.text === name
    && isCallback(declaration.initializer) && bodyPauses(declaration.initializer.body, depth));
}

function bodyPauses(body: ts.ConciseBody | undefined, depth: number): boolean {
  if (!body) return false;
  if (!ts.isBlock(body)) return isPause(ts.isAwaitExpression(body) ? body.expression : body, depth + 1);
  return body.statements.every((statement) => {
    const value = ts.isReturnStatement(statement) || ts.isExpressionStatement(statement) ? statement.expression : undefined;
    return value !== undefined && isPause(ts.isAwaitExpression(value) ? value.expression : value, depth + 1);
  });
}

/** `new Promise((resolve) => setTimeout(resolve, 5))`. */
function isTimerPromise(node: ts.NewExpression): boolean {
  const [executor] = node.arguments ?? [];
  if (node.expression.getText() !== "Promise" || !isCallback(executor)) return false;
  const name = executor.parameters[0]?.name.getText();
  const { body } = executor;
  const [only, ...others] = ts.isBlock(body) ? body.statements : [];
  const call = ts.isBlock(body) ? (only && others.length === 0 && ts.isExpressionStatement(only) ? only.expression : undefined) : body;
  return call !== undefined && ts.isCallExpression(call) && /^(?:setTimeout|setImmediate|queueMicrotask|process\.nextTick)$/.test(call.expression.getText())
    && call.arguments[0]?.getText() === name;
}
