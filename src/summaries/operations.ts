import { concernsPermits } from "../catalogue/permits.js";
import type { Acquire, Create, Effect, Operation, Ref } from "../catalogue/types.js";
import { argument, capacityOf, isBoundedCall, isGiven, isLong, refValue } from "./arguments.js";
import { type Call, callValue, unknownCall } from "./calls.js";
import { operateChannel } from "./channels.js";
import { countOf } from "./collections.js";
import { escape } from "./escapes.js";
import type { Evaluator } from "./evaluator.js";
import { ANY_LOCK, noteLost } from "./exits.js";
import type { Permit } from "./events.js";
import { isLock } from "./guarding.js";
import { listen } from "./listening.js";
import { outsideOf } from "./outside.js";
import { borrow, deriveFrom, deriveUnlisted, handleOf, isPool } from "./pools.js";
import { entryOf, mayBe, modeOf, request, resourcesOf, rootOf, siteOf } from "./requests.js";
import { runBracket, runUnder } from "./running.js";
import { repeatedly } from "./statements.js";
import { givable, mergeOutcomes, type Outcome, type State } from "./state.js";
import { startAll } from "./thenables.js";
import { type Creation, lifetimeOf, type ObjectValue, optionsOf, sameKey, UNDEFINED, UNKNOWN, type Value } from "./values.js";
import { joinAll, newList, release, settled } from "./waits.js";

/** Operations of an object's member: by its type, or by the package alone for what a function of the package made. */
export function operationsFor(ev: Evaluator, call: Call, object: ObjectValue, member: string): readonly Operation[] {
  const { library } = object;
  if (library) {
    const found = ev.catalogue.findOperations(library.package, library.name, member);
    if (found.length > 0) return found;
  }
  const { callee } = call.expression;
  const types = ev.port.typeOf(callee.k === "member" && member !== "()" ? callee.object.ticket : callee.ticket);
  for (const type of types.library) {
    const found = ev.catalogue.findOperations(type.package, type.name, member);
    if (found.length > 0) return found;
  }
  for (const entity of ev.port.targetsOf(call.expression.ticket).entities) {
    const found = entity.kind === "library" ? ev.catalogue.findOperations(entity.package, entity.on, entity.member, entity) : [];
    if (found.length > 0) return found;
  }
  return [];
}

/** Does what the catalogue says of a call. Without an operation, a member of a library's object works on the same thing. */
export function operate(
  ev: Evaluator, call: Call, operations: readonly Operation[], library: { package: string } | undefined, state: State,
): Outcome[] {
  ev.sawCall(call, "resolved", state);
  const operation = operations.find((candidate) => applies(candidate, call.args));
  if (!operation) return ev.traffic ? unknownCall(ev, call, state) : deriveUnlisted(call, ev, state);
  const { effect } = operation;
  ev.met = { effect };
  const done = ev.traffic && operateChannel(ev, call, operation, library?.package ?? "", state);
  if (done) return done;
  if (effect.do !== "create" && concernsPermits(effect)) ev.touch();
  switch (effect.do) {
    case "create": return [{ state, value: create(ev, call, effect, library?.package ?? "", operation.on) }];
    case "acquire": return acquire(ev, call, effect, state);
    case "prepare": {
      const object = refValue(ev, call, effect.of);
      const prepared: Operation = { ...operation, effect: { ...effect, do: "acquire" }, minArgs: 0, maxArgs: Infinity };
      return [{ state, value: object.v === "object" ? { v: "bound", object, member: "()", ticket: call.expression.ticket, args: call.args, operation: prepared } : UNKNOWN }];
    }
    case "bracket": return call.awaited ? runBracket(ev, call, effect, state) : [ev.fork(state, (inner) => runBracket(ev, { ...call, awaited: true }, effect, inner))];
    case "try": return [{ state, value: UNKNOWN }];
    case "release": {
      const ids = returnedBy(ev, call, effect, state);
      ev.exits.giveBack(ev, ids, freed(ev, call, effect, state));
      return [{ state: returnClient(ev, call, effect, release(ids, state), state), value: UNDEFINED }];
    }
    case "run": return call.awaited ? runUnder(ev, call, effect, state) : [ev.fork(state, (inner) => runUnder(ev, { ...call, awaited: true }, effect, inner))];
    case "borrow": return borrow(ev, call, effect, state);
    case "decorate": return [{ state, value: decorate(refValue(ev, call, effect.of), effect.sets === "bounded" ? "bounded" : "try") }];
    case "derive": return [{ state, value: deriveFrom(call, refValue(ev, call, effect.from)) }];
    case "bound": return [{ state: escape(ev, call.args.filter((arg) => arg.v === "function"), state), value: deriveFrom(call, call.receiver ?? call.callee) }];
    case "join": return [join(ev, call, argument(call, effect.of), effect.first || effect.bounded !== undefined, state)];
    // Whoever has what comes of it may read from its source.
    case "window": return [{ state: ev.traffic && effect.items ? escape(ev, [refValue(ev, call, effect.items)], state) : state, value: windowOf(ev, call, effect, state) }];
    case "calls": return runCallbacks(ev, call, effect, state);
    case "none": return [{ state: escape(ev, call.args, state), value: effect.trueFor && hasLock(ev, call, effect.trueFor, state) ? { v: "literal", value: true } : UNKNOWN }];
    case "listen": return [{ state: listen(ev, call, effect, state), value: call.receiver ?? UNKNOWN }];
    default: return [{ state: escape(ev, call.args, state), value: outsideOf(ev, call, operation, state) ?? UNKNOWN }];
  }
}

function applies(operation: Operation, args: readonly Value[]): boolean {
  const { minArgs = 0, maxArgs = Infinity, argIsFunction } = operation;
  if (args.length < minArgs || args.length > maxArgs) return false;
  if (!argIsFunction) return true;
  const value = args[argIsFunction.arg];
  const callable = value !== undefined && optionsOf(value).some((option) => option.v === "function" || option.v === "bound");
  return callable === argIsFunction.is;
}

function create(ev: Evaluator, call: Call, effect: Create, from: string, on: string): ObjectValue {
  const wraps = effect.wraps && argument(call, effect.wraps);
  const creation: Creation = {
    what: effect.what, capacity: capacityOf(ev, call, effect.capacity),
    reentrant: effect.reentrantIf !== undefined && call.args.length > effect.reentrantIf.arg && isGiven(ev, call, effect.reentrantIf),
    bounded: effect.boundedIf !== undefined && call.args.length > effect.boundedIf.arg && isGiven(ev, call, effect.boundedIf) && !isLong(refValue(ev, call, effect.boundedIf)),
    site: call.expression, ...(effect.boundedIf && { boundable: effect.boundedIf }), ...(wraps && { wraps }),
  };
  return {
    v: "object", id: ev.made(call.activation, call.expression.span), lifetime: lifetimeOf(call.activation),
    library: { package: from, name: on }, creation, name: effect.what, fresh: true,
  };
}

function acquire(ev: Evaluator, call: Call, effect: Acquire, state: State): Outcome[] {
  const target = refValue(ev, call, effect.of);
  if (target.v === "object" && target.handle) return [{ state, value: deriveFrom(call, target) }];
  const [resource] = resourcesOf(ev, call, effect.of, effect.key, state);
  const { state: after, id } = request(ev, call, resource, {
    mode: modeOf(ev, call, effect, state), weight: effect.weight, passesWriters: effect.passesWriters, bounded: isBoundedCall(ev, call, effect.bounded), byResource: effect.gives === "nothing" || effect.gives === "releaser" || effect.gives === "tuple",
    site: siteOf(call, "acquire", { gives: effect.gives, ...(effect.bounded && { bounds: effect.bounded }) }),
  }, state);
  const given = effect.callback && argument(call, effect.callback);
  if (given?.v === "function") return [{ state: escape(ev, [given], state), value: UNDEFINED }];
  const releaser: Value = id === undefined ? UNKNOWN : { v: "releaser", permits: [id] };
  let current = after, value: Value = UNDEFINED;
  if (effect.gives === "releaser") value = releaser;
  else if (effect.gives === "handle") value = id !== undefined && target.v === "object" ? handleOf(call, rootOf(target), id) : UNKNOWN;
  else if (effect.gives === "tuple") ({ state: current, value } = newList(ev, [UNKNOWN, releaser], after));
  else if (effect.gives === "resource") ({ state: current, value } = newList(ev, [releaser, UNKNOWN], after));
  return [{ state: current, value: { v: "promise", tasks: [], grants: id === undefined ? [] : [id], value } }];
}

/** The permits that a call gives back. */
function returnedBy(ev: Evaluator, call: Call, effect: Extract<Effect, { do: "release" }>, state: State): readonly string[] {
  const handle = effect.handle ? argument(call, effect.handle) : refValue(ev, call, effect.of);
  if (handle.v === "releaser") return handle.permits;
  if (handle.v === "object" && handle.handle) return [handle.handle.permit];
  const [resource] = resourcesOf(ev, call, effect.of, effect.key, state);
  const isMine = (permit: Permit): boolean => permit.resource.object.id === resource?.object.id && sameKey(permit.resource.key, resource.key);
  const own = state.held.filter(isMine), mine = own.length > 0 ? own : givable(state).filter(isMine);
  // Nobody has a lock twice: such a path waits for itself, and is told of by another rule.
  if (mine.length > 0) return (mine.every((permit) => isLock(permit, ev.catalogue)) ? mine : mine.slice(-1)).map(({ id }) => id);
  const entry = resource && entryOf(resource);
  if (entry) return state.held.filter((permit) => permit.byResource && mayBe(entryOf(permit.resource), entry)).map((permit) => permit.id);
  // Something unidentified is given back: it may be any lock of the kind.
  const target = refValue(ev, call, effect.of);
  if (resource && target.v === "object") return [];
  return state.held.filter((permit) => permit.byResource).map((permit) => permit.id);
}

/** A client that its pool has already may be somebody else's by now. */
function returnClient(ev: Evaluator, call: Call, effect: Extract<Effect, { do: "release" }>, after: State, before: State): State {
  const given = effect.handle ? argument(call, effect.handle) : refValue(ev, call, effect.of);
  const handle = given.v === "object" ? given.handle : undefined;
  if (!handle || ev.quiet > 0 || ev.repeated > 0 || !isPool(ev, handle.of)) return after;
  if (before.returned?.has(handle.permit)) {
    noteLost(ev, { permit: handle.permit, how: "twice", place: ev.place(call.expression.span, call.activation.body), strength: before.cause?.strength ?? 3 });
  }
  return { ...after, returned: new Set([...before.returned ?? [], handle.permit]) };
}

/** What is given back to by its name alone; of something unidentified it isn't known which. */
function freed(ev: Evaluator, call: Call, effect: Extract<Effect, { do: "release" }>, state: State): string | undefined {
  const target = refValue(ev, call, effect.of);
  if (effect.handle || target.v === "releaser" || (target.v === "object" && target.handle)) return undefined;
  return resourcesOf(ev, call, effect.of, effect.key, state)[0]?.object.id ?? ANY_LOCK;
}

const hasLock = (ev: Evaluator, call: Call, of: Ref, state: State): boolean => {
  const [resource] = resourcesOf(ev, call, of, undefined, state);
  return resource !== undefined && state.held.some((permit) => permit.resource.object.id === resource.object.id);
};

function decorate(value: Value, waits: "bounded" | "try"): Value {
  return value.v === "object" ? { ...value, waits } : value;
}

/** What has fewer items never prepares more of them. */
function windowOf(ev: Evaluator, call: Call, { callback: ref, items, ahead: limit }: Extract<Effect, { do: "window" }>, state: State): Value {
  const callback = refValue(ev, call, ref), count = countOf(items && refValue(ev, call, items), state), limited = capacityOf(ev, call, limit);
  if (callback.v !== "function" && callback.v !== "bound") return UNKNOWN;
  const ahead = count === Infinity ? limited : Math.min(limited ?? Infinity, count - 1);
  return { v: "object", id: ev.made(call.activation, call.expression.span), lifetime: "run", name: "items", window: { callback, ahead, call } };
}

/** Whoever waits for a list of promises gets a list of what they are fulfilled with. */
function join(ev: Evaluator, call: Call, all: Value, first: boolean, before: State): Outcome {
  const { given, state } = sentBy(ev, call, all, before);
  const value = joinPromises(given, first, state);
  const contents = !first && given.v === "list" ? state.lists.get(given.id) : undefined;
  if (value.v !== "promise" || !contents?.items.some((item) => item.v === "promise")) return { state, value };
  const results = newList(ev, contents.items.map(settled), state, contents);
  return { state: results.state, value: { ...value, value: results.value } };
}

/** The list, with promises in the place of builders. */
function sentBy(ev: Evaluator, call: Call, given: Value, state: State): { given: Value; state: State } {
  const contents = given.v === "list" ? state.lists.get(given.id) : undefined;
  if (!contents?.items.some((item) => item.v === "object" && item.lazy)) return { given, state };
  const started = startAll(ev, call, contents.items, state);
  const list = newList(ev, started.items, started.state, contents);
  return { given: list.value, state: list.state };
}

/** What waits for all of several promises, or for the first of them. */
function joinPromises(given: Value, first: boolean, state: State): Value {
  if (given.v === "choice") return joinAll(given.options.map((option) => joinPromises(option, first, state)), first, UNKNOWN);
  if (given.v !== "list") return given.v === "promise" ? joinAll([given], first, UNKNOWN) : UNKNOWN;
  const items = state.lists.get(given.id)?.items ?? [];
  return joinAll(items, first, first ? firstGranted(items) : given);
}

/** Of a race against a clock only the one is of interest that may give a client. */
function firstGranted(items: readonly Value[]): Value {
  const [granting, ...others] = items.filter((item) => item.v === "promise" && item.grants.length > 0);
  return granting && others.length === 0 ? settled(granting) : UNKNOWN;
}

function runCallbacks(ev: Evaluator, call: Call, effect: Extract<Effect, { do: "calls" }>, state: State): Outcome[] {
  const callback = argument(call, effect.callback);
  if (effect.when === "later") return [{ state: escape(ev, call.args, state), value: UNKNOWN }];
  const inner: Call = { ...call, args: [], awaited: false, callee: callback, receiver: undefined, name: undefined };
  if (callback.v !== "function" && callback.v !== "bound" && callback.v !== "choice") return unknownCall(ev, call, state);
  const times = effect.times === "many" ? 2 : 1;
  let current = state;
  const results: Value[] = [];
  for (let round = 0; round < times; round++) {
    const [outcome] = mergeOutcomes(repeatedly(ev, effect.times === "many" ? Infinity : 1, () => callValue(ev, inner, callback, current)));
    if (!outcome) break;
    current = outcome.state;
    results.push(outcome.value);
  }
  if (effect.result === "result") return [{ state: current, value: results[0] ?? UNKNOWN }];
  if (effect.result === "awaited") return [{ state: current, value: joinAll(results, false, UNKNOWN) }];
  return effect.result === "elements" ? [newList(ev, results, current, { open: true })] : [{ state: current, value: UNKNOWN }];
}
