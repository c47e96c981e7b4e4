import type { Body, Declaration, Expression, Member } from "../effects/ir.js";
import { callFunction } from "./calls.js";
import { baseOf } from "./construct.js";
import { evaluate } from "./expressions.js";
import { exportedBy, imported, moduleScope } from "./modules.js";
import { ClassRef, Fn, Lib, Obj, Prom, type Run, Scope, Thrown, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

const GLOBALS: Readonly<Record<string, Value>> = { Infinity, NaN };

export function* readName(world: World, e: Expression & { k: "name" }, scope: Scope): Run<Value> {
  const { declaration } = e;
  if (!declaration) return Object.hasOwn(GLOBALS, e.name) ? GLOBALS[e.name] : new Lib({ kind: "library", package: "platform", on: "module", member: e.name }, e.name);
  return yield* readDeclaration(world, declaration, scope);
}

/** What a name stands for; what is declared but has not run yet is undefined, unless its module isn't rehearsed as a whole. */
export function* readDeclaration(world: World, declaration: Declaration, scope: Scope): Run<Value> {
  const holder = scope.holder(declaration);
  if (holder) return holder.names.get(declaration);
  const owner = scope.owner(declaration) ?? moduleScope(world, declaration.file);
  if (!owner) return new Unknown(declaration.name);
  if (declaration.functionBody) return keep(owner, declaration, new Fn(declaration.functionBody, owner, undefined));
  if (declaration.classInfo) return keep(owner, declaration, new ClassRef(declaration.classInfo, owner));
  switch (declaration.kind) {
    case "import": return keep(owner, declaration, yield* imported(world, declaration));
    case "const": case "let": return world.moduleTasks.has(declaration.file) || owner.body.kind !== "module" ? undefined : yield* initialise(world, declaration, owner);
    case "parameter": case "catch": return undefined;
    default: return keep(owner, declaration, new Unknown(declaration.name));
  }
}

function keep(owner: Scope, declaration: Declaration, value: Value): Value {
  owner.names.set(declaration, value);
  return value;
}

function* initialise(world: World, declaration: Declaration, owner: Scope): Run<Value> {
  if (!declaration.init) return keep(owner, declaration, undefined);
  keep(owner, declaration, undefined);
  let value = yield* evaluate(world, declaration.init, owner);
  for (const step of declaration.path) value = step === "..." ? new Unknown("rest") : yield* readMember(world, value, String(step));
  return keep(owner, declaration, value);
}

export interface Found {
  readonly member: Member;
  readonly cls: ClassRef;
}

/** A member of a class or of one of its bases; a base that isn't known may have any. */
export function* findMember(world: World, cls: ClassRef, name: string): Run2<Found | Lib | Unknown | undefined> {
  let at: ClassRef | Lib | Unknown | undefined = cls;
  for (let depth = 0; at instanceof ClassRef && depth < 8; depth++) {
    const member = at.info.members.get(name);
    if (member && (member.body ?? member.kind === "field")) return { member, cls: at };
    at = yield* baseOf(world, at);
  }
  return at instanceof ClassRef ? undefined : at;
}
type Run2<T> = Generator<never, T, Value> | Run<T>;

/** A `#method` is that of the class whose text says it: a subclass's of the same name is another one. */
export function* privateMethod(world: World, object: Value, name: string, scope: Scope): Run<Value> {
  if (!name.startsWith("#") || !(object instanceof Obj)) return undefined;
  let around: Body | undefined = scope.body;
  while (around && !around.owner?.members.has(name)) around = around.parent;
  let at: ClassRef | Lib | Unknown | undefined = object.cls;
  for (let depth = 0; at instanceof ClassRef && at.info !== around?.owner && depth < 8; depth++) at = yield* baseOf(world, at);
  const member = at instanceof ClassRef && at.info === around?.owner ? at.info.members.get(name) : undefined;
  return member?.kind === "method" && member.body && at instanceof ClassRef ? new Fn(member.body, at.scope, object) : undefined;
}

export function* readMember(world: World, value: Value, name: string): Run<Value> {
  if (value === undefined || value === null) throw new Thrown(new Unknown("error"));
  if (value instanceof Unknown) return childOf(value, name);
  if (value instanceof Obj) return yield* readProperty(world, value, name);
  if (value instanceof Lib) return new Lib({ ...value.entity, on: value.entity.member, member: name }, value.path === "*" ? name : `${value.path}.${name}`);
  if (value instanceof ClassRef) return yield* readStatic(world, value, name);
  if (typeof value === "string" && name === "length") return value.length;
  if (value instanceof Prom || value instanceof Fn) return new Unknown(name);
  return typeof value === "string" && /^\d+$/.test(name) ? value[Number(name)] : new Unknown(name, true);
}

function childOf(value: Unknown, name: string): Value {
  if (!value.members.has(name)) value.members.set(name, new Unknown(name, value.isComputed));
  return value.members.get(name);
}

function* readProperty(world: World, object: Obj, name: string): Run<Value> {
  if (object.props.has(name)) return object.props.get(name);
  if (object.file !== undefined) return yield* exportedBy(world, object.file, name);
  const size = name === "length" || name === "size" ? sizeOf(object) : undefined;
  if (size !== undefined) return size;
  if (object.kind === "array" && /^\d+$/.test(name)) return object.open && Number(name) >= object.items.length ? new Unknown(name) : object.items[Number(name)];
  const found = object.cls && (yield* findMember(world, object.cls, name));
  if (found && "member" in found) {
    const { member, cls } = found;
    if (member.kind === "field" || !member.body) return undefined;
    if (member.kind === "setter") return undefined;
    const fn = new Fn(member.body, cls.scope, object);
    return member.kind === "getter" ? yield* callFunction(world, fn, [], undefined) : fn;
  }
  if (found ?? object.model ?? object.open) {
    const part = new Unknown(name);
    object.props.set(name, part);
    return part;
  }
  return undefined;
}

function sizeOf(object: Obj): Value {
  if (object.kind !== "array" && object.kind !== "set" && object.kind !== "map") return undefined;
  if (object.open) return new Unknown("size");
  return object.kind === "map" ? object.entries.size : object.items.length;
}

function* readStatic(world: World, cls: ClassRef, name: string): Run<Value> {
  if (cls.statics.has(name)) return cls.statics.get(name);
  const member = cls.info.statics.get(name);
  if (!member) {
    const base = yield* baseOf(world, cls);
    return base instanceof ClassRef ? yield* readStatic(world, base, name) : new Unknown(name);
  }
  if (member.kind === "method" && member.body) return new Fn(member.body, cls.scope, cls);
  if (member.kind === "getter" && member.body) return yield* callFunction(world, new Fn(member.body, cls.scope, cls), [], undefined);
  cls.statics.set(name, undefined);
  const value = member.init && member.body ? yield* evaluate(world, member.init, new Scope(member.body, cls.scope, cls)) : undefined;
  cls.statics.set(name, value);
  return value;
}

function* writeProperty(world: World, object: Obj, name: string, value: Value): Run<void> {
  for (let cls: ClassRef["base"] = object.props.has(name) ? undefined : object.cls; cls instanceof ClassRef; cls = yield* baseOf(world, cls)) {
    const setter = cls.info.setters.get(name);
    if (!setter) continue;
    yield* callFunction(world, new Fn(setter, cls.scope, object), [value], undefined);
    return;
  }
  object.props.set(name, value);
}

export function* writeMember(world: World, object: Value, name: string, value: Value): Run<void> {
  if (object instanceof Obj) {
    if (object.kind === "array" && name === "length" && typeof value === "number") object.items.length = Math.min(object.items.length, value);
    else if (object.kind === "array" && /^\d+$/.test(name)) object.items[Number(name)] = value;
    else yield* writeProperty(world, object, name, value);
  } else if (object instanceof ClassRef) object.statics.set(name, value);
  else {
    world.escape(value);
    if (object instanceof Unknown) object.members.set(name, value);
  }
  yield* [];
}
