/** Way 10: acquire, try and finally where there was runExclusive, and the other way round. */
import ts from "typescript";
import { applyChanges, type Change, insert, repeat } from "./edits.js";
import { type Files, openProject, type Project } from "./program.js";
import { scoped } from "./scoped.js";
import { contains, descendants, fileOf, freshName, hasModifier, meaningOf, mentions, ownDescendants } from "./syntax.js";

/** Sections that were runExclusive get a releaser of this name, by which the second half knows them. */
const releaser = "giveBack";

export function acquireOrRun(files: Files, directory: string): Files | undefined {
  const unrolled = repeat(files, (current) => changeNext(current, directory, unrolling));
  return repeat(unrolled ?? files, (current) => changeNext(current, directory, rolling)) ?? unrolled ?? scoped(files, directory);
}

/** One section at a time, outer ones first: what was the result of a callback may then be a statement. */
function changeNext(files: Files, directory: string, changeOf: (project: Project, node: ts.Node) => Change | undefined): Files | undefined {
  const project = openProject(files, directory);
  for (const node of project.sources.flatMap((source) => [...descendants(source)])) {
    const change = changeOf(project, node), result = change && applyChanges(project, [change]);
    if (result) return result;
  }
  return undefined;
}

/** Which of the two kinds of async-mutex: their acquire gives different things. */
function lockKind({ checker }: Project, lock: ts.Expression): "mutex" | "semaphore" | undefined {
  const symbol = checker.getTypeAtLocation(lock).getSymbol();
  const isFromLibrary = symbol?.declarations?.some((one) => one.getSourceFile().fileName.includes("/node_modules/async-mutex/"));
  return symbol && isFromLibrary ? (symbol.name.startsWith("Semaphore") ? "semaphore" : "mutex") : undefined;
}

const isThenable = ({ checker }: Project, node: ts.Expression) => checker.getTypeAtLocation(node).getProperty("then") !== undefined;

export const returnsOf = (node: ts.Node) => node.getChildren().flatMap((child) => [...ownDescendants(child)]).filter(ts.isReturnStatement);

const isBlockLike = (node: ts.Node) => ts.isBlock(node) || ts.isSourceFile(node) || ts.isCaseOrDefaultClause(node);

interface Section {
  readonly lock: ts.Expression;
  readonly body: ts.Expression;
  readonly kind: "mutex" | "semaphore";
}

function sectionOf(project: Project, node: ts.Node): Section | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression) || node.expression.questionDotToken) return undefined;
  const [body, second] = node.arguments, lock = node.expression.expression;
  const kind = node.expression.name.text === "runExclusive" ? lockKind(project, lock) : undefined;
  if (!body || second || !kind || (ts.isArrowFunction(body) && body.parameters.length > 0)) return undefined;
  return { lock, body, kind };
}

/** `await lock.runExclusive(body)` as a statement, or as what a function returns. */
function unrolling(project: Project, call: ts.Node): Change | undefined {
  const section = sectionOf(project, call);
  if (!section) return undefined;
  const awaited = ts.isAwaitExpression(call.parent), outer = awaited ? call.parent : call, place = outer.parent;
  if (awaited && ts.isExpressionStatement(place) && isBlockLike(place.parent) && isWithoutReturn(section.body)) return unrolled(project, place, section, false);
  const around = ts.findAncestor(place, ts.isFunctionLike) ?? (ts.isFunctionLike(place) ? place : undefined);
  if (!around || ts.isAccessor(around) || !("modifiers" in around) || ("asteriskToken" in around && around.asteriskToken)) return undefined;
  if (ts.isArrowFunction(place) && place.body === outer)
    return [...asAsync(place), ...unrolled(project, outer, section, true).map((edit, i, all) => wrapped(edit, i === 0, i === all.length - 1))];
  const isWhole = hasModifier(around, ts.SyntaxKind.AsyncKeyword) || (ts.isBlock(place.parent) && place.parent.parent === around && place.parent.statements.length === 1);
  if (!awaited && isInTry(place, around)) return undefined;
  return ts.isReturnStatement(place) && isBlockLike(place.parent) && isWhole ? [...asAsync(around), ...unrolled(project, place, section, true)] : undefined;
}

/** There, a result that isn't awaited leaves the section around at once; the unrolled section would keep it. */
const isInTry = (node: ts.Node, around: ts.Node) => ts.findAncestor(node, (outer) => (outer === around ? "quit" : ts.isTryStatement(outer))) !== undefined;

const wrapped = (edit: Change[number], isFirst: boolean, isLast: boolean) => ({ ...edit, text: `${isFirst ? "{\n" : ""}${edit.text}${isLast ? "\n}" : ""}` });

const isWithoutReturn = (body: ts.Expression) => !ts.isArrowFunction(body) || !ts.isBlock(body.body) || returnsOf(body.body).length === 0;

/** A function that waits has to be async. Its type says Promise already, or the compiler refuses the change. */
function asAsync(node: ts.SignatureDeclaration): Change {
  if (hasModifier(node, ts.SyntaxKind.AsyncKeyword)) return [];
  const keyword = ts.isFunctionDeclaration(node) ? node.getChildren().find((child) => child.kind === ts.SyntaxKind.FunctionKeyword) : node.name;
  const at = ts.isArrowFunction(node) ? node.getStart() : keyword?.getStart();
  return at === undefined ? [] : [insert(fileOf(node), at, "async ")];
}

function unrolled(project: Project, place: ts.Node, { lock, body, kind }: Section, isResult: boolean): Change {
  const file = fileOf(place), name = freshName(project, releaser);
  const head = `const ${kind === "mutex" ? name : `[, ${name}]`} = await ${lock.getText()}.acquire();\ntry {`, tail = `} finally {\n${name}();\n}`;
  if (ts.isArrowFunction(body) && ts.isBlock(body.body)) {
    const block = body.body, waiting = returnsOf(block).filter(({ expression }) => expression && !ts.isAwaitExpression(expression) && isThenable(project, expression));
    return [
      { file, start: place.getStart(), end: block.getStart() + 1, text: head },
      ...waiting.map(({ expression }) => insert(file, expression?.getStart() ?? 0, "await ")),
      { file, start: block.end - 1, end: place.end, text: tail },
    ];
  }
  return [{ file, start: place.getStart(), end: place.end, text: `${head}\n${resultText(project, body, isResult)}\n${tail}` }];
}

/** What a callback without block does, as a statement. */
function resultText(project: Project, body: ts.Expression, isResult: boolean): string {
  const isArrow = ts.isArrowFunction(body) && !ts.isBlock(body.body), result = isArrow ? body.body : undefined;
  const waits = result ? isThenable(project, result) && !ts.isAwaitExpression(result) : true;
  const text = `${waits ? "await " : ""}${result?.getText() ?? `${body.getText()}()`}`;
  if (isResult) return `return ${text};`;
  return text === "undefined" ? "" : `${text.startsWith("{") ? `(${text})` : text};`;
}

/** `const release = await lock.acquire(); try { … } finally { release(); }` */
function rolling(project: Project, node: ts.Node): Change | undefined {
  if (!ts.isVariableStatement(node) || !isBlockLike(node.parent)) return undefined;
  const taken = acquisition(project, node), siblings = (node.parent as ts.Block).statements, next = siblings[siblings.indexOf(node) + 1];
  if (!taken || !next || !ts.isTryStatement(next) || !releases(project, next, taken.name) || leavesOtherwise(next)) return undefined;
  const returns = returnsOf(next.tryBlock).concat(next.catchClause ? returnsOf(next.catchClause) : []);
  const isLast = siblings.at(-1) === next && ts.isFunctionLike(node.parent.parent);
  if (returns.length > 0 && (!isLast || returns.some(({ expression }) => expression && !ts.isAwaitExpression(expression) && isThenable(project, expression)))) return undefined;
  const file = fileOf(node), head = `${returns.length > 0 ? "return " : ""}await ${taken.lock.getText()}.runExclusive(async () => {`;
  const { tryBlock, catchClause } = next;
  if (!catchClause) return [{ file, start: node.getStart(), end: tryBlock.getStart() + 1, text: head }, { file, start: tryBlock.end - 1, end: next.end, text: "});" }];
  return [{ file, start: node.getStart(), end: next.getStart(), text: `${head} ` }, { file, start: catchClause.end, end: next.end, text: " });" }];
}

function acquisition(project: Project, statement: ts.VariableStatement): { lock: ts.Expression; name: ts.Identifier } | undefined {
  const [only, second] = statement.declarationList.declarations, value = only?.initializer;
  if (!only || second || !value || !ts.isAwaitExpression(value) || !ts.isCallExpression(value.expression) || value.expression.arguments.length > 0) return undefined;
  const callee = value.expression.expression;
  if (!ts.isPropertyAccessExpression(callee) || callee.questionDotToken || callee.name.text !== "acquire" || !lockKind(project, callee.expression)) return undefined;
  const name = ts.isArrayBindingPattern(only.name) && only.name.elements[0] && ts.isOmittedExpression(only.name.elements[0]) ? only.name.elements[1] : only.name;
  const bound = name && ts.isBindingElement(name) ? name.name : name;
  return bound && ts.isIdentifier(bound) && !bound.text.startsWith(releaser) ? { lock: callee.expression, name: bound } : undefined;
}

/** Whether the finally block gives the lock back and does nothing else, and nobody else has the releaser. */
function releases(project: Project, { finallyBlock }: ts.TryStatement, name: ts.Identifier): boolean {
  const [only, second] = finallyBlock?.statements ?? [];
  if (!only || second || !ts.isExpressionStatement(only) || !ts.isCallExpression(only.expression) || only.expression.arguments.length > 0) return false;
  const symbol = meaningOf(project, name);
  return symbol !== undefined && meaningOf(project, only.expression.expression) === symbol && mentions(project, symbol).length === 2;
}

/** Ways out of the section, or into it, that a callback doesn't have. */
export function leavesOtherwise(section: ts.TryStatement): boolean {
  const isOuter = (jump: ts.BreakOrContinueStatement) => {
    const target = ts.findAncestor(jump, (node) => ts.isIterationStatement(node, false) || (ts.isBreakStatement(jump) && ts.isSwitchStatement(node)));
    return jump.label !== undefined || !target || !contains(section, (node) => node === target);
  };
  return [...ownDescendants(section)].some((node) => ts.isYieldExpression(node) || (ts.isBreakOrContinueStatement(node) && isOuter(node)));
}
