import ts = require("typescript");

import type { Span, Ticket } from "../effects/ir.js";

/** Behind a ticket stands a node of the tree that was analysed. */
export const nodeOf = (ticket: Ticket): ts.Node => ticket as ts.Node;

export type Callback = ts.ArrowFunction | ts.FunctionExpression;

export const isCallback = (node: ts.Node | undefined): node is Callback =>
  node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));

/** The innermost node with exactly this span below another: without semicolons a statement has the span of its call. */
export function nodeAt(root: ts.Node, { start, end }: Span): ts.Node | undefined {
  const inner = ts.forEachChild(root, (child) => (child.pos <= start && child.end >= end ? nodeAt(child, { start, end }) : undefined));
  return inner ?? (root.getStart() === start && root.end === end ? root : undefined);
}

export function functionAround(node: ts.Node): ts.Node {
  let at = node.parent;
  while (!ts.isSourceFile(at) && !ts.isFunctionLike(at) && !ts.isClassStaticBlockDeclaration(at) && !ts.isPropertyDeclaration(at)) at = at.parent;
  return at;
}

export function statementAround(node: ts.Node): ts.Statement | undefined {
  let at = node;
  while (!ts.isStatement(at)) {
    if (ts.isSourceFile(at) || ts.isFunctionLike(at) || ts.isPropertyDeclaration(at)) return undefined;
    at = at.parent;
  }
  return at;
}

/** The statements among which a statement stands, if it stands in a list. */
export function listAround(statement: ts.Statement): readonly ts.Statement[] | undefined {
  const { parent } = statement;
  return ts.isBlock(parent) || ts.isSourceFile(parent) ? parent.statements : undefined;
}

/** Parentheses, `await`, `void` and assertions around an expression. */
export function outermost(node: ts.Expression): ts.Expression {
  let at = node;
  while (isWrapping(at.parent)) at = at.parent;
  return at;
}

const isWrapping = (node: ts.Node): node is ts.Expression =>
  ts.isParenthesizedExpression(node) || ts.isAwaitExpression(node) || ts.isVoidExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node);

export function innermost(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isParenthesizedExpression(at) || ts.isAwaitExpression(at) || ts.isNonNullExpression(at) || ts.isVoidExpression(at)) at = at.expression;
  return at;
}

/** `this` counts as a name; names of members and properties don't. */
export function namesIn(root: ts.Node): Set<string> {
  const names = new Set<string>();
  walk(root, (node) => {
    if (node.kind === ts.SyntaxKind.ThisKeyword) names.add("this");
    if (ts.isIdentifier(node) && !isMemberName(node)) names.add(node.text);
  });
  return names;
}

export function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (ts.isPropertyAccessExpression(parent) && parent.name === node) || (ts.isPropertyAssignment(parent) && parent.name === node)
    || (ts.isMethodDeclaration(parent) && parent.name === node) || (ts.isPropertyDeclaration(parent) && parent.name === node);
}

export function walk(root: ts.Node, visit: (node: ts.Node) => void): void {
  visit(root);
  ts.forEachChild(root, (child) => { walk(child, visit); });
}

export function has(root: ts.Node, test: (node: ts.Node) => boolean): boolean {
  let found = false;
  walk(root, (node) => { found ||= test(node); });
  return found;
}

export function usesOf(name: string, root: ts.Node): ts.Identifier[] {
  const uses: ts.Identifier[] = [];
  walk(root, (node) => { if (ts.isIdentifier(node) && node.text === name && !isMemberName(node)) uses.push(node); });
  return uses;
}

/** The names that a pattern binds. */
export const namesBoundBy = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesBoundBy(element.name) : []));

/** The name, with as many suffixes as it takes to be used nowhere in the file. */
export const freshName = (name: string, suffix: string, file: ts.SourceFile): string => (usesOf(name, file).length === 0 ? name : freshName(`${name}${suffix}`, suffix, file));

const isDeclaring = (node: ts.Node): node is ts.NamedDeclaration =>
  ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isParameter(node) || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node);

/** Names that are declared, and names that are assigned, between two places. */
export function bindingsBetween(root: ts.Node, start: number, end: number): Set<string> {
  const names = new Set<string>();
  walk(root, (node) => {
    if (node.getStart() < start || node.getStart() >= end) return;
    if (isDeclaring(node) && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    const target = assignedIn(node);
    if (target) names.add(target);
  });
  return names;
}

export function assignedIn(node: ts.Node): string | undefined {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) {
    return ts.isIdentifier(node.left) ? node.left.text : undefined;
  }
  const counts = ts.isPostfixUnaryExpression(node) || (ts.isPrefixUnaryExpression(node) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken));
  return counts && ts.isIdentifier(node.operand) ? node.operand.text : undefined;
}

export const intersects = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((name) => b.has(name));

/** The white space before the first character of a node's line. */
export function indentOf(node: ts.Node): string {
  const { text } = node.getSourceFile();
  const start = text.lastIndexOf("\n", node.getStart() - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
}

/** What one more level of indentation looks like in this file. */
export function indentUnit(node: ts.Node): string {
  return /\n([ \t]+)\S/.exec(node.getSourceFile().text)?.[1]?.replace(/^( {2,4}|\t).*$/, "$1") ?? "  ";
}

/** Could a comment be lost if what stands between two places went? */
export const hasText = (node: ts.Node, start: number, end: number): boolean => node.getSourceFile().text.slice(start, end).trim() !== "";

/** The whole lines that a piece of text stands on; undefined where something else stands there, too. */
export function linesOf(source: ts.SourceFile, start: number, end: number): { start: number; end: number } | undefined {
  const line = source.text.lastIndexOf("\n", start - 1) + 1;
  const next = source.text.indexOf("\n", end);
  return next < 0 || hasText(source, line, start) || hasText(source, end, next) ? undefined : { start: line, end: next + 1 };
}

/** Reading it changes nothing and always gives the same: names, `this`, members, look-ups by `.get(name)`. */
export function isPlain(node: ts.Expression): boolean {
  if (ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return true;
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) return true;
  if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node)) return isPlain(node.expression);
  if (ts.isPropertyAccessExpression(node)) return isPlain(node.expression);
  if (ts.isElementAccessExpression(node)) return isPlain(node.expression) && isPlain(node.argumentExpression);
  if (ts.isTemplateExpression(node)) return node.templateSpans.every((span) => isPlain(span.expression));
  return ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "get"
    && isPlain(node.expression.expression) && node.arguments.every(isPlain);
}
