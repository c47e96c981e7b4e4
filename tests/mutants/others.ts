/** Mutants for the rules that speak of more than locks: a release that isn't made, a promise that waits for itself, a section that waits for nobody knows how long. */
import ts from "typescript";

import { type Dice, type Insertion, isReachable, type Mutant, mutantAt, placeIn } from "./mutants.js";
import type { Project } from "./project.js";
import { enclosing, type Named, type Take } from "./sections.js";

/** What stands in `finally` comes after the section instead, or a way out is put before it. */
export function releases(takes: readonly Take[]): Mutant[] {
  return takes.flatMap((take) => {
    const around = take.how === "acquire" ? take.block?.parent : undefined;
    if (!around || !ts.isTryStatement(around) || !around.finallyBlock || around.finallyBlock.statements.length === 0) return [];
    const leaving = mutantAt("release", take.call.getSourceFile(), [{ at: around.getStart(), text: "if (Math.random() < 0.5) return undefined as never; " }], [take.within.name], `${take.within.name}: leaves before the section of ${take.lock.text}`);
    return [leaving, ...unguarded(take, around)];
  });
}

function unguarded(take: Take, around: ts.TryStatement): Mutant[] {
  const { tryBlock, finallyBlock, catchClause } = around;
  if (catchClause || !finallyBlock || leavesOf(tryBlock) || !waits(tryBlock)) return [];
  const edits: Insertion[] = [{ at: around.getStart(), until: tryBlock.getStart(), text: "" }, { at: tryBlock.end, until: finallyBlock.getStart(), text: "\n" }];
  return [mutantAt("release", take.call.getSourceFile(), edits, [take.within.name], `${take.within.name}: gives ${take.lock.text} back after the section, not in finally`)];
}

const leavesOf = (node: ts.Node): boolean => ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node) || (!ts.isFunctionLike(node) && (ts.forEachChild(node, leavesOf) ?? false));
const waits = (node: ts.Node): boolean => ts.isAwaitExpression(node) || (!ts.isFunctionLike(node) && (ts.forEachChild(node, waits) ?? false));

/** Sections wait for an event that may never come. */
export function slow(takes: readonly Take[], dice: Dice): Mutant[] {
  return takes.flatMap((take) => {
    if (!take.block || take.kind.pool) return [];
    const source = take.call.getSourceFile(), top = source.statements.find(ts.isImportDeclaration)?.getStart() ?? 0;
    const insertions = [{ at: placeIn(take.block, dice), text: ` await onceOfMutant(process, "SIGUSR2");` }, { at: top, text: `import { once as onceOfMutant } from "node:events"; ` }];
    return [mutantAt("slow", source, insertions, [take.within.name], `${take.within.name}: waits for a signal under ${take.lock.text}`)];
  });
}

/** `this.ready = this.start()`, and then `start` waits for `this.ready`. */
export function settling({ sources }: Project): Mutant[] {
  return sources.flatMap((source) => assignments(source).flatMap(({ field, method }) => {
    const { body } = method.node, named = enclosing(field);
    const first = body?.statements.findIndex((statement) => ts.isExpressionStatement(statement) && ts.isAwaitExpression(statement.expression)) ?? -1;
    const after = body?.statements[first];
    if (!after || !named || !isReachable(named)) return [];
    return [mutantAt("settle", source, [{ at: after.end, text: ` await this.${field.name.text};` }], [method.name, named.name], `${method.name}: waits for this.${field.name.text}, which is its own promise`)];
  }));
}

interface Stored {
  readonly field: ts.PropertyAccessExpression;
  readonly method: Named;
}

/** A field of a class that keeps the promise of one of its async methods. */
function assignments(source: ts.SourceFile): Stored[] {
  const found: Stored[] = [];
  const visit = (node: ts.Node): void => {
    const stored = ts.isBinaryExpression(node) ? storedBy(node) : undefined;
    if (stored) found.push(stored);
    ts.forEachChild(node, visit);
  };
  if (source.text.includes("await")) visit(source);
  return found;
}

function storedBy({ left, operatorToken, right }: ts.BinaryExpression): Stored | undefined {
  const isAssigned = operatorToken.kind === ts.SyntaxKind.EqualsToken || operatorToken.kind === ts.SyntaxKind.QuestionQuestionEqualsToken;
  if (!isAssigned || !ts.isPropertyAccessExpression(left) || left.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  if (!ts.isCallExpression(right) || !ts.isPropertyAccessExpression(right.expression) || right.expression.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  const called = right.expression.name.text, owner = enclosing(left)?.owner;
  const node = owner?.members.find((member): member is ts.MethodDeclaration => ts.isMethodDeclaration(member) && member.name.getText() === called && member.body !== undefined);
  const isAsync = node?.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  return node && isAsync ? { field: left, method: { node, name: called, owner } } : undefined;
}
