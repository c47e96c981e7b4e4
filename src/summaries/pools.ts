import type { Borrow } from "../catalogue/types.js";
import type { Expression } from "../effects/ir.js";
import { isBoundedCall, isGiven, refValue } from "./arguments.js";
import type { Call } from "./calls.js";
import { escape } from "./escapes.js";
import type { Evaluator } from "./evaluator.js";
import { queryOf } from "./outside.js";
import { handedOn } from "./ownership.js";
import { request, rootOf, siteOf } from "./requests.js";
import { saysIfSpent } from "./names.js";
import type { Outcome, State } from "./state.js";
import { type Activation, type ObjectValue, UNKNOWN, type Value } from "./values.js";
import { heldBy, release } from "./waits.js";

/** A query on the pool itself: a permit is taken and given back within the call. */
export function borrow(ev: Evaluator, call: Call, { of, lazy, bounded, boundIf }: Borrow, state: State): Outcome[] {
  const target = refValue(ev, call, of);
  const after = escape(ev, call.args.filter((arg) => arg.v === "function"), state);
  const onHandle = boundIf !== undefined && call.args.length > boundIf.arg && isGiven(ev, call, boundIf);
  if (target.v !== "object" || onHandle) return [{ state: after, value: UNKNOWN }];
  if (target.handle) return [{ state: after, value: deriveFrom(call, target) }];
  if (lazy) return [{ state: after, value: { ...deriveFrom(call, target), lazy: true } as Value }];
  const work = (inner: State): Outcome[] => [{ state: borrowNow(ev, call, target, isBoundedCall(ev, call, bounded), inner), value: UNKNOWN }];
  return call.awaited ? work(after) : [ev.fork(after, work)];
}

export function borrowNow(ev: Evaluator, call: Call, target: ObjectValue, bounded: boolean, state: State): State {
  const object = rootOf(target);
  const { state: after, id } = request(ev, call, target.many ? undefined : { object, key: undefined }, { mode: "permit", bounded, byResource: false, site: siteOf(call, "borrow") }, state);
  const permit = id === undefined ? undefined : ev.requests.get(id);
  if (!permit) return state;
  ev.record(permit, heldBy(after, permit), bounded || object.creation?.bounded === true, permit.place);
  queryOf(ev, call, target, state);
  return { ...release([permit.id], after), released: state.released, moment: state.moment + 1 };
}

/** Awaiting a builder that only then sends its query. */
export function awaitLazy(ev: Evaluator, outcome: Outcome, e: Expression, activation: Activation): Outcome {
  const { value, state } = outcome;
  if (value.v !== "object" || !value.lazy || value.handle) return outcome;
  if (e.k !== "call" && e.k !== "new") return outcome;
  const call: Call = { expression: e, activation, receiver: value, callee: value, name: undefined, args: [], awaited: true };
  return { state: borrowNow(ev, call, value, false, state), value: UNKNOWN };
}

export function handleOf(call: Call, of: ObjectValue, permit: string): ObjectValue {
  return {
    v: "object", id: `${of.id}!${permit}`, lifetime: "run", name: "client", ticket: call.expression.ticket,
    ...(of.library && { library: of.library }), handle: { permit, of },
  };
}

/** An object over the same pool, lock or connection as another one. */
export function deriveFrom(call: Call, from: Value): Value {
  if (from.v !== "object") return UNKNOWN;
  const { fresh: _, creation: __, ...rest } = from;
  return {
    v: "object", id: `${rest.id}()`, lifetime: rest.lifetime, name: rest.name, derivedFrom: rootOf(from), ticket: call.expression.ticket, ...(rest.many && { many: true as const }),
    ...(rest.handle && { handle: rest.handle }), ...(rest.lazy && { lazy: true as const }), ...(rest.library && { library: { package: rest.library.package, name: "?" } }),
  };
}

export function deriveUnlisted(call: Call, ev: Evaluator, state: State): Outcome[] {
  const from = call.receiver ?? call.callee;
  const spent = from.v === "object" && call.name !== undefined ? saysIfSpent(ev, from, call.name, state) : undefined;
  if (spent) return [{ state, value: spent }];
  const after = escape(ev, handedOn(call), state);
  if (from.v !== "object" || !(from.library ?? from.derivedFrom ?? from.handle)) return [{ state: after, value: UNKNOWN }];
  const pooled = from.derivedFrom ?? from.handle ?? (from.creation?.what === "pool" || from.creation?.what === "database" || (from.library && isPool(ev, from)));
  return [{ state: after, value: pooled ? deriveFrom(call, from) : UNKNOWN }];
}

export function isPool(ev: Evaluator, { library }: ObjectValue): boolean {
  const what = library && ev.catalogue.primitiveOf(library.package, library.name)?.what;
  return what === "pool" || what === "database";
}
