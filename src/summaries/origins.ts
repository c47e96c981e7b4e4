import type { Body, CallSite, ClassInfo } from "../effects/ir.js";
import type { Evaluator } from "./evaluator.js";
import { evaluateOpen, openActivation } from "./names.js";
import { START } from "./state.js";
import { choice, type ObjectValue, UNKNOWN, type Value, valueKey } from "./values.js";

/** How many places that give a value are looked at; with more it is unknown where the value comes from. */
const MOST_ORIGINS = 8;

/**
 * What a class is given for a constructor parameter: the argument of the `new` that made this object, or of all of them.
 * Functions may be several, since every one of them may run; an object is followed only if it is the only one.
 */
export function originsOfConstructor(ev: Evaluator, info: ClassInfo, index: number, object: ObjectValue | undefined): Value | undefined {
  if (object?.made && object.info === info) return handedOn(ev, object.made.args[index]);
  const value = ev.lazily(`new:${info.id}/${String(index)}`, () => [{ state: START, value: commonValue(ev, ev.port.constructionsOf(info), index) }]);
  return value.v === "unknown" ? undefined : value;
}

/** What a constructor was given and gives on to an object that it makes. */
function handedOn(ev: Evaluator, value: Value | undefined): Value | undefined {
  const parameter = value?.v === "object" ? value.parameter : undefined;
  if (parameter?.body.kind !== "constructor" || !parameter.body.owner || parameter.path.length > 0) return value;
  return originsOfConstructor(ev, parameter.body.owner, parameter.index, undefined) ?? value;
}

/** The functions that the program's calls of a body hand in for a parameter; undefined when some call can't be followed. */
export function originsOfParameter(ev: Evaluator, body: Body, index: number): Value | undefined {
  const value = ev.lazily(`call:${body.id}/${String(index)}`, () => [{ state: START, value: commonValue(ev, callsTo(ev, body), index) }]);
  return value.v === "unknown" ? undefined : value;
}

/** Calls that lead to a body, found by its name and resolved one by one. */
function callsTo(ev: Evaluator, body: Body): readonly CallSite[] {
  const name = body.kind === "constructor" ? body.owner?.name : body.name;
  const sites = name === undefined ? [] : ev.port.callsOf(name);
  return sites.length > MOST_ORIGINS * 4 ? [] : sites.filter(({ call, body: from }) => {
    const callee = evaluateOpen(ev, call.callee, openActivation(ev, from));
    if (callee.v === "function") return callee.body === body;
    return callee.v === "unknown" && ev.port.targetsOf(call.ticket).entities.some((entity) =>
      (entity.kind === "body" && entity.body === body) || (entity.kind === "member" && entity.member.body === body));
  });
}

function commonValue(ev: Evaluator, sites: readonly CallSite[], index: number): Value {
  if (sites.length === 0 || sites.length > MOST_ORIGINS) return UNKNOWN;
  const values = sites.map((site) => argumentOf(ev, site, index));
  const keys = new Set(values.map(valueKey));
  if (keys.size === 1 && values[0]) return values[0];
  const functions = values.filter((value) => value.v === "function");
  return functions.length === values.length ? choice(functions) : UNKNOWN;
}

function argumentOf(ev: Evaluator, { call, body }: CallSite, index: number): Value {
  ev.notes.files.add(body.file);
  const arg = call.args.some((each) => each.k === "spread") ? undefined : call.args[index];
  return arg ? evaluateOpen(ev, arg, openActivation(ev, body)) : UNKNOWN;
}
