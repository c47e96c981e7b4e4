import type { Body, CallExpression, Declaration, Expression, Span } from "../effects/ir.js";
import { childrenOf, type Node, nodesOf } from "../effects/walk.js";
import type { Guarded, IsShared, Touch } from "./guarded.js";
import { isOfModule } from "./guarded.js";
import { homeOf, type Section } from "./sections.js";

/** How a wait stands to the state that its section guards. */
export interface Surroundings {
  /** Touches of guarded state before the wait, in what is waited for, and after it. */
  readonly before: readonly Touch[];
  readonly own: readonly Touch[];
  readonly after: readonly Touch[];
  /** Names that what is waited for mentions, and whether one of them holds something that was read from guarded state. */
  readonly names: ReadonlySet<Declaration>;
  readonly tainted: boolean;
  /** It stands in a loop of the section. */
  readonly repeated: boolean;
  /** The section asks for the time: its pauses keep things apart that it guards. */
  readonly timed: boolean;
}

const RELEASES = /^#?(?:release|unlock|free|leave|dispose|up|signal|done|end|destroy)/i;
const CLOCKS = new Set(["now", "hrtime", "getTime"]);

const isWithin = (inner: Span, outer: Span): boolean => inner.start >= outer.start && inner.end <= outer.end;

/** Undefined when the wait isn't found in the text of its section. */
export function surroundingsOf(section: Section, guarded: Guarded): Surroundings | undefined {
  const { body, place, from } = section;
  const home = homeOf(section.permit);
  const isShared: IsShared = (declaration) => isOfModule(declaration) || (declaration.body === home && (declaration.kind === "const" || declaration.kind === "let") && home !== body);
  const start = from?.end ?? 0, end = from ? endOf(body, from, place.span) : Infinity;
  const found = { before: [] as Touch[], own: [] as Touch[], after: [] as Touch[] };
  const at: { phase: keyof typeof found } = { phase: "before" };
  let repeated = false, timed = false;
  const taintedNames = new Set<Declaration>(), names = new Set<Declaration>();
  const marks: number[] = [];
  const tell = (touch: Touch): void => {
    if (at.phase === "own" || (touch.span.start >= start && touch.span.start < end)) found[at.phase].push(touch);
  };
  const enter = (node: Node): void => {
    marks.push(found.before.length);
    if (at.phase === "before" && node.span.start === place.span.start && node.span.end === place.span.end) at.phase = "own";
    if (at.phase === "own" && "k" in node && node.k === "name" && node.declaration) names.add(node.declaration);
    if ("s" in node && (node.s === "loop" || node.s === "for-of") && isWithin(place.span, node.span) && node.span.start >= start) repeated = true;
    if ("k" in node && isClock(node)) timed = true;
  };
  const leave = (node: Node): void => {
    const touched = found.before.length > (marks.pop() ?? 0);
    if ("s" in node && node.s === "declare" && touched) for (const name of namesIn(node)) taintedNames.add(name);
    if (at.phase === "own" && node.span.start === place.span.start && node.span.end === place.span.end) at.phase = "after";
  };
  for (const node of nodesOf(body)) guarded.walk(node, body, isShared, tell, { enter, leave });
  if (at.phase !== "after") return undefined;
  return { ...found, names, tainted: [...names].some((name) => taintedNames.has(name)), repeated, timed };
}

const isClock = (e: Expression): boolean =>
  (e.k === "call" && e.callee.k === "member" && CLOCKS.has(e.callee.name)) || (e.k === "new" && e.callee.k === "name" && e.callee.name === "Date");

function namesIn(node: Extract<Node, { s: "declare" }>): readonly Declaration[] {
  const found: Declaration[] = [];
  const visit = (pattern: typeof node.pattern): void => {
    if (pattern.p === "name") found.push(pattern.declaration);
    else if (pattern.p === "object") for (const property of pattern.properties) visit(property.pattern);
    else if (pattern.p === "array") for (const item of pattern.items) if (item) visit(item.pattern);
  };
  visit(node.pattern);
  return found;
}

/** Where the lock is given back, as far as the text of the body tells: the last such call after the wait. */
function endOf(body: Body, from: Span, wait: Span): number {
  let end = Infinity;
  const visit = (node: Node): void => {
    if ("k" in node && node.k === "call" && node.span.start > wait.end && gives(node, from)) end = end === Infinity ? node.span.start : Math.max(end, node.span.start);
    for (const child of childrenOf(node)) visit(child);
  };
  for (const node of nodesOf(body)) visit(node);
  return end;
}

function gives({ callee }: CallExpression, from: Span): boolean {
  if (callee.k === "member") return RELEASES.test(callee.name);
  const init = callee.k === "name" ? callee.declaration?.init : undefined;
  return init !== undefined && isWithin(from, init.span);
}

/** Which names an expression mentions. */
export function mentionedIn(e: Expression | undefined): ReadonlySet<Declaration> {
  const found = new Set<Declaration>();
  const visit = (node: Node): void => {
    if ("k" in node && node.k === "name" && node.declaration) found.add(node.declaration);
    for (const child of childrenOf(node)) visit(child);
  };
  if (e) visit(e);
  return found;
}
