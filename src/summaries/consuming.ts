import type { Span } from "../effects/ir.js";
import { type Call, callValue } from "./calls.js";
import { elementsOf } from "./collections.js";
import type { Consumer, Evaluator } from "./evaluator.js";
import type { Buffered, Permit } from "./events.js";
import type { Expression } from "../effects/ir.js";
import { escape } from "./escapes.js";
import { invokeGenerator } from "./invocations.js";
import { findMember, openActivation } from "./names.js";
import { mergeOutcomes, mergeStates, type Outcome, type State, withEntry } from "./state.js";
import { repeatedly } from "./statements.js";
import { type Activation, type GeneratorValue, UNDEFINED, UNKNOWN, type Value, type Window } from "./values.js";
import { awaitValue, release } from "./waits.js";

/** How often an item is taken from a source: the second shows what the first leaves for it. */
const ROUNDS = 2;
/** How many items of one generator are followed, over all its `yield`s. */
const MOST_ITEMS = 6;

/** Goes through one item, and gives the states in which the next is asked for. `leave` tells what is held once the source is given up. */
export type Round = (item: Value, state: State, leave: (state: State) => State) => readonly State[];

/** Where something is gone through. */
interface At {
  readonly expression: Expression;
  readonly activation: Activation;
}

/**
 * Goes through a source whose items or which itself may hold something meanwhile; undefined if it is none. Gives the states after its end.
 */
export function consume(ev: Evaluator, source: Value, at: At, state: State, round: Round): readonly State[] | undefined {
  if (source.v === "generator") return throughGenerator(ev, source, at, state, round);
  if (source.v !== "object") return undefined;
  if (source.window) return throughWindow(ev, source.window, state, round);
  const own = iteratorOf(ev, source);
  return own && throughGenerator(ev, own, at, state, round);
}

/** A class of the program can be gone through by a generator of its own. */
function iteratorOf(ev: Evaluator, source: Value & { v: "object" }): GeneratorValue | undefined {
  const { info } = source;
  if (!info) return undefined;
  for (const name of ["[Symbol.asyncIterator]", "[Symbol.iterator]"]) {
    const body = findMember(ev, info, name).member?.body;
    if (body?.generator) return { v: "generator", id: ev.id("generator"), target: { v: "function", body, activation: openActivation(ev, info.body), self: source }, args: [] };
  }
  return undefined;
}

const without = (permits: readonly Permit[], state: State): State => ({ ...state, held: state.held.filter((permit) => !permits.includes(permit)) });

/** The rounds of the loop run while the generator is suspended: with all that it holds, but not as a part of it. */
function throughGenerator(ev: Evaluator, generator: GeneratorValue, { expression, activation }: At, state: State, round: Round): readonly State[] | undefined {
  const before = state.held, outer = depthOf(ev);
  let items = 0;
  const consumer: Consumer = (item, at) => {
    if (++items > MOST_ITEMS) return [at];
    // What the loop itself has taken in an earlier round isn't the generator's.
    const sitting = at.held.filter((permit) => !before.includes(permit) && permit.steps[outer.steps]?.body === generator.target.body);
    const again = outside(ev, outer, () => whileBuffered(ev, sitting, { in: "generator", copies: 1, source: expression }, () => repeatedly(ev, 1, () => round(item, at, (left) => {
      ev.exits.abandon(generator.target.body);
      return without(sitting, left);
    }))));
    handOut(ev, sitting, again);
    return again;
  };
  const ends = through(ev, generator, expression, activation, giveUp(ev, generator, state), consumer);
  return items === 0 ? undefined : ends.map((outcome) => outcome.state);
}

/** What an item still owns after its round, it owns as long as it is kept. */
function handOut(ev: Evaluator, permits: readonly Permit[], states: readonly State[]): void {
  for (const permit of permits) if (states.some(({ held }) => held.includes(permit))) ev.buffered.set(permit.id, { in: "item", copies: 1 });
}

function through(ev: Evaluator, generator: GeneratorValue, expression: Expression, activation: Activation, state: State, consumer: Consumer): Outcome[] {
  ev.consumers.push(consumer);
  try {
    return invokeGenerator(ev, generator, expression, activation, state);
  } finally {
    ev.consumers.pop();
  }
}

interface Depth {
  readonly steps: number;
  readonly targets: number;
  readonly consumers: number;
}

const depthOf = ({ steps, throwTargets, consumers }: Evaluator): Depth => ({ steps: steps.length, targets: throwTargets.length, consumers: consumers.length });

/** Leaves what runs now aside, down to a depth, and takes it up again afterwards. */
function outside<T>(ev: Evaluator, depth: Depth, run: () => T): T {
  const steps = ev.steps.splice(depth.steps), targets = ev.throwTargets.splice(depth.targets), consumers = ev.consumers.splice(depth.consumers);
  try {
    return run();
  } finally {
    ev.steps.push(...steps);
    ev.throwTargets.push(...targets);
    ev.consumers.push(...consumers);
  }
}

/** Says of some permits where they sit while something runs. Whoever throws out of that gives up what they sit in. */
function whileBuffered<T>(ev: Evaluator, permits: readonly Permit[], where: Buffered, run: () => T): T {
  for (const { id } of permits) ev.buffered.set(id, where);
  const { value, thrown } = ev.catching(run);
  for (const { id } of permits) ev.buffered.delete(id);
  for (const state of mergeStates(thrown)) ev.rethrow(without(permits, state));
  return value;
}

/** A generator hands something out, and is suspended until somebody asks for more. */
export function suspend(ev: Evaluator, value: Value, state: State): Outcome[] {
  const consumer = ev.consumers.at(-1);
  if (consumer) return consumer(value, state).map((after) => ({ state: after, value: UNKNOWN }));
  // Whoever goes through it does so under what it holds.
  if (ev.quiet === 0 && state.held.length > 0) ev.notes.wraps = true;
  const after = escape(ev, [value], state);
  for (const { id } of after.held) if (!ev.buffered.has(id)) ev.buffered.set(id, { in: "lent", copies: 1 });
  return [{ state: after, value: UNKNOWN }];
}

/** `yield* list` */
export function suspendForEach(ev: Evaluator, list: Value, at: Expression, state: State): Outcome[] {
  let states: readonly State[] = [state];
  for (let index = 0; index < ROUNDS; index++) {
    const element = (current: State): Value => elementsOf(ev, list, current, index, "awaited", at);
    states = mergeStates(states.flatMap((current) => repeatedly(ev, Infinity, () => suspend(ev, element(current), current)).map((outcome) => outcome.state)));
  }
  return states.map((after) => ({ state: after, value: UNKNOWN }));
}

/** Steps of a generator by hand. */
export function callGenerator(ev: Evaluator, call: Call, generator: GeneratorValue, name: string, state: State): Outcome[] | undefined {
  if (name === "return" || name === "throw") return [{ state: giveUp(ev, generator, state), value: UNKNOWN }];
  if (name !== "next" || ev.traffic) return undefined;
  const key = `${generator.id}#next`;
  if (state.fields.has(key)) return [{ state, value: UNKNOWN }];
  const step = (start: State): Outcome[] => firstStep(ev, generator, call, start).map((at) => ({ state: { ...at, fields: withEntry(at.fields, key, UNDEFINED) }, value: UNKNOWN }));
  return call.awaited ? step(state) : [ev.fork(state, step)];
}

/** Up to the first `yield`, where it stays, holding what it holds. */
function firstStep(ev: Evaluator, generator: GeneratorValue, { expression, activation }: Call, state: State): readonly State[] {
  const parked: State[] = [];
  const done = through(ev, generator, expression, activation, state, (_, at) => {
    parked.push(at);
    return [];
  });
  for (const { held } of parked) for (const permit of held) {
    if (state.held.includes(permit)) continue;
    ev.buffered.set(permit.id, { in: "generator", copies: 1, owner: generator.id });
    if (ev.quiet === 0) ev.exits.park({ permit, at: ev.place(expression.span, activation.body), steps: [...ev.steps] });
  }
  return mergeStates(parked.length > 0 ? parked : done.map((outcome) => outcome.state));
}

/** A generator that goes to its end, or to somebody who may take it there, gives back what it held when it was suspended. */
export function giveUp(ev: Evaluator, generator: GeneratorValue, state: State): State {
  const own = state.held.filter(({ id }) => ev.buffered.get(id)?.owner === generator.id);
  return own.length === 0 ? state : release(own.map(({ id }) => id), state);
}

/** While an item is gone through, those after it are made, and own what it owns. */
function throughWindow(ev: Evaluator, { callback, ahead = Infinity, call }: Window, state: State, round: Round): readonly State[] {
  const inner: Call = { ...call, args: [UNKNOWN, UNKNOWN], awaited: false, callee: callback, receiver: undefined, name: undefined };
  let states: readonly State[] = [state];
  for (let index = 0; index < ROUNDS; index++) {
    states = mergeStates(states.flatMap((at) => mergeOutcomes(repeatedly(ev, Infinity, () => callValue(ev, inner, callback, at)))
      .flatMap((made) => throughItem(ev, awaitItem(ev, made, call.expression.span, call.activation), at, ahead, round))));
  }
  return mergeStates([state, ...states]);
}

const awaitItem = (ev: Evaluator, { value, state }: Outcome, span: Span, activation: Activation): Outcome => awaitValue(ev, value, span, activation, state);

function throughItem(ev: Evaluator, { value, state }: Outcome, before: State, ahead: number, round: Round): readonly State[] {
  const own = state.held.filter((permit) => !before.held.includes(permit));
  const others = ahead > 0 ? own.map((permit): Permit => ({ ...permit, id: ev.id("permit") })) : [];
  // What is given back by the lock alone is the item's own.
  const start: State = { ...state, held: [...state.held.filter((permit) => !own.includes(permit)), ...others, ...own] };
  const again = whileBuffered(ev, others, { in: "window", copies: ahead }, () => repeatedly(ev, Infinity, () => round(value, start, (left) => without(others, left))));
  handOut(ev, own, again);
  return again.map((at) => without(others, at));
}
