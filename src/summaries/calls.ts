import { encloses } from "../effects/bodies.js";
import type { Body, CallExpression, ClassInfo, Expression, Member, NewExpression } from "../effects/ir.js";
import type { Cause } from "./causes.js";
import type { Operation } from "../catalogue/types.js";
import type { CallTargets, Entity, LibraryEntity } from "../effects/port.js";
import { askContext } from "./asked-context.js";
import { callBuiltin, callPlatform } from "./builtins.js";
import { leadToChannel } from "./carried.js";
import { contentsOf } from "./collections.js";
import { inheritChannel, pinned } from "./channel-objects.js";
import { handOver } from "./channels.js";
import { keepsOthers } from "./guarding.js";
import { escape } from "./escapes.js";
import { handedOn, leadsTo } from "./ownership.js";
import type { Evaluator } from "./evaluator.js";
import { failureOfCall, noteChain } from "./failures.js";
import { evaluate, evaluateAll } from "./expressions.js";
import { callFunction, functionMayWait, invoke } from "./invocations.js";
import { baseClass, findMember, openActivation, readMember, someInstance, superClass, valueOfEntity } from "./names.js";
import { originsOfParameter } from "./origins.js";
import { operate, operationsFor } from "./operations.js";
import { isHolding, mergeOutcomes, type Outcome, type State, thrown, withEntry } from "./state.js";
import { type Activation, type FunctionValue, lifetimeOf, type ObjectValue, optionsOf, pathOf, UNDEFINED, UNKNOWN, type Value } from "./values.js";

/** A call as it stands in the text, with its values. */
export interface Call {
  readonly expression: CallExpression | NewExpression;
  readonly activation: Activation;
  readonly receiver: Value | undefined;
  readonly callee: Value;
  readonly name: string | undefined;
  readonly args: readonly Value[];
  readonly awaited: boolean;
  /** A runner calls what it was given: that function is the section. */
  readonly section?: true;
}

export function evaluateCall(ev: Evaluator, e: CallExpression, activation: Activation, state: State, awaited: boolean): Outcome[] {
  if (!ev.spend()) return [{ state, value: UNKNOWN }];
  noteChain(e);
  const { callee } = e;
  const member = callee.k === "member" ? callee : undefined;
  const start = evaluate(ev, member ? member.object : callee, activation, state);
  return mergeOutcomes(start.flatMap((subject) => evaluateAll(ev, e.args, activation, subject.state).flatMap(({ state: at, values }) => {
    const args = withSpreads(e.args, values, at);
    const call: Call = {
      expression: e, activation, args, awaited, name: callee.k === "name" || callee.k === "member" ? callee.name : undefined,
      receiver: member && subject.value, callee: member ? UNKNOWN : subject.value,
    };
    ev.met = undefined;
    const { entered } = ev;
    const outcomes = callee.k === "super" ? [{ state: at, value: UNDEFINED }] : member ? callMember(ev, call, subject.value, askContext(call.name, subject.value, at)) : callValue(ev, call, subject.value, at);
    const cause: Cause = { how: "call", place: ev.place(e.span, activation.body), strength: ev.entered > entered ? 0 : failureOfCall(ev, e, subject.value, ev.met) };
    for (const outcome of outcomes) ev.mayThrow(thrown(outcome.state, at), cause);
    return outcomes;
  })));
}

/** The arguments that a call has, where what is spread into it is known. */
function withSpreads(written: readonly Expression[], values: readonly Value[], state: State): readonly Value[] {
  if (!written.some(({ k }) => k === "spread")) return values;
  return values.flatMap((value, index) => {
    const contents = written[index]?.k === "spread" ? contentsOf(value, state) : undefined;
    return contents && !contents.open ? contents.items : [value];
  });
}

export function evaluateNew(ev: Evaluator, e: NewExpression, activation: Activation, state: State): Outcome[] {
  return evaluate(ev, e.callee, activation, state).flatMap((callee) => evaluateAll(ev, e.args, activation, callee.state).flatMap(({ state: at, values: args }) => {
    const call: Call = { expression: e, activation, args, awaited: false, name: "new", receiver: undefined, callee: callee.value };
    if (callee.value.v === "class") return construct(ev, call, callee.value, at);
    if (callee.value.v !== "library") return unknownCall(ev, call, at);
    const { entity } = callee.value;
    const handled = callPlatform(ev, call, { ...entity, on: `${entity.member}Constructor`, member: "new" }, at);
    if (handled) return handled;
    const operations = ev.catalogue.findOperations(entity.package, entity.member === "default" ? entity.on : entity.member, "new");
    if (operations.length > 0) return operate(ev, call, operations, entity, at);
    return constructByType(ev, call, at);
  }));
}

/** `import Lock from "x"` names the export, not the class: the declaration of the signature does. */
function constructByType(ev: Evaluator, call: Call, state: State): Outcome[] {
  for (const entity of ev.port.targetsOf(call.expression.ticket).entities) {
    if (entity.kind !== "library") continue;
    const operations = describedOperations(ev, entity);
    if (operations.length > 0) return operate(ev, call, operations, entity, state);
  }
  return unknownCall(ev, call, state);
}

function construct(ev: Evaluator, call: Call, value: Value & { v: "class" }, state: State): Outcome[] {
  const expression = call.expression as NewExpression;
  const object: ObjectValue = {
    v: "object", id: ev.made(call.activation, expression.span), lifetime: lifetimeOf(call.activation), info: value.info,
    name: value.info.name, made: { expression, args: call.args }, fresh: true,
  };
  const { library } = findMember(ev, value.info, "constructor");
  const primitive = library && ev.catalogue.primitiveOf(library.package, library.name);
  if (ev.traffic) return constructInTraffic(ev, call, inheritChannel(ev, call, object, value.info, library), value.info, state);
  const made = primitive ? { ...object, library, creation: { what: primitive.what, capacity: primitive.capacity, reentrant: false, bounded: false } } : object;
  const body = value.info.constructorBody;
  const keeps = call.args.some((arg) => state.held.some(({ id }) => leadsTo(arg, id, state)));
  if (keeps) return [{ state: withFlags(made, value.info, state), value: made }];
  if (!body || !isHolding(state) || !ev.port.mayWait(body)) return [{ state, value: made }];
  const fn: FunctionValue = { v: "function", body, activation: openActivation(ev, value.info.body), self: made };
  return invoke(ev, fn, call.args, { call: { expression, activation: call.activation }, callback: false, awaited: false }, state).map((outcome) => ({ state: outcome.state, value: made }));
}

/** What was made to keep something has not given it back yet, as far as its flags say: they are what they start as. */
function withFlags({ id }: ObjectValue, { members }: ClassInfo, state: State): State {
  const fields = new Map(state.fields);
  for (const { kind, name, init } of members.values()) if (kind === "field" && init?.k === "literal") fields.set(`${id}.${name}`, { v: "literal", value: init.value });
  return { ...state, fields };
}

/** Initialisers and constructors run where objects are made: they may start to read. */
function constructInTraffic(ev: Evaluator, call: Call, object: ObjectValue, info: ClassInfo, state: State): Outcome[] {
  const made = pinned(ev, object, call);
  const body = info.constructorBody, activation = openActivation(ev, info.body);
  const initialised = [...info.members.values()].reduce((at, member) => member.kind === "field" && member.init && member.body && member.body.callNames.size > 0
    ? initialise(ev, member, { ...made, exists: true }, activation, at) : at, state);
  if (!body) return [{ state: initialised, value: made }];
  const fn: FunctionValue = { v: "function", body, activation, self: made };
  const how = { call: { expression: call.expression, activation: call.activation }, callback: false, awaited: false };
  return invoke(ev, fn, call.args, how, initialised).map((outcome) => ({ state: outcome.state, value: made }));
}

function initialise(ev: Evaluator, member: Member, self: ObjectValue, parent: Activation | undefined, state: State): State {
  if (!member.body || !member.init) return state;
  const key = `${self.id}.${member.name}`;
  const [outcome] = mergeOutcomes(evaluate(ev, member.init, { id: `${key}@`, body: member.body, parent, self, args: [], once: false }, state));
  if (!outcome) return state;
  return outcome.value.v === "unknown" && !outcome.value.among ? outcome.state : { ...outcome.state, fields: withEntry(outcome.state.fields, key, outcome.value) };
}

const OF_PROMISES: ReadonlySet<string> = new Set(["then", "catch", "finally"]);

/** What has other members than a promise is the thing itself: some libraries hand it out before it has been connected. */
const givenAtOnce = (receiver: Value, name: string): ObjectValue | undefined =>
  receiver.v === "promise" && receiver.grants.length > 0 && receiver.value.v === "object" && receiver.value.handle && !OF_PROMISES.has(name) ? receiver.value : undefined;

/** Calls `receiver.name(…)`. */
function callMember(ev: Evaluator, call: Call, receiver: Value, state: State): Outcome[] {
  if (receiver.v === "choice") return eachOption(ev, receiver.options, (option) => callMember(ev, { ...call, receiver: option }, option, state));
  const { name = "" } = call;
  const given = givenAtOnce(receiver, name);
  if (given) return callMember(ev, { ...call, receiver: given }, given, state);
  const builtin = callBuiltin(ev, call, receiver, name, state);
  if (builtin) {
    ev.met = { builtin: true };
    ev.sawCall(call, "resolved", state);
    return builtin;
  }
  if (receiver.v === "library") {
    const entity = { ...receiver.entity, on: receiver.entity.member === "*" ? "module" : receiver.entity.member, member: name };
    return callLibrary(ev, call, entity, state);
  }
  if (receiver.v === "object") return callObjectMember(ev, call, receiver, name, state);
  if (receiver.v === "class" || receiver.v === "namespace") {
    return readMember(ev, receiver, name, undefined, call.activation, state).flatMap((outcome) => outcome.value.v === "unknown" ? callByType(ev, call, outcome.state) : callValue(ev, call, outcome.value, outcome.state));
  }
  return callByType(ev, call, state);
}

function callObjectMember(ev: Evaluator, call: Call, object: ObjectValue, name: string, state: State): Outcome[] {
  const superCall = call.expression.callee.k === "member" && call.expression.callee.object.k === "super";
  const info = superCall ? superClass(ev, call.activation) : object.info;
  if (!info && (object.library ?? object.derivedFrom ?? object.handle)) return callLibraryObject(ev, call, object, name, state);
  const { member, library } = info ? findMember(ev, info, name) : {};
  if (member?.body && member.kind === "method") {
    return invokeMethods(ev, call, object, superCall ? [member.body] : overrides(ev, object, info ?? member.owner, name, member.body), state);
  }
  if (member && info && member.kind === "method") return invokeMethods(ev, call, object, overrides(ev, object, info, name, undefined), state);
  if (!member && library) return callLibraryObject(ev, call, { ...object, library }, name, state);
  if (member || object.literal || state.fields.has(`${object.id}.${name}`)) {
    return readMember(ev, object, name, undefined, call.activation, state).flatMap((outcome) => callValue(ev, call, calledOn(outcome.value, object), outcome.state));
  }
  return callByType(ev, call, state);
}

/** A function that has a `this` of its own gets the object that it is called on. */
const calledOn = (value: Value, self: ObjectValue): Value =>
  value.v === "function" && value.self === undefined && value.body.kind === "function" ? { ...value, self } : value;

/** On an object that was seen being made the method is the one found; on any object of the class it may be a subclass's. */
function overrides(
  ev: Evaluator, object: ObjectValue, info: ClassInfo, name: string, found: FunctionValue["body"] | undefined,
): readonly FunctionValue["body"][] {
  const own = found ? [found] : [];
  if (object.made) return own;
  const subclasses = ev.port.subclassesOf(info.ticket) ?? [];
  const others = subclasses.flatMap((sub) => sub.members.get(name)?.body ?? []);
  return others.length > 4 ? own : [...own, ...others];
}

function invokeMethods(ev: Evaluator, call: Call, self: ObjectValue, bodies: readonly FunctionValue["body"][], state: State): Outcome[] {
  if (bodies.length === 0) {
    ev.sawCall(call, "interface", state);
    return unknownCall(ev, call, state);
  }
  return mergeOutcomes(bodies.flatMap((body) => {
    const owner = body.owner && self.info !== body.owner && body.owner.members.has(body.name) && isRefinement(ev, self, body) ? body.owner : self.info;
    const receiver = owner && owner !== self.info ? { ...self, info: owner } : self;
    const fn: FunctionValue = { v: "function", body, activation: openActivation(ev, body.owner?.body ?? body), self: receiver };
    return callFunction(ev, call, fn, state);
  }));
}

/** The body belongs to a subclass of what is known of the object, which it must then be. */
function isRefinement(ev: Evaluator, self: ObjectValue, body: FunctionValue["body"]): boolean {
  if (!self.info) return true;
  let at = body.owner;
  for (let depth = 0; at && depth < 8; depth++) {
    if (at === self.info) return true;
    at = baseClass(ev, at);
  }
  return false;
}

function callLibraryObject(ev: Evaluator, call: Call, object: ObjectValue, name: string, state: State): Outcome[] {
  const operations = operationsFor(ev, call, object, name);
  return operate(ev, { ...call, receiver: object }, operations, object.library, state);
}

function callLibrary(ev: Evaluator, call: Call, entity: LibraryEntity, state: State): Outcome[] {
  const platform = callPlatform(ev, call, entity, state);
  if (platform) {
    ev.met = { builtin: true };
    ev.sawCall(call, "resolved", state);
    return platform;
  }
  const operations = describedOperations(ev, entity);
  if (operations.length > 0) return operate(ev, call, operations, entity, state);
  return callByType(ev, call, state);
}

/** What the catalogue says of a member of a library. The platform declares a global by the interface of its constructor. */
function describedOperations(ev: Evaluator, entity: LibraryEntity): readonly Operation[] {
  const found = ev.catalogue.findOperations(entity.package, entity.on, entity.member, entity);
  return found.length > 0 || entity.package !== "platform" ? found : ev.catalogue.findOperations(entity.package, `${entity.on}Constructor`, entity.member);
}

/** Calls a value that is a function, or stands for one. */
export function callValue(ev: Evaluator, call: Call, value: Value, state: State): Outcome[] {
  switch (value.v) {
    case "function": return callFunction(ev, call, value, state);
    case "choice": return eachOption(ev, value.options, (option) => callValue(ev, { ...call, callee: option }, option, state));
    case "bound":
      if (value.operation) return operate(ev, { ...call, receiver: value.object, args: value.args }, [value.operation], undefined, state);
      return callMember(ev, { ...call, name: value.member, receiver: value.object, args: [...value.args, ...call.args] }, value.object, state);
    case "library": return callLibrary(ev, call, value.entity, state);
    case "releaser": return operate(ev, { ...call, callee: value }, [{ on: "", member: "()", name: "common", effect: { do: "release", of: "callee" } }], undefined, state);
    case "object": return callObject(ev, call, value, state);
    default: return callByType(ev, call, state);
  }
}

/** Calling an object: a limiter, a builder, or a function that came from outside. */
function callObject(ev: Evaluator, call: Call, object: ObjectValue, state: State): Outcome[] {
  if (object.library ?? object.creation ?? object.derivedFrom ?? object.handle) {
    return operate(ev, { ...call, callee: object }, operationsFor(ev, call, object, "()"), object.library, state);
  }
  const origins = object.parameter?.path.length === 0 ? originsOfParameter(ev, object.parameter.body, object.parameter.index) : undefined;
  if (isFromCaller(ev, object) && ev.quiet === 0 && isHolding(state)) ev.lends(object);
  if (origins && optionsOf(origins).every((option) => option.v === "function") && object.parameter?.body !== ev.steps[0]?.body) {
    return eachOption(ev, optionsOf(origins), (option) => callValue(ev, call, option, state));
  }
  return callByType(ev, call, state);
}

/** A parameter of the body that is followed, or something in one: its callers decide what runs. */
export function isFromCaller(ev: Evaluator, object: ObjectValue): boolean {
  for (let at: ObjectValue | undefined = object; at; at = at.owner) if (at.parameter && isAroundRoot(ev, at.parameter.body)) return true;
  return false;
}

/** The body that is followed from its start, or a function that it was made in: what that was given is for its caller to know. */
export const isAroundRoot = (ev: Evaluator, body: Body): boolean => encloses(body, ev.steps[0]?.body);

function eachOption(ev: Evaluator, options: readonly Value[], callOne: (option: Value) => Outcome[]): Outcome[] {
  // Which of several objects it is decides what is locked; of several functions or lists, all may be meant.
  const functions = options.filter((option) => option.v === "object").length < 2;
  if (!functions) ev.uncertain++;
  try {
    return mergeOutcomes(options.filter((option) => option.v !== "literal").flatMap(callOne));
  } finally {
    if (!functions) ev.uncertain--;
  }
}

/** Nothing but its type tells where a call goes. The types are asked only where the answer can matter. */
function callByType(ev: Evaluator, call: Call, state: State): Outcome[] {
  const name = call.name ?? "";
  if (!isWorthAsking(ev, call, name, state)) {
    ev.sawCall(call, "skipped", state);
    return unknownCall(ev, call, state);
  }
  const receiver = call.receiver?.v === "object" ? call.receiver : undefined;
  const object = objectOf(call.expression.callee.k === "member" ? call.receiver : call.callee);
  const targets = ev.port.targetsOf(call.expression.ticket);
  const operations = targets.entities.flatMap((entity) => typedOperations(ev, entity));
  const [library] = targets.entities;
  if (operations.length > 0 && library?.kind === "library") {
    const typed: ObjectValue = { ...object ?? { v: "object", id: ev.id("?"), lifetime: "open", many: true, name: "lock" }, library: { package: library.package, name: library.on } };
    return operate(ev, { ...call, receiver: typed, callee: typed }, operations, typed.library, state);
  }
  ev.sawCall(call, targets.status, state);
  return callTargets(ev, call, targets, receiver, state);
}

/** Of what a package exports, and of what the platform has as a global, there is one. */
function objectOf(value: Value | undefined): ObjectValue | undefined {
  if (value?.v === "library") return { v: "object", id: pathOf(value), lifetime: "program", name: value.entity.member };
  return value?.v === "object" ? value : undefined;
}

export function isWorthAsking(ev: Evaluator, call: Call, name: string, state: State): boolean {
  if (ev.traffic) return ev.traffic.makers.has(name) || leadToChannel(ev, [call.receiver, ...call.args], state);
  const isKnown = call.expression.callee.k !== "member" || ev.port.isFunctionName(name);
  if (isKnown && ev.quiet === 0 && call.args.some((arg) => arg.v === "releaser" || functionMayWait(ev, arg, state))) return true;
  const guards = ev.quiet === 0 && keepsOthers(ev, state);
  if (guards && ev.port.namesOutside(call.activation.body.file, name)) return true;
  if (COMMONEST.has(name)) return false;
  // Who is handed an object of the program may keep it and call it later.
  if (isHolding(state) && call.args.some((arg) => arg.v === "object" && arg.info)) return true;
  return ev.port.namesPrimitive(call.activation.body.file, name) || ev.follow(name) || (isHolding(state) && (ev.port.mayWaitAt(call.activation.body, call.expression.callee) || (guards && ev.port.mayReachOutsideAt(call.activation.body, call.expression.callee))));
}

/** Methods of arrays and maps are called everywhere; a class of the program that has one is known by its object. */
const COMMONEST = new Set(["map", "forEach", "filter", "find", "some", "every", "get", "set", "has", "push", "join", "slice", "includes", "toString"]);

/** What a library says of a member of one of its objects; its functions and the platform are another matter. */
function typedOperations(ev: Evaluator, entity: Entity): readonly Operation[] {
  if (entity.kind !== "library" || entity.on === "module" || entity.package === "platform") return [];
  return describedOperations(ev, entity);
}

function callTargets(ev: Evaluator, call: Call, targets: CallTargets, receiver: ObjectValue | undefined, state: State): Outcome[] {
  const outcomes = targets.entities.flatMap((entity) => callEntity(ev, call, entity, receiver, state) ?? []);
  return outcomes.length > 0 ? mergeOutcomes(outcomes) : unknownCall(ev, call, state);
}

function callEntity(ev: Evaluator, call: Call, entity: Entity, receiver: ObjectValue | undefined, state: State): Outcome[] | undefined {
  if (entity.kind === "library") {
    const platform = callPlatform(ev, call, entity, state);
    if (platform) return platform;
    const operations = describedOperations(ev, entity);
    const only = call.receiver?.v === "library" ? objectOf(call.receiver) : undefined;
    const receiverValue = receiver ?? (only && { ...only, library: { package: entity.package, name: entity.on } }) ?? call.receiver;
    return operations.length > 0 ? operate(ev, { ...call, receiver: receiverValue }, operations, entity, state) : undefined;
  }
  if (entity.kind === "member") {
    const self: ObjectValue = receiver ? { ...receiver, info: entity.member.owner } : { ...someInstance(entity.member.owner), id: ev.id("?"), many: true };
    if (entity.member.body && entity.member.kind === "method") return invokeMethods(ev, call, self, [entity.member.body], state);
    return readMember(ev, self, entity.member.name, undefined, call.activation, state).flatMap((outcome) => outcome.value.v === "function" ? callFunction(ev, call, outcome.value, outcome.state) : unknownCall(ev, call, outcome.state));
  }
  const value = valueOfEntity(ev, entity, call.expression.callee.ticket);
  return value?.v === "function" || value?.v === "bound" ? callValue(ev, call, value, state) : undefined;
}

/** May satisfy anything that its arguments allow, and waits for nothing that is known. */
export function unknownCall(ev: Evaluator, call: Call, state: State): Outcome[] {
  return [{ state: ev.traffic ? handOver(ev, call, state) : escape(ev, handedOn(call), state), value: UNKNOWN }];
}
