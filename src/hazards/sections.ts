import { encloses } from "../effects/bodies.js";
import type { Body, Declaration, Expression, Span } from "../effects/ir.js";
import { childrenOf, type Node, nodesOf } from "../effects/walk.js";
import type { Outside, Permit, Place, Step } from "../summaries/events.js";
import { commonDepth } from "./attribution.js";

/** The piece of the program that holds a lock while it waits for something else. */
export interface Section {
  readonly permit: Permit;
  /** The body that it stands in, and where in there the lock is asked for; a callback that is run under the lock is the section as a whole. */
  readonly body: Body;
  readonly from: Span | undefined;
  /** The first call in it that leads to the wait, or the wait itself. */
  readonly place: Place;
}

export function sectionOf(permit: Permit, { steps, place }: Outside): Section | undefined {
  const start = commonDepth(permit.steps, steps);
  let index = start;
  if (permit.operation.how === "run" && steps[index]?.callback) index++;
  // A wrapper that calls what it was given is no part of the section.
  while (steps[index]?.callback && callsParameter(steps[index])) index++;
  const body = steps[index - 1]?.body;
  if (!body) return undefined;
  const from = index > start ? undefined : (permit.steps[start]?.call ?? permit.place).span;
  return { permit, body, from, place: steps[index]?.call ?? place };
}

function callsParameter(step: Step | undefined): boolean {
  const called = step?.expression;
  return called?.k === "call" && called.callee.k === "name" && called.callee.declaration?.kind === "parameter";
}

/** Does the body wait for something that it was handed to run? Then it is a lock of a kind itself. */
export function runsForOthers(body: Body): boolean {
  const works = new Set([...body.mentions].filter((declaration) => declaration.kind === "parameter" && body.callNames.has(declaration.name) && encloses(declaration.body, body)));
  return works.size > 0 && nodesOf(body).some((node) => givesTurnTo(node, works));
}

function givesTurnTo(node: Node, works: ReadonlySet<Declaration>): boolean {
  const given = ("k" in node && node.k === "await") || ("s" in node && node.s === "return") ? node.value : undefined;
  return (given !== undefined && isWork(given, works)) || childrenOf(node).some((child) => givesTurnTo(child, works));
}

/** What such a call gives, or the name for it. */
function isWork(e: Expression, works: ReadonlySet<Declaration>): boolean {
  if (e.k === "await") return isWork(e.value, works);
  if (e.k === "name") return e.declaration?.kind === "const" && e.declaration.init?.k === "call" && isWork(e.declaration.init, works);
  return e.k === "call" && e.callee.k === "name" && e.callee.declaration !== undefined && works.has(e.callee.declaration);
}

/** The function whose run made the lock, when the text names it by a variable. */
export function homeOf({ operation: { call } }: Permit): Body | undefined {
  const callee: Expression | undefined = call?.callee;
  const object = callee?.k === "member" ? callee.object : callee;
  return object?.k === "name" ? object.declaration?.body : undefined;
}
