import type { ArgRef, Bound, Capacity, Ref } from "../catalogue/types.js";
import type { Call } from "./calls.js";
import type { Evaluator } from "./evaluator.js";
import { evaluateOpen, readMember } from "./names.js";
import { START } from "./state.js";
import { UNDEFINED, UNKNOWN, type Value } from "./values.js";

export function argument(call: Call, ref: ArgRef): Value {
  return call.args[ref.arg] ?? UNDEFINED;
}

export function refValue(ev: Evaluator, call: Call, ref: Ref): Value {
  if (ref === "receiver") return call.receiver ?? UNKNOWN;
  // A callable property (`db.where(…)`) is called on the object it belongs to.
  if (ref === "callee") return call.callee.v === "unknown" && call.receiver ? call.receiver : call.callee;
  const value = argument(call, ref);
  return ref.property === undefined ? value : propertyOf(ev, call, value, ref.property);
}

function propertyOf(ev: Evaluator, call: Call, value: Value, path: string): Value {
  return path.split(".").reduce<Value>((at, name) => ev.quietly(() => readMember(ev, at, name, undefined, call.activation, START)), value);
}

/** An option that is given and not switched off; unknown options objects are taken to have it. */
export function isGiven(ev: Evaluator, call: Call, ref: ArgRef): boolean {
  const value = argument(call, ref);
  if (value.v === "literal") return ref.property === undefined && Boolean(value.value);
  if (ref.property === undefined) return true;
  if (value.v === "object" && value.literal?.expression.k === "object") {
    const { entries } = value.literal.expression;
    const [name = ""] = ref.property.split(".");
    const entry = entries.find((each) => each.key === name);
    if (!entry) return entries.some((each) => each.key === undefined);
    const given = evaluateOpen(ev, entry.value, value.literal.activation);
    return !(given.v === "literal" && !given.value);
  }
  return true;
}

/** Half a minute in milliseconds: who waits longer than this for a connection is stuck as far as its users can tell. */
const LONG = 30_000;
export const isLong = (value: Value): boolean => value.v === "literal" && typeof value.value === "number" && value.value > LONG;

export const isBoundedCall = (ev: Evaluator, call: Call, bound: Bound | undefined): boolean =>
  bound === "always" || (bound?.some((ref) => ref.arg < call.args.length && isGiven(ev, call, ref)) ?? false);

export function capacityOf(ev: Evaluator, call: Call, capacity: Capacity | undefined): number | undefined {
  if (capacity === undefined || typeof capacity === "number") return capacity;
  for (const ref of capacity.from) {
    const given = call.args[ref.arg];
    if (!given) continue;
    const value = ref.property === undefined ? given : isAbsent(given, ref.property) ? UNDEFINED : propertyOf(ev, call, given, ref.property);
    if (value.v === "literal" && typeof value.value === "number") return value.value;
    if (value.v === "library" && /^(?:POSITIVE_INFINITY|Infinity)$/.test(value.entity.member)) return Infinity;
    if (!(value.v === "literal" && value.value === undefined)) {
      if (ref.property === undefined && capacity.from.length > 1) continue;
      return undefined;
    }
  }
  return capacity.default;
}

/** An options object written out in full that doesn't mention the property. */
function isAbsent(value: Value, property: string): boolean {
  if (value.v !== "object" || value.literal?.expression.k !== "object") return value.v === "literal";
  return value.literal.expression.entries.every((entry) => typeof entry.key === "string" && entry.key !== property.split(".")[0]);
}
