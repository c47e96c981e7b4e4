import { concernsPermits } from "../catalogue/permits.js";
import type { Acquire, ArgRef, Borrow, Bound, Bracket, Capacity, Create, Effect, Mode, Operation, Ref, Run } from "../catalogue/types.js";
import type { Expression } from "../effects/ir.js";
import { type Call, callValue, isFromCaller, unknownCall } from "./calls.js";
import { countOf, keyOf, listOf } from "./collections.js";
import type { Evaluator } from "./evaluator.js";
import type { AcquireSite, Resource } from "./events.js";
import { operateChannel } from "./channels.js";
import { ANY_LOCK, noteLost } from "./exits.js";
import { watch } from "./handed.js";
import { functionMayWait, invoke } from "./invocations.js";
import { listen } from "./listening.js";
import { escape } from "./escapes.js";
import { outsideOf, queryOf } from "./outside.js";
import { classOf, evaluateOpen, findMember, readMember } from "./names.js";
import { mergeOutcomes, mergeStates, type Outcome, START, type State } from "./state.js";
import { type Activation, type Creation, type Key, type ObjectValue, optionsOf, UNDEFINED, UNKNOWN, type Value } from "./values.js";
import { repeatedly } from "./statements.js";
import { awaitValue, heldBy, joinAll, newList, release, settled } from "./waits.js";

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
    case "join": return [join(ev, argument(call, effect.of), effect.first || effect.bounded !== undefined, state)];
    case "window": return [{ state, value: windowOf(ev, call, effect, state) }];
    case "calls": return runCallbacks(ev, call, effect, state);
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
function isGiven(ev: Evaluator, call: Call, ref: ArgRef): boolean {
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
const isLong = (value: Value): boolean => value.v === "literal" && typeof value.value === "number" && value.value > LONG;

export const isBoundedCall = (ev: Evaluator, call: Call, bound: Bound | undefined): boolean =>
  bound === "always" || (bound?.some((ref) => ref.arg < call.args.length && isGiven(ev, call, ref)) ?? false);

function create(ev: Evaluator, call: Call, effect: Create, from: string, on: string): ObjectValue {
  const wraps = effect.wraps && argument(call, effect.wraps);
  const creation: Creation = {
    what: effect.what, capacity: capacityOf(ev, call, effect.capacity),
    reentrant: effect.reentrantIf !== undefined && call.args.length > effect.reentrantIf.arg && isGiven(ev, call, effect.reentrantIf),
    bounded: effect.boundedIf !== undefined && call.args.length > effect.boundedIf.arg && isGiven(ev, call, effect.boundedIf) && !isLong(refValue(ev, call, effect.boundedIf)),
    site: call.expression, ...(effect.boundedIf && { boundable: effect.boundedIf }), ...(wraps && { wraps }),
  };
  return {
    v: "object", id: ev.made(call.activation, call.expression.span), lifetime: call.activation.once ? "program" : "run",
    library: { package: from, name: on }, creation, name: effect.what, fresh: true,
  };
}

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

/** The pool or lock that an object stands for: a builder stands for what it was made from. */
const rootOf = (object: ObjectValue): ObjectValue => object.derivedFrom ?? object;

/** Resources of a call: several when keys are given as an array, none when nothing identifies it. */
function resourcesOf(ev: Evaluator, call: Call, of: Ref, key: ArgRef | undefined, state: State): readonly (Resource | undefined)[] {
  const value = refValue(ev, call, of);
  if (value.v !== "object" || value.many || value.unstable) return [undefined];
  const object = located(ev, rootOf(value));
  if (!key) return [{ object, key: undefined }];
  const given = keyArgument(ev, call, key, state);
  const contents = given.v === "list" ? state.lists.get(given.id) : undefined;
  const ordered = contents?.sorted;
  const values = contents ? contents.items : [given];
  const keys = values.map((each): Key => keyOf(each) ?? { name: "key", open: true }).map((each): Key => ordered ? { ...each, ordered: true } : each);
  if (given.v === "object" && given.array) return [undefined];
  return keys.map((each) => ({ object, key: each }));
}

/** An item of an array that is written out in the call is a key as well as a property of an object. */
function keyArgument(ev: Evaluator, call: Call, key: ArgRef, state: State): Value {
  const value = argument(call, key);
  return value.v === "list" && key.property !== undefined ? state.lists.get(value.id)?.items[Number(key.property)] ?? UNKNOWN : refValue(ev, call, key);
}

/** A lock in a field of an object that is known by its type alone belongs to the class that declares the field. */
function located(ev: Evaluator, object: ObjectValue): ObjectValue {
  const { owner } = object;
  if (object.declaredBy || !owner || owner.info || object.lifetime !== "open" || object.key) return object;
  const info = classOf(ev, owner);
  const { member } = info ? findMember(ev, info, object.name) : {};
  return info && member ? { ...object, owner: { ...owner, info }, declaredBy: member.owner } : object;
}

function siteOf(call: Call, how: AcquireSite["how"], more: Partial<AcquireSite> = {}): AcquireSite {
  return { call: call.expression, how, ...more };
}

interface Request {
  readonly mode: Mode;
  readonly weight?: ArgRef | undefined;
  readonly passesWriters?: true | undefined;
  readonly bounded: boolean;
  readonly byResource: boolean;
  readonly site: AcquireSite;
}

/** Asks for a permit of an identified resource; whatever isn't identified is neither waited for nor held. */
function request(ev: Evaluator, call: Call, resource: Resource | undefined, request: Request, state: State): { state: State; id: string | undefined } {
  const place = ev.place(call.expression.span, call.activation.body);
  if (ev.quiet === 0) ev.tally.resource(call.expression, resource ? "known" : "unknown", place);
  if (!resource || isUnlimited(resource)) return { state, id: undefined };
  const chosen = resource.object.parameter ?? resource.object.owner?.parameter;
  if (chosen && chosen.body === ev.steps[0]?.body) ev.notes.parametric = true;
  const weight = request.weight && call.args[request.weight.arg];
  const permit = ev.newPermit(request.bounded && !resource.object.waits ? { ...resource, object: { ...resource.object, waits: "bounded" } } : resource, {
    mode: request.mode, weight: weight?.v === "literal" && typeof weight.value === "number" ? weight.value : 1, byResource: request.byResource, operation: request.site,
    place, ...(request.passesWriters && { passesWriters: true }),
  }, state);
  return { state: { ...state, held: [...state.held, permit] }, id: permit.id };
}

const isUnlimited = ({ object }: Resource): boolean =>
  object.creation?.capacity === Infinity || object.creation?.reentrant === true || object.waits === "try" || object.handle !== undefined;

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

/** Takes what each function of an array takes, one after another, runs the callback with all of it, and gives it back. */
function runBracket(ev: Evaluator, call: Call, effect: Bracket, state: State): Outcome[] {
  const acquires = argument(call, effect.acquires);
  const functions = acquires.v === "list" ? state.lists.get(acquires.id)?.items ?? [] : [];
  let taken: readonly { readonly state: State; readonly releasers: readonly Value[]; readonly resources: readonly Value[] }[] = [{ state, releasers: [], resources: [] }];
  for (const fn of functions) {
    taken = taken.flatMap(({ state: at, releasers, resources }) => callAwaited(ev, call, fn, at).map(({ state: after, value }) => ({
      state: after, releasers: [...releasers, listOf(ev, value, 0, after)], resources: [...resources, listOf(ev, value, 1, after)],
    })));
  }
  return mergeOutcomes(taken.flatMap(({ state: at, releasers, resources }) => {
    const { state: start, value: list } = newList(ev, resources, at);
    const ids = releasers.flatMap((releaser) => releaser.v === "releaser" ? releaser.permits : []);
    const outcomes = releasingOnThrow(ev, ids, () => runCallback(ev, call, argument(call, effect.callback), [list], start));
    const others = releasers.filter((releaser) => releaser.v !== "releaser" && releaser.v !== "unknown");
    return outcomes.flatMap((outcome) => others.reduce<readonly Outcome[]>((ends, releaser) => ends.flatMap((end) =>
      callAwaited(ev, call, releaser, end.state).map((after) => ({ state: after.state, value: end.value }))), [{ state: release(ids, outcome.state), value: outcome.value }]));
  }));
}

/** What a bracket is given to call is there to take or give back something, so it is followed whatever it is called. */
function callAwaited(ev: Evaluator, call: Call, fn: Value, state: State): Outcome[] {
  const inner: Call = { ...call, args: [], awaited: true, callee: fn, receiver: undefined, name: undefined };
  const outcomes = fn.v === "function" && functionMayWait(ev, fn, state) ? invoke(ev, fn, [], { call, callback: true, awaited: true }, state, inner) : callValue(ev, inner, fn, state);
  return outcomes.map((outcome) => awaitValue(ev, outcome.value, call.expression.span, call.activation, outcome.state));
}

function handleOf(call: Call, of: ObjectValue, permit: string): ObjectValue {
  return {
    v: "object", id: `${of.id}!${permit}`, lifetime: "run", name: "client", ticket: call.expression.ticket,
    ...(of.library && { library: of.library }), handle: { permit, of },
  };
}

/** The permits that a call gives back. */
function returnedBy(ev: Evaluator, call: Call, effect: Extract<Effect, { do: "release" }>, state: State): readonly string[] {
  const handle = effect.handle ? argument(call, effect.handle) : refValue(ev, call, effect.of);
  if (handle.v === "releaser") return handle.permits;
  if (handle.v === "object" && handle.handle) return [handle.handle.permit];
  const [resource] = resourcesOf(ev, call, effect.of, effect.key, state);
  const mine = [...state.held].reverse().find((permit) => permit.resource.object.id === resource?.object.id && sameKey(permit.resource.key, resource.key));
  if (mine) return [mine.id];
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

/** Where an entry of a keyed lock or of a collection of locks belongs, and what it is found under there. */
interface Entry {
  readonly of: string;
  readonly key: Key;
}

function entryOf({ object, key }: Resource): Entry | undefined {
  if (key) return { of: object.id, key };
  let path = "";
  for (let at: ObjectValue | undefined = object; at; at = at.owner) {
    if (at.key && at.owner) return { of: `${at.owner.id}${path}`, key: at.key };
    path = `.${at.name}${path}`;
  }
  return undefined;
}

/** What is given back under one key may have been taken under another name for it. */
const mayBe = (a: Entry | undefined, b: Entry): boolean => a?.of === b.of && (a.key.text === undefined || b.key.text === undefined || a.key.text === b.key.text);

export const sameKey = (a: Key | undefined, b: Key | undefined): boolean => a === undefined || b === undefined ? a === b : a.text === b.text && a.value === b.value;

/** Takes the permit, runs the callback under it, and gives it back when what the callback returned has settled. */
function runUnder(ev: Evaluator, call: Call, effect: Run, state: State): Outcome[] {
  const target = refValue(ev, call, effect.of);
  const callback = callbackOf(ev, call, effect, state);
  if (target.v === "object" && target.handle) return runCallback(ev, call, callback, [deriveFrom(call, target)], state);
  const bounded = isBoundedCall(ev, call, effect.bounded);
  const tries = effect.triesIf !== undefined && call.args.length > effect.triesIf.arg && isGiven(ev, call, effect.triesIf);
  let current = state;
  const ids: string[] = [];
  const resources = tries ? [] : resourcesOf(ev, call, effect.of, effect.key, state);
  for (const resource of resources) {
    const { state: after, id } = request(ev, call, resource, {
      mode: modeOf(ev, call, effect, state), weight: effect.weight, passesWriters: effect.passesWriters, bounded, byResource: false,
      site: siteOf(call, "run", { callback: effect.callback.arg, ...(effect.bounded && { bounds: effect.bounded }), ...(effect.key && { keyArgument: effect.key.arg }), ...(resources.length > 1 && { keysInOrder: true as const }) }),
    }, current);
    const permit = id === undefined ? undefined : ev.requests.get(id);
    if (permit) {
      ev.record(permit, heldBy(after, permit), bounded || permit.resource.object.waits !== undefined || permit.resource.object.creation?.bounded === true, permit.place);
      ids.push(permit.id);
    }
    current = { ...after, moment: after.moment + 1 };
  }
  if (resources.length === 0) current = { ...current, moment: current.moment + 1 };
  const [permit] = ids;
  const handle: Value = permit !== undefined && target.v === "object" ? handleOf(call, rootOf(target), permit) : UNKNOWN;
  const args = effect.handle === undefined ? [UNKNOWN] : Array.from({ length: effect.handle + 1 }, (_, index) => index === effect.handle ? handle : UNKNOWN);
  const done = effect.done === undefined ? undefined : doneArguments(callback, effect.done, ids);
  const work = (): Outcome[] => runCallback(ev, call, callback, done ?? args, current);
  const outcomes = releasingOnThrow(ev, ids, () => done ? [...watch(ev, current, ids, work)] : work());
  return mergeOutcomes(outcomes.map((outcome) => ({ state: { ...release(ids, outcome.state), released: outcome.state.released }, value: outcome.value })));
}

/** A callback that declares the parameter has to call it: it is what gives the permit back. */
function doneArguments(callback: Value, done: number | "last", permits: readonly string[]): readonly Value[] | undefined {
  const { parameters } = callback.v === "function" ? callback.body : { parameters: [] };
  const index = done === "last" ? parameters.length - 1 : done;
  if (index < 0 || index >= parameters.length || parameters[index]?.rest) return undefined;
  return Array.from({ length: index + 1 }, (_, at) => at === index ? { v: "releaser", permits } : UNKNOWN);
}

/** What leaves the callback by a throw has given the permit back, too. */
function releasingOnThrow(ev: Evaluator, ids: readonly string[], run: () => Outcome[]): Outcome[] {
  const { value, thrown } = ev.catching(run);
  for (const state of mergeStates(thrown.map((each) => ({ ...release(ids, each), released: each.released })))) ev.rethrow(state);
  return value;
}

function callbackOf(ev: Evaluator, call: Call, effect: Run, state: State): Value {
  const target = refValue(ev, call, effect.of);
  const wrapped = target.v === "object" ? target.creation?.wraps : undefined;
  if (wrapped) return wrapped;
  const given = argument(call, effect.callback);
  if (effect.many !== "each element") return given;
  const items = given.v === "list" ? state.lists.get(given.id)?.items : undefined;
  return items?.[0] ?? UNKNOWN;
}

function modeOf(ev: Evaluator, call: Call, effect: Run | Acquire, state: State): Mode {
  if (!effect.sharedIf) return effect.mode;
  const value = keyArgument(ev, call, effect.sharedIf.at, state);
  return value.v === "literal" && value.value === effect.sharedIf.is ? "shared" : effect.mode;
}

function runCallback(ev: Evaluator, call: Call, callback: Value, args: readonly Value[], state: State): Outcome[] {
  const inner: Call = { ...call, args, awaited: true, callee: callback, receiver: undefined, name: undefined, section: true };
  if (callback.v === "unknown" || callback.v === "literal") return [{ state, value: UNKNOWN }];
  const outcomes = callback.v === "object" ? callHandedIn(ev, inner, callback, state) : callValue(ev, inner, callback, state);
  return outcomes.map((outcome) => awaitLazy(ev, awaitValue(ev, outcome.value, call.expression.span, call.activation, outcome.state), call.expression, call.activation));
}

/** The callback is itself something that was handed in: whoever calls this body is run under the lock. */
function callHandedIn(ev: Evaluator, call: Call, callback: ObjectValue, state: State): Outcome[] {
  if (ev.quiet === 0 && isFromCaller(ev, callback)) ev.notes.wraps = true;
  const fromStarter = callback.parameter?.body === ev.steps[0]?.body && !(callback.library ?? callback.creation);
  return fromStarter ? [{ state, value: UNKNOWN }] : callValue(ev, call, callback, state);
}

/** A query on the pool itself: a permit is taken and given back within the call. */
function borrow(ev: Evaluator, call: Call, { of, lazy, bounded, boundIf }: Borrow, state: State): Outcome[] {
  const target = refValue(ev, call, of);
  const after = escape(ev, call.args.filter((arg) => arg.v === "function"), state);
  const onHandle = boundIf !== undefined && call.args.length > boundIf.arg && isGiven(ev, call, boundIf);
  if (target.v !== "object" || onHandle) return [{ state: after, value: UNKNOWN }];
  if (target.handle) return [{ state: after, value: deriveFrom(call, target) }];
  if (lazy) return [{ state: after, value: { ...deriveFrom(call, target), lazy: true } as Value }];
  const work = (inner: State): Outcome[] => [{ state: borrowNow(ev, call, target, isBoundedCall(ev, call, bounded), inner), value: UNKNOWN }];
  return call.awaited ? work(after) : [ev.fork(after, work)];
}

function borrowNow(ev: Evaluator, call: Call, target: ObjectValue, bounded: boolean, state: State): State {
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

function decorate(value: Value, waits: "bounded" | "try"): Value {
  return value.v === "object" ? { ...value, waits } : value;
}

/** An object over the same pool, lock or connection as another one. */
function deriveFrom(call: Call, from: Value): Value {
  if (from.v !== "object") return UNKNOWN;
  const { fresh: _, creation: __, ...rest } = from;
  return {
    v: "object", id: `${rest.id}()`, lifetime: rest.lifetime, name: rest.name, derivedFrom: rootOf(from), ticket: call.expression.ticket, ...(rest.many && { many: true as const }),
    ...(rest.handle && { handle: rest.handle }), ...(rest.lazy && { lazy: true as const }), ...(rest.library && { library: { package: rest.library.package, name: "?" } }),
  };
}

function deriveUnlisted(call: Call, ev: Evaluator, state: State): Outcome[] {
  const from = call.receiver ?? call.callee;
  const after = escape(ev, call.args, state);
  if (from.v !== "object" || !(from.library ?? from.derivedFrom ?? from.handle)) return [{ state: after, value: UNKNOWN }];
  const pooled = from.derivedFrom ?? from.handle ?? (from.creation?.what === "pool" || from.creation?.what === "database" || (from.library && isPool(ev, from)));
  return [{ state: after, value: pooled ? deriveFrom(call, from) : UNKNOWN }];
}

function isPool(ev: Evaluator, { library }: ObjectValue): boolean {
  const what = library && ev.catalogue.primitiveOf(library.package, library.name)?.what;
  return what === "pool" || what === "database";
}

/** What has fewer items never prepares more of them. */
function windowOf(ev: Evaluator, call: Call, { callback: ref, items, ahead: limit }: Extract<Effect, { do: "window" }>, state: State): Value {
  const callback = refValue(ev, call, ref), count = countOf(items && refValue(ev, call, items), state), limited = capacityOf(ev, call, limit);
  if (callback.v !== "function" && callback.v !== "bound") return UNKNOWN;
  const ahead = count === Infinity ? limited : Math.min(limited ?? Infinity, count - 1);
  return { v: "object", id: ev.made(call.activation, call.expression.span), lifetime: "run", name: "items", window: { callback, ahead, call } };
}

/** Whoever waits for a list of promises gets a list of what they are fulfilled with. */
function join(ev: Evaluator, given: Value, first: boolean, state: State): Outcome {
  const value = joinPromises(given, first, state);
  const contents = !first && given.v === "list" ? state.lists.get(given.id) : undefined;
  if (value.v !== "promise" || !contents?.items.some((item) => item.v === "promise")) return { state, value };
  const results = newList(ev, contents.items.map(settled), state, contents);
  return { state: results.state, value: { ...value, value: results.value } };
}

/** What waits for all of several promises, or for the first of them. */
function joinPromises(given: Value, first: boolean, state: State): Value {
  if (given.v === "choice") return joinAll(given.options.map((option) => joinPromises(option, first, state)), first, UNKNOWN);
  if (given.v !== "list") return given.v === "promise" ? joinAll([given], first, UNKNOWN) : UNKNOWN;
  return joinAll(state.lists.get(given.id)?.items ?? [], first, first ? UNKNOWN : given);
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
