import type { Acquire, ArgRef, Capacity, Create, Effect, Run as Runner, WaitFor } from "../catalogue/types.js";
import { memo } from "../maps.js";
import { callValue, unknownCall } from "./calls.js";
import { newArray } from "./collections.js";
import { type CallPlace, type Holder, Native, Obj, type Prom, type Run, Thrown, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

interface Grant extends Holder {
  readonly shared: boolean;
}
interface Request {
  readonly promise: Prom;
  readonly grant: Grant;
}
/** Those who hold and those who wait for one lock, or one key of a lock. */
interface Queue {
  held: Grant[];
  waiting: Request[];
  /** Whoever waits until nobody holds it any more. */
  idle: Prom[];
}
interface Lock {
  readonly package: string;
  readonly on: string;
  readonly capacity: number;
  readonly queues: Map<Value, Queue>;
}

const locks = new WeakMap<Obj, Lock>();

/** A lock of a library. One whose capacity isn't known never makes anybody wait. */
export function newLock(world: World, effect: Create, from: string, on: string, args: readonly Value[]): Value {
  const isPaused = effect.pausedIfFalse && valueAt(args, effect.pausedIfFalse) !== undefined;
  const isOpen = [effect.reentrantIf, effect.boundedIf].some((ref) => ref && valueAt(args, ref) !== undefined);
  if (isPaused || isOpen || effect.wraps || effect.worker) return unknownCall(world, args, "lock");
  const object = new Obj("lock");
  object.open = true;
  locks.set(object, { package: from, on, capacity: capacityOf(effect.capacity, args), queues: new Map() });
  return object;
}

function valueAt(args: readonly Value[], { arg, property }: ArgRef): Value {
  const value = args[arg];
  if (property === undefined || value === undefined) return value;
  const [name = ""] = property.split(".");
  return value instanceof Obj ? value.props.get(name) : new Unknown("option");
}

function capacityOf(capacity: Capacity | undefined, args: readonly Value[]): number {
  if (typeof capacity === "number") return capacity;
  for (const ref of capacity?.from ?? []) {
    const value = valueAt(args, ref);
    if (typeof value === "number") return value;
    if (value !== undefined) return Infinity;
  }
  return capacity?.default ?? Infinity;
}

/** What the catalogue says of a member of a lock, done to the lock. */
export function operateLock(world: World, object: Obj, name: string, args: readonly Value[], call: CallPlace): Run<Value> | undefined {
  const effect = effectOf(world, object, name, args, call);
  switch (effect?.do) {
    case "run": return effect.many || effect.done !== undefined || isBounded(effect, args) ? unknown(world, args) : runUnder(world, object, effect, args, call);
    case "acquire": return isBounded(effect, args) || effect.callback ? unknown(world, args) : acquire(world, object, effect, args);
    case "release": return giveBack(world, object, effect.key && valueAt(args, effect.key));
    case "wait": return isBounded(effect, args) ? unknown(world, args) : waitFor(world, object, effect, args);
    case "none": return unknown(world, args);
    case undefined: return undefined;
    default: return unknown(world, [object, ...args]);
  }
}

function effectOf(world: World, object: Obj, name: string, args: readonly Value[], { expression }: CallPlace): Effect | undefined {
  const lock = locks.get(object);
  if (!lock) return undefined;
  const own = world.catalogue.findOperations(lock.package, lock.on, name);
  const callee = expression?.k === "call" ? expression.callee : undefined;
  const ticket = callee?.k === "member" && name !== "()" ? callee.object.ticket : callee?.ticket;
  const found = own.length > 0 || !ticket ? own : world.port.typeOf(ticket).library.flatMap((type) => world.catalogue.findOperations(type.package, type.name, name));
  return found.find(({ minArgs = 0, maxArgs = Infinity }) => args.length >= minArgs && args.length <= maxArgs)?.effect;
}

const isBounded = ({ bounded }: Pick<Runner | Acquire | WaitFor, "bounded">, args: readonly Value[]): boolean =>
  bounded === "always" || (bounded?.some((ref) => valueAt(args, ref) !== undefined) ?? false);

function* unknown(world: World, args: readonly Value[]): Run<Value> {
  yield* [];
  return unknownCall(world, args, "result");
}

function queueOf(object: Obj, key: Value): Queue {
  const queues = locks.get(object)?.queues ?? new Map<Value, Queue>();
  return memo(queues, key, (): Queue => ({ held: [], waiting: [], idle: [] }));
}

const keyOf = (ref: ArgRef | undefined, args: readonly Value[]): Value => ref && valueAt(args, ref);

function advance(world: World, object: Obj, queue: Queue): void {
  const capacity = locks.get(object)?.capacity ?? Infinity;
  for (let [next] = queue.waiting; next; [next] = queue.waiting) {
    const { grant, promise } = next;
    const free = grant.shared ? queue.held.every(({ shared }) => shared) : queue.held.length < capacity && !queue.held.some(({ shared }) => shared);
    if (!free) return;
    queue.waiting.shift();
    queue.held.push(grant);
    grant.since = world.clock++;
    world.fulfil(promise, undefined);
  }
  if (queue.held.length === 0) for (const promise of queue.idle.splice(0)) world.fulfil(promise, undefined);
}

function release(world: World, object: Obj, queue: Queue, grant: Grant | undefined): void {
  queue.held = queue.held.filter((held) => held !== grant);
  advance(world, object, queue);
}

const permit = (world: World, lock: Obj, queue: Queue): Prom => world.promise({ by: "permit", lock, holders: () => queue.held });

function* runUnder(world: World, object: Obj, effect: Runner, args: readonly Value[], call: CallPlace): Run<Value> {
  yield* [];
  const queue = queueOf(object, keyOf(effect.key, args));
  const result = permit(world, object, queue), granted = permit(world, object, queue);
  const grant: Grant = { until: result, releaser: undefined, shared: effect.mode === "shared", since: 0 };
  world.after(granted, () => {
    world.later(function* () {
      try {
        world.resolve(result, yield* callValue(world, args[effect.callback.arg], [], undefined, call));
      } catch (error) {
        if (!(error instanceof Thrown)) throw error;
        world.reject(result, error.value);
      }
      return undefined;
    });
  });
  world.after(result, () => { release(world, object, queue, grant); });
  queue.waiting.push({ promise: granted, grant });
  advance(world, object, queue);
  return result;
}

function* acquire(world: World, object: Obj, effect: Acquire, args: readonly Value[]): Run<Value> {
  yield* [];
  const queue = queueOf(object, keyOf(effect.key, args));
  const granted = permit(world, object, queue), result = permit(world, object, queue);
  const releaser = new Native(function* () {
    yield* [];
    release(world, object, queue, grant);
    return undefined;
  }, []);
  const grant: Grant = { until: undefined, releaser: effect.gives === "nothing" ? object : releaser, shared: effect.mode === "shared", since: 0 };
  world.after(granted, () => { world.fulfil(result, given(effect.gives, releaser)); });
  queue.waiting.push({ promise: granted, grant });
  advance(world, object, queue);
  return result;
}

function given(gives: Acquire["gives"], releaser: Native): Value {
  if (gives === "releaser") return releaser;
  if (gives === "tuple") return newArray([new Unknown("value"), releaser]);
  if (gives === "resource") return newArray([releaser, new Unknown("value")]);
  if (gives === "nothing") return undefined;
  const handle = new Obj("object");
  handle.open = true;
  for (const name of ["release", "end", "close", "destroy", "unlock"]) handle.props.set(name, releaser);
  return handle;
}

function* giveBack(world: World, object: Obj, key: Value): Run<Value> {
  yield* [];
  const queue = queueOf(object, key);
  release(world, object, queue, queue.held[0]);
  return undefined;
}

/** `onIdle()`, `waitForUnlock()`: nobody may hold it. */
function* waitFor(world: World, object: Obj, effect: WaitFor, args: readonly Value[]): Run<Value> {
  yield* [];
  if (effect.for !== "idle" && effect.for !== "unlock") return unknownCall(world, args, "wait");
  const queue = queueOf(object, keyOf(effect.key, args));
  const promise = world.promise({ by: "permit", lock: object, holders: () => queue.held, idle: true });
  if (queue.held.length === 0 && queue.waiting.length === 0) world.fulfil(promise, undefined);
  else queue.idle.push(promise);
  return promise;
}

