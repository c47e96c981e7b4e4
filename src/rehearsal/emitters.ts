import { callValue, unknownCall } from "./calls.js";
import { newArray } from "./collections.js";
import { listOf } from "./iteration.js";
import { type CallPlace, type Model, Native, Obj, type Run, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

const ADDING = new Set(["on", "once", "addListener", "prependListener", "prependOnceListener", "addEventListener"]);
const REMOVING = new Set(["off", "removeListener", "removeEventListener"]);

/** An object on which functions wait for events that somebody who has the object emits. */
export const EMITTER: Model = {
  call: (world, object, name, args, call) => {
    if (ADDING.has(name)) return listen(world, object, args);
    if (REMOVING.has(name)) return forget(object, args);
    return name === "emit" || name === "dispatchEvent" ? emit(world, object, args, call) : undefined;
  },
};

function listenersOf(object: Obj, event: Value): Obj {
  const known = object.entries.get(event);
  if (known instanceof Obj) return known;
  const list = newArray([]);
  object.entries.set(event, list);
  return list;
}

function* listen(world: World, object: Obj, [event, fn]: readonly Value[]): Run<Value> {
  yield* [];
  if (event instanceof Unknown) world.escape(fn);
  else listenersOf(object, event).items.push(fn);
  return object;
}

function* forget(object: Obj, [event, fn]: readonly Value[]): Run<Value> {
  yield* [];
  const list = listenersOf(object, event);
  list.items = list.items.filter((each) => each !== fn);
  return object;
}

function* emit(world: World, object: Obj, [event, ...args]: readonly Value[], call: CallPlace): Run<Value> {
  if (event instanceof Unknown || event instanceof Obj) return unknownCall(world, [object, ...args], "emitted");
  const listeners = listenersOf(object, event).items;
  for (const fn of [...listeners]) yield* callValue(world, fn, args, object, call);
  return listeners.length > 0;
}

/** `once(emitter, event)` */
export function waitForEvent(world: World, args: readonly Value[]): Value {
  const [object, event, options] = args;
  if (!(object instanceof Obj) || typeof event !== "string" || options !== undefined) return unknownCall(world, [options], "event");
  const source = object.kind === "child" ? object.props.get("stdin") : object;
  const isKnown = object.kind === "child" ? source instanceof Obj && (event === "exit" || event === "close") : object.model === EMITTER;
  if (!isKnown || !(source instanceof Obj)) return world.external(newArray([new Unknown("argument")]));
  const promise = world.promise({ by: "event", of: source, name: event });
  const settle = new Native(function* (given): Run<Value> {
    yield* [];
    world.resolve(promise, newArray(given));
    return undefined;
  }, [], promise);
  listenersOf(source, event).items.push(settle);
  return promise;
}

/** Tells all who listen, later. */
export function happens(world: World, object: Obj, event: string, call: CallPlace): void {
  world.outside(() => { for (const fn of listOf(world, listenersOf(object, event))) world.later(() => callValue(world, fn, [new Unknown("argument")], object, call)); });
}
