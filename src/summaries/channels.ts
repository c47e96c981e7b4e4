import type { ArgRef, Effect, MakeChannel, Operation, Pipe, Spawn } from "../catalogue/types.js";
import type { ClassInfo, Expression } from "../effects/ir.js";
import type { Call } from "./calls.js";
import { canRead, type End, endOf, endsIn, leadToChannel } from "./carried.js";
import { escape } from "./escapes.js";
import type { Evaluator, Executor } from "./evaluator.js";
import type { Send } from "./events.js";
import { isChannelClass } from "./handmade-channels.js";
import { invoke } from "./invocations.js";
import { readMember } from "./names.js";
import { besides, notePipe } from "./shared-sources.js";
import { argument, capacityOf, isBoundedCall, refValue } from "./arguments.js";
import { type Outcome, type State, withEntry } from "./state.js";
import { type Activation, type FunctionValue, type ObjectValue, optionsOf, UNDEFINED, UNKNOWN, type Value } from "./values.js";
import { newList, withIds } from "./waits.js";

type EffectOf<K extends Effect["do"]> = Extract<Effect, { do: K }>;

/** Does what the catalogue says of a call, as far as channels are concerned; undefined where it says nothing of them. */
export function operateChannel(ev: Evaluator, call: Call, { effect, on }: Operation, from: string, state: State): Outcome[] | undefined {
  switch (effect.do) {
    case "channel": return [{ state, value: makeChannel(ev, call, effect, { package: from, name: on }, state) }];
    case "spawn": return [{ state, value: makeProcess(ev, call, effect, from, state) }];
    case "view": return view(ev, call, effect, from, state);
    case "send": return send(ev, call, effect, state);
    case "receive": return receive(ev, call, refValue(ev, call, effect.of), effect.all === true, state);
    case "cancel": return [{ state: drain(ev, [closing(ev, endOf(refValue(ev, call, effect.of)))], state, call), value: UNKNOWN }];
    case "close": {
      const end = closing(ev, endOf(refValue(ev, call, effect.of)));
      return waitForRoom(ev, call, effect.waits ? end : undefined, "close", state);
    }
    case "pipe": return pipe(ev, call, effect, from, state);
    case "pipeline": return pipeline(ev, call, state);
    case "branch": return [newList(ev, [refValue(ev, call, effect.of), refValue(ev, call, effect.of)], state)];
    case "listen": return listen(ev, call, effect, state);
    case "wait": return waitForEvent(ev, call, effect, state);
    case "none": return [{ state, value: UNKNOWN }];
    default: return undefined;
  }
}

/** Closes a channel, or may do so. */
export function closing(ev: Evaluator, end: End | undefined): End | undefined {
  if (end) ev.traffic?.closed.add(end.of.id);
  return end;
}

const idOf = (ev: Evaluator, call: Call): string => ev.made(call.activation, call.expression.span);

/** An object that keeps its id wherever it is stored, so that both ends of a channel are known to be of one. */
export function pinned(ev: Evaluator, object: ObjectValue, { activation }: Pick<Call, "activation">): ObjectValue {
  if (ev.traffic && ev.quiet === 0) ev.traffic.made.set(object.id, [...ev.steps]);
  return { ...object, pinned: true, file: activation.body.file };
}

function makeChannel(ev: Evaluator, call: Call, effect: MakeChannel, library: { package: string; name: string }, state: State): Value {
  const { unlessGiven } = effect;
  if (unlessGiven && !isAbsent(ev, call, unlessGiven, state)) return UNKNOWN;
  const object: ObjectValue = { v: "object", id: idOf(ev, call), lifetime: call.activation.once ? "program" : "run", library, name: "channel", fresh: true };
  return pinned(ev, { ...object, channel: channelOf(ev, call, effect) }, call);
}

function channelOf(ev: Evaluator, call: Call, { capacity, bySize, ends }: MakeChannel): NonNullable<ObjectValue["channel"]> {
  const size = capacity === "unknown" ? undefined : capacity === "unbounded" ? Infinity : typeof capacity === "number" ? capacity
    : capacityOf(ev, call, { from: capacity.from, ...(capacity.default !== "unknown" && { default: capacity.default }) });
  return { capacity: size, ...(bySize && { bySize }), ...(ends && { ends }) };
}

function isAbsent(ev: Evaluator, call: Call, ref: ArgRef, state: State): boolean {
  const value = argument(call, ref);
  if (value.v === "literal") return true;
  return ref.property !== undefined && propertiesOf(ev, call, value, ref.property, state).every((part) => part.v === "literal" && part.value === undefined);
}

const propertiesOf = (ev: Evaluator, call: Call, value: Value, name: string, state: State): readonly Value[] =>
  readMember(ev, value, name, undefined, call.activation, state).map((outcome) => outcome.value);

/** A class of the program that extends one whose objects are channels. */
export function inheritChannel(ev: Evaluator, call: Call, object: ObjectValue, info: ClassInfo, library: { package: string; name: string } | undefined): ObjectValue {
  if (isChannelClass(ev, info)) return { ...object, channel: { capacity: undefined } };
  const [operation] = library ? ev.catalogue.findOperations(library.package, library.name, "new") : [];
  if (!library || operation?.effect.do !== "channel") return object;
  const { effect } = operation;
  // What a constructor of its own gives to the base is not followed.
  return { ...object, library, channel: channelOf(ev, info.constructorBody ? { ...call, args: [UNKNOWN, UNKNOWN, UNKNOWN] } : call, effect) };
}

function makeProcess(ev: Evaluator, call: Call, effect: Spawn, from: string, state: State): Value {
  const id = idOf(ev, call);
  const isQuiet = effect.quiet.names.includes(commandName(argument(call, effect.quiet.command)));
  const outputs = new Map(Object.entries(effect.outputs).flatMap(([name, index]): [string, ObjectValue][] => {
    if (isQuiet || !isPiped(ev, call, effect, index, state)) return [];
    return [[name, {
      v: "object", id: `${id}.${name}`, lifetime: call.activation.once ? "program" : "run", name, library: { package: from, name: effect.type },
      channel: { capacity: undefined, process: id }, pinned: true, file: call.activation.body.file,
    }]];
  }));
  if (ev.traffic && ev.quiet === 0) {
    ev.traffic.outputs.set(id, [...outputs.values()].map((output) => output.id));
    ev.traffic.spawned.set(id, { call: call.expression.ticket, outputs: effect.outputs });
    for (const output of outputs.values()) ev.traffic.made.set(output.id, [...ev.steps]);
  }
  return pinned(ev, { v: "object", id, lifetime: call.activation.once ? "program" : "run", name: "child", input: effect.input, library: { package: from, name: "ChildProcess" }, outputs, fresh: true }, call);
}

/** Without the folder that it stands in. */
const commandName = (command: Value): string => command.v === "literal" && typeof command.value === "string" ? command.value.replace(/^.*\//, "") : "";

/** What the options say of one output: only what is known to be a pipe is one. */
function isPiped(ev: Evaluator, call: Call, { options, default: otherwise }: Spawn, index: number, state: State): boolean {
  const given = options.map((ref) => argument(call, ref)).find((value) => value.v !== "list" && !(value.v === "literal" && value.value === undefined));
  if (!given) return otherwise === "pipe" && call.args.every((arg) => arg.v !== "unknown");
  if (given.v !== "object" || given.properties === undefined) return false;
  const [stdio = UNKNOWN, ...others] = propertiesOf(ev, call, given, "stdio", state);
  if (others.length > 0) return false;
  if (given.spreads?.some((part) => part.v !== "object" || part.properties === undefined)) return false;
  const own = stdio.v === "list" ? state.lists.get(stdio.id)?.items[index] ?? UNDEFINED : stdio;
  if (own.v !== "literal") return false;
  return own.value === "pipe" || own.value === "overlapped" || ((own.value === undefined || own.value === null) && otherwise === "pipe");
}

function view(ev: Evaluator, call: Call, effect: EffectOf<"view">, from: string, state: State): Outcome[] {
  const over = endOf(refValue(ev, call, effect.of));
  return [{ state: effect.flows ? handOver(ev, call, state) : state, value: viewOf(ev, over, effect, call.expression, from) }];
}

/** Another object over the same channel. */
function viewOf(ev: Evaluator, over: End | undefined, { end, type }: { end: End["end"]; type: string }, at: Expression | undefined, from: string): Value {
  if (!over) return UNKNOWN;
  if (canRead({ of: over.of, end })) touch(ev, over);
  return {
    v: "object", id: `${over.of.id}#${type}`, lifetime: over.of.lifetime, name: over.of.name, library: { package: from, name: type }, view: { of: over.of, end },
    pinned: true, ...(at && { ticket: at.ticket }),
  };
}

/** A property that is an end of a channel, or an output of a process. */
export function readEnd(ev: Evaluator, object: ObjectValue, name: string, at: Expression | undefined): Value | undefined {
  const end = object.channel?.ends?.[name];
  if (end) return viewOf(ev, endOf(object), end, at, object.library?.package ?? "platform");
  if (object.outputs && name === object.input) return { v: "object", id: `${object.id}.${name}`, lifetime: object.lifetime, name, feeds: [...object.outputs.values()].map(({ id }) => id), pinned: true };
  const output = object.outputs?.get(name);
  if (output) touch(ev, { of: output, end: "read" });
  return output ?? (object.outputs && UNKNOWN);
}

function touch(ev: Evaluator, { of }: End): void {
  if (ev.quiet === 0) ev.traffic?.touches.push({ channel: of.id, steps: [...ev.steps], time: ev.clock++ });
}

type At = Pick<Call, "expression" | "activation">;

/** Somebody takes from these channels from now on. `heldBack`: only once other sends have gone through. */
export function drain(ev: Evaluator, ends: readonly (End | undefined)[], state: State, at?: At, { heldBack = [], all = false, inOwnLoop = false }: { heldBack?: readonly Send[]; all?: boolean; inOwnLoop?: boolean } = {}): State {
  const { traffic } = ev;
  if (!traffic || ev.quiet > 0) return state;
  for (const end of ends) {
    if (!end || !canRead(end)) continue;
    const common = { channel: end.of.id, steps: [...ev.steps], time: ev.clock++ };
    traffic.touches.push(common);
    traffic.drains.push({ ...common, after: withIds(state.waited, heldBack), all, place: at && ev.place(at.expression.span, at.activation.body), tasks: [...ev.tasks], loops: [...traffic.loops], rounds: inOwnLoop ? traffic.loops.slice(0, -1) : [...traffic.loops] });
  }
  return state;
}

interface Amount {
  readonly kind: Send["kind"];
  readonly amount: number;
}

/** `writer` in `this.writer.write(…)`, `senders` in `senders[i].write(…)`. */
function writtenName(e: Expression): string | undefined {
  const at = e.k === "call" && e.callee.k === "member" ? e.callee.object : e.k === "member" ? e.object : undefined;
  const named = at?.k === "index" ? at.object : at;
  return named?.k === "name" || named?.k === "member" ? named.name : undefined;
}

/** Notes that something waits for room. Nobody is told of it as long as nobody waits for its end. */
function newSend(ev: Evaluator, of: ObjectValue, { kind, amount }: Amount, call: Call, bounded: boolean, state: State): { send: Send; state: State } {
  const sent = (state.sent.get(of.id) ?? 0) + (amount === 0 ? 0 : amount * ev.times);
  const send: Send = {
    id: ev.id("send"), kind, channel: of, name: writtenName(call.expression) ?? of.name, amount, count: sent, after: state.waited, place: ev.place(call.expression.span, call.activation.body), steps: [...ev.steps], time: ev.clock++,
    tasks: [...ev.tasks], loops: [...ev.traffic?.loops ?? []], bounded, uncertain: ev.uncertain > 0,
  };
  if (ev.quiet === 0) ev.traffic?.sends.set(send.id, send);
  return { send, state: amount === 0 ? state : { ...state, sent: withEntry(state.sent, of.id, sent) } };
}

/** Waits for sends: at once if the call is awaited, else whoever awaits its promise does. */
function waitFor(ev: Evaluator, call: Call, sends: readonly Send[], state: State, value: Value = UNDEFINED): Outcome[] {
  if (sends.length === 0) return [{ state, value }];
  const work = (inner: State): Outcome[] => {
    for (const send of ev.quiet > 0 ? [] : sends) {
      const told: Send = { ...send, after: inner.waited, tasks: [...ev.tasks] };
      ev.sends.push(told);
      ev.traffic?.sends.set(send.id, told);
    }
    return [{ state: { ...inner, waited: withIds(inner.waited, sends), moment: inner.moment + 1 }, value }];
  };
  return call.awaited ? work(state) : [ev.fork(state, work, true)];
}

/** How much of a channel's room an item takes: of one that counts sizes, only texts written out are known. */
function amountOf(of: ObjectValue, item: Value | undefined): number {
  if (!of.channel?.bySize) return 1;
  return item?.v === "literal" && typeof item.value === "string" ? item.value.length : Infinity;
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

/** A callback that is called once the sends have gone through. */
function answerLater(ev: Evaluator, callback: Value, sends: readonly Send[], state: State, onlyOnError = false): State {
  for (const option of optionsOf(callback)) {
    if (!onlyOnError) settleLater(ev, option, sends, state);
    if (option.v === "function") runLater(ev, option, state);
  }
  return state;
}

/** Where a promise is being made, what will call the functions that settle it makes it wait for the same sends. */
export function settleLater(ev: Evaluator, callback: Value, sends: readonly Send[], state: State): void {
  const executor = ev.executors.at(-1);
  if (executor && mentionsSettler(ev, callback, executor.id, state)) executor.ways.push(sends);
}

/** May a call of it settle the promise that is being made? */
export function settles(ev: Evaluator, value: Value, state: State): boolean {
  const executor = ev.executors.at(-1);
  return executor !== undefined && mentionsSettler(ev, value, executor.id, state);
}

/** The promise of an executor: with several ways to settle it, it waits for none in particular. */
export function promiseOf(ev: Evaluator, call: Call, { ways }: Executor, state: State): Outcome[] {
  const [first = []] = ways;
  const same = ways.every((way) => way.length > 0 && way.every(({ channel }) => first.some((other) => other.channel.id === channel.id)));
  if (first.length === 0 || !same) return [{ state, value: { v: "promise", tasks: [], grants: [], value: UNKNOWN } }];
  return waitFor(ev, { ...call, awaited: false }, first, state, UNKNOWN);
}

function mentionsSettler(ev: Evaluator, value: Value, id: string, state: State): boolean {
  if (value.v === "object") return value.id === id;
  if (value.v !== "function" || !value.activation) return false;
  const { activation } = value;
  return [...value.body.mentions].some((declaration) => {
    for (let at: Activation | undefined = activation; at; at = at.parent) {
      const known = state.variables.get(at.id)?.get(declaration.id);
      if (known?.v === "object" && known.id === id) return true;
    }
    return false;
  });
}

/** Waits until what was sent has been taken, without sending anything. */
function waitForRoom(ev: Evaluator, call: Call, over: End | undefined, kind: Send["kind"], state: State, bounded = false): Outcome[] {
  if (!over) return [{ state, value: UNKNOWN }];
  const { send: wait, state: after } = newSend(ev, over.of, { kind, amount: 0 }, call, bounded, state);
  return waitFor(ev, call, [wait], after);
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

/** The other outputs of the process that writes into a channel, or what else its source flows into: it comes to its end only when they go on, too. */
function siblingsOf(ev: Evaluator, of: ObjectValue, call: Call): readonly ObjectValue[] {
  const { channel, id } = of;
  if (channel?.process === undefined) return besides(ev, of);
  return outputObjects((ev.traffic?.outputs.get(channel.process) ?? []).filter((other) => other !== id), call);
}

const outputObjects = (ids: readonly string[], call: Call): readonly ObjectValue[] => ids.map((id) => outputObject(id, call));

function waitForEnd(ev: Evaluator, call: Call, outputs: readonly ObjectValue[], state: State, bounded = false): Outcome[] {
  const sends = outputs.map((output) => newSend(ev, output, { kind: "end", amount: 0 }, call, bounded, state).send);
  return waitFor(ev, call, sends, state, UNKNOWN);
}

function outputObject(id: string, { activation }: Call): ObjectValue {
  return { v: "object", id, lifetime: "run", name: id.slice(id.lastIndexOf(".") + 1), channel: { capacity: undefined, process: "" }, pinned: true, file: activation.body.file };
}

/** Goes through a channel: `for await`. */
export function iterate(ev: Evaluator, value: Value, e: Expression, activation: Activation, state: State): State {
  const over = optionsOf(value).map(endOf);
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
  const flowing: Send = { ...flow, count: Infinity };
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

function listen(ev: Evaluator, call: Call, effect: EffectOf<"listen">, state: State): Outcome[] {
  const { receiver = UNKNOWN } = call;
  const callback = argument(call, effect.callback), event = effect.event && argument(call, effect.event);
  const name = event?.v === "literal" ? event.value : undefined;
  const over = endOf(receiver);
  if (receiver.v === "object" && receiver.outputs && END_EVENTS.has(name)) {
    const sends = [...receiver.outputs.keys()].map((output) => newSend(ev, outputObject(`${receiver.id}.${output}`, call), { kind: "end", amount: 0 }, call, false, state).send);
    answerLater(ev, callback, sends, state);
  } else if (over && ROOM_EVENTS.has(name)) {
    answerLater(ev, callback, [newSend(ev, over.of, { kind: "close", amount: 0 }, call, false, state).send], state);
  } else answerLater(ev, callback, [], state, name === "error");
  return [{ state: over && !QUIET_EVENTS.has(name) ? drain(ev, [over], state, call) : state, value: receiver }];
}

/** `once(emitter, "event")` */
function waitForEvent(ev: Evaluator, call: Call, effect: EffectOf<"wait">, state: State): Outcome[] | undefined {
  const subject = refValue(ev, call, effect.of), event = effect.key && argument(call, effect.key);
  if (effect.for === "finished") return waitForAll(ev, call, endOf(subject), state);
  if (subject.v !== "object" || event?.v !== "literal") return undefined;
  const bounded = isBoundedCall(ev, call, effect.bounded);
  if (subject.outputs && END_EVENTS.has(event.value)) return waitForEnd(ev, call, outputObjects([...subject.outputs.keys()].map((name) => `${subject.id}.${name}`), call), state, bounded);
  if (subject.feeds && ROOM_EVENTS.has(event.value)) return waitForEnd(ev, call, outputObjects(subject.feeds, call), state, bounded);
  const over = endOf(subject);
  if (over && ROOM_EVENTS.has(event.value)) return waitForRoom(ev, call, over, "close", state, bounded);
  return over ? [{ state, value: UNKNOWN }] : undefined;
}

/** Until all has been read that was written, however little it is. */
function waitForAll(ev: Evaluator, call: Call, over: End | undefined, state: State): Outcome[] | undefined {
  if (!over) return undefined;
  const { send: wait, state: after } = newSend(ev, over.of, { kind: "close", amount: Infinity }, call, false, state);
  return waitFor(ev, call, [wait], after);
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

/** A function that unknown code got: it may be run from now on. */
export function runLater(ev: Evaluator, fn: FunctionValue, state: State): void {
  const { traffic } = ev;
  if (!traffic || ev.quiet > 0) return;
  const key = `${fn.body.id}@${fn.activation?.id ?? ""}/${fn.self?.v === "object" ? fn.self.id : ""}`;
  if (traffic.escaped.has(key)) return;
  traffic.escaped.add(key);
  if (!leadToChannel(ev, [fn], state)) return;
  ev.executors.push({ id: "", ways: [] });
  ev.fork(state, (inner) => invoke(ev, fn, [], { call: undefined, callback: true, awaited: true }, inner), true);
  ev.executors.pop();
}
