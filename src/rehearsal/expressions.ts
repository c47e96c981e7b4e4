import type { CallExpression, Expression, ObjectExpression } from "../effects/ir.js";
import { assign, bind } from "./patterns.js";
import { callMember, callSuper, callValue, unknownCall } from "./calls.js";
import { construct, constructBase } from "./construct.js";
import { anyOf, isList, newArray } from "./collections.js";
import { listOf } from "./iteration.js";
import { findMember, privateMethod, readMember, readName } from "./members.js";
import { compute } from "./operators.js";
import { importModule } from "./modules.js";
import { ClassRef, Fn, isDetermined, Lib, Native, Obj, Prom, type Run, type Scope, Thrown, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

export function* evaluate(world: World, e: Expression, scope: Scope): Run<Value> {
  world.spend();
  switch (e.k) {
    case "literal": return e.value;
    case "name": return yield* readName(world, e, scope);
    case "this": case "super": return scope.self;
    case "member": {
      const object = yield* evaluate(world, e.object, scope);
      return (e.optional || isChained(e.object)) && world.isNullish(object) ? undefined : yield* readMember(world, object, e.name);
    }
    case "index": return yield* evaluateIndex(world, e, scope);
    case "call": return yield* evaluateCall(world, e, scope);
    case "new": {
      const callee = yield* evaluate(world, e.callee, scope);
      const args = yield* evaluateAll(world, e.args, scope);
      return yield* construct(world, callee, args, { at: world.place(e.span, scope.body), expression: e });
    }
    case "function": return new Fn(e.body, scope, e.body.kind === "arrow" ? scope.self : undefined);
    case "class": return new ClassRef(e.info, scope);
    case "object": return yield* evaluateObject(world, e, scope);
    case "array": return yield* evaluateList(world, e.items, scope);
    case "spread": return yield* evaluate(world, e.value, scope);
    case "await": return yield* awaitValue(world, yield* evaluate(world, e.value, scope), e, scope);
    case "yield": {
      const value = e.value && (yield* evaluate(world, e.value, scope));
      return e.delegate ? yield* handOn(world, value) : yield { yields: value };
    }
    case "branch": return yield* evaluate(world, world.truth(yield* evaluate(world, e.test, scope)) ? e.then : e.else, scope);
    case "logical": {
      const left = yield* evaluate(world, e.left, scope);
      return goesOn(world, e.op, left) ? yield* evaluate(world, e.right, scope) : left;
    }
    case "assign": return yield* evaluateAssign(world, e, scope);
    case "unary": return yield* evaluateUnary(world, e, scope);
    case "binary": return compute(world, e.op, yield* evaluate(world, e.left, scope), yield* evaluate(world, e.right, scope));
    case "template": return yield* evaluateTemplate(world, e.parts, scope);
    case "sequence": return (yield* evaluateAll(world, e.items, scope)).at(-1);
    case "opaque": return unknownCall(world, yield* evaluateAll(world, e.parts, scope), "value", true);
  }
}

/** `yield* other` */
function* handOn(world: World, source: Value): Run<Value> {
  if (source instanceof Obj && source.generator) return yield* source.generator();
  for (const yields of listOf(world, source)) yield { yields };
  return new Unknown("value");
}

/** `a?.b.c`: where the chain has ended early nothing of its rest is evaluated. */
function isChained(e: Expression): boolean {
  if (e.k === "call") return e.optional || isChained(e.callee);
  return (e.k === "member" || e.k === "index") && (e.optional || isChained(e.object));
}

/** Evaluates arguments or elements, spreads included. */
export function* evaluateAll(world: World, items: readonly Expression[], scope: Scope): Run<Value[]> {
  return (yield* evaluateList(world, items, scope)).items;
}

/** An array of these; open, if something is spread in it of which not all is known. */
function* evaluateList(world: World, items: readonly Expression[], scope: Scope): Run<Obj> {
  const list = newArray([]);
  for (const item of items) {
    const value = yield* evaluate(world, item, scope);
    if (item.k !== "spread") list.items.push(value);
    else {
      list.items.push(...listOf(world, value));
      list.open ||= value instanceof Unknown || (value instanceof Obj && (value.open || !isList(value)));
    }
  }
  return list;
}

/** What is given to unknown code waits for something outside, unless it is a promise that is known. */
function* awaitValue(world: World, value: Value, e: Expression & { k: "await" }, scope: Scope): Run<Value> {
  if (value instanceof Obj && (yield* isThenable(world, value))) {
    // What it calls when, nobody follows.
    world.escape(value);
    return yield { waitsFor: world.external(new Unknown("value", true)), at: world.written(e, scope) };
  }
  const promise = value instanceof Prom ? value : value instanceof Unknown ? awaited(world, value) : world.promise({ by: "outside" });
  if (!(value instanceof Prom) && !(value instanceof Unknown)) world.fulfil(promise, value);
  return yield { waitsFor: promise, at: world.written(e, scope) };
}

function* isThenable(world: World, object: Obj): Run<boolean> {
  if (object.props.has("then")) return true;
  const found = object.cls && (yield* findMember(world, object.cls, "then"));
  return found !== undefined && "member" in found;
}

/** Where somebody would catch it, what is awaited of the outside world may fail. */
function awaited(world: World, value: Unknown): Prom {
  if ((world.task?.caught ?? 0) === 0 || !world.decide(false)) return world.external(memberOf(value, "await"));
  const promise = world.promise({ by: "outside" });
  world.outside(() => { world.reject(promise, new Unknown("error")); });
  return promise;
}

function memberOf(value: Unknown, name: string): Value {
  if (!value.members.has(name)) value.members.set(name, new Unknown(name));
  return value.members.get(name);
}

function* evaluateIndex(world: World, e: Expression & { k: "index" }, scope: Scope): Run<Value> {
  const object = yield* evaluate(world, e.object, scope);
  if ((e.optional || isChained(e.object)) && world.isNullish(object)) return undefined;
  const index = yield* evaluate(world, e.index, scope);
  if (typeof index === "string" || typeof index === "number") return yield* readMember(world, object, String(index));
  if (!(object instanceof Obj)) return new Unknown("element");
  return object.entries.has(index) ? object.entries.get(index) : anyOf(world, object);
}

function* evaluateCall(world: World, e: CallExpression, scope: Scope): Run<Value> {
  const { callee } = e;
  const call = { at: world.place(e.span, scope.body), expression: e };
  if (callee.k === "name" && callee.name === "import" && !callee.declaration) return importModule(world, e, scope);
  if (callee.k === "super") return yield* constructBase(world, scope, yield* evaluateAll(world, e.args, scope));
  if (callee.k !== "member") {
    const fn = yield* evaluate(world, callee, scope);
    if ((e.optional || isChained(callee)) && world.isNullish(fn)) return undefined;
    return yield* callValue(world, fn, yield* evaluateAll(world, e.args, scope), undefined, call);
  }
  const object = yield* evaluate(world, callee.object, scope);
  if ((callee.optional || isChained(callee.object)) && world.isNullish(object)) return undefined;
  if (object === undefined || object === null) throw new Thrown(new Unknown("error"));
  if (e.optional && world.isNullish(yield* readMember(world, object, callee.name))) return undefined;
  const args = yield* evaluateAll(world, e.args, scope);
  if (callee.object.k === "super") return yield* callSuper(world, scope, callee.name, args, call);
  const own = yield* privateMethod(world, object, callee.name, scope);
  return own ? yield* callValue(world, own, args, object, call) : yield* callMember(world, object, callee.name, args, call);
}

function goesOn(world: World, op: "&&" | "||" | "??", left: Value): boolean {
  if (op === "??") return world.isNullish(left);
  return world.truth(left) === (op === "&&");
}

function* evaluateAssign(world: World, e: Expression & { k: "assign" }, scope: Scope): Run<Value> {
  if (e.op === "=") {
    const value = yield* evaluate(world, e.value, scope);
    yield* bind(world, e.target, value, scope, false);
    return value;
  }
  if (e.target.p !== "target") return new Unknown("value");
  const { expression } = e.target;
  const before = yield* evaluate(world, expression, scope);
  if (e.op === "??=" || e.op === "||=" || e.op === "&&=") {
    if (!goesOn(world, e.op.slice(0, -1) as "??", before)) return before;
    const value = yield* evaluate(world, e.value, scope);
    yield* assign(world, expression, value, scope);
    return value;
  }
  const value = compute(world, e.op.slice(0, -1), before, yield* evaluate(world, e.value, scope));
  yield* assign(world, expression, value, scope);
  return value;
}

function* evaluateUnary(world: World, e: Expression & { k: "unary" }, scope: Scope): Run<Value> {
  const value = yield* evaluate(world, e.value, scope);
  switch (e.op) {
    case "!": return !world.truth(value);
    case "void": return undefined;
    case "-": return typeof value === "number" ? -value : new Unknown("number", isDetermined(value));
    case "+": return typeof value === "number" || typeof value === "string" ? Number(value) : new Unknown("number", isDetermined(value));
    case "~": return typeof value === "number" ? ~value : new Unknown("number", isDetermined(value));
    case "typeof": return value instanceof Unknown || value instanceof Lib ? new Unknown("type", isDetermined(value)) : value instanceof Fn || value instanceof Native || value instanceof ClassRef ? "function" : typeof value;
    case "delete":
      if (e.value.k === "member" || e.value.k === "index") {
        const object = yield* evaluate(world, e.value.object, scope);
        const key = e.value.k === "member" ? e.value.name : yield* evaluate(world, e.value.index, scope);
        if (object instanceof Obj) remove(object, key);
      }
      return true;
    default: return new Unknown("value");
  }
}

function remove(object: Obj, key: Value): void {
  if (typeof key === "string" || typeof key === "number") object.props.delete(String(key));
  else if (!object.model) object.entries.delete(key);
}

function* evaluateObject(world: World, e: ObjectExpression, scope: Scope): Run<Value> {
  const object = new Obj("object");
  for (const { key, value } of e.entries) {
    const part = yield* evaluate(world, value, scope);
    // A getter runs whenever somebody looks.
    if (typeof key === "object" && key.k === "opaque") world.escape(withSelf(part, object));
    const name = typeof key === "object" ? yield* evaluate(world, key, scope) : key;
    if (name === undefined && part instanceof Obj) for (const [each, own] of part.props) object.props.set(each, own);
    else if (typeof name === "string" || typeof name === "number") object.props.set(String(name), withSelf(part, object));
    else if (name !== undefined) object.retains = [...object.retains, part];
    if ((name === undefined && part instanceof Unknown) || name instanceof Unknown) object.open = true;
  }
  return object;
}

/** A method of an object literal. */
const withSelf = (value: Value, self: Obj): Value => value instanceof Fn && value.body.kind === "function" ? new Fn(value.body, value.scope, self) : value;

function* evaluateTemplate(world: World, parts: readonly (string | Expression)[], scope: Scope): Run<Value> {
  let text: string | undefined = "", isComputed = true;
  for (const part of parts) {
    const value = typeof part === "string" ? part : yield* evaluate(world, part, scope);
    isComputed &&= isDetermined(value);
    text = text === undefined || (typeof value === "object" && value !== null) ? undefined : text + String(value);
  }
  return text ?? new Unknown("text", isComputed);
}
