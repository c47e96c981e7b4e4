import type { Acquire, Effect, Operation, Run } from "../catalogue/types.js";
import type { Handmade } from "../effects/handmade.js";
import type { Call } from "./calls.js";
import type { Evaluator } from "./evaluator.js";
import { findMember } from "./names.js";
import { operate } from "./operations.js";
import type { Outcome, State } from "./state.js";
import { type Activation, type FunctionValue, lifetimeOf, type ObjectValue, UNKNOWN } from "./values.js";

/** A call of a function that is a lock by what it does: it is described as a library's would be, and its body isn't followed. */
export function handmadeOperation(ev: Evaluator, fn: FunctionValue, call: Call, state: State): Outcome[] | undefined {
  const handmade = ev.port.handmadeOf(fn.body);
  const lock = handmade && lockOf(ev, handmade, fn);
  if (!lock) return undefined;
  const operation: Operation = { on: "", member: "()", name: "common", effect: effectOf(handmade) };
  const outcomes = operate(ev, { ...call, receiver: lock, awaited: call.awaited && handmade.awaited }, [operation], undefined, state);
  // The promise of a queue that only accepts says nothing of when the work ends.
  return handmade.awaited ? outcomes : outcomes.map((outcome) => ({ ...outcome, value: UNKNOWN }));
}

/**
 * The state that the lock consists of stands for the lock: a field of the object, a variable of the module or of a factory's run. An
 * object that is kept in a field is told from others of its class by that field.
 */
function lockOf(ev: Evaluator, { of, capacity }: Handmade, fn: FunctionValue): ObjectValue | undefined {
  const creation = { what: "mutex" as const, capacity, reentrant: false, bounded: false };
  if ("field" in of) {
    const { self } = fn;
    const owner = fn.body.owner ?? enclosingOwner(fn);
    if (self?.v === "class") return { v: "object", id: `${self.info.id}.${of.field}`, lifetime: "program", name: of.field, creation };
    if (self?.v !== "object" || !owner) return undefined;
    const place = self.declaredBy ? { name: self.name, declaredBy: self.declaredBy, ...(self.owner && { owner: self.owner }) }
      : { name: self.name === "this" ? of.field : self.name, declaredBy: findMember(ev, owner, of.field).member?.owner ?? owner, owner: self };
    return { v: "object", id: `${self.id}.${of.field}`, lifetime: self.lifetime, creation, ...place, ...(self.many && { many: true }), ...(self.unstable && { unstable: true }) };
  }
  const { declaration } = of;
  const activation = activationOf(fn.activation, declaration.body);
  if (!activation) return undefined;
  const id = activation.once ? declaration.id : `${activation.id}/${declaration.id}`;
  return { v: "object", id, lifetime: lifetimeOf(activation), name: declaration.name, creation };
}

function enclosingOwner({ body }: FunctionValue): FunctionValue["body"]["owner"] {
  let at: FunctionValue["body"] | undefined = body;
  while (at && !at.owner) at = at.parent;
  return at?.owner;
}

function activationOf(activation: Activation | undefined, body: FunctionValue["body"]): Activation | undefined {
  let at = activation;
  while (at && at.body !== body) at = at.parent;
  return at;
}

function effectOf({ do: what, callback, key, gives }: Handmade): Effect {
  const keyed = key !== undefined && { key: { arg: key } };
  if (what === "release") return { do: "release", of: "receiver", ...keyed };
  if (what === "acquire") return { do: "acquire", of: "receiver", mode: "exclusive", gives: gives ?? "nothing", ...keyed } satisfies Acquire;
  return { do: "run", of: "receiver", mode: "exclusive", callback: { arg: callback ?? 0 }, ...keyed } satisfies Run;
}
