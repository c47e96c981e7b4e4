import { callValue, unknownCall } from "./calls.js";
import { listOf, pair } from "./iteration.js";
import { type CallPlace, isDetermined, isThing, Native, Obj, type Run, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

export function newArray(items: readonly Value[]): Obj {
  const array = new Obj("array");
  array.items = [...items];
  return array;
}

/** With elements that can be gone through, one by one. */
export const isList = ({ kind }: Obj): boolean => kind === "array" || kind === "set" || kind === "map";

/** Something in an object, nobody knows under which name: whoever uses it may use any of what is in there. */
export function anyOf(world: World, object: Obj): Unknown {
  const { props, items, entries, cls, model, file } = object;
  world.escape(...props.values(), ...items, ...entries.values());
  if (cls ?? model ?? file) world.escape(object);
  return new Unknown("element");
}

type Method = (world: World, object: Obj, args: readonly Value[], call: CallPlace) => Run<Value> | Value;

/** The members of arrays, sets and maps that the platform gives them; undefined for any other object, and where it isn't described. */
export function callCollection(world: World, object: Obj, name: string, args: readonly Value[], call: CallPlace): Run<Value> | undefined {
  const methods = object.kind === "array" ? ARRAY : object.kind === "set" ? SET : object.kind === "map" ? MAP : undefined;
  if (!methods) return undefined;
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method && perform(method, world, object, args, call);
}

function* perform(method: Method, world: World, object: Obj, args: readonly Value[], call: CallPlace): Run<Value> {
  const done = method(world, object, args, call);
  return isRun(done) ? yield* done : done;
}

const isRun = (value: Run<Value> | Value): value is Run<Value> => typeof value === "object" && value !== null && "next" in value;

/** Calls a function for every element, until it has seen enough. */
function* each(world: World, object: Obj, [fn]: readonly Value[], call: CallPlace, see: (result: Value, item: Value) => boolean): Run<boolean> {
  for (const [index, item] of [...object.items].entries()) {
    if (see(yield* callValue(world, fn, [item, index, object], undefined, call), item)) return true;
  }
  if (!object.open) return false;
  // There may be many more.
  world.escape(fn);
  see(yield* callValue(world, fn, [new Unknown("element"), new Unknown("index"), object], undefined, call), new Unknown("element"));
  return false;
}

function mapped(items: readonly Value[], from: Obj): Obj {
  const array = newArray(items);
  array.open = from.open;
  return array;
}

/** What can't be compared stays where it is. */
function* sorted(world: World, items: readonly Value[], compare: Value, call: CallPlace): Run<Value[]> {
  if (compare === undefined) return items.every((item) => typeof item === "string") ? [...items].sort() : [...items];
  const result: Value[] = [];
  for (const item of items) {
    let at = result.length;
    for (; at > 0; at--) {
      const order = yield* callValue(world, compare, [result[at - 1], item], undefined, call);
      if (typeof order !== "number" || order <= 0) break;
    }
    result.splice(at, 0, item);
  }
  return result;
}

/** An element that may or may not be there. */
const element = (object: Obj, item: Value): Value => item === undefined && object.open ? new Unknown("element") : item;

const ARRAY: Readonly<Record<string, Method>> = {
  push: (_, array, args) => array.items.push(...args),
  unshift: (_, array, args) => array.items.unshift(...args),
  pop: (_, array) => element(array, array.items.pop()),
  shift: (_, array) => element(array, array.items.shift()),
  at: (_, array, [index]) => typeof index === "number" ? element(array, array.items.at(index)) : new Unknown("element"),
  slice: (_, array, [from, to]) => mapped(array.items.slice(numeric(from), numeric(to)), array),
  splice: (_, array, [from, count, ...more]) => mapped(array.items.splice(Number(from ?? 0), typeof count === "number" ? count : array.items.length, ...more), array),
  concat: (world, array, args) => mapped([...array.items, ...args.flatMap((arg) => arg instanceof Obj && arg.kind === "array" ? listOf(world, arg) : [arg])], array),
  includes: (_, array, [item]) => array.items.includes(item) || (array.open || item instanceof Unknown ? new Unknown("included") : false),
  indexOf: (_, array, [item]) => array.open || item instanceof Unknown ? new Unknown("index") : array.items.indexOf(item),
  reverse: (_, array) => { array.items.reverse(); return array; },
  *sort(world, array, args, call) {
    array.items = yield* sorted(world, array.items, args[0], call);
    return array;
  },
  *toSorted(world, array, args, call) {
    return mapped(yield* sorted(world, array.items, args[0], call), array);
  },
  fill: (_, array, [value]) => { array.items.fill(value); return array; },
  flat: (world, array) => mapped(array.items.flatMap((item) => item instanceof Obj && item.kind === "array" ? listOf(world, item) : [item]), array),
  join: (_, { items, open }, [by = ","]) => {
    const texts = items.flatMap((item) => isThing(item) ? [] : [item ?? ""]);
    const isKnown = !open && texts.length === items.length && typeof by === "string";
    return isKnown ? texts.join(by) : new Unknown("text", !open && items.every(isDetermined));
  },
  keys: (_, array) => mapped([...array.items.keys()], array),
  values: (_, array) => mapped(array.items, array),
  // Of what `keys()` and its like give.
  next: (_, array) => {
    const result = new Obj("object"), isDone = array.items.length === 0;
    if (isDone && array.open) return new Unknown("result");
    result.props.set("done", isDone).set("value", array.items.shift());
    return result;
  },
  entries: (_, array) => mapped(array.items.map((item, index) => pair(index, item)), array),
  *map(world, array, args, call) {
    const results: Value[] = [];
    yield* each(world, array, args, call, (result) => { results.push(result); return false; });
    return mapped(results, array);
  },
  *flatMap(world, array, args, call) {
    const results: Value[] = [];
    yield* each(world, array, args, call, (result) => { results.push(...result instanceof Obj && result.kind === "array" ? result.items : [result]); return false; });
    return mapped(results, array);
  },
  *forEach(world, array, args, call) {
    yield* each(world, array, args, call, () => false);
    return undefined;
  },
  *filter(world, array, args, call) {
    const kept: Value[] = [];
    yield* each(world, array, args, call, (result, item) => { if (world.truth(result)) kept.push(item); return false; });
    return mapped(kept, array);
  },
  *find(world, array, args, call) {
    let found: Value;
    yield* each(world, array, args, call, (result, item) => { if (world.truth(result)) found = item; return found !== undefined; });
    return found;
  },
  *findIndex(world, array, args, call) {
    let index = -1, at = -1;
    yield* each(world, array, args, call, (result) => { at++; if (world.truth(result)) index = at; return index >= 0; });
    return index;
  },
  *some(world, array, args, call) {
    return yield* each(world, array, args, call, (result) => world.truth(result));
  },
  *every(world, array, args, call) {
    return !(yield* each(world, array, args, call, (result) => !world.truth(result)));
  },
  *reduce(world, array, args, call) {
    const [fn, start] = args, isGiven = args.length > 1;
    let value = isGiven ? start : array.items[0];
    for (const item of isGiven ? array.items : array.items.slice(1)) value = yield* callValue(world, fn, [value, item], undefined, call);
    return array.open ? new Unknown("value") : value;
  },
};

const numeric = (value: Value): number | undefined => typeof value === "number" ? value : undefined;

const SET: Readonly<Record<string, Method>> = {
  add: (_, set, [item]) => { if (!set.items.includes(item)) set.items.push(item); return set; },
  has: (_, set, [item]) => set.items.includes(item) || (set.open ? new Unknown("included") : false),
  delete: (_, set, [item]) => { const had = set.items.includes(item); set.items = set.items.filter((each) => each !== item); return had; },
  clear: (_, set) => { set.items = []; return undefined; },
  values: (_, set) => mapped(set.items, set),
  keys: (_, set) => mapped(set.items, set),
  *forEach(world, set, args, call) {
    yield* each(world, set, args, call, () => false);
    return undefined;
  },
};

/** Under a key that isn't known there may be anything that is in there, and what is in there under such a key may be under this one. */
const mayHave = ({ open, entries }: Obj, key: Value): boolean =>
  open || (entries.size > 0 && (key instanceof Unknown || [...entries.keys()].some((other) => other instanceof Unknown)));

const MAP: Readonly<Record<string, Method>> = {
  get: (world, map, [key]) => map.entries.has(key) ? map.entries.get(key) : mayHave(map, key) ? anyOf(world, map) : undefined,
  set: (_, map, [key, value]) => { map.entries.set(key, value); return map; },
  has: (_, map, [key]) => map.entries.has(key) || (mayHave(map, key) ? new Unknown("included") : false),
  delete: (_, map, [key]) => map.entries.delete(key),
  clear: (_, map) => { map.entries.clear(); return undefined; },
  values: (_, map) => mapped([...map.entries.values()], map),
  keys: (_, map) => mapped([...map.entries.keys()], map),
  entries: (_, map) => mapped([...map.entries].map(([key, value]) => pair(key, value)), map),
  *forEach(world, map, [fn], call) {
    for (const [key, value] of [...map.entries]) yield* callValue(world, fn, [value, key, map], undefined, call);
    return undefined;
  },
};

type TextMethod = (text: string, args: readonly (string | number | undefined)[]) => string | number | boolean | readonly string[];

const TEXT: Readonly<Record<string, TextMethod>> = {
  startsWith: (text, [start]) => text.startsWith(String(start)), endsWith: (text, [end]) => text.endsWith(String(end)),
  includes: (text, [part]) => text.includes(String(part)), indexOf: (text, [part]) => text.indexOf(String(part)),
  slice: (text, [from, to]) => text.slice(Number(from ?? 0), to === undefined ? undefined : Number(to)), trim: (text) => text.trim(),
  toLowerCase: (text) => text.toLowerCase(), toUpperCase: (text) => text.toUpperCase(),
  substring: (text, [from, to]) => text.substring(Number(from ?? 0), to === undefined ? undefined : Number(to)), lastIndexOf: (text, [part]) => text.lastIndexOf(String(part)),
  trimStart: (text) => text.trimStart(), trimEnd: (text) => text.trimEnd(), concat: (text, parts) => text.concat(...parts.map(String)),
  padStart: (text, [length, by]) => text.padStart(Number(length), by === undefined ? undefined : String(by)), padEnd: (text, [length, by]) => text.padEnd(Number(length), by === undefined ? undefined : String(by)),
  charCodeAt: (text, [index]) => text.charCodeAt(Number(index)),
  localeCompare: (text, [other]) => text.localeCompare(String(other)), split: (text, [by]) => text.split(String(by)), at: (text, [index]) => text.at(Number(index)) ?? "", charAt: (text, [index]) => text.charAt(Number(index)),
};

/** What a method of a text gives, where its arguments are known. */
export function callText(world: World, text: string, name: string, args: readonly Value[]): Value {
  const method = Object.hasOwn(TEXT, name) ? TEXT[name] : undefined;
  const known = args.filter((arg) => typeof arg === "string" || typeof arg === "number" || arg === undefined);
  if (!method || known.length < args.length) return unknownCall(world, args, name, true);
  const result = method(text, known);
  return typeof result === "object" ? newArray(result) : result;
}

/** `new Map(…)`, `new Set(…)`, `new Array(…)` and their like. */
export function newCollection(world: World, kind: "map" | "set" | "array", [given]: readonly Value[]): Obj {
  const object = new Obj(kind);
  if (given === undefined || given === null) return object;
  if (kind === "array" && typeof given === "number") return emptyPlaces(given);
  if (kind === "array" || given instanceof Unknown || !(given instanceof Obj)) object.open = true;
  else if (kind === "set") object.items = [...new Set(listOf(world, given))];
  else for (const entry of listOf(world, given)) if (entry instanceof Obj) object.entries.set(entry.items[0], entry.items[1]);
  return object;
}

/** Of longer arrays only the beginning is rehearsed. */
const MOST_PLACES = 40;

/** An array of this length, with nothing in it yet. */
export function emptyPlaces(length: number): Obj {
  const array = newArray(Array.from<Value>({ length: Math.min(length, MOST_PLACES) }));
  array.open = length > MOST_PLACES;
  return array;
}

/** Stands for a function that only gives a value. */
export const giving = (value: Value): Native => new Native(function* () {
  yield* [];
  return value;
});
