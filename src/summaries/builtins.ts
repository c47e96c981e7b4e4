import type { Calls } from "../catalogue/types.js";
import type { LibraryEntity } from "../effects/port.js";
import { inAll } from "../maps.js";
import type { Strength } from "./causes.js";
import { type Call, callValue, isWorthAsking } from "./calls.js";
import { callGenerator } from "./consuming.js";
import { contentsOf, elementOf, elementsOf, MOST_FOLLOWED, MOST_ITEMS, setContents } from "./collections.js";
import { promiseOf } from "./later.js";
import { escape, mayRelease } from "./escapes.js";
import type { Evaluator, Executor } from "./evaluator.js";
import type { Task } from "./events.js";
import { failureOfHandled } from "./failures.js";
import { failureOfPromise, givenBack, lostIn, sparedBy, watch } from "./handed.js";
import { adopt } from "./names.js";
import { handOut } from "./ownership.js";
import { promiseByHand } from "./outside.js";
import { replace } from "./patterns.js";
import { mergeOutcomes, type Outcome, type State, withEntry } from "./state.js";
import { repeatedly } from "./statements.js";
import { compare } from "./tests.js";
import { isHandled, promiseOfBuilder } from "./thenables.js";
import { type Contents, type ListValue, lifetimeOf, type ObjectValue, type PromiseValue, UNDEFINED, UNKNOWN, type Value, valueKey } from "./values.js";
import { awaitValue, newList } from "./waits.js";

/** Methods of what the language itself has: lists, promises, functions, maps. Undefined: it is something else. */
export function callBuiltin(ev: Evaluator, call: Call, receiver: Value, name: string, state: State): Outcome[] | undefined {
  switch (receiver.v) {
    case "list": return callList(ev, call, receiver, name, state);
    case "promise": return callPromise(ev, call, receiver, name, state);
    case "generator": return callGenerator(ev, call, receiver, name, state);
    case "function": case "bound": case "releaser": return callFunctionMember(ev, call, receiver, name, state);
    case "text": case "literal": {
      const [other] = call.args;
      return [{ state: name === "localeCompare" && other ? compare(receiver, other, state) : escape(ev, call.args, state), value: UNKNOWN }];
    }
    case "object": {
      const sent = isHandled(name) ? promiseOfBuilder(ev, call, receiver, state) : undefined;
      return sent?.value.v === "promise" ? callPromise(ev, call, sent.value, name, sent.state) : callCollection(ev, call, receiver, name, state);
    }
    // Whatever the array was made by, what comes out is in order.
    case "unknown": return settlesHeld(ev, call, name, state) ? callPromise(ev, call, somePromise(ev, call), name, state) : name === "toSorted" || name === "sort" ? [newList(ev, [], state, { open: true, sorted: true })] : undefined;
    default: return undefined;
  }
}

function callFunctionMember(ev: Evaluator, call: Call, receiver: Value, name: string, state: State): Outcome[] | undefined {
  const [self = UNDEFINED, ...rest] = call.args;
  const bindSelf = (value: Value): Value => value.v === "function" && self.v === "object" ? { ...value, self } : value;
  if (name === "bind") {
    if (receiver.v === "function") return [{ state, value: bindSelf(receiver) }];
    return [{ state, value: receiver.v === "bound" ? { ...receiver, args: [...receiver.args, ...rest] } : receiver }];
  }
  if (name === "call") return callValue(ev, { ...call, args: rest, name: undefined }, bindSelf(receiver), state);
  if (name === "apply") return callValue(ev, { ...call, args: [], name: undefined }, bindSelf(receiver), state);
  return undefined;
}

/** How the method of a list that has this name runs a function that it is given. */
function callbackOf(ev: Evaluator, name: string): Calls | undefined {
  const [effect] = ev.catalogue.findOperations("platform", "Array", name).map((operation) => operation.effect);
  return effect?.do === "calls" && effect.when === "now" && effect.elementsOf === "receiver" ? effect : undefined;
}

function callList(ev: Evaluator, call: Call, list: ListValue, name: string, state: State): Outcome[] {
  const contents = contentsOf(list, state) ?? { items: [], open: true, sorted: false };
  const [first] = call.args;
  const change = (next: Partial<Contents>): State => setContents(list.id, { ...contents, ...next }, state);
  switch (name) {
    case "push": case "unshift": case "add": return [{ state: change({ items: [...contents.items, ...call.args].slice(-MOST_ITEMS), sorted: false }), value: UNKNOWN }];
    case "pop": case "shift": {
      const item = name === "pop" ? contents.items.at(-1) : contents.items[0];
      const items = name === "pop" ? contents.items.slice(0, -1) : contents.items.slice(1);
      return [{ state: change({ items }), value: item ?? UNKNOWN }];
    }
    case "sort": case "reverse": return [{ state: change({ items: name === "sort" ? inSortOrder(contents.items, call) : contents.items, sorted: name === "sort" || contents.sorted }), value: list }];
    case "toSorted": return [newList(ev, inSortOrder(contents.items, call), state, { open: contents.open, sorted: true })];
    case "toReversed": case "slice": case "concat": case "flat": case "values":
      return [newList(ev, contents.items, state, { open: true, sorted: contents.sorted && name !== "concat" })];
    case "entries": return [withPairs(ev, contents, state)];
    case "has": case "includes": return [{ state, value: first && isAmong(first, contents) ? { v: "literal", value: true } : UNKNOWN }];
    case "at": return [{ state, value: contents.items.at(first?.v === "literal" && typeof first.value === "number" ? first.value : 0) ?? UNKNOWN }];
    default: {
      const how = callbackOf(ev, name);
      if (!how || !first) return [{ state: escape(ev, call.args, state), value: UNKNOWN }];
      return overElements(ev, call, list, { ...how, given: first, size: contents.open ? undefined : contents.items.length }, state);
    }
  }
}

const isAmong = (value: Value, { items }: Contents): boolean =>
  (value.v === "literal" || value.v === "object" || (value.v === "unknown" && value.bound !== undefined)) && items.some((item) => valueKey(item) === valueKey(value));

/** The items, each beside its index. */
function withPairs(ev: Evaluator, { items, open, sorted }: Contents, state: State): Outcome {
  let current = state;
  const pairs = items.map((item, index) => {
    const pair = newList(ev, [{ v: "literal", value: index }, item], current);
    current = pair.state;
    return pair.value;
  });
  return newList(ev, pairs, current, { open, sorted });
}

/** Texts without a comparison of the caller's own are put in order here and now. */
function inSortOrder(items: readonly Value[], call: Call): readonly Value[] {
  const texts = items.flatMap((item) => item.v === "literal" && typeof item.value === "string" ? [item.value] : []);
  return texts.length === items.length && call.args.length === 0 ? texts.sort().map((value) => ({ v: "literal", value })) : items;
}

interface Rounds extends Pick<Calls, "result" | "parameter"> {
  readonly given: Value;
  /** How many elements there are, if that is known. */
  readonly size: number | undefined;
}

/** Runs a callback for the elements: all of a short list, two different ones of any other. */
function overElements(ev: Evaluator, call: Call, collection: Value, { given, size, result, parameter = 0 }: Rounds, state: State): Outcome[] {
  const all = size !== undefined && size <= MOST_FOLLOWED;
  const rounds = all ? size : 2, times = all ? 1 : (size ?? Infinity) / (ev.traffic ? rounds : 1);
  let current = state;
  const results: Value[] = [];
  for (let round = 0; round < rounds; round++) {
    const element = elementsOf(ev, collection, current, round, "plain", call.expression);
    const args = parameter === 1 ? [results.at(-1) ?? UNKNOWN, element] : [element, UNKNOWN, collection];
    const inner: Call = { ...call, args, awaited: false, callee: given, receiver: undefined, name: undefined };
    const [outcome] = mergeOutcomes(repeatedly(ev, times, () => callValue(ev, inner, given, current)));
    if (!outcome) break;
    current = outcome.state;
    results.push(outcome.value);
  }
  if (result === "elements") return [newList(ev, results, current, { open: !all })];
  if (call.name === "filter") return [{ state: current, value: collection }];
  return [{ state: current, value: result === "result" ? results.at(-1) ?? UNKNOWN : UNKNOWN }];
}

const SOME_PROMISE: PromiseValue = { v: "promise", tasks: [], grants: [], value: UNKNOWN };

/** Of a promise whose rejection has been handled only that is known. */
function somePromise(ev: Evaluator, { expression: { callee } }: Call): PromiseValue {
  const before = callee.k === "member" && callee.object.k === "call" ? callee.object : undefined;
  return before && failureOfHandled(ev, before) === 0 ? { ...SOME_PROMISE, safe: true } : SOME_PROMISE;
}

/** Something that is held here is given back when a promise of which nothing is known is settled. */
const settlesHeld = (ev: Evaluator, call: Call, name: string, state: State): boolean =>
  !ev.traffic && (name === "then" || name === "catch" || name === "finally") && call.args.some((arg) => arg.v === "releaser" || (arg.v === "function" && mayRelease(ev, arg, state)));

function callPromise(ev: Evaluator, call: Call, promise: PromiseValue, name: string, state: State): Outcome[] | undefined {
  const [first, second] = call.args;
  if (name !== "then" && name !== "catch" && name !== "finally") return undefined;
  if (!first) return [{ state, value: promise }];
  // What the handler does comes after the promise, and the result waits for both.
  const lost = [...lostIn(promise)], before = ev.exits.length;
  const outcome = ev.fork(state, (inner) => {
    const after = awaitValue(ev, promise, call.expression.span, call.activation, inner);
    const run = (callback: Value, args: readonly Value[], at = after.state): readonly Outcome[] => watch(ev, at, [], () => callValue(ev, { ...call, args, awaited: true, callee: callback, receiver: undefined, name: undefined }, callback, at)
      .map((done) => {
        lost.push(...lostIn(done.value));
        return awaitValue(ev, done.value, call.expression.span, call.activation, done.state);
      }));
    if (name === "finally") return mergeOutcomes(run(first, []).map((done) => ({ state: done.state, value: after.value })));
    const handle = (callback: Value): readonly Outcome[] => run(callback, [UNKNOWN], rejected(promise, after.state)).map((done) => asIfFulfilled(promise, done, after.state));
    if (name === "catch") return mergeOutcomes([after, ...handle(first)]);
    return mergeOutcomes([...handlingGrant(promise, state, after.state, (at) => run(first, [after.value], at)), ...(second && second.v !== "literal" ? handle(second) : [])]);
  });
  const own = outcome.value as PromiseValue;
  const isHandling = name === "catch" || (name === "then" && second !== undefined && second.v !== "literal");
  for (const task of own.tasks) noteFailure(task, name, isHandling, promise);
  const back = [...givenBack(state, outcome.state)];
  // Only a handler of rejections gives back whichever way it goes.
  if (name === "then" && !isHandling) {
    const place = ev.place(call.expression.span, call.activation.body), strength = failureOfPromise(promise);
    const spared = sparedBy(promise);
    if (strength > 0) for (const permit of back) if (!spared.has(permit)) lost.push({ permit, how: "await", place, strength });
    return [{ state: outcome.state, value: lost.length > 0 ? { ...own, lost } : own }];
  }
  const left = lost.filter(({ permit }) => {
    const known = ev.requests.get(permit);
    return known && !ev.exits.isBackSince(before, known);
  });
  return [{ state: outcome.state, value: left.length > 0 ? { ...own, lost: left } : own }];
}

/** What the fulfilled promise gave back a rejected one may not have. */
function rejected(promise: PromiseValue, state: State): State {
  if (!state.returned) return state;
  const spared = sparedBy(promise);
  return { ...state, returned: new Set([...state.returned].filter((id) => spared.has(id))) };
}

/** A handler of rejections is run by them alone; what isn't handled goes on to whoever comes next. */
function noteFailure(task: Task, name: string, isHandling: boolean, promise: PromiseValue): void {
  const before = failureOfPromise(promise);
  if (name === "catch") task.fails = Math.min(task.fails, before) as Strength;
  if (isHandling || before === 0) return;
  task.spares = task.fails === 0 ? sparedBy(promise) : inAll([sparedBy(promise), task.spares]);
  task.fails = Math.max(task.fails, before) as Strength;
}

/** The handler of a grant runs with what was granted, and may give that back by the lock's name. */
function handlingGrant({ grants }: PromiseValue, starter: State, state: State, run: (state: State) => readonly Outcome[]): readonly Outcome[] {
  const granted = starter.held.filter(({ id, byResource }) => byResource && grants.includes(id));
  if (granted.length === 0) return run(state);
  return run({ ...state, held: [...state.held, ...granted] }).map(({ state: end, value }) => {
    const back = granted.filter((permit) => !end.held.includes(permit)).map(({ id }) => id);
    return { value, state: { ...end, held: end.held.filter((permit) => !granted.includes(permit)), ...(back.length > 0 && { released: new Set([...end.released, ...back]) }) } };
  });
}

/** What a handler writes because nothing was granted (`this.client = null`) isn't true where something is held. */
function asIfFulfilled(promise: PromiseValue, { state, value }: Outcome, { fields, variables }: State): Outcome {
  return grantsSomething(promise) ? { state: { ...state, fields, variables }, value } : { state, value };
}

const grantsSomething = ({ grants, tasks, value }: PromiseValue): boolean =>
  grants.length > 0 || tasks.some(({ keeps }) => keeps.length > 0) || (value.v === "promise" && grantsSomething(value));

const GETTERS = new Set(["get", "at"]);
const ELEMENT_LISTS = new Set(["values", "keys", "entries", "slice", "filter", "concat", "flat", "toReversed"]);

/** Arrays, maps and sets that the program keeps somewhere. Only what matters for locks and callbacks is modelled. */
function callCollection(ev: Evaluator, call: Call, object: ObjectValue, name: string, state: State): Outcome[] | undefined {
  if (object.library && object.library.package !== "platform") return undefined;
  if (object.library?.name === "AsyncLocalStorage") return callStorage(ev, call, object, name, state);
  if (object.creation ?? object.handle ?? object.derivedFrom ?? object.info ?? object.channel ?? object.view ?? object.outputs) return undefined;
  const [first, second] = call.args;
  if (name === "sort" || name === "toSorted") return [{ state, value: { ...object, sorted: true } }];
  const how = callbackOf(ev, name);
  const asked = !ev.traffic && (isWorthAsking(ev, call, name, state) || ev.port.mayWaitAt(call.activation.body, call.expression.callee));
  if (how && first && (!asked || isCollection(ev, call, object))) return overElements(ev, call, object, { ...how, given: first, size: undefined }, state);
  if (GETTERS.has(name) && first && (!asked || isCollection(ev, call, object))) {
    const stored = state.fields.get(`${object.id}[]${valueKey(first)}`);
    const element = elementOf(ev, object, first, "entry");
    return [{ state, value: stored ?? (element.v === "object" && !element.creation ? { ...element, ticket: call.expression.ticket } : element) }];
  }
  if (name === "set" && first && second && (!asked || isCollection(ev, call, object))) return [put(ev, object, first, second, state)];
  if (ELEMENT_LISTS.has(name) && (!asked || isCollection(ev, call, object))) return [{ state: escape(ev, call.args, state), value: object }];
  if (name === "localeCompare" && first) return [{ state: compare(object, first, state), value: UNKNOWN }];
  return undefined;
}

/** What a task carries along: code that runs under `run` sees the value, other code nothing that is known. */
function callStorage(ev: Evaluator, call: Call, storage: ObjectValue, name: string, state: State): Outcome[] | undefined {
  if (name === "getStore") {
    const anything: ObjectValue = { v: "object", id: `${storage.id}()`, lifetime: "open", name: "store", maybeUndefined: true };
    return [{ state, value: state.context.get(storage.id) ?? anything }];
  }
  const [first = UNDEFINED, second = UNDEFINED, ...rest] = call.args;
  if (name !== "run" && name !== "exit") return undefined;
  const [value, callback, args] = name === "run" ? [first, second, rest] : [UNDEFINED, first, [second, ...rest]];
  const inner: Call = { ...call, args, callee: callback, receiver: undefined, name: undefined };
  return callValue(ev, inner, callback, { ...state, context: withEntry(state.context, storage.id, value) })
    .map((outcome) => ({ state: { ...outcome.state, context: state.context, asked: state.asked }, value: outcome.value }));
}

/** An object made for a key of a map is known by the map and the key from then on. */
function put(ev: Evaluator, map: ObjectValue, key: Value, value: Value, state: State): Outcome {
  const element = elementOf(ev, map, key, "entry");
  if (ev.traffic) return { state: escape(ev, [value], state), value: map };
  if (value.v !== "object" || !value.fresh || element.v !== "object") return { state: escape(ev, value.v === "function" ? [value] : [], handOut(value, state)), value: map };
  const stored: ObjectValue = { ...adopt(value, element.id, map.name, map.lifetime, map), ...(element.key && { key: element.key }) };
  const fields = withEntry(state.fields, `${map.id}[]${valueKey(key)}`, stored);
  return { state: replace(value, stored, { ...state, fields }), value: map };
}

function isCollection(ev: Evaluator, call: Call, object: ObjectValue): boolean {
  if (object.array ?? object.elements ?? object.library?.package === "platform") return true;
  if (object.literal) return object.literal.expression.k === "array";
  const { callee } = call.expression;
  if (callee.k !== "member") return false;
  const types = ev.port.typeOf(callee.object.ticket);
  return types.array || types.library.some((type) => type.package === "platform" && /^(?:Readonly)?(?:Map|Set|Array|WeakMap)$/.test(type.name));
}

/** Functions and constructors of the platform that make or combine values. */
export function callPlatform(ev: Evaluator, call: Call, entity: LibraryEntity, state: State): Outcome[] | undefined {
  if (entity.package !== "platform") return undefined;
  const owner = entity.on.replace(/Constructor$/, "");
  const [first] = call.args;
  switch (`${owner}.${entity.member}`) {
    case "Promise.resolve": return [{ state, value: first?.v === "promise" ? first : { v: "promise", tasks: [], grants: [], value: first ?? UNDEFINED } }];
    case "process.exit": case "process.abort": return [];
    case "Promise.new": return runExecutor(ev, call, first, state);
    case "Array.from": return arrayFrom(ev, call, state);
    case "Math.min": case "Math.max": return [{ state, value: { v: "text", prefix: "", id: `${entity.member}(${call.args.map(valueKey).join(",")})`, ordered: true } }];
    case "Map.new": case "Set.new": case "WeakMap.new": case "Array.new": return newCollection(ev, call, owner, state);
    case "AsyncLocalStorage.new": return [{ state, value: { v: "object", id: ev.id("storage"), lifetime: "program", name: "storage", library: { package: "platform", name: "AsyncLocalStorage" }, fresh: true } }];
    case "AbortSignal.timeout": case "AbortSignal.any": return [{ state, value: clock(ev, first, state) }];
    case "module.promisify": return [{ state, value: first?.v === "library" ? first : UNKNOWN }];
    case "Object.values": case "Object.keys": case "Object.entries": return [{ state, value: first ?? UNKNOWN }];
    default: return undefined;
  }
}

/** The executor runs at once; what it settles and when is not followed. */
function runExecutor(ev: Evaluator, call: Call, executor: Value | undefined, state: State): Outcome[] {
  if (executor?.v !== "function") return [{ state, value: UNKNOWN }];
  if (ev.traffic) return settleInTraffic(ev, call, executor, state);
  const outcomes = callValue(ev, { ...call, args: [UNKNOWN, UNKNOWN], callee: executor, name: undefined }, executor, state);
  return outcomes.map((outcome) => ({ state: outcome.state, value: promiseByHand(ev, call, executor.body, outcome.state) }));
}

/** A promise that is settled only once something has gone through a channel waits for that. */
function settleInTraffic(ev: Evaluator, call: Call, executor: Value, state: State): Outcome[] {
  const settler: ObjectValue = { v: "object", id: ev.id("settle"), lifetime: "run", name: "resolve" };
  const made: Executor = { id: settler.id, ways: [] };
  ev.executors.push(made);
  const outcomes = callValue(ev, { ...call, args: [settler, settler], callee: executor, name: undefined, awaited: true }, executor, state);
  ev.executors.pop();
  return outcomes.flatMap((outcome) => promiseOf(ev, call, made, outcome.state));
}

/** A signal that a clock gives, or, of several, the first of them. */
function clock(ev: Evaluator, given: Value | undefined, state: State): ObjectValue {
  const signal: ObjectValue = { v: "object", id: ev.id("signal"), lifetime: "run", name: "signal" };
  if (given?.v !== "list") return { ...signal, limit: given?.v === "literal" && typeof given.value === "number" ? given.value : 0 };
  const limits = (contentsOf(given, state)?.items ?? []).flatMap((item) => item.v === "object" && item.limit !== undefined ? [item.limit] : []);
  return limits.length > 0 ? { ...signal, limit: Math.min(...limits) } : signal;
}

function arrayFrom(ev: Evaluator, call: Call, state: State): Outcome[] {
  const [items = UNKNOWN, callback] = call.args;
  if (!callback) return [{ state, value: items }];
  const made = overElements(ev, call, items, { given: callback, size: lengthOf(items), result: "elements" }, state);
  if (call.activation.once && !ev.traffic && callback.v === "function" && !made.some(holdsWork)) {
    const id = ev.made(call.activation, call.expression.span);
    const count = lengthOf(items);
    return [{ state, value: { v: "object", id, lifetime: "program", name: "array", array: true, elements: callback, fresh: true, ...(count !== undefined && { count }) } }];
  }
  return made;
}

const holdsWork = ({ state, value }: Outcome): boolean => contentsOf(value, state)?.items.some((item) => item.v === "promise") ?? false;

/** `{ length: 5 }` */
function lengthOf(items: Value): number | undefined {
  const length = items.v === "object" && items.literal?.expression.k === "object" ? items.literal.expression.entries.find(({ key }) => key === "length")?.value : undefined;
  return length?.k === "literal" && typeof length.value === "number" ? length.value : undefined;
}

function newCollection(ev: Evaluator, call: Call, name: string, state: State): Outcome[] {
  const [first] = call.args;
  if (name === "Set" && first?.v === "list") {
    const { items = [], open = true, sorted = false } = state.lists.get(first.id) ?? {};
    return [newList(ev, [...new Map(items.map((item) => [valueKey(item), item])).values()], state, { open, sorted })];
  }
  if (name === "Set" && first?.v === "object") return [{ state, value: first }];
  const id = ev.made(call.activation, call.expression.span);
  const entries = call.expression.args[0];
  const object: ObjectValue = {
    v: "object", id, lifetime: lifetimeOf(call.activation), name: name.toLowerCase(), library: { package: "platform", name }, fresh: true,
    ...(entries?.k === "array" && { literal: { expression: entries, activation: call.activation } }),
  };
  return [{ state: first ? handOut(first, state) : state, value: object }];
}
