import type { Bracket, Run } from "../catalogue/types.js";
import { argument, isBoundedCall, isGiven, refValue } from "./arguments.js";
import { type Call, callValue, isFromCaller } from "./calls.js";
import { listOf } from "./collections.js";
import type { Evaluator } from "./evaluator.js";
import { watch } from "./handed.js";
import { functionMayWait, invoke } from "./invocations.js";
import { awaitLazy, deriveFrom, handleOf } from "./pools.js";
import { modeOf, request, resourcesOf, rootOf, siteOf } from "./requests.js";
import { mergeOutcomes, mergeStates, type Outcome, type State } from "./state.js";
import { type ObjectValue, UNKNOWN, type Value } from "./values.js";
import { awaitValue, heldBy, isBounded, newList, release } from "./waits.js";

/** Takes the permit, runs the callback under it, and gives it back when what the callback returned has settled. */
export function runUnder(ev: Evaluator, call: Call, effect: Run, state: State): Outcome[] {
  const target = refValue(ev, call, effect.of);
  const callback = callbackOf(ev, call, effect, state);
  if (target.v === "object" && target.handle) return runCallback(ev, call, callback, [deriveFrom(call, target)], state);
  const { state: current, ids } = takeAll(ev, call, effect, state);
  const [permit] = ids;
  const handle: Value = permit !== undefined && target.v === "object" ? handleOf(call, rootOf(target), permit) : UNKNOWN;
  const args = effect.handle === undefined ? [UNKNOWN] : Array.from({ length: effect.handle + 1 }, (_, index) => index === effect.handle ? handle : UNKNOWN);
  const done = effect.done === undefined ? undefined : doneArguments(callback, effect.done, ids);
  const work = (): Outcome[] => runCallback(ev, call, callback, done ?? args, current);
  const outcomes = releasingOnThrow(ev, ids, () => done ? [...watch(ev, current, ids, work)] : work());
  return mergeOutcomes(outcomes.map((outcome) => ({ state: { ...release(ids, outcome.state), released: outcome.state.released }, value: outcome.value })));
}

/** Waits for each resource of the call in turn, unless it only tries. */
function takeAll(ev: Evaluator, call: Call, effect: Run, state: State): { readonly state: State; readonly ids: readonly string[] } {
  const bounded = isBoundedCall(ev, call, effect.bounded);
  const tries = effect.triesIf !== undefined && call.args.length > effect.triesIf.arg && isGiven(ev, call, effect.triesIf);
  const resources = tries ? [] : resourcesOf(ev, call, effect.of, effect.key, state);
  if (resources.length === 0) return { state: { ...state, moment: state.moment + 1 }, ids: [] };
  let current = state;
  const ids: string[] = [];
  for (const resource of resources) {
    const { state: after, id } = request(ev, call, resource, {
      mode: modeOf(ev, call, effect, state), weight: effect.weight, passesWriters: effect.passesWriters, bounded, byResource: false,
      site: siteOf(call, "run", { callback: effect.callback.arg, ...(effect.bounded && { bounds: effect.bounded }), ...(effect.key && { keyArgument: effect.key.arg }), ...(resources.length > 1 && { keysInOrder: true as const }) }),
    }, current);
    const permit = id === undefined ? undefined : ev.requests.get(id);
    if (permit) {
      ev.record(permit, heldBy(after, permit), bounded || isBounded(permit), permit.place);
      ids.push(permit.id);
    }
    current = { ...after, moment: after.moment + 1 };
  }
  return { state: current, ids };
}

/** A callback that declares the parameter has to call it: it is what gives the permit back. */
function doneArguments(callback: Value, done: number | "last", permits: readonly string[]): readonly Value[] | undefined {
  const { parameters } = callback.v === "function" ? callback.body : { parameters: [] };
  const index = done === "last" ? parameters.length - 1 : done;
  if (index < 0 || index >= parameters.length || parameters[index]?.rest) return undefined;
  return Array.from({ length: index + 1 }, (_, at) => at === index ? { v: "releaser", permits } : UNKNOWN);
}

/** What leaves the callback by a throw has given the permit back, too. */
function releasingOnThrow(ev: Evaluator, ids: readonly string[], run: () => Outcome[]): Outcome[] {
  const { value, thrown } = ev.catching(run);
  for (const state of mergeStates(thrown.map((each) => ({ ...release(ids, each), released: each.released })))) ev.rethrow(state);
  return value;
}

function callbackOf(ev: Evaluator, call: Call, effect: Run, state: State): Value {
  const target = refValue(ev, call, effect.of);
  const wrapped = target.v === "object" ? target.creation?.wraps : undefined;
  if (wrapped) return wrapped;
  const given = argument(call, effect.callback);
  if (effect.many !== "each element") return given;
  const items = given.v === "list" ? state.lists.get(given.id)?.items : undefined;
  return items?.[0] ?? UNKNOWN;
}

function runCallback(ev: Evaluator, call: Call, callback: Value, args: readonly Value[], state: State): Outcome[] {
  const inner: Call = { ...call, args, awaited: true, callee: callback, receiver: undefined, name: undefined, section: true };
  if (callback.v === "unknown" || callback.v === "literal") return [{ state, value: UNKNOWN }];
  const outcomes = callback.v === "object" ? callHandedIn(ev, inner, callback, state) : callValue(ev, inner, callback, state);
  return outcomes.map((outcome) => awaitLazy(ev, awaitValue(ev, outcome.value, call.expression.span, call.activation, outcome.state), call.expression, call.activation));
}

/** The callback is itself something that was handed in: whoever calls this body is run under the lock. */
function callHandedIn(ev: Evaluator, call: Call, callback: ObjectValue, state: State): Outcome[] {
  if (ev.quiet === 0 && isFromCaller(ev, callback)) ev.notes.wraps = true;
  const fromStarter = callback.parameter?.body === ev.steps[0]?.body && !(callback.library ?? callback.creation);
  return fromStarter ? [{ state, value: UNKNOWN }] : callValue(ev, call, callback, state);
}

/** Takes what each function of an array takes, one after another, runs the callback with all of it, and gives it back. */
export function runBracket(ev: Evaluator, call: Call, effect: Bracket, state: State): Outcome[] {
  const acquires = argument(call, effect.acquires);
  const functions = acquires.v === "list" ? state.lists.get(acquires.id)?.items ?? [] : [];
  let taken: readonly { readonly state: State; readonly releasers: readonly Value[]; readonly resources: readonly Value[] }[] = [{ state, releasers: [], resources: [] }];
  for (const fn of functions) {
    taken = taken.flatMap(({ state: at, releasers, resources }) => callAwaited(ev, call, fn, at).map(({ state: after, value }) => ({
      state: after, releasers: [...releasers, listOf(ev, value, 0, after)], resources: [...resources, listOf(ev, value, 1, after)],
    })));
  }
  return mergeOutcomes(taken.flatMap(({ state: at, releasers, resources }) => {
    const { state: start, value: list } = newList(ev, resources, at);
    const ids = releasers.flatMap((releaser) => releaser.v === "releaser" ? releaser.permits : []);
    const outcomes = releasingOnThrow(ev, ids, () => runCallback(ev, call, argument(call, effect.callback), [list], start));
    const others = releasers.filter((releaser) => releaser.v !== "releaser" && releaser.v !== "unknown");
    return outcomes.flatMap((outcome) => others.reduce<readonly Outcome[]>((ends, releaser) => ends.flatMap((end) =>
      callAwaited(ev, call, releaser, end.state).map((after) => ({ state: after.state, value: end.value }))), [{ state: release(ids, outcome.state), value: outcome.value }]));
  }));
}

/** What a bracket is given to call is there to take or give back something, so it is followed whatever it is called. */
function callAwaited(ev: Evaluator, call: Call, fn: Value, state: State): Outcome[] {
  const inner: Call = { ...call, args: [], awaited: true, callee: fn, receiver: undefined, name: undefined };
  const outcomes = fn.v === "function" && functionMayWait(ev, fn, state) ? invoke(ev, fn, [], { call, callback: true, awaited: true }, state, inner) : callValue(ev, inner, fn, state);
  return outcomes.map((outcome) => awaitValue(ev, outcome.value, call.expression.span, call.activation, outcome.state));
}
