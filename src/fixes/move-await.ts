import ts = require("typescript");

import type { Finding, Repair } from "../hazards/finding.js";
import { type Edit, insert, type Proposal } from "./edits.js";
import { grantOf } from "./grants.js";
import { bindingsBetween, functionAround, indentOf, intersects, isCallback, linesOf, listAround, namesIn, nodeAt, nodeOf, outermost, usesOf } from "./syntax.js";

type Move = Extract<Repair, { kind: "move" }>;

/** The statements under the lock, and the place outside that comes just before or just after them. */
interface Frame {
  readonly statements: readonly ts.Statement[];
  readonly before: ts.Statement;
  /** Absent where what the section gives is used at once. */
  readonly after: ts.Statement | undefined;
  /** Names that only the section has. */
  readonly own: ReadonlySet<string>;
  readonly keepsThis: boolean;
}

/** A wait at the beginning of a section goes before it, one at the end behind it. */
export function moveAwait(repair: Move, { place, data }: Finding): Proposal | undefined {
  const source = nodeOf(place.body.ticket).getSourceFile();
  const call = nodeAt(source, place.span);
  const frame = call && (repair.isCallback ? callbackFrame(call) : acquireFrame(repair, call));
  if (!frame) return undefined;
  const lock = data.lock ?? "";
  return moveUp(repair, call, frame, lock) ?? moveDown(repair, call, frame, lock);
}

function callbackFrame(call: ts.Node): Frame | undefined {
  const callback = functionAround(call);
  if (!isCallback(callback) || !ts.isBlock(callback.body) || !ts.isCallExpression(callback.parent) || callback.asteriskToken) return undefined;
  const run = outermost(callback.parent), statement = run.parent;
  const isAwaited = ts.isAwaitExpression(run);
  const before = ts.isExpressionStatement(statement) && isAwaited ? statement
    : ts.isReturnStatement(statement) ? statement
    : isAwaited ? onlyDeclaration(statement) : undefined;
  if (!before || !listAround(before) || !mayAwait(before)) return undefined;
  return {
    statements: callback.body.statements, before, after: ts.isExpressionStatement(before) ? before : undefined, keepsThis: ts.isArrowFunction(callback),
    own: new Set(callback.parameters.flatMap((parameter) => [...namesIn(parameter.name)])),
  };
}

function onlyDeclaration(node: ts.Node): ts.VariableStatement | undefined {
  const list = ts.isVariableDeclaration(node) ? node.parent : undefined;
  return list && ts.isVariableDeclarationList(list) && list.declarations.length === 1 && ts.isVariableStatement(list.parent) ? list.parent : undefined;
}

function mayAwait(statement: ts.Statement): boolean {
  const around = functionAround(statement);
  if (ts.isSourceFile(around)) return true;
  return ts.canHaveModifiers(around) && (ts.getModifiers(around) ?? []).some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
}

function acquireFrame({ operation }: Move, call: ts.Node): Frame | undefined {
  const grant = grantOf(operation);
  const list = grant && listAround(grant.statement);
  if (!list || functionAround(call) !== functionAround(grant.statement)) return undefined;
  const { statement, guard, release, names } = grant;
  const at = list.indexOf(statement);
  if (guard && (guard.catchClause || list[at + 1] !== guard)) return undefined;
  const statements = guard ? guard.tryBlock.statements : list.slice(at + 1, list.indexOf(release));
  const leaves = statements.some((each) => ts.isReturnStatement(each));
  return { statements, before: statement, after: leaves ? undefined : guard ?? release, own: new Set(names), keepsThis: true };
}

/** What is waited for in a statement that can be moved, or has a part that can. */
interface Movable {
  readonly statement: ts.Statement;
  readonly wait: ts.AwaitExpression;
  /** Only the wait moves: what it gives is stored here. */
  readonly target: ts.Expression | undefined;
  readonly names: ReadonlySet<string>;
}

function movableOf(statement: ts.Statement, starts: ReadonlySet<number>): Movable | undefined {
  const isKnown = (e: ts.Expression | undefined): e is ts.AwaitExpression => e !== undefined && ts.isAwaitExpression(e) && starts.has(e.expression.getStart());
  if (ts.isVariableStatement(statement)) {
    const [declaration, ...others] = statement.declarationList.declarations;
    const { flags } = statement.declarationList;
    if (!declaration || others.length > 0 || !(flags & ts.NodeFlags.Const) || flags & ts.NodeFlags.Using || !isKnown(declaration.initializer)) return undefined;
    return { statement, wait: declaration.initializer, target: undefined, names: namesIn(declaration.name) };
  }
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (isKnown(expression)) return { statement, wait: expression, target: undefined, names: new Set() };
  const isStored = ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken && isKnown(expression.right);
  const isPlainTarget = isStored && (ts.isIdentifier(expression.left) || ts.isPropertyAccessExpression(expression.left));
  return isPlainTarget ? { statement, wait: expression.right, target: expression.left, names: new Set() } : undefined;
}

function moveUp(repair: Move, call: ts.Node, frame: Frame, lock: string): Proposal | undefined {
  const starts = new Set(repair.waits);
  const moved: Movable[] = [];
  for (const statement of frame.statements) {
    const movable = movableOf(statement, starts);
    if (!movable || !isFree(movable.wait, frame)) break;
    moved.push(movable);
    if (movable.target) break;
  }
  if (!moved.some(({ wait }) => wait.expression === call)) return undefined;
  const names = new Set(moved.flatMap((each) => [...each.names]));
  if (!moved.every(({ wait }) => standsAlone(wait)) || [...names].some((name) => isTaken(name, frame))) return undefined;
  const edits = editsUp(moved, frame);
  if (!edits) return undefined;
  const rest = frame.statements.filter((statement) => !moved.some((each) => each.statement === statement && !each.target));
  const isStored = moved.some(({ target }) => target) || rest.some((statement) => !ts.isReturnStatement(statement) && intersects(names, namesIn(statement)));
  // Never proved: who asks for the lock during the wait comes first now, and came second before.
  return { messageId: isStored ? "moveStored" : repair.harmless ? "moveOrder" : "before", data: { lock }, edits, proved: false };
}

/** It mentions nothing that only the section has. */
const isFree = (node: ts.Node, { own, keepsThis }: Frame): boolean => {
  const names = namesIn(node);
  return !intersects(names, own) && (keepsThis || !names.has("this"));
};

/** Nothing in it is written on several lines in a way that white space counts. */
const standsAlone = (node: ts.Node): boolean => !node.getText().includes("\n") || !node.getText().includes("`");

/** The name would mean something else outside. */
function isTaken(name: string, { before, statements }: Frame): boolean {
  const around = functionAround(before);
  const inside = statements.reduce((sum, statement) => sum + usesOf(name, statement).length, 0);
  return usesOf(name, around).length > inside;
}

function editsUp(moved: readonly Movable[], { before }: Frame): Edit[] | undefined {
  const indent = indentOf(before), source = before.getSourceFile();
  const edits: Edit[] = [];
  let text = "";
  for (const { statement, wait, target } of moved) {
    if (!target) {
      const { start, end } = withComments(statement);
      text += `${source.text.slice(start, end).replaceAll(`\n${indentOf(statement)}`, `\n${indent}`)}\n${indent}`;
      edits.push(removal(source, start, end));
      continue;
    }
    const name = freshName(target);
    if (name === undefined) return undefined;
    text += `const ${name} = ${wait.getText().replaceAll(`\n${indentOf(statement)}`, `\n${indent}`)};\n${indent}`;
    edits.push({ start: wait.getStart(), end: wait.end, text: name });
  }
  return [insert(before.getStart(), text), ...edits];
}

/** After what it is stored in. */
function freshName(target: ts.Expression): string | undefined {
  const plain = (ts.isPropertyAccessExpression(target) ? target.name.text : target.getText()).replace(/^[#_]+/, "");
  const source = target.getSourceFile();
  const capital = `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
  return [plain, `new${capital}`, `next${capital}`].find((name) => /^[a-z$]/i.test(name) && usesOf(name, source).length === 0);
}

function moveDown(repair: Move, call: ts.Node, frame: Frame, lock: string): Proposal | undefined {
  const last = frame.statements.at(-1), { after } = frame;
  const movable = last && after && movableOf(last, new Set(repair.waits));
  if (!movable || movable.target || movable.names.size > 0 || movable.wait.expression !== call || frame.statements.length < 2) return undefined;
  const inside = bindingsBetween(last.parent, last.parent.getStart(), last.getStart());
  if (!isFree(movable.wait, frame) || intersects(namesIn(movable.wait), inside) || !standsAlone(movable.wait)) return undefined;
  const source = last.getSourceFile(), indent = indentOf(after), { start, end } = withComments(last);
  const text = source.text.slice(start, end).replaceAll(`\n${indentOf(last)}`, `\n${indent}`);
  return { messageId: "after", data: { lock }, edits: [removal(source, start, end), insert(after.end, `\n${indent}${text}`)], proved: repair.harmless };
}

/** A statement with the comments before it and behind it. */
function withComments(statement: ts.Statement): { start: number; end: number } {
  const { text } = statement.getSourceFile();
  const [first] = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  const last = ts.getTrailingCommentRanges(text, statement.end)?.at(-1);
  return { start: first && first.pos > statement.getFullStart() ? first.pos : statement.getStart(), end: last?.end ?? statement.end };
}

/** What stood on lines of its own takes the lines along. */
const removal = (source: ts.SourceFile, start: number, end: number): Edit => ({ ...(linesOf(source, start, end) ?? { start, end }), text: "" });
