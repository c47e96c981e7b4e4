import type { Body, Expression } from "../effects/ir.js";
import type { Place } from "../summaries/events.js";
import { Native, Obj, type Prom, type Scope, type Task, type Value } from "./values.js";
import type { World } from "./world.js";

/** The call, further down in work that waits, that would settle a promise. */
export function settlerIn(world: World, { body, scope, waiting }: Task, promise: Prom): Place | undefined {
  const { start: first, end: last } = waiting?.at.span ?? { start: 0, end: 0 };
  const site = world.port.lowered(body.file)?.calls.find(({ call, body: inner }) =>
    call.k === "call" && call.span.start >= (inner === body ? last : first) && call.span.end <= body.span.end && isPartOf(inner, body) && settles(call.callee, promise, scope));
  return site && { file: body.file, span: site.call.span, body: site.body };
}

/** In the body itself, or in a function that is written in it. */
export function isPartOf(inner: Body, outer: Body): boolean {
  for (let at: Body | undefined = inner; at; at = at.owner ? undefined : at.parent) if (at === outer) return true;
  return false;
}

function settles(callee: Expression, promise: Prom, scope: Scope): boolean {
  if (promise.need.by === "event") {
    return callee.k === "member" && (callee.name === "emit" || callee.name === "end" || callee.name === "destroy") && peek(callee.object, scope) === promise.need.of;
  }
  const value = peek(callee, scope);
  return value instanceof Native && value.settles === promise;
}

/** What an expression stands for now, if that can be told without running anything. */
function peek(e: Expression, scope: Scope): Value {
  switch (e.k) {
    case "this": return scope.self;
    case "name": return e.declaration && scope.holder(e.declaration)?.names.get(e.declaration);
    case "member": {
      const object = peek(e.object, scope);
      return object instanceof Obj ? object.props.get(e.name) : undefined;
    }
    default: return undefined;
  }
}
