import type { Body, CallSite, ClassInfo, Expression } from "../effects/ir.js";
import type { Evaluator } from "./evaluator.js";
import { baseClass, evaluateOpen, openActivation } from "./names.js";
import { START } from "./state.js";
import { type Activation, choice, type ObjectValue, UNKNOWN, type Value, valueKey } from "./values.js";

/** How many places that give a value are looked at; with more it is unknown where the value comes from. */
const MOST_ORIGINS = 8;
/** How many calls of a name are looked at to find those of one body. */
const MOST_CALLS = MOST_ORIGINS * 4;

/**
 * What a class is given for a constructor parameter: the argument of the `new` that made this object, or of all of them.
 * Functions may be several, since every one of them may run; an object is followed only if it is the only one.
 */
export function originsOfConstructor(ev: Evaluator, info: ClassInfo, index: number, object: ObjectValue | undefined): Value | undefined {
  const given = object && argumentsFor(ev, info, object);
  if (given) return handedOn(ev, given[index]) ?? defaultOf(ev, info, index);
  const value = ev.lazily(`new:${info.id}/${String(index)}`, () => [{ state: START, value: commonValue(ev, runsOfConstructor(ev, info), index) }]);
  return value.v === "unknown" ? undefined : value;
}

/** A number or the like that stands in for what isn't given: all objects have the same. */
function defaultOf(ev: Evaluator, { constructorBody: body }: ClassInfo, index: number): Value | undefined {
  const otherwise = body?.parameters[index]?.default, open = body && openActivation(ev, body);
  const value = otherwise && open && evaluateOpen(ev, otherwise, open);
  return value?.v === "literal" ? value : undefined;
}

/** What a constructor was given and gives on to an object that it makes, or to its base. */
function handedOn(ev: Evaluator, value: Value | undefined): Value | undefined {
  const parameter = value?.v === "object" ? value.parameter : undefined;
  if (parameter?.body.kind !== "constructor" || !parameter.body.owner || parameter.path.length > 0) return value;
  return originsOfConstructor(ev, parameter.body.owner, parameter.index, undefined) ?? value;
}

/** What the constructor of its class, or of a base of it, was given when the object was made. */
export function argumentsFor(ev: Evaluator, info: ClassInfo, object: ObjectValue): readonly Value[] | undefined {
  let at = object.made ? object.info : undefined, args = object.made?.args;
  for (let depth = 0; at && args && depth < MOST_BASES; depth++) {
    if (at === info) return args;
    if (at.constructorBody) args = givenToBase(ev, at.constructorBody, { args, id: `${object.id}:constructor@` });
    at = baseClass(ev, at);
  }
  return undefined;
}

const MOST_BASES = 8;

/** What a constructor gives to that of the base, if it does so once. */
export function givenToBase(ev: Evaluator, body: Body, run: Pick<Activation, "args" | "id">): readonly Value[] | undefined {
  const [site] = superCalls(ev, body), open = openActivation(ev, body);
  return site && open && site.call.args.flatMap((arg) => arg.k === "spread" ? restOf(arg.value, run.args) ?? UNKNOWN : evaluateOpen(ev, arg, { ...open, ...run }));
}

const superCalls = (ev: Evaluator, constructor: Body): readonly CallSite[] =>
  ev.port.lowered(constructor.file)?.calls.filter(({ call, body }) => call.callee.k === "super" && body === constructor) ?? [];

/** `...rest`, of a rest parameter: the arguments from its position on. */
function restOf(value: Expression, args: readonly Value[] = []): readonly Value[] | undefined {
  const declaration = value.k === "name" ? value.declaration : undefined, index = declaration?.parameter;
  return index !== undefined && declaration?.body.parameters[index]?.rest ? args.slice(index) : undefined;
}

/** `new C(…)`, `new Sub(…)` of a class that inherits the constructor, and `super(…)` in one that has its own. */
function runsOfConstructor(ev: Evaluator, info: ClassInfo): readonly CallSite[] {
  const subclasses = ev.port.subclassesOf(info.ticket) ?? [];
  return [...ev.port.constructionsOf(info), ...subclasses.flatMap((sub) => {
    if (inheritedFrom(ev, sub) !== info) return [];
    return sub.constructorBody ? superCalls(ev, sub.constructorBody) : ev.port.constructionsOf(sub);
  })];
}

/** The nearest base with a constructor of its own. */
function inheritedFrom(ev: Evaluator, sub: ClassInfo): ClassInfo | undefined {
  let at = baseClass(ev, sub);
  for (let depth = 0; at && !at.constructorBody && depth < MOST_BASES; depth++) at = baseClass(ev, at);
  return at;
}

/** The functions that the program's calls of a body hand in for a parameter; undefined when some call can't be followed. */
export function originsOfParameter(ev: Evaluator, body: Body, index: number): Value | undefined {
  const value = ev.lazily(`call:${body.id}/${String(index)}`, () => [{ state: START, value: commonValue(ev, callsTo(ev, body), index) }]);
  return value.v === "unknown" ? undefined : value;
}

/** Calls that lead to a body, found by its name and resolved one by one. */
function callsTo(ev: Evaluator, body: Body): readonly CallSite[] {
  const name = body.kind === "constructor" ? body.owner?.name : body.name;
  const sites = name === undefined || ev.port.filesCalling(name) > MOST_CALLS ? [] : ev.port.callsOf(name);
  return sites.length > MOST_CALLS ? [] : sites.filter(({ call, body: from }) => {
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
  return choice(functions);
}

function argumentOf(ev: Evaluator, { call, body }: CallSite, index: number): Value {
  const before = call.args.findIndex((each) => each.k === "spread");
  if (before >= 0 && before <= index) return givenOn(ev, call.args[before], body, index - before);
  const arg = call.args[index];
  return arg ? handedOn(ev, evaluateOpen(ev, arg, openActivation(ev, body))) ?? UNKNOWN : UNKNOWN;
}

/** `...rest` in a constructor: what is given for a position in it is given to whoever calls that constructor. */
function givenOn(ev: Evaluator, spread: Expression | undefined, { kind, owner, parameters }: Body, index: number): Value {
  const rest = spread?.k === "spread" && spread.value.k === "name" ? spread.value.declaration?.parameter : undefined;
  if (kind !== "constructor" || !owner || rest === undefined || !parameters[rest]?.rest) return UNKNOWN;
  return originsOfConstructor(ev, owner, rest + index, undefined) ?? UNKNOWN;
}
