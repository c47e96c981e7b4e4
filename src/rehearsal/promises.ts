import { callValue, unknownCall } from "./calls.js";
import { newArray } from "./collections.js";
import { listOf } from "./iteration.js";
import { type CallPlace, Fn, Lib, Native, Obj, Prom, type Run, Thrown, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

const isFunction = (value: Value): value is Fn | Native | Lib | Unknown => value instanceof Fn || value instanceof Native || value instanceof Lib || value instanceof Unknown;

/** `promise.then(…)` and its like. */
export function callPromise(world: World, source: Prom, name: string, args: readonly Value[], call: CallPlace): Value {
  const [first, second] = args;
  if (name === "then") return then(world, source, { fulfilled: first, rejected: second }, call);
  if (name === "catch") return then(world, source, { rejected: first }, call);
  if (name === "finally") return then(world, source, { fulfilled: first, rejected: first, keeps: true }, call);
  return unknownCall(world, args, name);
}

interface Handlers {
  readonly fulfilled?: Value;
  readonly rejected?: Value;
  /** The handler's own result doesn't count. */
  readonly keeps?: true;
}

function then(world: World, source: Prom, { fulfilled, rejected, keeps }: Handlers, call: CallPlace): Prom {
  const result = world.promise({ by: "then", source, handlers: [fulfilled, rejected].filter(isFunction) });
  world.after(source, (settled) => {
    const handler = settled.state === "fulfilled" ? fulfilled : rejected;
    const pass = (): void => { if (settled.state === "fulfilled") world.resolve(result, settled.value); else world.reject(result, settled.value); };
    if (!isFunction(handler)) {
      pass();
      return;
    }
    settleWith(world, result, () => callValue(world, handler, keeps ? [] : [settled.value], undefined, call), (value) => {
      if (!keeps) world.resolve(result, value);
      else if (value instanceof Prom) {
        result.adopted = value;
        world.after(value, (after) => { if (after.state === "fulfilled") pass(); else world.reject(result, after.value); });
      } else pass();
    });
  });
  return result;
}

/** Runs something that settles a promise with what comes of it. */
function settleWith(world: World, promise: Prom, work: () => Run<Value>, done: (value: Value) => void): void {
  try {
    const run = work();
    for (let next = run.next(); ; next = run.next()) {
      if (!next.done) continue;
      done(next.value);
      return;
    }
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    world.reject(promise, error.value);
  }
}

export interface Deferred {
  readonly promise: Prom;
  readonly resolve: Native;
  readonly reject: Native;
}

/** A promise with the functions that settle it. */
function newDeferred(world: World): Deferred {
  const promise = world.promise({ by: "settler", what: "deferred" });
  const native = (settle: (value: Value) => void): Native => new Native(function* ([value]): Run<Value> {
    yield* [];
    settle(value);
    return undefined;
  }, [], promise);
  return { promise, resolve: native((value) => { world.resolve(promise, value); }), reject: native((value) => { world.reject(promise, value); }) };
}

export function deferredObject(world: World): Obj {
  const { promise, resolve, reject } = newDeferred(world);
  const object = new Obj("deferred");
  object.props.set("promise", promise).set("resolve", resolve).set("reject", reject);
  return object;
}

/** `new Promise(executor)` */
export function* newPromise(world: World, executor: Value, call: CallPlace): Run<Value> {
  const { promise, resolve, reject } = newDeferred(world);
  try {
    yield* callValue(world, executor, [resolve, reject], undefined, call);
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    world.reject(promise, error.value);
  }
  return promise;
}

/** `Promise.all`, `race` and their like. */
export function join(world: World, how: string, given: Value): Value {
  if (!(given instanceof Obj) || given.open) return unknownCall(world, [given], "joined");
  const items = listOf(world, given);
  const promises = items.map((item) => item instanceof Prom ? item : item instanceof Unknown ? world.external(item) : settledPromise(world, item));
  const first = how === "race" || how === "any";
  const joined = world.promise(first && promises.length === 0 ? { by: "settler", what: "nothing" } : { by: first ? "first" : "all", of: promises });
  if (how === "any" && promises.length === 0) world.reject(joined, new Unknown("error"));
  let left = promises.length;
  const results: Value[] = [];
  for (const [index, promise] of promises.entries()) {
    world.after(promise, (settled) => {
      results[index] = how === "allSettled" ? outcomeOf(settled) : settled.value;
      if (settled.state === "rejected" && (how === "all" || how === "race")) world.reject(joined, settled.value);
      else if (first && settled.state === "fulfilled") world.fulfil(joined, settled.value);
      else if (--left === 0) {
        if (first) world.reject(joined, new Unknown("error"));
        else world.fulfil(joined, newArray(results));
      }
    });
  }
  if (!first && promises.length === 0) world.fulfil(joined, newArray([]));
  return joined;
}

/** What `allSettled` tells of a promise. */
function outcomeOf({ state, value }: Prom): Obj {
  const outcome = new Obj("object");
  outcome.props.set("status", state).set(state === "fulfilled" ? "value" : "reason", value);
  return outcome;
}

export function settledPromise(world: World, value: Value): Prom {
  if (value instanceof Prom) return value;
  const promise = world.promise({ by: "outside" });
  world.fulfil(promise, value);
  return promise;
}
