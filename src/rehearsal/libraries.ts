import type { Operation } from "../catalogue/types.js";
import { newController } from "./aborting.js";
import { callCollection, emptyPlaces, giving, isList, newArray, newCollection } from "./collections.js";
import { callValue, unknownCall } from "./calls.js";
import { EMITTER, waitForEvent } from "./emitters.js";
import { listOf } from "./iteration.js";
import { newLock, operateLock } from "./locks.js";
import { deferredObject, join, newPromise, settledPromise } from "./promises.js";
import { newProcess } from "./processes.js";
import { callStream, isStream } from "./streams.js";
import { delay, schedule } from "./timers.js";
import { type CallPlace, isDetermined, type Lib, type Model, Obj, type Run, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

/** What an object has, by its names, if all that is known; of an array, by its indices. */
function ownEntries(object: Value): readonly (readonly [key: Value, value: Value])[] | undefined {
  if (!(object instanceof Obj) || object.open || object.model) return undefined;
  if (object.kind === "array") return object.items.map((item, index) => [String(index), item]);
  return object.kind === "object" ? [...object.props, ...object.entries] : undefined;
}

const newArrayOf = (items: readonly Value[] | undefined): Obj | undefined => items && newArray(items);

type PlatformCall = (world: World, args: readonly Value[], call: CallPlace, lib: Lib) => Run<Value> | Value;

/** Whatever they are given, they call and keep nothing of it. */
const HARMLESS = /^(?:console|Math|JSON|Number|String|Boolean|Date|Symbol|performance|parseInt|parseFloat|isNaN|structuredClone|encodeURIComponent|clearTimeout|clearInterval|clearImmediate)(?:\.|$)/;

const MATHS: Readonly<Record<string, (...numbers: number[]) => number>> = {
  min: (...all) => Math.min(...all), max: (...all) => Math.max(...all),
  floor: (n = NaN) => Math.floor(n), ceil: (n = NaN) => Math.ceil(n), round: (n = NaN) => Math.round(n), trunc: (n = NaN) => Math.trunc(n),
  abs: (n = NaN) => Math.abs(n), sign: (n = NaN) => Math.sign(n), sqrt: (n = NaN) => Math.sqrt(n), pow: (n = NaN, by = NaN) => n ** by,
};

const PLATFORM: Readonly<Record<string, PlatformCall>> = {
  "Promise.resolve": (world, [value]) => value instanceof Unknown ? value : settledPromise(world, value),
  "Promise.reject": (world, [value]) => {
    const promise = world.promise({ by: "outside" });
    world.reject(promise, value);
    return promise;
  },
  "Promise.all": (world, [items]) => join(world, "all", items),
  "Promise.allSettled": (world, [items]) => join(world, "allSettled", items),
  "Promise.race": (world, [items]) => join(world, "race", items),
  "Promise.any": (world, [items]) => join(world, "any", items),
  "Promise.withResolvers": (world) => deferredObject(world),
  "queueMicrotask": (world, [fn], call) => {
    world.job(() => { world.later(() => callValue(world, fn, [], undefined, call)); });
    return undefined;
  },
  "setTimeout": (world, args, call, lib) => schedule(world, lib, args, call),
  "setImmediate": (world, args, call, lib) => schedule(world, lib, args, call),
  "setInterval": (world, args) => unknownCall(world, args, "timer"),
  "process.on": (world, args) => {
    world.survives ||= args[0] === "unhandledRejection" || args[0] === "uncaughtException";
    return unknownCall(world, args, "process");
  },
  "process.nextTick": (world, [fn], call) => {
    world.job(() => { world.later(() => callValue(world, fn, [], undefined, call)); });
    return undefined;
  },
  "Array.from": function* (world, [items, fn], call) {
    const length = items instanceof Obj && items.kind === "object" ? items.props.get("length") : undefined;
    const list = typeof length === "number" ? emptyPlaces(length) : newArray(listOf(world, items));
    list.open ||= items instanceof Unknown || (items instanceof Obj && (items.open || (typeof length !== "number" && !isList(items))));
    return fn === undefined ? list : yield* callCollection(world, list, "map", [fn], call) ?? giving(list).call([], call);
  },
  "Array": (_, items) => items.length === 1 && typeof items[0] === "number" ? emptyPlaces(items[0]) : newArray(items),
  "Array.of": (_, items) => newArray(items),
  "Array.isArray": (_, [value]) => value instanceof Unknown ? new Unknown("answer") : value instanceof Obj && value.kind === "array",
  "Object.keys": (_, [object]) => newArrayOf(ownEntries(object)?.map(([key]) => key)) ?? new Unknown("keys"),
  "Object.values": (world, [object]) => newArrayOf(ownEntries(object)?.map(([, value]) => value)) ?? unknownCall(world, [object], "values"),
  "Object.entries": (world, [object]) => newArrayOf(ownEntries(object)?.map(([key, value]) => newArray([key, value]))) ?? unknownCall(world, [object], "entries"),
  "Object.freeze": (_, [object]) => object,
  ...Object.fromEntries(Object.entries(MATHS).map(([name, compute]): [string, PlatformCall] => [`Math.${name}`, (_, args) =>
    args.every((arg) => typeof arg === "number") ? compute(...args) : new Unknown("number", args.every(isDetermined))])),
  "String": (_, [value]) => typeof value === "object" && value !== null ? new Unknown("text", isDetermined(value)) : String(value),
  "Number": (_, [value]) => typeof value === "object" && value !== null ? new Unknown("number", isDetermined(value)) : Number(value),
};

/** Calls a function of a library or the platform. */
export function* callLibrary(world: World, lib: Lib, args: readonly Value[], call: CallPlace): Run<Value> {
  const { entity } = lib;
  if (entity.package === "platform" && entity.module?.replace("node:", "") !== "timers/promises") {
    const own = Object.hasOwn(PLATFORM, lib.path) ? PLATFORM[lib.path] : undefined;
    if (own) {
      const done = own(world, args, call, lib);
      return isRun(done) ? yield* done : done;
    }
    // What depends on nothing that is given depends on the time, or on chance.
    if (HARMLESS.test(lib.path)) return new Unknown(entity.member, args.length > 0 && args.every(isDetermined));
  }
  return yield* operate(world, operationsOf(world, lib), lib, args);
}

const isRun = (value: Run<Value> | Value): value is Run<Value> => typeof value === "object" && value !== null && "next" in value;

function operationsOf(world: World, { entity }: Lib): readonly Operation[] {
  const found = world.catalogue.findOperations(entity.package, entity.on, entity.member, entity);
  return found.length > 0 || entity.package !== "platform" ? found : world.catalogue.findOperations(entity.package, `${entity.on}Constructor`, entity.member);
}

function* operate(world: World, operations: readonly Operation[], lib: Lib, args: readonly Value[]): Run<Value> {
  const [operation] = operations;
  switch (operation?.effect.do) {
    case "delay": return delay(world, lib.entity.member, args);
    case "wait": return operation.effect.for === "event" ? waitForEvent(world, args) : unknownCall(world, args, "wait");
    case "spawn": return newProcess(world, operation.effect, args);
    case "create": return operation.effect.what === "deferred" ? deferredObject(world) : newLock(world, operation.effect, lib.entity.package, operation.on, args);
    case "decorate": return unknownCall(world, args, "decorated");
    default: return unknownCall(world, args, lib.entity.member);
  }
}

/** `new Mutex()`, `new Map()`: what a library's class makes. */
export function* constructLibrary(world: World, lib: Lib, args: readonly Value[], call: CallPlace): Run<Value> {
  const { entity } = lib;
  if (entity.package === "platform") {
    switch (entity.member) {
      case "Promise": return yield* newPromise(world, args[0], call);
      case "Map": case "WeakMap": return newCollection(world, "map", args);
      case "Set": case "WeakSet": return newCollection(world, "set", args);
      case "Array": return newCollection(world, "array", args);
      case "AbortController": return newController(world);
      case "Error": case "TypeError": case "RangeError": return new Unknown("error");
      // Without anything given, it is now.
      case "Date": case "RegExp": case "URL": return unknownCall(world, args, entity.member, args.length > 0);
      default:
    }
    if (isStream(entity.member)) return callStream(args);
    const model = modelOf(lib);
    if (!model) return unknownCall(world, args, entity.member);
    const object = new Obj("emitter");
    object.model = model;
    return object;
  }
  const on = entity.member === "default" ? entity.on : entity.member;
  const [operation] = world.catalogue.findOperations(entity.package, on, "new");
  if (operation?.effect.do !== "create") return unknownCall(world, args, entity.member);
  return operation.effect.what === "deferred" ? deferredObject(world) : newLock(world, operation.effect, entity.package, operation.on, args);
}

/** What a class that extends one of a library has from there. */
export const modelOf = ({ entity }: Lib): Model | undefined => entity.package === "platform" && EMITTERS.has(entity.member) ? EMITTER : undefined;
const EMITTERS = new Set(["EventEmitter", "EventTarget"]);

/** Members that a library gives an object. */
export function callObject(world: World, object: Obj, name: string, args: readonly Value[], call: CallPlace): Run<Value> | undefined {
  if (object.kind === "lock") return operateLock(world, object, name, args, call);
  return object.model?.call(world, object, name, args, call);
}

