import type { ForOfStatement } from "../effects/ir.js";
import { callFunction } from "./calls.js";
import { readMember } from "./members.js";
import { Closed, Fn, type Pause, Obj, Prom, Unknown, type Scope, type Value } from "./values.js";
import type { World } from "./world.js";

/** The elements of something that is spread or taken apart, as far as they are known. */
export function listOf(world: World, value: Value): Value[] {
  if (!(value instanceof Obj)) return typeof value === "string" ? Array.from(value) : value instanceof Unknown ? [new Unknown("element")] : [];
  if (value.kind === "map") return [...value.entries].map(([key, entry]) => pair(key, entry));
  if (value.kind === "array" || value.kind === "set") return [...value.items];
  world.escape(value);
  return [new Unknown("element")];
}

export function pair(key: Value, entry: Value): Obj {
  const both = new Obj("array");
  both.items = [key, entry];
  return both;
}

/** How often a loop over unknown things goes round. */
const OPEN_ROUNDS = 2;

/** What a loop goes over, one after another; what it waits for in between is handed on. */
export function* elementsOf(world: World, iterable: Value, loop: ForOfStatement, scope: Scope): Generator<Pause, void, Value> {
  const at = world.place(loop.iterable.span, scope.body);
  const source = iterable instanceof Obj ? iterable.generator ?? (yield* iteratorOf(world, iterable)) : undefined;
  if (source) {
    yield* generated(source());
    return;
  }
  if (loop.keys) {
    const keys = iterable instanceof Obj ? [...iterable.props.keys(), ...iterable.kind === "object" && !iterable.model ? iterable.entries.keys() : [], ...iterable.kind === "array" ? iterable.items.keys() : []] : [];
    for (const key of keys) yield { yields: key };
    return;
  }
  if (typeof iterable === "string") {
    for (const character of iterable) yield { yields: character };
    return;
  }
  const isKnown = iterable instanceof Obj && (iterable.kind === "array" || iterable.kind === "set" || iterable.kind === "map");
  if (isKnown && !iterable.open) {
    // An array that grows meanwhile is gone through to its end.
    for (let index = 0; index < sizeOf(iterable); index++) {
      const item = iterable.kind === "map" ? pair([...iterable.entries.keys()][index], [...iterable.entries.values()][index]) : iterable.items[index];
      yield { yields: loop.awaits && item instanceof Prom ? yield { waitsFor: item, at } : item };
    }
    return;
  }
  world.escape(iterable);
  for (let round = 0; round < OPEN_ROUNDS; round++) {
    if (loop.awaits) yield { waitsFor: world.external(undefined), at };
    if (world.decide(round > 0)) break;
    yield { yields: new Unknown("element") };
  }
  // What else might have come would have been taken in here.
  if (loop.awaits) world.pumps.push(scope);
}

/** What `[Symbol.asyncIterator]()` of an object of the program gives, if that is a generator. */
function* iteratorOf(world: World, object: Obj): Generator<Pause, Obj["generator"], Value> {
  if (!object.cls) return undefined;
  for (const name of ["[Symbol.asyncIterator]", "[Symbol.iterator]"]) {
    const method = yield* readMember(world, object, name);
    const made = method instanceof Fn ? yield* callFunction(world, method, [], undefined) : undefined;
    if (made instanceof Obj && made.generator) return made.generator;
  }
  return undefined;
}

const sizeOf = (list: Obj): number => list.kind === "map" ? list.entries.size : list.items.length;

/** Runs a generator between the rounds of whoever reads from it, and closes it when they leave. */
function* generated(run: Generator<Pause, Value, Value>): Generator<Pause, void, Value> {
  let isOpen = true;
  try {
    for (let next = run.next(); !next.done;) {
      const given: Value = yield next.value;
      next = run.next(given);
    }
    isOpen = false;
  } finally {
    if (isOpen) yield* closed(run);
  }
}

function* closed(run: Generator<Pause, Value, Value>): Generator<Pause, void, Value> {
  try {
    for (let next = run.throw(new Closed()); !next.done;) {
      const given: Value = yield next.value;
      next = run.next(given);
    }
  } catch (error) {
    if (!(error instanceof Closed)) throw error;
  }
}
