import type { Body, Declaration, Expression, ForOfStatement, LoweredFile, Statement } from "../effects/ir.js";
import { allExpressions, allStatements, innerLists, ownExpressions, partsOf } from "../effects/walk.js";
import type { Finding } from "./finding.js";
import type { Prospect, Rejections } from "./rejections.js";

export interface EagerPort {
  /** Files in which work may be started before somebody looks at it, by their texts. */
  eagerFiles(): readonly LoweredFile[];
}

/** Work that was started together, and where. */
interface Started {
  readonly prospect: Prospect;
  /** The name that holds it; without one it stands in the loop itself. */
  readonly list: Declaration | undefined;
}

/** Promises that were started together and are awaited one by one: a later one that fails early has no handler yet. */
export function findEagerWork(files: readonly LoweredFile[], rejections: Rejections): Finding[] {
  return files.flatMap(({ bodies }) => bodies.flatMap((body) => body.statements.length === 0 ? [] : [...loopsIn(body, rejections), ...pairsIn(body, rejections)]));
}

function loopsIn(body: Body, rejections: Rejections): Finding[] {
  return [...allStatements(body.statements)].flatMap((statement) => {
    const item = statement.s === "for-of" && !statement.keys ? awaitedItem(statement) : undefined;
    const started = item && startedBy((statement as ForOfStatement).iterable, rejections);
    return started && isLeftAlone(started.list, statement as ForOfStatement, body) ? judge(started, statement as ForOfStatement, item, body) : [];
  });
}

function judge({ prospect, list }: Started, loop: ForOfStatement, item: Expression, body: Body): Finding[] {
  const place = { file: body.file, span: item.span, body };
  const data = { list: list?.name ?? "they" };
  const common = { rule: "no-starved-buffer", place, data } as const;
  if (prospect.handled) return [];
  // Between two of them something else is waited for, while the clocks of all run.
  if (prospect.clock) return awaitsIn(loop).length > 1 ? [{ ...common, messageId: "clock", confidence: "possible" }] : [];
  if (!prospect.rejects) return [];
  return [{ ...common, messageId: "unhandled", confidence: "likely", ...(list && { repair: { kind: "handle early", list: list.ticket, loop: loop.ticket, filled: list.additions.length > 0 } }) }];
}

const awaitsIn = (loop: ForOfStatement): Expression[] => [...allExpressions(loop.body)].filter((e) => e.k === "await");

/** Where a loop awaits the item that it is at. */
function awaitedItem(loop: ForOfStatement): Expression | undefined {
  if (loop.awaits) return loop.iterable;
  const { pattern } = loop;
  if (pattern.p !== "name") return undefined;
  return awaitsIn(loop).find((e) => e.k === "await" && isOf(e.value, pattern.declaration));
}

/** `item`, `item.catch(…)`, `(await item).text()` */
function isOf(e: Expression, declaration: Declaration): boolean {
  if (e.k === "name") return e.declaration === declaration;
  return e.k === "call" && e.callee.k === "member" && /^(?:then|catch|finally)$/.test(e.callee.name) && isOf(e.callee.object, declaration);
}

/** What makes the promises of a list: a call for each of some items, several calls, or what is put in. */
function startedBy(e: Expression, rejections: Rejections): Started | undefined {
  if (e.k !== "name") return prospectOf(e, rejections, undefined);
  const { declaration } = e;
  if (!declaration?.init || declaration.path.length > 0 || declaration.reassigned) return undefined;
  if (declaration.init.k === "array" && declaration.init.items.length === 0) return addedTo(declaration, rejections);
  return prospectOf(declaration.init, rejections, declaration);
}

function addedTo(declaration: Declaration, rejections: Rejections): Started | undefined {
  const prospects = declaration.additions.map(({ value }) => rejections.ofPromise(value));
  const [first] = prospects;
  return first && prospects.length === 1 ? { prospect: first, list: declaration } : undefined;
}

function prospectOf(e: Expression, rejections: Rejections, list: Declaration | undefined): Started | undefined {
  if (e.k === "array") {
    const calls = e.items.filter((item) => item.k === "call").map((item) => rejections.ofPromise(item));
    const open = calls.filter(({ handled }) => !handled), prospect = open.find(({ rejects }, index) => rejects && index > 0) ?? open[0];
    return calls.length > 1 && prospect ? { prospect, list } : undefined;
  }
  if (e.k !== "call" || e.callee.k !== "member") return undefined;
  const { callee, args } = e;
  const given = callee.name === "map" && args.length === 1 ? args[0] : callee.name === "from" && callee.object.k === "name" && callee.object.name === "Array" ? args[1] : undefined;
  return given && { prospect: rejections.ofFunction(given), list };
}

/** Nobody else had the list before the loop, so nobody handles what is in it. */
function isLeftAlone(list: Declaration | undefined, loop: ForOfStatement, body: Body): boolean {
  if (!list) return true;
  if (list.body !== body || list.exported) return false;
  const others = body.children.some(({ mentions, span }) => mentions.has(list) && span.start < loop.span.end);
  return !others && usesBefore(list, loop, body.statements).every((use) => use === "own");
}

/** How a name is used before a loop: `own` is to fill it, or to count what is in it. */
function usesBefore(list: Declaration, loop: Statement, statements: readonly Statement[]): ("own" | "other")[] {
  const uses: ("own" | "other")[] = [];
  const visit = (e: Expression): void => {
    if (e.span.start >= loop.span.start) return;
    if (e.k === "member" && e.object.k === "name" && e.object.declaration === list) uses.push(e.name === "push" || e.name === "length" ? "own" : "other");
    else if (e.k === "name" && e.declaration === list) uses.push("other");
    else for (const part of partsOf(e)) visit(part);
  };
  for (const statement of allStatements(statements)) for (const e of ownExpressions(statement)) visit(e);
  return uses;
}

/** `const a = f(); const b = g(); await a; await b;` */
function pairsIn(body: Body, rejections: Rejections): Finding[] {
  const lists: (readonly Statement[])[] = [body.statements];
  for (const statement of allStatements(body.statements)) lists.push(...innerLists(statement));
  return lists.flatMap((list) => pairIn(list, body, rejections));
}

function pairIn(list: readonly Statement[], body: Body, rejections: Rejections): Finding[] {
  const waiting = new Map<Declaration, Expression>();
  for (const statement of list) {
    const started = startOf(statement);
    if (started) {
      waiting.set(started.declaration, started.call);
      continue;
    }
    if (waiting.size < 2) {
      if (mentionsAny(statement, waiting)) waiting.clear();
      continue;
    }
    const first = awaitedName(statement, waiting);
    const others = [...waiting].filter(([declaration]) => declaration !== first?.declaration && isAwaitedAlone(declaration, list, statement));
    const [late] = first ? others.filter(([, call]) => isOpen(rejections.ofPromise(call))) : [];
    if (first && late) return [{ rule: "no-starved-buffer", messageId: "pair", confidence: "possible", place: { file: body.file, span: first.at.span, body }, data: { list: late[0].name } }];
    if (mentionsAny(statement, waiting)) waiting.clear();
  }
  return [];
}

const isOpen = ({ rejects, handled }: Prospect): boolean => rejects && !handled;

function startOf(statement: Statement): { declaration: Declaration; call: Expression } | undefined {
  if (statement.s !== "declare" || statement.pattern.p !== "name" || statement.init?.k !== "call") return undefined;
  const { declaration } = statement.pattern;
  return declaration.kind === "const" ? { declaration, call: statement.init } : undefined;
}

const expressionsOf = (statement: Statement): readonly Expression[] => [...allExpressions([statement])];

const mentionsAny = (statement: Statement, names: ReadonlyMap<Declaration, Expression>): boolean =>
  expressionsOf(statement).some((e) => e.k === "name" && e.declaration !== undefined && names.has(e.declaration));

/** The only one of some names that a statement mentions, if it awaits it. */
function awaitedName(statement: Statement, names: ReadonlyMap<Declaration, Expression>): { declaration: Declaration; at: Expression } | undefined {
  const mentioned = expressionsOf(statement).flatMap((e) => e.k === "name" && e.declaration && names.has(e.declaration) ? [e.declaration] : []);
  const [only, ...others] = mentioned;
  const at = only && expressionsOf(statement).find((e) => e.k === "await" && e.value.k === "name" && e.value.declaration === only);
  return at && others.length === 0 ? { declaration: only, at } : undefined;
}

/** Nobody looks at it before a statement, and after it somebody awaits it. */
function isAwaitedAlone(declaration: Declaration, list: readonly Statement[], after: Statement): boolean {
  if (declaration.body.children.some(({ mentions }) => mentions.has(declaration))) return false;
  const later = list.slice(list.indexOf(after) + 1).find((statement) => expressionsOf(statement).some((e) => e.k === "name" && e.declaration === declaration));
  return later !== undefined && expressionsOf(later).some((e) => e.k === "await" && e.value.k === "name" && e.value.declaration === declaration);
}
