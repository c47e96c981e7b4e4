import { callCollection, callText, isList } from "./collections.js";
import { callLibrary, callObject } from "./libraries.js";
import { findMember, readMember } from "./members.js";
import { baseOf } from "./construct.js";
import { bindParameters } from "./patterns.js";
import { callPromise } from "./promises.js";
import { run } from "./statements.js";
import { type CallPlace, ClassRef, Fn, isDetermined, Lib, Native, Obj, Prom, type Run, Scope, Unknown, type Value } from "./values.js";
import { Abandoned, LIMITS, type World } from "./world.js";

/** Nothing is known of what runs: it may use all that it is given, whenever it likes. */
export function unknownCall(world: World, args: readonly Value[], name: string, isComputed = false): Value {
  world.escape(...args);
  return new Unknown(name, isComputed && args.every(isDetermined));
}

export function* callValue(world: World, callee: Value, args: readonly Value[], self: Value, call: CallPlace): Run<Value> {
  if (callee instanceof Fn) return yield* callFunction(world, self === undefined || callee.self !== undefined ? callee : new Fn(callee.body, callee.scope, self), args, call);
  if (callee instanceof Native) return yield* callee.call(args, call);
  if (callee instanceof Lib) return yield* callLibrary(world, callee, args, call);
  if (callee instanceof Obj) return yield* callObject(world, callee, "()", args, call) ?? nothingKnown(world, args);
  // Nothing calls what is not there yet: it happens in another order than this one.
  if (callee === null) throw new Abandoned();
  return unknownCall(world, args, "result");
}

function* nothingKnown(world: World, args: readonly Value[]): Run<Value> {
  yield* [];
  return unknownCall(world, args, "result");
}

/** Runs a function: an async one as work of its own. */
export function* callFunction(world: World, fn: Fn, args: readonly Value[], call: CallPlace | undefined): Run<Value> {
  world.spend();
  const { body } = fn;
  const scope = new Scope(body, fn.scope, fn.self);
  if (body.generator) {
    const generator = new Obj("generator");
    generator.generator = () => enter(world, scope, args);
    generator.retains = [fn, ...args];
    return generator;
  }
  if (body.async) return world.start(body, scope, call?.at, () => enter(world, scope, args)).promise;
  if (world.running.length > LIMITS.depth) throw new Abandoned();
  world.enter(body);
  try {
    return yield* enter(world, scope, args);
  } finally {
    world.leave();
  }
}

function* enter(world: World, scope: Scope, args: readonly Value[]): Run<Value> {
  yield* bindParameters(world, scope, args);
  const exit = yield* run(world, scope.body.statements, scope);
  return exit?.kind === "return" ? exit.value : undefined;
}

export function* callMember(world: World, object: Value, name: string, args: readonly Value[], call: CallPlace): Run<Value> {
  if (object instanceof Obj) return yield* callOnObject(world, object, name, args, call);
  if (object instanceof Prom) return callPromise(world, object, name, args, call);
  if ((object instanceof Fn || object instanceof Native) && (name === "call" || name === "apply" || name === "bind")) return yield* callFunctionMember(world, object, name, args, call);
  if (object instanceof Unknown) return unknownCall(world, args, name, object.isComputed);
  if (typeof object === "string") return callText(world, object, name, args);
  if (typeof object === "number" || typeof object === "boolean") return unknownCall(world, args, name, true);
  return yield* callValue(world, yield* readMember(world, object, name), args, object instanceof ClassRef ? object : undefined, call);
}

function* callOnObject(world: World, object: Obj, name: string, args: readonly Value[], call: CallPlace): Run<Value> {
  if (object.props.has(name)) return yield* callValue(world, object.props.get(name), args, object, call);
  if (object.file !== undefined) return yield* callValue(world, yield* readMember(world, object, name), args, undefined, call);
  const found = object.cls && (yield* findMember(world, object.cls, name));
  if (found && "member" in found) return yield* callValue(world, yield* readMember(world, object, name), args, object, call);
  const done = callObject(world, object, name, args, call) ?? callCollection(world, object, name, args, call);
  return done ? yield* done : unknownCall(world, [object, ...args], name, isList(object) && !object.open);
}

/** What the platform hands out needs no `this`. */
function* callFunctionMember(world: World, fn: Fn | Native, name: string, args: readonly Value[], call: CallPlace): Run<Value> {
  const [self, ...rest] = args;
  const bound = fn instanceof Fn && fn.self === undefined ? new Fn(fn.body, fn.scope, self) : fn;
  if (name === "call") return yield* callValue(world, bound, rest, undefined, call);
  if (name === "apply") return yield* callValue(world, bound, rest[0] instanceof Obj ? rest[0].items : [], undefined, call);
  return rest.length === 0 ? bound : new Native((more, at) => callValue(world, bound, [...rest, ...more], undefined, at), [bound, ...rest], fn instanceof Native ? fn.settles : undefined);
}

/** `super.name(…)` */
export function* callSuper(world: World, scope: Scope, name: string, args: readonly Value[], call: CallPlace): Run<Value> {
  let at: Scope | undefined = scope;
  while (at && !at.body.owner) at = at.parent;
  const owner = at?.body.owner;
  const base = owner && at?.parent ? yield* baseOf(world, new ClassRef(owner, at.parent)) : undefined;
  const found = base instanceof ClassRef ? yield* findMember(world, base, name) : undefined;
  if (found && "member" in found && found.member.body && found.member.kind === "method") return yield* callFunction(world, new Fn(found.member.body, found.cls.scope, scope.self), args, call);
  const { self } = scope;
  const done = self instanceof Obj ? callObject(world, self, name, args, call) : undefined;
  return done ? yield* done : unknownCall(world, args, name);
}
