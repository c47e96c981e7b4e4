import { classOfThis } from "../effects/bodies.js";
import { ANONYMOUS, type Expression, type Statement } from "../effects/ir.js";
import { type Call, isFromCaller, unknownCall } from "./calls.js";
import { endsIn, leadToChannel } from "./carried.js";
import { closing, drain } from "./channels.js";
import { type Evaluator, LIMITS } from "./evaluator.js";
import { noteEnds } from "./exits.js";
import { channelOperation } from "./handmade-channels.js";
import { keepsOthers } from "./guarding.js";
import { callsKept } from "./kept-calls.js";
import { handmadeOperation } from "./handmade.js";
import { waitInChannel } from "./outside.js";
import { settles } from "./later.js";
import { leadsTo } from "./ownership.js";
import { assumeHeld, checkExcluded, taggedOperation } from "./lock-tags.js";
import { openActivation, readName } from "./names.js";
import { bindPattern, withDefault } from "./patterns.js";
import { isOrdinary, pass } from "./silence.js";
import { type Exits, run } from "./statements.js";
import { isHolding, mergeMany, mergeOutcomes, type Outcome, type State, withoutActivation } from "./state.js";
import type { Traffic } from "./traffic.js";
import { type Activation, type FunctionValue, lifetimeOf, optionsOf, UNDEFINED, UNKNOWN, type Value, valueKey, waitsForNothing } from "./values.js";
import { awaitValue, newList, release } from "./waits.js";

/** How a function comes to run. */
export interface Invocation {
  /** The place of the call; what a library or the platform calls has none of its own. */
  readonly call: { readonly expression: Expression; readonly activation: Activation } | undefined;
  /** It was handed in as a value. */
  readonly callback: boolean;
  /** The caller waits for it at once. */
  readonly awaited: boolean;
}

/** Calls a function of the program: by what it is as a lock, by its body, or not at all if nothing in there matters. */
export function callFunction(ev: Evaluator, call: Call, fn: FunctionValue, state: State): Outcome[] {
  checkExcluded(ev, fn, call, state);
  const known = ev.traffic ? channelOperation(ev, fn, call, state) : taggedOperation(ev, fn, call, state) ?? handmadeOperation(ev, fn, call, state) ?? waitInChannel(ev, fn, call, state);
  if (known) return known;
  ev.met = { body: fn.body };
  ev.sawCall(call, "resolved", state);
  if (!isWorthFollowing(ev, fn, call, state)) return begins(ev, fn, call, state) ?? unknownCall(ev, call, state);
  const silent = ev.quiet === 0 && !ev.traffic && isHolding(state) && !isGetter(fn) && !isKeptIn(fn.self, state) && isOrdinary(ev, fn, call.args, state) ? ev.session.silent(fn.body, keepsOthers(ev, state)) : undefined;
  if (silent) return [pass(ev, silent, fn, fn.body.async && !call.awaited, state, { call, callback: call.section ?? isHandedIn(ev, fn, call) })];
  return invoke(ev, fn, call.args, { call, callback: call.section ?? isHandedIn(ev, fn, call), awaited: call.awaited }, state, call);
}

/** Work that is started while nothing is held and not waited for yet: somebody may wait for it under a lock. */
function begins(ev: Evaluator, fn: FunctionValue, call: Call, state: State): Outcome[] | undefined {
  if (call.awaited || isHolding(state) || ev.quiet > 0 || ev.traffic || !mayGivePromise(fn) || !namesOutside(ev, fn) || !isOrdinary(ev, fn, call.args, state)) return undefined;
  const silent = ev.session.silent(fn.body, true);
  return silent && [pass(ev, silent, fn, fn.body.async, state, { call, callback: false })];
}

/** What is not async and gives a promise mostly just hands on that of another. */
const mayGivePromise = (fn: FunctionValue): boolean => fn.body.async || isSmall(fn);

/** Written elsewhere and called through a parameter or a field: the section of a runner. What a factory was given is not, if it has a name. */
function isHandedIn(ev: Evaluator, fn: FunctionValue, { expression: { callee }, activation }: Call): boolean {
  if (fn.body.owner || fn.activation?.id === activation.id) return false;
  if (callee.k === "name") {
    const { declaration } = callee;
    const isRunning = declaration === undefined || fn.body.name === ANONYMOUS || ev.steps.some(({ body }) => body === declaration.body);
    // What a constant of a module was made to be, by whatever function, is one of the module's functions, and so is a field of a class.
    const isOfModule = declaration?.kind === "const" && declaration.init?.k === "call" && declaration.body.kind === "module" && declaration.path.length === 0;
    return isRunning && !isOfModule && declaration?.functionBody !== fn.body && declaration?.init?.k !== "function" && declaration?.kind !== "import";
  }
  if (callee.k !== "member" || callee.name === fn.body.name) return false;
  return callee.object.k !== "this" || classOfThis(activation.body)?.members.get(callee.name)?.init?.k !== "call";
}

function isWorthFollowing(ev: Evaluator, fn: FunctionValue, call: Call, state: State): boolean {
  if (ev.steps.length >= LIMITS.depth) {
    ev.cut("depth");
    return false;
  }
  if (ev.traffic) return concernsTraffic(ev, ev.traffic, fn, call, state);
  // What is written in the caller, or was handed in to be run, is part of what is being followed.
  const nested = fn.body.kind === "arrow" || fn.body.kind === "function" ? fn.body.parent === call.activation.body : false;
  if (nested || call.section || isHandedIn(ev, fn, call)) return true;
  if (isKeptIn(fn.self, state)) return true;
  if (call.args.some((arg) => ownsSomething(arg) || (arg.v === "list" && state.lists.get(arg.id)?.items.some(ownsSomething)))) return true;
  if (call.args.some((arg) => arg.v === "function") && isSmall(fn) && !(ev.quiet > 0 && ev.isTired())) return true;
  if (call.args.some((arg) => functionMayWait(ev, arg, state)) && mentionsWait(ev, fn)) return true;
  if (ev.follow(call.name ?? fn.body.name, fn.body)) return true;
  if (isSmall(fn) && callsNothing(fn.body)) return true;
  // A factory of locks: what it makes is needed whatever it does meanwhile.
  if (fn.body.children.some((child) => ev.port.handmadeOf(child))) return true;
  // With nothing held, what a body waits for is its own affair, unless it's a closure, which only its callers run; its value may still be a lock.
  if (ev.quiet > 0 ? ev.isTired() : !isHolding(state) && !isClosure(fn.body)) return false;
  return functionMayWait(ev, fn, state) || leadsOutside(ev, fn, state) || (isHolding(state) && callsKept(fn.body, ev.port));
}

/** By the names that it calls it may wait for something outside the program. */
const leadsOutside = (ev: Evaluator, fn: FunctionValue, state: State): boolean => ev.quiet === 0 && !ev.traffic && keepsOthers(ev, state) && namesOutside(ev, fn);

const namesOutside = (ev: Evaluator, { body }: FunctionValue): boolean => ev.port.mayReachOutside(body);

/** Whoever has it can give something back, or go through what holds something. */
const ownsSomething = (value: Value): boolean => value.v === "releaser" || value.v === "generator" || (value.v === "object" && value.handle !== undefined);

/** What is held is for the object to give back: it was made with it. */
const isKeptIn = (self: Value | undefined, state: State): boolean => self?.v === "object" && state.held.some(({ id }) => leadsTo(self, id, state));

/** It can get at a channel, makes one, or may settle a promise that is being made. */
function concernsTraffic(ev: Evaluator, { makers }: Traffic, fn: FunctionValue, call: Call, state: State): boolean {
  if ([...fn.body.callNames].some((name) => makers.has(name))) return true;
  return [fn, ...call.args].some((value) => settles(ev, value, state)) || leadToChannel(ev, [fn, ...call.args], state);
}

/** By the names that it calls, or because it runs what somebody handed in. */
export function functionMayWait(ev: Evaluator, value: Value, state: State, depth = 0): boolean {
  if (value.v !== "function") return false;
  const { body, activation } = value;
  if (ev.port.mayWait(body)) return true;
  if (!activation || depth > MOST_HANDS) return false;
  return [...body.mentions].some((declaration) => {
    if (!body.callNames.has(declaration.name) || declaration.functionBody || declaration.kind === "import" || declaration.body === body) return false;
    return optionsOf(readName(ev, declaration, activation, state)).some((option) => option.v === "object" ? isFromCaller(ev, option) : functionMayWait(ev, option, state, depth + 1));
  });
}

/** Through how many functions a function is handed on before nobody asks any more what it does. */
const MOST_HANDS = 3;

const isClosure = ({ kind, parent }: FunctionValue["body"]): boolean => (kind === "arrow" || kind === "function") && parent !== undefined && parent.kind !== "module";

/** Is given something to run: it may well be used inside another use of itself. */
const isWrapper = (body: FunctionValue["body"], args: readonly Value[]): boolean => runsParameter(body) || args.some((arg) => arg.v === "function");

/** Calls one of its parameters. */
const runsParameter = ({ parameters, callNames }: FunctionValue["body"]): boolean => parameters.some(({ name }) => name !== undefined && callNames.has(name));

const mentionsWait = (ev: Evaluator, fn: FunctionValue): boolean => ev.follow(fn.body.name, fn.body) || runsParameter(fn.body) || ev.port.mayWait(fn.body);

/** Bodies that only store or return something cost less to follow than to reason about. */
const SMALL = 3;
const isSmall = ({ body }: FunctionValue): boolean => body.statements.length <= SMALL;

/** What only computes a value is followed to the value itself. */
const isGetter = (fn: FunctionValue): boolean => isSmall(fn) && fn.body.callNames.size === 0;

/** Whoever looks for a lock and throws if there is none calls only what makes the error. */
function callsNothing({ callNames, statements }: FunctionValue["body"]): boolean {
  const thrown = callNames.size === 0 ? [] : thrownClasses(statements);
  return [...callNames].every((name) => thrown.includes(name));
}

const thrownClasses = (statements: readonly Statement[]): readonly string[] => statements.flatMap((statement) => {
  switch (statement.s) {
    case "throw": return statement.value.k === "new" && statement.value.callee.k === "name" ? [statement.value.callee.name] : [];
    case "if": return thrownClasses([...statement.then, ...statement.else]);
    case "block": return thrownClasses(statement.statements);
    default: return [];
  }
});

export function invokeGenerator(ev: Evaluator, generator: Value & { v: "generator" }, at: Expression, activation: Activation, state: State): Outcome[] {
  return invoke(ev, generator.target, generator.args, { call: { expression: at, activation }, callback: false, awaited: true }, state, undefined, true);
}

/** Runs a function that code which isn't known may call, with what isn't known either. */
export const invokeFromOutside = (ev: Evaluator, fn: FunctionValue, state: State): Outcome[] =>
  invoke(ev, fn, fn.body.parameters.map(() => UNKNOWN), { callback: true, awaited: true, call: undefined }, state);

/** Runs a function: in the caller's own strand if it is awaited or not async, as a task of its own otherwise. */
export function invoke(
  ev: Evaluator, fn: FunctionValue, args: readonly Value[], how: Invocation, state: State, call?: Call, started = false,
): Outcome[] {
  const { body } = fn;
  if (body.generator && !started) return [{ state, value: { v: "generator", id: how.call ? ev.made(how.call.activation, how.call.expression.span) : ev.id("generator"), target: fn, args } }];
  const stop = (): Outcome[] => [{ state: ev.traffic ? drain(ev, endsIn(ev, [fn, ...args], state, true).map((end) => closing(ev, end)), state) : state, value: UNKNOWN }];
  if (ev.steps.filter((step) => step.body === body).length >= (isWrapper(body, args) ? LIMITS.wrappers : LIMITS.recursion)) {
    ev.cut("recursion");
    return stop();
  }
  if (ev.steps.length >= LIMITS.depth) {
    ev.cut("depth");
    return stop();
  }
  if (!ev.spend()) return stop();
  const boring = `${isHolding(state) ? "!" : ""}${body.id}(${args.map(kindKey).join(",")})${fn.self ? kindKey(fn.self) : ""}@${fn.activation?.id ?? ""}`;
  const known = state.context.size === 0 && !ev.traffic ? ev.boring.get(boring) : undefined;
  if (known) return [{ state, value: known }];
  if (body.async && !how.awaited && !body.generator) {
    const outcome = ev.fork(state, (inner) => enter(ev, fn, args, how, inner));
    if (call && ev.quiet === 0 && isIdle(outcome, state)) ev.boring.set(boring, { v: "promise", tasks: [], grants: [], value: UNKNOWN });
    return [outcome];
  }
  const before = ev.sink.length + ev.outsides.length;
  const outcomes = enter(ev, fn, args, how, state);
  const [only] = outcomes;
  if (outcomes.length === 1 && only && ev.quiet === 0 && isBoring(only, state) && ev.sink.length + ev.outsides.length === before && call) ev.boring.set(boring, only.value);
  return outcomes;
}

/** Whether a body waits at all depends on what kind of object it is given, not on which one. */
function kindKey(value: Value): string {
  if (value.v === "unknown") return "?";
  if (value.v !== "object") return value.v === "choice" ? value.options.map(kindKey).join("|") : valueKey(value);
  const { info, library, creation, literal, handle, derivedFrom } = value;
  return `${info?.id ?? ""}:${library?.name ?? ""}:${creation?.what ?? ""}:${String(literal?.expression.span.start)}:${handle ? "h" : ""}${derivedFrom ? "d" : ""}`;
}

/** The task waits for nothing, keeps nothing, and has no value of interest. */
function isIdle({ state: after, value }: Outcome, before: State): boolean {
  const idle = value.v === "promise" && waitsForNothing(value) && (value.value.v === "unknown" || value.value.v === "literal");
  return idle && after.held.length === before.held.length && after.fields === before.fields && after.lists === before.lists;
}

const isBoring = ({ state: after, value }: Outcome, before: State): boolean =>
  after.held === before.held && after.released === before.released && after.fields === before.fields && after.lists === before.lists
  && (value.v === "unknown" || value.v === "literal");

function enter(ev: Evaluator, fn: FunctionValue, args: readonly Value[], how: Invocation, state: State): Outcome[] {
  const { body } = fn;
  ev.entered++;
  if (ev.quiet === 0) ev.notes.consumed.add(body);
  const parent = fn.activation ?? (body.parent && openActivation(ev, body.parent));
  const id = how.call ? ev.made({ ...how.call.activation, id: `${body.id}@${how.call.activation.id}` }, how.call.expression.span) : ev.id(body.id);
  // Asked for what a name stands for: that was made before, and stays.
  const around = ev.quiet > 0 && how.call && lifetimeOf(how.call.activation) === "program";
  const activation: Activation = { id, body, parent, self: fn.self ?? UNKNOWN, args, once: false, ...(around && { around }) };
  const place = how.call && ev.place(how.call.expression.span, how.call.activation.body);
  ev.steps.push({ body, call: place, callback: how.callback, expression: how.call?.expression, activation: activation.id });
  try {
    const bound = bindParameters(ev, activation, args, state);
    const exits = runBody(ev, activation, bound);
    const ends = exits.normal.map((at): Outcome => ({ state: at, value: UNDEFINED }));
    const keeps = body.children.length > 0;
    const forgets = (value: Value): boolean => !ev.traffic && !(keeps && holdsFunctions(value));
    const results = mergeOutcomes([...exits.returns, ...ends].map(({ state: at, value }) => ({ state: forgets(value) ? withoutActivation(at, activation.id) : at, value })));
    const ended = !body.async || body.generator ? results : mergeOutcomes(results.map((outcome) => awaitValue(ev, outcome.value, body.span, activation, outcome.state)));
    return [...noteEnds(ev, ended)];
  } finally {
    ev.steps.pop();
  }
}

/** Runs the statements of a body, under the locks that its tags say are held on entry. */
export function runBody(ev: Evaluator, activation: Activation, states: readonly State[]): Exits {
  const { body } = activation;
  if (!body.tags.some(({ kind }) => kind === "holds")) return run(ev, body.statements, activation, states);
  const entered = states.map((state) => assumeHeld(ev, activation, state));
  const assumed = entered.flatMap((each) => each.assumed);
  const without = (state: State): State => ({ ...release(assumed, state), released: state.released });
  const exits = run(ev, body.statements, activation, entered.map((each) => each.state));
  // Who holds the lock for the body holds it until the promise that the body returns is settled.
  if (assumed.length > 0) for (const { value, state } of exits.returns) awaitValue(ev, value, body.span, activation, state);
  return { ...exits, normal: exits.normal.map(without), returns: exits.returns.map(({ state, value }) => ({ state: without(state), value })) };
}

/** Functions that leave the body keep its names alive. */
const holdsFunctions = (value: Value): boolean => value.v !== "unknown" && value.v !== "literal" && value.v !== "text" && value.v !== "releaser";

function bindParameters(ev: Evaluator, activation: Activation, args: readonly Value[], state: State): State[] {
  let states: readonly State[] = [state];
  activation.body.parameters.forEach((parameter, index) => {
    states = mergeMany(states.flatMap((at) => {
      const given = parameter.rest ? restOfArguments(ev, activation.body, args.slice(index), at) : { state: at, value: args[index] ?? UNDEFINED };
      return withDefault(ev, parameter.default, given, activation)
        .flatMap((outcome) => outcome.value.v === "unknown" && !outcome.value.among ? [outcome] : bindPattern(ev, parameter.pattern, outcome.value, activation, outcome.state))
        .map((outcome) => outcome.state);
    }));
  });
  return [...states];
}

/** A closure that stands for another function is called like that one, and hands on what it is called with. */
function restOfArguments(ev: Evaluator, body: FunctionValue["body"], rest: readonly Value[], state: State): Outcome {
  const isPlain = rest.every((value) => (value.v === "unknown" && !value.among) || value.v === "literal" || value.v === "text");
  return isPlain || !(ev.traffic ?? isClosure(body)) ? { state, value: UNKNOWN } : newList(ev, rest, state);
}
