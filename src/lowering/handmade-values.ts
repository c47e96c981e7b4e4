import type { Body, CallExpression, Declaration, Expression, NewExpression } from "../effects/ir.js";
import { callAround, type Facts, factsOf, functionOf, isInside, type Seen } from "./handmade-facts.js";
import { directPlace, placeOf, samePlace, type Place, writesOf } from "./handmade-places.js";

/** A promise by the expression that makes it: `new Promise(…)`, `Promise.withResolvers()`, or a call that makes a deferred. */
export type Made = NewExpression | CallExpression;

const CHAINING = new Set(["then", "catch", "finally"]);
export const isChaining = (call: CallExpression): boolean => call.callee.k === "member" && CHAINING.has(call.callee.name);

export const isNewPromise = (e: Expression): e is NewExpression => e.k === "new" && e.callee.k === "name" && e.callee.name === "Promise";

/**
 * The expressions that a value may come from or settles with: through names, awaits, promise chains, choices, and the
 * results of functions of this file. A function that `then` runs counts with what it returns.
 */
export function sourcesOf(e: Expression | undefined, facts: Facts): ReadonlySet<Expression> {
  const found = new Set<Expression>();
  const visit = (each: Expression | undefined): void => {
    if (!each || found.has(each)) return;
    found.add(each);
    for (const next of cameFrom(each, facts)) visit(next);
  };
  visit(e);
  return found;
}

function cameFrom(e: Expression, facts: Facts): readonly (Expression | undefined)[] {
  const { home } = facts;
  const place = directPlace(e, home);
  const stored = place ? storedBefore(e, place, facts) : [];
  switch (e.k) {
    case "name": return e.declaration && !place ? comesFrom(e.declaration) : stored;
    case "member": return e.name === "promise" ? [...stored, promiseIn(e.object)] : stored;
    case "await": case "assign": case "spread": return [e.value];
    case "unary": return e.op === "void" ? [] : [e.value];
    case "logical": return [e.left, e.right];
    case "branch": return [e.then, e.else];
    case "sequence": return e.items.slice(-1);
    case "array": return e.items;
    case "call": return place ? stored : resultOf(e, facts);
    default: return stored;
  }
}

/** A deferred is what makes it, or an object that has its promise as a property. */
function promiseIn(deferred: Expression): Expression | undefined {
  const init = deferred.k === "name" && deferred.declaration?.init?.k === "object" ? deferred.declaration.init : undefined;
  return init ? init.entries.find(({ key }) => key === "promise")?.value : deferred;
}

/** Only what is the promise itself: `resolve` of `Promise.withResolvers()` comes from somewhere else. */
function comesFrom(declaration: Declaration): readonly Expression[] {
  const [step, ...rest] = declaration.path;
  const written = declaration.writes.map(({ value }) => value);
  return declaration.init && rest.length === 0 && (step === undefined || step === "promise" || typeof step === "number") ? [declaration.init, ...written] : written;
}

/** A place read after this body has stored something there holds that, too. */
function storedBefore(e: Expression, place: Place, facts: Facts): Expression[] {
  const order = facts.orders.get(e) ?? -1;
  return writesOf(facts).filter((write) => write.order < order && write.direction === "value" && samePlace(write.place, place)).map(({ what }) => what);
}

function resultOf(call: CallExpression, { home }: Facts): readonly Expression[] {
  if (isChaining(call) && call.callee.k === "member") {
    return [call.callee.object, ...call.args.flatMap((arg) => resultsOfFunction(functionOf(arg, home)))];
  }
  // What a function that was handed in makes of its arguments, it makes of their values.
  if (call.callee.k === "name" && call.callee.declaration?.kind === "parameter") return [];
  const helper = functionOf(call.callee, home);
  return [...resultsOfFunction(helper), ...call.args.flatMap((arg, index) => arg.k !== "function" ? [arg] : endsWith(helper, index) ? resultsOfFunction(arg.body) : [])];
}

/** `return work()`: the helper's promise waits for what it was given to run. */
const endsWith = (helper: Body | undefined, index: number): boolean => resultsOfFunction(helper).some((e) =>
  e.k === "call" && e.callee.k === "name" && e.callee.declaration?.body === helper && e.callee.declaration?.parameter === index);

/** What a function's promise waits for: what it returns and, if it is async, what it awaits. */
function resultsOfFunction(body: Body | undefined): Expression[] {
  if (!body) return [];
  const { returns, awaits } = factsOf(body);
  return [...returns, ...awaits].filter((seen) => seen.body === body).map(({ what }) => what);
}

/** The `new Promise` whose executor this body is. */
export function promiseOfExecutor(body: Body): NewExpression | undefined {
  const around = callAround(body);
  return around?.index === 0 && isNewPromise(around.call) ? around.call : undefined;
}

/** The promise that calling this value fulfils. */
export function settles(e: Expression, home: Body, seen = new Set<Declaration | Body>()): Made | undefined {
  if (e.k === "name" && e.declaration) return settledBy(e.declaration, home, seen);
  if (e.k === "member" && e.name === "resolve" && e.object.k === "name") return deferredOf(e.object.declaration, home);
  if (e.k === "call" && e.callee.k === "member" && e.callee.name === "bind") return settles(e.callee.object, home, seen);
  const body = functionOf(e, home);
  return body && isInside(body, home) ? settledInside(body, home, seen) : undefined;
}

function settledBy(declaration: Declaration, home: Body, seen: Set<Declaration | Body>): Made | undefined {
  if (seen.has(declaration) || !isInside(declaration.body, home)) return undefined;
  seen.add(declaration);
  if (declaration.kind === "parameter" && declaration.parameter === 0) {
    const made = promiseOfExecutor(declaration.body);
    if (made) return made;
  }
  if (declaration.path[0] === "resolve" && declaration.init?.k === "call") return declaration.init;
  if (declaration.functionBody) return settledInside(declaration.functionBody, home, seen);
  for (const value of [declaration.init, ...declaration.writes.map((write) => write.value)]) {
    const made = value && declaration.path.length === 0 ? settles(value, home, seen) : undefined;
    if (made) return made;
  }
  return undefined;
}

/** `const gate = Promise.withResolvers()` or any local object that a function has made and that is used as a deferred. */
function deferredOf(declaration: Declaration | undefined, home: Body): Made | undefined {
  const init = declaration && isInside(declaration.body, home) && declaration.path.length === 0 ? declaration.init : undefined;
  return init?.k === "call" || init?.k === "new" ? init : undefined;
}

function settledInside(body: Body, home: Body, seen: Set<Declaration | Body>): Made | undefined {
  if (seen.has(body)) return undefined;
  seen.add(body);
  for (const { what } of factsOf(body).calls) {
    for (const e of [what.callee, ...(isChaining(what) ? what.args : [])]) {
      const made = e.k === "function" ? undefined : settles(e, home, seen);
      if (made) return made;
    }
  }
  return undefined;
}

/** Calls in the home that fulfil a promise, by hand or as the handler of another promise. */
export function settlings(made: Made, facts: Facts): Seen<CallExpression>[] {
  return facts.calls.filter(({ what }) => settles(what.callee, facts.home) === made
    || (isChaining(what) && what.args.some((arg) => arg.k !== "function" && settles(arg, facts.home) === made)));
}

/** The promises among the sources of a value that somebody else has to settle. */
export function gatesIn(sources: ReadonlySet<Expression>, facts: Facts): Made[] {
  const used = [...facts.calls.flatMap(({ what }) => [what.callee, ...what.args]), ...facts.returns.map(({ what }) => disposerIn(what) ?? what)];
  const settled = new Set<Expression | undefined>(used.map((e) => settles(e, facts.home)));
  return [...sources].filter((e): e is Made => (e.k === "call" && settled.has(e)) || (e.k === "new" && (settled.has(e) || isNewPromise(e))));
}

/** What `using` calls in the end, for an object that has nothing else. */
export function disposerIn(e: Expression): Expression | undefined {
  if (e.k !== "object" || e.entries.length !== 1) return undefined;
  const [entry] = e.entries;
  return entry?.key === "[Symbol.dispose]" || entry?.key === "[Symbol.asyncDispose]" ? entry.value : undefined;
}

/** A value that can be called to do something later: what an acquire hands out for giving back. */
export const isFunctionish = (e: Expression, home: Body): boolean => functionOf(e, home) !== undefined;

/** The list that a value was taken from: `shift()`, a loop over it, a batch cut off it, a callback run for each. */
function takenFrom(e: Expression | undefined, facts: Facts, all: readonly Facts[] = [facts], seen = new Set<Expression>()): Place | undefined {
  if (!e || seen.has(e)) return undefined;
  seen.add(e);
  const { home } = facts;
  const further = (next: Expression | undefined): Place | undefined => takenFrom(next, facts, all, seen);
  switch (e.k) {
    case "call": return e.callee.k === "member" && TAKING.has(e.callee.name) ? listOf(e.callee.object, facts, all, seen) : chosenBy(functionOf(e.callee, home), all, seen);
    case "index": return listOf(e.object, facts, all, seen);
    case "member": return further(e.object);
    case "logical": return further(e.left) ?? further(e.right);
    case "assign": case "await": return further(e.value);
    case "name": return e.declaration && isInside(e.declaration.body, home) ? takenName(e.declaration, facts, all, seen) : undefined;
    default: return undefined;
  }
}

/** `const job = this.next()`: a helper chooses one of a list. */
function chosenBy(helper: Body | undefined, all: readonly Facts[], seen: Set<Expression>): Place | undefined {
  const facts = all.find(({ home }) => home === helper);
  for (const { what, body } of facts?.returns ?? []) {
    const place = facts && body === helper ? takenFrom(what, facts, all, seen) : undefined;
    if (place) return place;
  }
  return undefined;
}

const TAKING = new Set(["shift", "pop", "splice", "at", "dequeue", "values"]);
const EACH = new Set(["forEach", "map"]);

const listOf = (e: Expression, facts: Facts, all: readonly Facts[], seen: Set<Expression>): Place | undefined =>
  takenFrom(e, facts, all, seen) ?? placeOf(e, facts.home);

function takenName(declaration: Declaration, facts: Facts, all: readonly Facts[], seen: Set<Expression>): Place | undefined {
  if (declaration.elementOf) return listOf(declaration.elementOf, facts, all, seen);
  if (declaration.kind === "parameter") return handedIn(declaration, facts, all, seen);
  for (const value of [declaration.init, ...declaration.writes.map((write) => write.value)]) {
    const place = takenFrom(value, facts, all, seen);
    if (place) return place;
  }
  return undefined;
}

/** A parameter is taken from a list if the list runs the function for each, or a helper is called with what was taken. */
function handedIn(declaration: Declaration, facts: Facts, all: readonly Facts[], seen: Set<Expression>): Place | undefined {
  const around = callAround(declaration.body);
  if (around?.call.k === "call" && around.call.callee.k === "member" && EACH.has(around.call.callee.name)) {
    return declaration.parameter === 0 ? listOf(around.call.callee.object, facts, all, seen) : undefined;
  }
  if (declaration.parameter === undefined) return undefined;
  for (const caller of all) {
    for (const { what, body } of caller.calls) {
      const place = functionOf(what.callee, body) === declaration.body ? takenFrom(what.args[declaration.parameter], caller, all, seen) : undefined;
      if (place) return place;
    }
  }
  return undefined;
}

/** Calls of what was taken from a list: directly, by a timer or a promise, or by a helper that it is given to. */
export function runsOfTaken(facts: Facts, all: readonly Facts[] = [facts]): { place: Place; seen: Seen<CallExpression> }[] {
  return facts.calls.flatMap((seen) => {
    const { callee, args } = seen.what;
    const given = args.find((arg, index) => isLater(seen.what) || callsParameter(functionOf(callee, seen.body), index));
    const place = calledTaken(callee, facts, all) ?? (given?.k === "name" || given?.k === "member" ? takenFrom(given, facts, all) : undefined);
    return place ? [{ place, seen }] : [];
  });
}

const callsParameter = (helper: Body | undefined, index: number): boolean => helper !== undefined
  && factsOf(helper).calls.some(({ what: { callee } }) => callee.k === "name" && callee.declaration?.body === helper && callee.declaration.parameter === index);

/** `list.shift()` itself is a method call on a place and not a run. */
function calledTaken(callee: Expression, facts: Facts, all: readonly Facts[]): Place | undefined {
  if (callee.k !== "member") return takenFrom(callee, facts, all);
  if (TAKING.has(callee.name) || EACH.has(callee.name) || placeOf(callee.object, facts.home)) return undefined;
  return CHAINING.has(callee.name) ? undefined : takenFrom(callee.object, facts, all);
}

const LATER = new Set(["setTimeout", "setImmediate", "queueMicrotask", "nextTick", "then"]);
export const isLater = ({ callee }: CallExpression): boolean => (callee.k === "name" || callee.k === "member") && LATER.has(callee.name);
