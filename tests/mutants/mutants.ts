/** The kinds of deadlock that are put into a program, each as one edit of one file. */
import ts from "typescript";

import { releases, settling, slow } from "./others.js";
import type { Change, Project } from "./project.js";
import { enclosing, type Named, SectionFinder, type Take } from "./sections.js";

export type Kind = "recursive" | "order" | "pool" | "release" | "settle" | "slow";

export interface Mutant {
  readonly kind: Kind;
  readonly change: Change;
  readonly line: number;
  /** Functions that the edit touches or makes: a report counts in one of them. */
  readonly functions: readonly string[];
  readonly description: string;
}

export interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Where the text that it replaces ends; nothing is replaced without it. */
  readonly until?: number;
}

export const RULES: Record<Kind, string> = { recursive: "no-recursive-lock", order: "lock-order", pool: "no-recursive-lock", release: "require-release", settle: "no-circular-wait", slow: "no-await-while-locked" };

/** Gives numbers below a bound, the same for the same seed. */
export type Dice = (bound: number) => number;

export function diceOf(seed: number): Dice {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

export function shuffled<T>(items: readonly T[], dice: Dice): T[] {
  const left = [...items], result: T[] = [];
  while (left.length > 0) result.push(...left.splice(dice(left.length), 1));
  return result;
}

/** Every mutant that can be made of a project. */
export function mutantsOf(project: Project, dice: Dice): Mutant[] {
  const { takes } = new SectionFinder(project.program, project.sources);
  const reachable = takes.filter(({ within }) => isReachable(within));
  return [...recursive(reachable, dice), ...pools(reachable, dice), ...orders(reachable, dice), ...releases(reachable), ...settling(project), ...slow(reachable, dice)];
}

const sourceOf = (take: Take): ts.SourceFile => take.call.getSourceFile();

function change(source: ts.SourceFile, insertions: readonly Insertion[]): Change {
  let { text } = source;
  for (const { at, until = at, text: added } of [...insertions].sort((a, b) => b.at - a.at)) text = text.slice(0, at) + added + text.slice(until);
  return { file: source.fileName, text };
}

const mutant = (kind: Kind, take: Take, insertions: readonly Insertion[], functions: readonly string[], description: string): Mutant =>
  mutantAt(kind, sourceOf(take), insertions, functions, description);

export function mutantAt(kind: Kind, source: ts.SourceFile, insertions: readonly Insertion[], functions: readonly string[], description: string): Mutant {
  const line = source.getLineAndCharacterOfPosition(insertions[0]?.at ?? 0).line + 1;
  return { kind, change: change(source, insertions), line, functions, description };
}

/** What nobody can call never runs. */
export function isReachable({ node, name }: Named): boolean {
  const isPrivate = name.startsWith("#") || (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
  const isLocal = ts.isFunctionDeclaration(node) && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export) === 0;
  return !(isPrivate || isLocal) || node.getSourceFile().text.split(name).length > 2;
}

/** A place between two statements of a section, not behind one that leaves it. */
export function placeIn(block: ts.Block, dice: Dice): number {
  const leaving = block.statements.findIndex((statement) => ts.isReturnStatement(statement) || ts.isThrowStatement(statement));
  const places = leaving < 0 ? block.statements : block.statements.slice(0, leaving + 1);
  return places[dice(places.length)]?.getFullStart() ?? block.getStart() + 1;
}

// --- a method that takes the lock is called under it

/** Taken whenever the function is called: nothing around the call chooses, and nothing before it leaves. */
function isUnconditional({ call, within }: Take): boolean {
  for (let at: ts.Node = call; at !== within.node.body; at = at.parent) {
    const { parent } = at;
    if (!(ts.isExpression(at) || ts.isStatement(at) || ts.isVariableDeclarationList(at) || ts.isVariableDeclaration(at))) return false;
    if (ts.isFunctionLike(at) || ts.isIfStatement(parent) || ts.isIterationStatement(parent, false) || ts.isConditionalExpression(parent) || ts.isSwitchStatement(parent) || ts.isCatchClause(parent)) return false;
    if (ts.isBlock(parent) && parent.statements.slice(0, parent.statements.indexOf(at as ts.Statement)).some(leaves)) return false;
  }
  return true;
}

function leaves(node: ts.Node): boolean {
  if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) return true;
  return ts.isFunctionLike(node) ? false : ts.forEachChild(node, leaves) ?? false;
}

const isAsync = ({ node }: Named): boolean => (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Async) !== 0 || /^(?:Bluebird|Promise)\b/.test(node.type?.getText() ?? "");
const isStatic = ({ node }: Named): boolean => (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;

/** The call of a function that takes a lock, with the same key and nothing else of meaning. */
function callOf({ within: { node, name, owner }, key }: Take, givenKey: ts.Expression | undefined): string | undefined {
  const keyParameter = key && ts.isIdentifier(key) ? node.parameters.findIndex((parameter) => parameter.name.getText() === key.text) : -1;
  if ((key === undefined) !== (givenKey === undefined)) return undefined;
  if (key && keyParameter < 0 && !(key.getText() === givenKey?.getText() && isConstant(key))) return undefined;
  const needed = node.parameters.filter(({ questionToken, initializer, dotDotDotToken }) => !questionToken && !initializer && !dotDotDotToken).length;
  const args = Array.from({ length: Math.max(needed, keyParameter + 1) }, (_, index) => index === keyParameter ? givenKey?.getText() : "undefined as never");
  return `await ${owner ? "this." : ""}${name}(${args.join(", ")});`;
}

const isConstant = (key: ts.Expression): boolean => ts.isStringLiteralLike(key) || (ts.isPropertyAccessExpression(key) && key.expression.kind === ts.SyntaxKind.ThisKeyword);

const callable = (from: Take, to: Take): boolean => {
  if (from.within.owner !== to.within.owner || from.within.node === to.within.node || !isAsync(to.within)) return false;
  return sourceOf(from) === sourceOf(to) && isStatic(from.within) === isStatic(to.within);
};

function recursive(takes: readonly Take[], dice: Dice): Mutant[] {
  const found: Mutant[] = [];
  for (const outer of takes) {
    if (!outer.block || outer.kind.pool) continue;
    const inner = shuffled(takes.filter((each) => each.lock.id === outer.lock.id && callable(outer, each) && isUnconditional(each)), dice).slice(0, 3);
    for (const each of inner) {
      const call = callOf(each, outer.key);
      if (call) found.push(mutant("recursive", outer, [{ at: placeIn(outer.block, dice), text: ` ${call}` }], [outer.within.name], `${outer.within.name}: ${call} under ${outer.lock.text}`));
    }
  }
  return found;
}

// --- the outer pool under its own client

function pools(takes: readonly Take[], dice: Dice): Mutant[] {
  return takes.flatMap((take) => {
    const { block, kind, call, lock, within } = take;
    if (!block || !kind.pool) return [];
    const text = kind.outer === undefined ? `await ${call.expression.getText()}(async () => {});` : `await ${lock.text}${kind.outer};`;
    return mutant("pool", take, [{ at: placeIn(block, dice), text: ` ${text}` }], [within.name], `${within.name}: ${text} under ${call.expression.getText()}`);
  });
}

// --- two locks in two orders

/** The same way of taking the lock around something else; only where nothing of it depends on the method it stood in. */
function around({ call, how, key, lock, within }: Take, inner: string, name: string): string | undefined {
  if ((key && !isConstant(key)) || !(lock.onThis || !within.owner)) return undefined;
  const parameters = within.node.parameters.map((parameter) => parameter.name.getText());
  if (how === "acquire") return call.arguments.length > 0 ? undefined : `const ${name} = await ${call.getText()}; try { ${inner} } finally { (${name} as () => void)(); }`;
  const callback = call.arguments.findIndex((arg) => ts.isArrowFunction(arg) || ts.isFunctionExpression(arg));
  const rest = call.arguments.filter((_, index) => index !== callback);
  if (callback < 0 || rest.some((arg) => !isConstant(arg)) || parameters.includes(call.expression.getText())) return undefined;
  const args = call.arguments.map((arg, index) => index === callback ? `async () => { ${inner} }` : arg.getText());
  return `await ${call.expression.getText()}(${args.join(", ")});`;
}

function nest(outer: Take, inner: Take, nothing = "await Promise.resolve();"): string | undefined {
  const within = around(inner, nothing, "releaseInner");
  return within && around(outer, within, "releaseOuter");
}

/** A new method at the end of the class, or a new function at the end of the module. */
function addition(source: ts.SourceFile, owner: ts.ClassLikeDeclaration | undefined, functions: readonly (readonly [name: string, body: string])[]): Insertion {
  const text = functions.map(([name, body]) => owner ? `\n  async ${name}(): Promise<void> { ${body} }` : `\nexport async function ${name}(): Promise<void> { ${body} }`).join("");
  return { at: owner ? owner.getEnd() - 1 : source.text.length, text: `${text}\n` };
}

const isNested = (outer: Take, inner: Take): boolean => outer.block !== undefined && ts.findAncestor(inner.call, (node) => node === outer.block) !== undefined;

function orders(takes: readonly Take[], dice: Dice): Mutant[] {
  const found: Mutant[] = [];
  const pairs = new Set<string>();
  for (const a of takes) for (const b of takes) {
    if (a.lock.id === b.lock.id || a.kind.pool || b.kind.pool || sourceOf(a) !== sourceOf(b) || a.within.owner !== b.within.owner) continue;
    if (a.lock.id.startsWith(`${b.lock.id}/`) || b.lock.id.startsWith(`${a.lock.id}/`) || isStatic(a.within) || isStatic(b.within)) continue;
    found.push(...byCalls(a, b, takes, pairs, dice));
    const forward = nest(a, b), backward = nest(b, a);
    const pair = [a.lock.id, b.lock.id].sort().join();
    if (!forward || !backward || pairs.has(pair)) continue;
    pairs.add(pair);
    const existing = takes.find((outer) => takes.some((inner) => outer.lock.id === a.lock.id && inner.lock.id === b.lock.id && isNested(outer, inner)));
    const functions: [string, string][] = existing ? [["mutantBackward", backward]] : [["mutantForward", forward], ["mutantBackward", backward]];
    found.push(mutant("order", a, [addition(sourceOf(a), a.within.owner, functions)], [...functions.map(([name]) => name), ...existing ? [existing.within.name] : []],
      `${a.lock.text} and ${b.lock.text} nested in ${existing ? `${existing.within.name} and ` : ""}${functions.map(([name]) => name).join(" and ")}`));
  }
  return found;
}

/** Sections of one lock call functions that take the other. */
function byCalls(a: Take, b: Take, takes: readonly Take[], pairs: Set<string>, dice: Dice): Mutant[] {
  const pair = `calls ${[a.lock.id, b.lock.id].sort().join()}`;
  if (!a.block || !b.block || a.within.node === b.within.node || pairs.has(pair)) return [];
  const to = (from: Take, lock: string): string | undefined =>
    takes.filter((each) => each.lock.id === lock && callable(from, each) && each.within.node !== a.within.node && each.within.node !== b.within.node && isUnconditional(each))
      .map((each) => each.key && !isConstant(each.key) ? undefined : callOf(each, each.key)).find((call) => call !== undefined);
  const callB = to(a, b.lock.id), callA = to(b, a.lock.id);
  if (!callA || !callB) return [];
  pairs.add(pair);
  return [mutant("order", a, [{ at: placeIn(a.block, dice), text: ` ${callB}` }, { at: placeIn(b.block, dice), text: ` ${callA}` }], [a.within.name, b.within.name],
    `${a.within.name}: ${callB} under ${a.lock.text}; ${b.within.name}: ${callA} under ${b.lock.text}`)];
}

export const functionAt = (source: ts.SourceFile, position: number): string | undefined => {
  let found: ts.Node = source;
  const visit = (node: ts.Node): void => {
    if (node.pos <= position && position < node.end) {
      found = node;
      ts.forEachChild(node, visit);
    }
  };
  visit(source);
  return enclosing(found)?.name;
};
