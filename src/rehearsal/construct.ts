import type { Member } from "../effects/ir.js";
import { unknownCall } from "./calls.js";
import { evaluate } from "./expressions.js";
import { constructLibrary, modelOf } from "./libraries.js";
import { bindParameters } from "./patterns.js";
import { run } from "./statements.js";
import { type CallPlace, ClassRef, Lib, Obj, type Run, Scope, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

/** What a class extends. */
export function* baseOf(world: World, cls: ClassRef): Run<ClassRef | Lib | Unknown | undefined> {
  if (cls.base || !cls.info.extends) return cls.base;
  const value = yield* evaluate(world, cls.info.extends, cls.scope);
  cls.base = value instanceof ClassRef || value instanceof Lib ? value : new Unknown("base");
  return cls.base;
}

export function* construct(world: World, callee: Value, args: readonly Value[], call: CallPlace): Run<Value> {
  if (callee instanceof ClassRef) {
    const object = new Obj("object", callee);
    yield* instantiate(world, callee, object, args);
    return object;
  }
  const made = callee instanceof Lib ? yield* constructLibrary(world, callee, args, call) : unknownCall(world, args, "object");
  // Whatever it is, it is there.
  if (made instanceof Unknown) Object.assign(made, { truth: true, nullish: false });
  return made;
}

/** The constructors that run now: whose class they are of. */
const constructors = new WeakMap<Scope, ClassRef>();

/** Runs the constructors and the initialisers of fields, those of the base first. */
export function* instantiate(world: World, cls: ClassRef, object: Obj, args: readonly Value[]): Run<void> {
  const base = yield* baseOf(world, cls);
  const body = cls.info.constructorBody;
  if (!body) {
    yield* build(world, base, object, args);
    yield* initialiseFields(world, cls, object);
    return;
  }
  if (!base) yield* initialiseFields(world, cls, object);
  const scope = new Scope(body, cls.scope, object);
  constructors.set(scope, cls);
  yield* bindParameters(world, scope, args);
  for (const { name, constructorParameter: index } of cls.info.members.values()) {
    const pattern = index === undefined ? undefined : body.parameters[index]?.pattern;
    if (pattern?.p === "name") object.props.set(name, scope.names.get(pattern.declaration));
  }
  world.enter(body);
  try {
    yield* run(world, body.statements, scope);
  } finally {
    world.leave();
  }
}

function* build(world: World, base: ClassRef | Lib | Unknown | undefined, object: Obj, args: readonly Value[]): Run<void> {
  if (base instanceof ClassRef) yield* instantiate(world, base, object, args);
  else if (base) {
    object.model = base instanceof Lib ? modelOf(base) : undefined;
    if (!object.model) {
      object.open = true;
      world.escape(object, ...args);
    }
  }
}

/** `super(…)` */
export function* constructBase(world: World, scope: Scope, args: readonly Value[]): Run<Value> {
  let at: Scope | undefined = scope;
  while (at && !constructors.has(at)) at = at.parent;
  const cls = at && constructors.get(at), object = at?.self;
  if (!cls || !(object instanceof Obj)) return unknownCall(world, args, "super");
  yield* build(world, yield* baseOf(world, cls), object, args);
  yield* initialiseFields(world, cls, object);
  return undefined;
}

function* initialiseFields(world: World, cls: ClassRef, object: Obj): Run<void> {
  for (const member of cls.info.members.values()) if (isInitialised(member)) {
    object.props.set(member.name, yield* evaluate(world, member.init, new Scope(member.body, cls.scope, object)));
  }
}

type Initialised = Member & Required<Pick<Member, "init" | "body">> & { readonly init: NonNullable<Member["init"]>; readonly body: NonNullable<Member["body"]> };

const isInitialised = (member: Member): member is Initialised => member.kind === "field" && member.init !== undefined && member.body !== undefined;
