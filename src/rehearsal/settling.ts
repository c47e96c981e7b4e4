import type { Expression } from "../effects/ir.js";
import type { Place } from "../summaries/events.js";
import type { Circle } from "./circles.js";
import { Native, Obj, type Prom, type Scope, type Task, type Value } from "./values.js";
import type { World } from "./world.js";

/** The call, further down in the body that waits, that would settle what it waits for. */
export function laterSettler(world: World, { promise, at }: NonNullable<Task["waiting"]>, { waiters }: Circle): Place | undefined {
  const task = waiters.find(({ waiting }) => waiting?.at === at)?.task;
  if (!task) return undefined;
  const call = world.port.lowered(at.file)?.calls.find(({ call: each, body }) =>
    body === at.body && each.span.start >= at.span.end && each.k === "call" && settles(each.callee, promise, task.scope));
  return call && { file: at.file, span: call.call.span, body: call.body };
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
