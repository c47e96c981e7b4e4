import { ANSWERS, SOURCES } from "../catalogue/answers.js";
import type { ArgRef, Delay, External, Operation, WaitFor } from "../catalogue/types.js";
import type { Body, Expression } from "../effects/ir.js";
import { refValue } from "./arguments.js";
import type { Call } from "./calls.js";
import type { Evaluator } from "./evaluator.js";
import type { Outside, OutsideKind, Step, Task } from "./events.js";
import { evaluateOpen, readMember } from "./names.js";
import { isHolding, type Outcome, START, type State } from "./state.js";
import { settlingOf } from "./settling.js";
import { endsWithSource } from "./stored-settlers.js";
import { type Activation, type FunctionValue, type ObjectValue, type PromiseValue, UNKNOWN, type Value } from "./values.js";

/** What an outside wait is, wherever it is waited for. */
type Kind = Pick<Outside, "kind" | "name" | "endless" | "reads" | "limit" | "doubtful" | "delay" | "handle" | "idle">;

/** The promise of an operation that waits for the world outside; undefined for any other. */
export function outsideOf(ev: Evaluator, call: Call, operation: Operation, state: State): PromiseValue | undefined {
  const { effect } = operation;
  const kind = effect.do === "external" ? external(ev, call, effect) : effect.do === "delay" ? delay(call, effect) : effect.do === "wait" ? eventual(ev, call, effect) : undefined;
  if (!kind || ev.traffic) return undefined;
  return promiseOf(ev, call, { ...kind, name: operation.on === "module" || operation.on === "" ? operation.member : `${operation.on}.${operation.member}` }, state);
}

function external(ev: Evaluator, call: Call, { what, readsUnless, bounded = [], limit }: External): Omit<Kind, "name"> {
  const bounds = bounded.map((ref) => boundOf(ev, call, ref));
  const own = bounds.find((bound) => typeof bound === "number") ?? limit;
  return {
    kind: what, endless: what === "person", reads: readsUnless?.every((ref) => !isWritten(call, ref)) ?? false,
    ...(own !== undefined && { limit: own }), ...(bounds.includes("signal") && { doubtful: true as const }),
  };
}

function delay({ args, expression }: Call, { by, turn }: Delay): Omit<Kind, "name"> | undefined {
  if (turn || (by && isInstant(args[by.arg]))) return undefined;
  return { kind: "timer", endless: false, reads: true, delay: by && expression.args[by.arg] };
}

/** A timer that ends within a frame is hardly more than a turn of the event loop. */
const FRAME = 16;
const isInstant = (value: Value | undefined): boolean =>
  value === undefined || (value.v === "literal" && (value.value === undefined || (typeof value.value === "number" && value.value <= FRAME)));

/** What a program waits for by its event, or until all that a lock or queue has let in is done. */
function eventual(ev: Evaluator, call: Call, effect: WaitFor): Omit<Kind, "name"> | undefined {
  if (effect.for === "idle" || effect.for === "unlock") return untilIdle(ev, call, effect);
  if (effect.for !== "event" && effect.for !== "exit" && effect.for !== "closed" && effect.for !== "finished") return undefined;
  const bounds = typeof effect.bounded === "object" ? effect.bounded.map((ref) => boundOf(ev, call, ref)) : [];
  const limit = bounds.find((bound) => typeof bound === "number");
  const event = effect.key && call.args[effect.key.arg];
  const answers = effect.for !== "event" || (event?.v === "literal" && ANSWERS.has(String(event.value)));
  return { kind: answers ? "stream" : "event", endless: !answers, reads: true, ...(limit !== undefined && { limit }), ...(bounds.includes("signal") && { doubtful: true as const }) };
}

/** A semaphore is unlocked as soon as one permit is back. */
function untilIdle(ev: Evaluator, call: Call, effect: WaitFor): Omit<Kind, "name"> | undefined {
  const lock = refValue(ev, call, effect.of);
  if (lock.v !== "object" || (typeof effect.bounded === "object" && effect.bounded.some((ref) => isWritten(call, ref)))) return undefined;
  if (effect.for === "unlock" && lock.creation?.capacity !== 1) return undefined;
  return { kind: "idle", endless: true, reads: true, idle: lock.id };
}

/** After how many milliseconds an option ends the wait: 0 if that can't be read. A signal that isn't a clock's may end it, or not. */
function boundOf(ev: Evaluator, call: Call, ref: ArgRef): number | "signal" | undefined {
  if (!isWritten(call, ref)) return undefined;
  const given = call.args[ref.arg] ?? UNKNOWN;
  const value = ref.property === undefined ? given : ev.quietly(() => readMember(ev, given, ref.property ?? "", undefined, call.activation, START));
  if (ref.property === "signal") return value.v === "object" && value.limit !== undefined ? value.limit : "signal";
  return value.v === "literal" ? (typeof value.value === "number" ? value.value : undefined) : 0;
}

/** The argument, or a property of an options object, stands there; an object that isn't written out may have anything. */
function isWritten({ args, expression }: Call, { arg, property }: ArgRef): boolean {
  const value = args[arg], written = expression.args[arg];
  if (!written || value === undefined || (value.v === "literal" && value.value === undefined)) return false;
  if (property === undefined) return true;
  const literal = value.v === "object" ? value.literal?.expression : written;
  if (literal?.k !== "object") return property !== "timeout" && property !== "signal";
  return literal.entries.some(({ key }) => key === undefined || key === property);
}

function promiseOf(ev: Evaluator, call: Call, kind: Kind, state: State): PromiseValue {
  return { v: "promise", tasks: [taskOf(ev, [begun(ev, call, kind)], call, state)], grants: [], value: UNKNOWN };
}

/** Waited for by nobody yet, who holds nothing. */
function begun(ev: Evaluator, { expression, activation }: Call, kind: Kind): Outside {
  const place = ev.place(expression.span, activation.body);
  return { ...kind, held: [], source: place, place, steps: [...ev.steps], time: ev.clock, tasks: [] };
}

/** Work that waits for nothing else. The same call is the same work, so that values of many rounds stay few. */
export function taskOf(ev: Evaluator, outsides: readonly Outside[], { expression, activation }: Call, state: State): Task {
  return {
    id: `outside:${activation.id}:${String(expression.span.start)}`, startedAt: ev.clock, endedAt: Infinity, waits: [], sends: [], outsides, keeps: [], fails: 0,
    moment: state.moment, startedUnder: new Set(state.held.map(({ id }) => id)), times: ev.times,
  };
}

/** Somebody waits for it now. */
export function wait(ev: Evaluator, outside: Outside, state: State): void {
  if (ev.quiet > 0 || (!isHolding(state) && ev.tasks.length === 0)) return;
  ev.outsides.push({ ...outside, held: [...outside.held, ...state.held], time: ev.clock++, tasks: [...ev.tasks] });
}

/** One call of a body that was followed as anybody may call it. `callback`: it was handed in as a value. */
export interface CalledBy {
  readonly call: Call;
  readonly callback: boolean;
}

/** What a body does when anybody calls it, told of one call of it. */
export function asCalled(ev: Evaluator, outside: Outside, { call: { expression, activation }, callback }: CalledBy): Outside {
  const [first, ...rest] = outside.steps;
  const step: Step | undefined = first && { ...first, call: ev.place(expression.span, activation.body), expression, callback };
  return { ...outside, steps: [...ev.steps, ...(step ? [step] : []), ...rest] };
}

export function asPromised(ev: Evaluator, value: Value, by: CalledBy): Value {
  if (value.v !== "promise" || value.tasks.every(({ outsides }) => outsides.length === 0)) return value;
  return { ...value, tasks: value.tasks.map((task) => ({ ...task, outsides: task.outsides.map((outside) => asCalled(ev, outside, by)) })) };
}

/** A promise made by hand waits for who settles it. */
export function promiseByHand(ev: Evaluator, call: Call, executor: Body, state: State): PromiseValue {
  const { by, delay: written, event = "", limit, sends, ends } = settlingOf(executor);
  const plain: PromiseValue = { v: "promise", tasks: [], grants: [], value: UNKNOWN };
  if (by === "now" || by === "turn" || by === "unknown") return plain;
  const bound = limit && numberOf(ev, limit, call);
  const kinds: Record<typeof by, Pick<Kind, "kind" | "name" | "endless">> = {
    timer: { kind: "timer", name: "setTimeout", endless: false }, event: ANSWERS.has(event) ? { kind: "stream", name: event, endless: false } : { kind: "event", name: "event", endless: true },
    stored: { kind: "task", name: "Promise", endless: true }, never: { kind: "task", name: NEVER, endless: true },
  };
  if (by === "timer" && isInstant(written && valueOf(ev, written, call))) return plain;
  return promiseOf(ev, call, {
    ...kinds[by], reads: true, ...(written && { delay: written }), ...(bound !== undefined && { limit: bound }), ...((by === "stored" ? sends || isDeferred(call) || endsWithSource(executor) : by === "event" && ends) && { doubtful: true as const }),
  }, state);
}

/** An object that is made to be settled by others may have gone to anybody. */
const isDeferred = ({ activation: { body } }: Call): boolean => body.kind === "constructor" || body.kind === "initializer";

/** What nobody ever settles. */
export const NEVER = "never";

const valueOf = (ev: Evaluator, e: Expression, { activation }: Call): Value => e.k === "literal" ? { v: "literal", value: e.value } : evaluateOpen(ev, e, activation);

/** A number written out, or none: some bound it is. */
function numberOf(ev: Evaluator, e: Expression, call: Call): number {
  const value = valueOf(ev, e, call);
  return value.v === "literal" && typeof value.value === "number" ? value.value : 0;
}

/** Who sends into a channel written by hand waits for room in it, who receives waits for a sender. */
export function waitInChannel(ev: Evaluator, fn: FunctionValue, call: Call, state: State): Outcome[] | undefined {
  if (!isHolding(state) || ev.quiet > 0 || fn.self?.v !== "object") return undefined;
  const channel = ev.port.channelOf(fn.body);
  if (!channel) return undefined;
  const kind: Kind = { kind: "channel", name: fn.body.name, endless: true, reads: false };
  return [{ state, value: promiseOf(ev, call, kind, state) }];
}

/** A loop over what comes from outside waits for each item; a body that is read ends with its response. */
export function itemsOf(ev: Evaluator, iterable: Expression, activation: Activation, state: State): void {
  if (ev.quiet > 0 || ev.traffic || !isHolding(state) || iterable.k === "await") return;
  const type = ev.port.typeOf(iterable.ticket).library.find(({ package: from, name }) => from === "platform" && SOURCES.has(name));
  if (!type) return;
  const isBody = iterable.k === "member" && iterable.name === "body";
  const place = ev.place(iterable.span, activation.body);
  wait(ev, { kind: isBody ? "network" : "stream", name: type.name, endless: !isBody, reads: true, held: [], source: place, place, steps: [...ev.steps], time: ev.clock, tasks: [] }, state);
}

/** Who yields waits for a consumer, who may never come back; one that the program shows is another rule's question. */
export function yieldsOf(ev: Evaluator, e: Expression, activation: Activation, state: State): void {
  const { body } = activation;
  if (ev.quiet > 0 || ev.traffic || state.held.length === 0 || ev.steps.length > 1 || !body.generator || ev.port.callersOf(body.name).length > 0) return;
  const place = ev.place(e.span, body);
  wait(ev, { kind: "consumer", name: "yield", endless: true, reads: true, held: [], source: place, place, steps: [...ev.steps], time: ev.clock, tasks: [] }, state);
}

/** A query waits for the database. On a client or transaction that is held it belongs to the permit of that one. */
export function queryOf(ev: Evaluator, call: Call, on: ObjectValue, state: State): void {
  const { expression } = call;
  const name = expression.callee.k === "member" ? expression.callee.name : on.name;
  const kind: OutsideKind = "query";
  wait(ev, begun(ev, call, { kind, name, endless: false, reads: false, ...(on.handle && { handle: on.handle.permit }) }), state);
}
