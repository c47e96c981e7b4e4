import ts = require("typescript");

import { freshName, indentOf, namesBoundBy, usesOf, walk } from "./syntax.js";

/** A loop written anew, so that what its rounds wait for is started all at once. */
export interface Together {
  readonly loop: ts.Statement;
  readonly text: string;
  /** What the rounds do with the results happens in the same order as before. */
  readonly ordered: boolean;
}

/** Does a loop wait in each round, so that the next one starts later? */
export function waitsEachRound(loop: ts.Node): boolean {
  return awaitsIn(loop).length > 0;
}

/**
 * `for (const start of starts) use(await start())` becomes a loop over the results of all of them. Where a round does more than to
 * use one result, the rounds themselves run together.
 */
export function startTogether(loop: ts.Node): Together | undefined {
  if (!ts.isForOfStatement(loop) || loop.awaitModifier || !ts.isVariableDeclarationList(loop.initializer)) return undefined;
  const [declared] = loop.initializer.declarations;
  if (!declared || hasJump(loop.statement)) return undefined;
  return overResults(loop, declared.name) ?? rounds(loop, declared.name);
}

function overResults(loop: ts.ForOfStatement, name: ts.BindingName): Together | undefined {
  const [only, ...others] = awaitsIn(loop.statement);
  if (!only || others.length > 0 || !ts.isAwaitExpression(only)) return undefined;
  const { expression: work } = only;
  const isUsedBeside = namesBoundBy(name).some((own) => usesOf(own, loop.statement).some((use) => use.pos < work.pos || use.end > work.end));
  if (isUsedBeside || declaredIn(loop.statement).some((own) => usesOf(own, work).length > 0)) return undefined;
  const all = `await Promise.all(Array.from(${loop.expression.getText()}, (${name.getText()}) => ${work.getText()}))`;
  if (isAlone(only, loop.statement)) return { loop, text: `${all};`, ordered: true };
  const result = freshName("result", "Value", loop.getSourceFile());
  const body = loop.statement.getText(), start = only.getStart() - loop.statement.getStart();
  return { loop, text: `for (const ${result} of ${all}) ${body.slice(0, start)}${result}${body.slice(start + only.getText().length)}`, ordered: true };
}

function rounds(loop: ts.ForOfStatement, name: ts.BindingName): Together {
  const body = ts.isBlock(loop.statement) ? loop.statement.getText() : `{\n${indentOf(loop)}  ${loop.statement.getText()}\n${indentOf(loop)}}`;
  return { loop, text: `await Promise.all(Array.from(${loop.expression.getText()}, async (${name.getText()}) => ${body}));`, ordered: false };
}

/** Everything that waits in there, other functions left out. */
function awaitsIn(root: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (node !== root && ts.isFunctionLike(node)) return;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

function hasJump(root: ts.Node): boolean {
  const visit = (node: ts.Node): boolean =>
    !ts.isFunctionLike(node) && (ts.isBreakOrContinueStatement(node) || ts.isReturnStatement(node) || ts.isYieldExpression(node) || (ts.forEachChild(node, visit) ?? false));
  return visit(root);
}

/** The whole round is `await work;`. */
function isAlone(node: ts.AwaitExpression, statement: ts.Statement): boolean {
  const round: ts.Node = node.parent.parent;
  return ts.isExpressionStatement(node.parent) && (node.parent === statement || (round === statement && ts.isBlock(round) && round.statements.length === 1));
}

function declaredIn(root: ts.Node): string[] {
  const names: string[] = [];
  walk(root, (node) => { if (ts.isVariableDeclaration(node)) names.push(...namesBoundBy(node.name)); });
  return names;
}
