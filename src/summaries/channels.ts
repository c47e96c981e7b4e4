import type { Effect, Operation, Pipe } from "../catalogue/types.js";
import type { Expression } from "../effects/ir.js";
import { argument, isBoundedCall, refValue } from "./arguments.js";
import type { Call } from "./calls.js";
import { canRead, type End, endOf, endsIn } from "./carried.js";
import { makeChannel, makeProcess, propertiesOf, viewOf } from "./channel-objects.js";
import { escape } from "./escapes.js";
import type { Evaluator } from "./evaluator.js";
import type { Send } from "./events.js";
import { answerLater } from "./later.js";
import { type Amount, amountOf, newSend, outputObjects, siblingsOf, waitFor, waitForAll, waitForEnd, waitForRoom } from "./sends.js";
import { notePipe } from "./shared-sources.js";
import type { Outcome, State } from "./state.js";
import { type Activation, type ObjectValue, optionsOf, UNKNOWN, type Value } from "./values.js";
import { newList, withIds } from "./waits.js";

type EffectOf<K extends Effect["do"]> = Extract<Effect, { do: K }>;

/** Does what the catalogue says of a call, as far as channels are concerned; undefined where it says nothing of them. */
export function operateChannel(ev: Evaluator, call: Call, { effect, on }: Operation, from: string, state: State): Outcome[] | undefined {
  switch (effect.do) {
    case "channel": return [{ state, value: makeChannel(ev, call, effect, { package: from, name: on }, state) }];
    // An output of one process may be the input of another.
    case "spawn": return [{ state: escapeChannels(ev, call.args, state), value: makeProcess(ev, call, effect, from, state) }];
    case "view": return view(ev, call, effect, from, state);
    case "send": return send(ev, call, effect, state);
    case "receive": return receive(ev, call, refValue(ev, call, effect.of), effect.all === true, state);
    case "cancel": return [{ state: cancel(ev, call, refValue(ev, call, effect.of), state), value: UNKNOWN }];
    case "close": {
      const end = closing(ev, endOf(refValue(ev, call, effect.of)));
      return waitForRoom(ev, call, effect.waits ? end : undefined, "close", state);
    }
    case "pipe": return pipe(ev, call, effect, from, state);
    case "pipeline": return pipeline(ev, call, state);
    case "branch": return [newList(ev, [refValue(ev, call, effect.of), refValue(ev, call, effect.of)], state)];
    case "listen": return listen(ev, call, effect, state);
    case "wait": return waitForEvent(ev, call, effect, state);
    case "none": return [{ state, value: effect.chains ? call.receiver ?? UNKNOWN : UNKNOWN }];
    default: return undefined;
  }
}

/** Closes a channel, or may do so. */
export function closing(ev: Evaluator, end: End | undefined): End | undefined {
  if (end) ev.traffic?.closed.add(end.of.id);
  return end;
}

function view(ev: Evaluator, call: Call, effect: EffectOf<"view">, from: string, state: State): Outcome[] {
  const over = endOf(refValue(ev, call, effect.of));
  return [{ state: effect.flows ? handOver(ev, call, state) : state, value: viewOf(ev, over, effect, call.expression, from) }];
}

/** A process that is stopped waits for no reader. A function that may run some time, such as one that hears a signal, stops nothing for sure. */
function cancel(ev: Evaluator, call: Call, value: Value, state: State): State {
  if (value.v !== "object" || !value.outputs) return drain(ev, [closing(ev, endOf(value))], state, call);
  return ev.executors.some(({ id }) => id === "") ? state : drain(ev, [...value.outputs.values()].map(endOf), state, undefined, { isRead: false });
}

type At = Pick<Call, "expression" | "activation">;

/** Somebody takes from these channels from now on. `heldBack`: only once other sends have gone through. */
export function drain(ev: Evaluator, ends: readonly (End | undefined)[], state: State, at?: At, { heldBack = [], all = false, inOwnLoop = false, isRead = true }: { heldBack?: readonly Send[]; all?: boolean; inOwnLoop?: boolean; isRead?: boolean } = {}): State {
  const { traffic } = ev;
  if (!traffic || ev.quiet > 0) return state;
  for (const end of ends) {
    if (!end || !canRead(end)) continue;
    const common = { channel: end.of.id, steps: [...ev.steps], time: ev.clock++ };
    if (isRead) traffic.touches.push(common);
    traffic.drains.push({ ...common, after: withIds(state.waited, heldBack), all, place: at && ev.place(at.expression.span, at.activation.body), tasks: [...ev.tasks], loops: [...traffic.loops], rounds: inOwnLoop ? traffic.loops.slice(0, -1) : [...traffic.loops] });
  }
  return state;
}

function send(ev: Evaluator, call: Call, effect: EffectOf<"send">, state: State): Outcome[] {
  const item = effect.item && argument(call, effect.item);
  const after = escape(ev, [item ?? UNKNOWN], state);
  const over = endOf(refValue(ev, call, effect.of));
  if (!over || over.end === "read") return [{ state: after, value: UNKNOWN }];
  const { send: sent, state: at } = newSend(ev, over.of, { kind: "send", amount: amountOf(over.of, item) }, call, false, after);
  const callback = effect.callback && argument(call, effect.callback);
  if (callback && callback.v !== "literal") return [{ state: answerLater(ev, callback, [sent], at), value: UNKNOWN }];
  return effect.blocks === "never" ? [{ state: at, value: UNKNOWN }] : waitFor(ev, call, [sent], at);
}

/** A property whose promise says that there is room (`writer.ready`). */
export function awaitProperty(ev: Evaluator, value: Value, e: Expression, activation: Activation, state: State): State {
  if (value.v !== "bound" || value.object.v !== "object" || e.k !== "member") return state;
  const { library } = value.object;
  const [operation] = library ? ev.catalogue.findOperations(library.package, library.name, value.member) : [];
  if (operation?.effect.do !== "wait" || operation.effect.for !== "drain") return state;
  const call = { expression: e, activation, receiver: value.object, callee: UNKNOWN, name: value.member, args: [], awaited: true } as unknown as Call;
  return waitForRoom(ev, call, endOf(value.object), "close", state)[0]?.state ?? state;
}

function receive(ev: Evaluator, call: Call, from: Value, all: boolean, state: State): Outcome[] {
  const over = endOf(from), isInLoop = ev.traffic?.loops.at(-1)?.s === "loop";
  const after = drain(ev, [over], over ? state : escape(ev, [from], state), call, { all: all || isInLoop, inOwnLoop: !all && isInLoop });
  const ends = over && all ? siblingsOf(ev, over.of, call) : [];
  return waitForEnd(ev, call, ends, escape(ev, call.args.filter((arg) => arg.v === "function"), after));
}

/** Goes through a channel: `for await`. */
export function iterate(ev: Evaluator, value: Value, e: Expression, activation: Activation, state: State): State {
  const over = value.v === "unknown" ? endsIn(ev, [value], state, false) : optionsOf(value).map(endOf);
  const call = { expression: e, activation, receiver: undefined, callee: UNKNOWN, name: undefined, args: [], awaited: true } as unknown as Call;
  const after = drain(ev, over, state, call, { all: true, inOwnLoop: true });
  const ends = over.flatMap((end) => end ? siblingsOf(ev, end.of, call) : []);
  if (ends.length === 0) return after;
  return waitForEnd(ev, call, ends, after)[0]?.state ?? after;
}

/** What is written to: an end, or an object that has one as its `writable`. */
function targetOf(ev: Evaluator, call: Call, value: Value, state: State): End | undefined {
  const over = endOf(value);
  if (over && !(over.end === "both" && over.of.channel?.ends)) return over.end === "read" ? undefined : over;
  return value.v === "object" ? propertiesOf(ev, call, value, "writable", state).map(endOf).find((end) => end && end.end !== "read") : undefined;
}

const flowInto = (of: ObjectValue): Amount => ({ kind: "pipe", amount: of.channel?.bySize ? Infinity : 1 });

function pipe(ev: Evaluator, call: Call, effect: Pipe, from: string, state: State): Outcome[] {
  const source = endOf(refValue(ev, call, effect.from)), given = refValue(ev, call, effect.to);
  const target = targetOf(ev, call, given, state);
  const bounded = isBoundedCall(ev, call, effect.bounded);
  if (!target) {
    const after = drain(ev, [source], escape(ev, [given], state), call, { all: true });
    return [{ state: after, value: effect.gives === "readable" ? UNKNOWN : given }];
  }
  const { send: flow, state: at } = newSend(ev, target.of, flowInto(target.of), call, bounded, state);
  closing(ev, target);
  const flowing: Send = { ...flow, count: Infinity, aside: true };
  if (ev.quiet === 0) ev.traffic?.sends.set(flow.id, flowing);
  // Web streams are forked before they flow into two.
  if (effect.gives === "nothing") notePipe(ev, refValue(ev, call, effect.from), target.of);
  const after = drain(ev, [source], at, call, { heldBack: [flowing], all: true });
  switch (effect.gives) {
    case "settled": return waitFor(ev, call, [flowing], after);
    case "readable": return [{ state: after, value: viewOf(ev, target, target.of.channel?.ends?.readable ?? { end: "read", type: "ReadableStream" }, call.expression, from) }];
    case "nothing": return [{ state: after, value: given }];
  }
}

/** Only what comes last decides: whatever isn't a channel takes what it gets. */
function pipeline(ev: Evaluator, call: Call, state: State): Outcome[] {
  const last = call.args.at(-1), target = last && endOf(last);
  if (last?.v === "object" && last.feeds) return waitForEnd(ev, call, outputObjects(last.feeds, call), drain(ev, call.args.slice(0, -1).map(endOf), state, call, { all: true }));
  const sources = call.args.slice(0, -1).map(endOf);
  const after = escape(ev, call.args.filter((arg) => !endOf(arg)), state);
  if (!target) return waitForEnd(ev, call, sources.flatMap((source) => source ? siblingsOf(ev, source.of, call) : []), drain(ev, sources, after, call, { all: true }));
  const { send: flow, state: at } = newSend(ev, target.of, flowInto(target.of), call, false, after);
  closing(ev, target);
  return waitFor(ev, call, [flow], drain(ev, sources, at, call, { heldBack: [flow], all: true }), UNKNOWN);
}

/** Events of a stream that come without anybody reading it. */
const QUIET_EVENTS: ReadonlySet<unknown> = new Set(["error", "close", "end", "finish", "drain", "pipe", "unpipe", "pause", "resume"]);
/** Events of a stream that come when what was written has been taken. */
const ROOM_EVENTS: ReadonlySet<unknown> = new Set(["drain", "finish"]);
/** Events of a process that come when it has ended, and those that tell that it never ran. */
const END_EVENTS: ReadonlySet<unknown> = new Set(["exit", "close"]);
/** Events of an output that come when the process has closed it. */
const LAST_EVENTS: ReadonlySet<unknown> = new Set(["end", "close"]);

function listen(ev: Evaluator, call: Call, effect: EffectOf<"listen">, state: State): Outcome[] {
  const { receiver = UNKNOWN } = call;
  const callback = argument(call, effect.callback), event = effect.event && argument(call, effect.event);
  const name = event?.v === "literal" ? event.value : undefined;
  const over = endOf(receiver);
  const ending = endingOf(ev, call, receiver, name);
  if (ending.length > 0) {
    answerLater(ev, callback, ending.map((output) => newSend(ev, output, { kind: "end", amount: 0 }, call, false, state).send), state);
  } else if (over && ROOM_EVENTS.has(name)) {
    answerLater(ev, callback, [newSend(ev, over.of, { kind: "close", amount: 0 }, call, false, state).send], state);
  } else answerLater(ev, callback, [], state, name === "error");
  return [{ state: over && !QUIET_EVENTS.has(name) ? drain(ev, [over], state, call) : state, value: receiver }];
}

/** What must have been read for an event that tells of an end to come: of a process all outputs, of one of them the others. */
function endingOf(ev: Evaluator, call: Call, subject: Value, event: unknown): readonly ObjectValue[] {
  if (subject.v !== "object") return [];
  if (subject.outputs) return END_EVENTS.has(event) ? outputObjects([...subject.outputs.keys()].map((name) => `${subject.id}.${name}`), call) : [];
  const over = endOf(subject);
  return over?.of.channel?.process !== undefined && LAST_EVENTS.has(event) ? siblingsOf(ev, over.of, call) : [];
}

/** `once(emitter, "event")` */
function waitForEvent(ev: Evaluator, call: Call, effect: EffectOf<"wait">, state: State): Outcome[] | undefined {
  const subject = refValue(ev, call, effect.of), event = effect.key && argument(call, effect.key);
  if (effect.for === "finished") return waitForAll(ev, call, endOf(subject), state);
  if (subject.v !== "object" || event?.v !== "literal") return undefined;
  const bounded = isBoundedCall(ev, call, effect.bounded);
  const ending = endingOf(ev, call, subject, event.value);
  if (ending.length > 0) return waitForEnd(ev, call, ending, state, bounded);
  if (subject.feeds && ROOM_EVENTS.has(event.value)) return waitForEnd(ev, call, outputObjects(subject.feeds, call), state, bounded);
  const over = endOf(subject);
  if (over && ROOM_EVENTS.has(event.value)) return waitForRoom(ev, call, over, "close", state, bounded);
  return over ? [{ state, value: UNKNOWN }] : undefined;
}

/**
 * Values go to unknown code: it may read from every channel that it can get at, and run the functions. Those are followed, to see what
 * they read.
 */
export function escapeChannels(ev: Evaluator, values: readonly Value[], state: State): State {
  drain(ev, endsIn(ev, values, state, false).map((end) => closing(ev, end)), state);
  return state;
}

/** What is not followed may read from what it is given, and from the channels of its object and its closure. */
export function handOver(ev: Evaluator, call: Call, state: State): State {
  const given = [call.receiver ?? UNKNOWN, call.callee, ...call.args];
  drain(ev, endsIn(ev, given, state, false).map((end) => closing(ev, end)), state, call, { all: true });
  return escape(ev, given, state);
}
