import type { Body, ClassInfo, Declaration, Expression, LoweredFile, Member, Ticket } from "../effects/ir.js";
import type { Entity } from "../effects/port.js";
import { memo } from "../maps.js";
import { readEnd } from "./channel-objects.js";
import { escape } from "./escapes.js";
import { invoke } from "./invocations.js";
import type { Evaluator } from "./evaluator.js";
import { evaluate } from "./expressions.js";
import { argumentsFor, originsOfConstructor } from "./origins.js";
import { withDefault } from "./patterns.js";
import { elementOf } from "./collections.js";
import { type Outcome, START, type State } from "./state.js";
import { type Activation, choice, lifetimeOf, type Lifetime, type Literal, type ObjectValue, pathOf, UNDEFINED, UNKNOWN, type Value } from "./values.js";

/** A fresh object is known by where it is kept. */
export function adopt(value: ObjectValue, id: string, name: string, lifetime: Lifetime, owner?: ObjectValue, declaredBy?: ClassInfo): ObjectValue {
  const { fresh: _, ...rest } = value;
  return { ...rest, id: value.pinned ? value.id : id, name, lifetime, ...(owner && { owner }), ...(declaredBy && { declaredBy }) };
}

function moduleActivation(ev: Evaluator, file: string): Activation | undefined {
  const lowered = ev.port.lowered(file);
  if (!lowered) return undefined;
  return { id: lowered.module.id, body: lowered.module, parent: undefined, self: UNDEFINED, args: [], once: true };
}

/** Names of a module are seen by all that is written in it. */
export const isModuleActivation = (id: string): boolean => id.endsWith("#");

/** `this` in a method of which nothing is known but its class: some object of it. */
export function someInstance(info: ClassInfo): ObjectValue {
  return { v: "object", id: `this:${info.id}`, lifetime: "open", info, name: "this" };
}

/** The run of a body that nobody is seen to call: parameters and `this` stand for themselves. */
export function openActivation(ev: Evaluator, body: Body): Activation | undefined {
  if (body.kind === "module") return moduleActivation(ev, body.file);
  const parent = body.parent && activationAround(ev, body.parent);
  const inherits = body.kind === "arrow" ? parent?.self : undefined;
  const self = body.owner ? (body.static ? { v: "class" as const, info: body.owner, activation: parent } : someInstance(body.owner)) : inherits ?? literalAround(ev, body, parent);
  return { id: `${body.id}@`, body, parent, self, args: undefined, once: false };
}

/** `this` of a function that is a property of a constant's object. */
function literalAround(ev: Evaluator, body: Body, parent: Activation | undefined): Value {
  const constant = body.kind === "function" && parent ? constantsOf(ev, body.file).get(body) : undefined;
  return constant ? readDeclaration(ev, constant, parent) : UNKNOWN;
}

const constants = new WeakMap<LoweredFile, ReadonlyMap<Body, Declaration>>();

/** The constants whose objects have these functions among their properties. */
function constantsOf(ev: Evaluator, file: string): ReadonlyMap<Body, Declaration> {
  const lowered = ev.port.lowered(file);
  return lowered ? memo(constants, lowered, () => new Map(lowered.declarations.flatMap((declaration) =>
    declaration.kind !== "const" || declaration.init?.k !== "object" || declaration.path.length > 0 ? []
      : declaration.init.entries.flatMap(({ value }) => value.k === "function" ? [[value.body, declaration] as const] : [])))) : new Map();
}

function activationAround(ev: Evaluator, body: Body): Activation | undefined {
  const activation = openActivation(ev, body);
  return activation && { ...activation, around: true };
}

export function readName(ev: Evaluator, declaration: Declaration, activation: Activation, state: State): Value {
  let owner: Activation | undefined = activation;
  while (owner && owner.body !== declaration.body) owner = owner.parent;
  const known = (owner && state.variables.get(owner.id)?.get(declaration.id)) ?? readImported(ev, declaration, state);
  if (known) return known;
  return readDeclaration(ev, declaration, owner ?? activationAround(ev, declaration.body));
}

/** What another module, whose code was run before, has under the name. */
function readImported(ev: Evaluator, { kind, ticket }: Declaration, state: State): Value | undefined {
  if (kind !== "import" || !ev.traffic || ev.traffic.modules.size < 2) return undefined;
  const entity = ev.port.entityOf(ticket), declaration = entity?.kind === "declaration" ? entity.declaration : undefined;
  const module = declaration?.body.kind === "module" && ev.traffic.modules.has(declaration.body) ? moduleActivation(ev, declaration.body.file) : undefined;
  return module && declaration && state.variables.get(module.id)?.get(declaration.id);
}

/** What a declaration stands for, found without following any path to it. */
export function readDeclaration(ev: Evaluator, declaration: Declaration, owner: Activation | undefined): Value {
  if (!owner) return UNKNOWN;
  if (declaration.functionBody) return { v: "function", body: declaration.functionBody, activation: owner, self: undefined };
  if (declaration.classInfo) return { v: "class", info: declaration.classInfo, activation: owner };
  switch (declaration.kind) {
    case "import": return valueOfEntity(ev, ev.port.entityOf(declaration.ticket), declaration.ticket) ?? importedFrom(declaration);
    case "parameter": return readParameter(ev, declaration, owner);
    case "const": case "let": return ev.lazily(`${owner.id}/${declaration.id}`, () => [{ state: START, value: readVariable(ev, declaration, owner) }]);
    default: return UNKNOWN;
  }
}

/** Types may be missing; the import still says where the name is from. */
function importedFrom({ import: from }: Declaration): Value {
  if (!from || from.from.startsWith(".")) return UNKNOWN;
  if (from.name === "*") return { v: "library", entity: { kind: "library", package: from.from, on: "module", member: "*" } };
  return UNKNOWN;
}

function readVariable(ev: Evaluator, declaration: Declaration, owner: Activation): Value {
  const lifetime: Lifetime = lifetimeOf(owner);
  const id = owner.once ? declaration.id : `${owner.id}/${declaration.id}`;
  const place: ObjectValue = { v: "object", id, lifetime, name: declaration.name, ticket: declaration.ticket, maybeUndefined: true };
  if (declaration.elementOf) return elementOf(ev, evaluateOpen(ev, declaration.elementOf, owner), { v: "object", id, lifetime: "open", name: declaration.name }, declaration.name);
  if (declaration.reassigned) return readWritten(ev, declaration, place);
  if (!declaration.init) return place;
  const filled = declaration.additions.length > 0 ? { ...place, additions: declaration.additions } : place;
  const init = declaration.init.k === "await" ? declaration.init.value : declaration.init;
  const value = partOf(ev, evaluateOpen(ev, init, owner), declaration.path, owner);
  if (value.v === "object") return value.fresh ? adopt(value, id, declaration.name, lifetime) : value;
  if (value.v === "list" && owner.once) return filled;
  return value.v === "unknown" ? filled : value.v === "promise" ? value.value : value;
}

/** How many assignments of one name or field are looked at. */
const MOST_WRITES = 4;

/** A name that is assigned again, but always with an object made for it (`lock ??= new Mutex()`), stands for that object. */
function readWritten(ev: Evaluator, declaration: Declaration, place: ObjectValue): Value {
  if (place.lifetime !== "program" || declaration.writes.length > MOST_WRITES) return { ...place, unstable: true };
  const values = declaration.writes.map(({ body, value }) => evaluateOpen(ev, value, openActivation(ev, body)));
  const made = values.filter((value) => !(value.v === "literal" && (value.value === undefined || value.value === null)));
  const [first] = made;
  if (made.length === 1 && first?.v === "object" && first.fresh) return adopt(first, place.id, declaration.name, "program");
  return { ...place, unstable: true };
}

export function evaluateOpen(ev: Evaluator, expression: Parameters<typeof evaluate>[1], activation: Activation | undefined): Value {
  return activation ? ev.quietly(() => evaluate(ev, expression, activation, START)) : UNKNOWN;
}

function partOf(ev: Evaluator, value: Value, path: readonly (string | number)[], activation: Activation): Value {
  return path.reduce<Value>((at, step) => {
    if (step === "..." || typeof step === "number") return at.v === "object" && typeof step === "number" ? elementOf(ev, at, { v: "literal", value: step }, String(step)) : UNKNOWN;
    return ev.quietly(() => readMember(ev, at, step, undefined, activation, START));
  }, value);
}

function readParameter(ev: Evaluator, declaration: Declaration, owner: Activation): Value {
  const index = declaration.parameter ?? 0;
  const parameter = owner.body.parameters[index];
  const stands: ObjectValue = {
    v: "object", id: `${owner.id}/${declaration.id}`, lifetime: "open", name: declaration.name, ticket: declaration.ticket,
    parameter: { body: owner.body, index, path: declaration.path },
  };
  if (!owner.args) return stands;
  const given = parameter?.rest ? UNKNOWN : owner.args[index] ?? UNDEFINED;
  const value = choice(withDefault(ev, parameter?.default, { state: START, value: given }, owner).map((outcome) => outcome.value));
  const part = partOf(ev, value, declaration.path, owner);
  if (part.v === "unknown" && part.among) return part;
  return part.v === "unknown" ? { ...stands, ...(part.bound && { bound: part.bound }) } : part;
}

export function valueOfEntity(ev: Evaluator, entity: Entity | undefined, ticket: Ticket): Value | undefined {
  switch (entity?.kind) {
    case "library": return { v: "library", entity };
    case "declaration": return readDeclaration(ev, entity.declaration, openActivation(ev, entity.declaration.body));
    case "expression": return evaluateOpen(ev, entity.expression, openActivation(ev, entity.body));
    case "body": return { v: "function", body: entity.body, activation: entity.body.parent && openActivation(ev, entity.body.parent), self: entity.body.owner && someInstance(entity.body.owner) };
    case "class": return { v: "class", info: entity.info, activation: openActivation(ev, entity.info.body) };
    case "namespace": return { v: "namespace", ticket, package: entity.package };
    case "member": return undefined;
    case undefined: return undefined;
  }
}

/** The class that `super` means in a body, if it is one of the program. */
export function superClass(ev: Evaluator, { body }: Activation): ClassInfo | undefined {
  let at: Body | undefined = body;
  while (at && !at.owner) at = at.parent;
  return at?.owner && baseClass(ev, at.owner);
}

/** A member of a class or of one of its bases, nearest first; `undefined` with the library that the class descends from. */
export function findMember(ev: Evaluator, info: ClassInfo, name: string, isStatic = false): { member?: Member; library?: { package: string; name: string } } {
  let at: ClassInfo | undefined = info;
  for (let depth = 0; at && depth < 8; depth++) {
    const member: Member | undefined = (isStatic ? at.statics : at.members).get(name);
    if (member && (member.body ?? member.kind === "field")) return { member };
    const base = baseValue(ev, at);
    if (base?.v === "library") return { library: { package: base.entity.package, name: base.entity.member } };
    at = base?.v === "class" ? base.info : undefined;
  }
  return {};
}

const baseValue = (ev: Evaluator, info: ClassInfo): Value | undefined => info.extends && evaluateOpen(ev, info.extends, openActivation(ev, info.body));

/** The class of the program that a class extends. */
export function baseClass(ev: Evaluator, info: ClassInfo): ClassInfo | undefined {
  const base = baseValue(ev, info);
  return base?.v === "class" ? base.info : undefined;
}

/** Reads `value.name`; a getter runs. `at` is where it is written, for its type. */
export function readMember(ev: Evaluator, value: Value, name: string, at: Expression | undefined, activation: Activation, state: State): Outcome[] {
  const just = (result: Value): Outcome[] => [{ state, value: result }];
  switch (value.v) {
    case "choice": return value.options.flatMap((option) => readMember(ev, option, name, at, activation, state));
    case "namespace": return just(valueOfEntity(ev, ev.port.exportOf(value.ticket, name), value.ticket) ?? UNKNOWN);
    case "library":
      return just(value.entity.member === "*" ? { v: "library", entity: { ...value.entity, on: "module", member: name } }
        : { v: "library", entity: { ...value.entity, on: value.entity.member, member: name }, path: `${pathOf(value)}.${name}` });
    case "class": return readStatic(ev, value, name, state);
    case "object": return readField(ev, value, name, at, activation, state);
    case "list": {
      const contents = name === "length" || /^\d+$/.test(name) ? state.lists.get(value.id) : undefined;
      if (name !== "length") return just(contents?.items[Number(name)] ?? UNKNOWN);
      return just(contents && !contents.open ? { v: "literal", value: contents.items.length } : UNKNOWN);
    }
    case "function": case "bound": return just(at ? { v: "bound", object: value, member: name, ticket: at.ticket, args: [] } : UNKNOWN);
    // What is pending may be an object that has the promise.
    case "promise":
      if (name !== "promise" && value.grants.length > 0 && value.value.v === "object" && value.value.handle) return readMember(ev, value.value, name, at, activation, state);
      return just(name === "promise" ? value : UNKNOWN);
    case "unknown": return just(value.among ? { v: "unknown", among: value.among } : UNKNOWN);
    default: return just(UNKNOWN);
  }
}

function readStatic(ev: Evaluator, value: Value & { v: "class" }, name: string, state: State): Outcome[] {
  const { member } = findMember(ev, value.info, name, true);
  if (!member) return [{ state, value: UNKNOWN }];
  const self = { ...value, info: member.owner };
  if (member.body && member.kind !== "field") {
    const fn: Value = { v: "function", body: member.body, activation: openActivation(ev, member.owner.body), self };
    return member.kind === "method" ? [{ state, value: fn }] : invoke(ev, fn, [], { callback: false, awaited: false, call: undefined }, state);
  }
  const id = `${member.owner.id}.${name}`;
  return [{ state, value: ev.lazily(id, () => [{ state: START, value: fieldValue(ev, member, self, id, name, "program", undefined) }]) }];
}

function fieldValue(ev: Evaluator, member: Member, self: Value, id: string, name: string, lifetime: Lifetime, owner: ObjectValue | undefined): Value {
  const family = [member.owner, ...ev.port.subclassesOf(member.owner.ticket) ?? []];
  const additions = family.flatMap((info) => info.additions.get(name) ?? []);
  const place: ObjectValue = {
    v: "object", id, lifetime, name, ticket: member.ticket, declaredBy: member.owner, ...(owner && { owner }), maybeUndefined: true,
    ...(additions.length > 0 && { additions }),
  };
  const writes = family.flatMap((info) => info.writes.get(name) ?? []).filter(({ body }) => body.kind !== "constructor");
  if (!member.init || !member.body) return writtenField(ev, member, place, self, writes.length > 0);
  const activation: Activation = { id: `${id}@`, body: member.body, parent: openActivation(ev, member.owner.body), self, args: [], once: false, around: true };
  const value = evaluateOpen(ev, member.init, activation);
  if (writes.length > 0) return value.v === "function" ? value : { ...place, unstable: true };
  if (value.v === "object" && value.fresh) return { ...adopt(value, id, name, lifetime, owner, member.owner), ...(place.additions && { additions: place.additions }) };
  return value.v === "unknown" || value.v === "list" ? place : value;
}

/** A field without an initialiser: set by the constructor, or filled on first use. */
function writtenField(ev: Evaluator, member: Member, place: ObjectValue, self: Value, reassigned: boolean): Value {
  const { owner: info, name } = member;
  const object = self.v === "object" ? self : undefined;
  const handed = (index: number): Value => reassigned ? { ...place, unstable: true } : kept(originsOfConstructor(ev, info, index, object) ?? place, name);
  if (member.constructorParameter !== undefined) return handed(member.constructorParameter);
  const writes = info.writes.get(name) ?? [];
  if (writes.length > MOST_WRITES) return { ...place, unstable: true };
  const parameter = writes.length === 1 ? parameterOf(writes[0]?.value, info) : undefined;
  if (parameter !== undefined) return handed(parameter);
  const values = writes.map(({ body, value }) => {
    const open = openActivation(ev, body);
    const args = body.kind === "constructor" && object ? argumentsFor(ev, info, object) : undefined;
    return evaluateOpen(ev, value, open && { ...open, self, ...(args && { args, id: `${place.id}:constructor@` }) });
  }).filter((value) => !(value.v === "literal" && (value.value === undefined || value.value === null)));
  const [first] = values;
  const given = first?.v === "object" && first.parameter?.body === info.constructorBody ? first.parameter : undefined;
  if (values.length === 1 && given) return reassigned ? { ...place, unstable: true } : place;
  if (values.length === 1 && first) {
    if (first.v === "object" && first.fresh) return adopt(first, place.id, name, place.lifetime, place.owner, info);
    // What gives back is taken to do so, whoever else writes there.
    if (first.v === "releaser" || first.v === "function" || (!reassigned && first.v !== "unknown" && first.v !== "list")) return first;
  }
  return reassigned || values.length > 1 ? { ...place, unstable: true } : place;
}

/** An object that was made for somebody else, who calls it by a name of its own. */
const kept = (value: Value, name: string): Value => value.v === "object" && value.fresh ? adopt(value, value.id, name, value.lifetime) : value;

/** Which constructor parameter a field is set to. */
function parameterOf(value: Expression | undefined, { constructorBody }: ClassInfo): number | undefined {
  const declaration = value?.k === "name" ? value.declaration : undefined;
  return declaration?.kind === "parameter" && declaration.body === constructorBody && declaration.path.length === 0 ? declaration.parameter : undefined;
}

/** An object that is made again, with another permit to give back, is another one. */
const permitsOf = ({ made }: ObjectValue): string => made?.args.flatMap((arg) => arg.v === "releaser" ? arg.permits : arg.v === "object" ? arg.handle?.permit ?? [] : []).join() ?? "";

function readField(ev: Evaluator, object: ObjectValue, name: string, at: Expression | undefined, activation: Activation, state: State): Outcome[] {
  const ticket = at?.ticket;
  const id = `${object.id}.${name}`;
  const written = state.fields.get(id) ?? object.properties?.get(name);
  if (written) return [{ state, value: written }];
  const spent = saysIfSpent(ev, object, name, state);
  if (spent) return [{ state, value: spent }];
  // All outputs at once, of which nobody tells which one is meant.
  if (ev.traffic && object.outputs && name === "stdio") return [{ state: escape(ev, [object], state), value: UNKNOWN }];
  const end = ev.traffic && readEnd(ev, object, name, at);
  if (end) return [{ state, value: end }];
  const { literal } = object;
  if (literal?.expression.k === "object") {
    const entry = literal.expression.entries.find((each) => each.key === name);
    if (entry) {
      const value = ev.lazily(id, () => [{ state: START, value: evaluateOpen(ev, entry.value, literal.activation) }]);
      return [{ state, value: value.v === "object" && value.fresh ? adopt(value, id, name, object.lifetime, object) : value }];
    }
  }
  if (object.spreads) return readSpread(ev, object.spreads, name, at, activation, state);
  if (literal?.expression.k === "object" && literal.expression.entries.every((entry) => typeof entry.key === "string" && entry.key !== name)) {
    return [{ state, value: UNDEFINED }];
  }
  const { member } = object.info ? findMember(ev, object.info, name) : {};
  if (member?.body && member.kind === "method") {
    return [{ state, value: { v: "function", body: member.body, activation: openActivation(ev, member.owner.body), self: object } }];
  }
  if (member?.body && member.kind === "getter") {
    const getter: Value = { v: "function", body: member.body, activation: openActivation(ev, member.owner.body), self: object };
    return invoke(ev, getter, [], { callback: false, awaited: false, call: at && { expression: at, activation } }, state);
  }
  if (member?.kind === "field") {
    const key = `${object.id}.${member.owner.name}.${name}${permitsOf(object)}`;
    return [{ state, value: ev.lazily(key, () => [{ state: START, value: fieldValue(ev, member, object, `${object.id}.${name}`, name, object.lifetime, object) }]) }];
  }
  if (object.library && ticket && ev.catalogue.findOperations(object.library.package, object.library.name, name).length > 0) {
    return [{ state, value: { v: "bound", object, member: name, ticket, args: [] } }];
  }
  if (object.library ?? object.derivedFrom) return [{ state, value: derived(object, name, id, ticket) }];
  return [{ state, value: { v: "object", id, lifetime: object.lifetime, name, owner: object, ...(ticket && { ticket }), maybeUndefined: true } }];
}

/** What a client or a transaction says of itself: true once it has been given back. */
export function saysIfSpent(ev: Evaluator, { handle, derivedFrom, library }: ObjectValue, name: string, { held }: State): Literal | undefined {
  if (!handle || derivedFrom || !library || !ev.catalogue.librariesOf(library.package).some(({ handles = [] }) => handles.some(({ spentIf }) => spentIf?.includes(name)))) return undefined;
  return { v: "literal", value: held.every(({ id }) => id !== handle.permit) };
}

/** The last object spread into a literal that has the property decides; one that may have it leaves it open. */
function readSpread(ev: Evaluator, spreads: readonly Value[], name: string, at: Expression | undefined, activation: Activation, state: State): Outcome[] {
  for (const source of [...spreads].reverse()) {
    if (source.v === "literal") continue;
    const found = readMember(ev, source, name, at, activation, state);
    if (!found.every(({ value }) => value.v === "literal" && value.value === undefined)) return found;
  }
  return [{ state, value: UNDEFINED }];
}

/** A property of a library's object works on the same connection or pool; of any other object it is something else. */
function derived(object: ObjectValue, name: string, id: string, ticket: Ticket | undefined): ObjectValue {
  return { v: "object", id, lifetime: object.lifetime, name, owner: object, derivedFrom: object.derivedFrom ?? object, ...(object.handle && { handle: object.handle }), ...(ticket && { ticket }) };
}

/** The class of an object, by its type if nothing else is known of it. */
export function classOf(ev: Evaluator, object: ObjectValue): ClassInfo | undefined {
  if (object.info) return object.info;
  if (!object.ticket || object.library || object.creation) return undefined;
  const { classes } = ev.port.typeOf(object.ticket);
  return classes.length === 1 ? classes[0] : undefined;
}
