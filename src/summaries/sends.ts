import type { Expression } from "../effects/ir.js";
import type { Call } from "./calls.js";
import type { End } from "./carried.js";
import type { Evaluator } from "./evaluator.js";
import type { Send } from "./events.js";
import { besides } from "./shared-sources.js";
import { type Outcome, type State, withEntry } from "./state.js";
import { type ObjectValue, UNDEFINED, UNKNOWN, type Value } from "./values.js";
import { withIds } from "./waits.js";

export interface Amount {
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
export function newSend(ev: Evaluator, of: ObjectValue, { kind, amount }: Amount, call: Call, bounded: boolean, state: State): { send: Send; state: State } {
  const sent = (state.sent.get(of.id) ?? 0) + (amount === 0 ? 0 : amount * ev.times);
  const send: Send = {
    id: ev.id("send"), kind, channel: of, name: writtenName(call.expression) ?? of.name, amount, count: sent, after: state.waited, place: ev.place(call.expression.span, call.activation.body), steps: [...ev.steps], time: ev.clock++,
    tasks: [...ev.tasks], loops: [...ev.traffic?.loops ?? []], bounded, uncertain: ev.uncertain > 0,
  };
  if (ev.quiet === 0) ev.traffic?.sends.set(send.id, send);
  return { send, state: amount === 0 ? state : { ...state, sent: withEntry(state.sent, of.id, sent) } };
}

/** Waits for sends: at once if the call is awaited, else whoever awaits its promise does. */
export function waitFor(ev: Evaluator, call: Call, sends: readonly Send[], state: State, value: Value = UNDEFINED): Outcome[] {
  if (sends.length === 0) return [{ state, value }];
  const work = (inner: State): Outcome[] => {
    for (const send of ev.quiet > 0 ? [] : sends) {
      const told: Send = { ...send, aside: false, after: inner.waited, tasks: [...ev.tasks] };
      ev.sends.push(told);
      ev.traffic?.sends.set(send.id, told);
    }
    return [{ state: { ...inner, waited: withIds(inner.waited, sends), moment: inner.moment + 1 }, value }];
  };
  return call.awaited ? work(state) : [ev.fork(state, work, true)];
}

/** How much of a channel's room an item takes: of one that counts sizes, only texts written out are known. */
export function amountOf(of: ObjectValue, item: Value | undefined): number {
  if (!of.channel?.bySize) return 1;
  return item?.v === "literal" && typeof item.value === "string" ? item.value.length : Infinity;
}

/** Waits until what was sent has been taken, without sending anything. */
export function waitForRoom(ev: Evaluator, call: Call, over: End | undefined, kind: Send["kind"], state: State, bounded = false): Outcome[] {
  if (!over) return [{ state, value: UNKNOWN }];
  const { send: wait, state: after } = newSend(ev, over.of, { kind, amount: 0 }, call, bounded, state);
  return waitFor(ev, call, [wait], after);
}

/** The other outputs of the process that writes into a channel, or what else its source flows into: it comes to its end only when they go on, too. */
export function siblingsOf(ev: Evaluator, of: ObjectValue, call: Call): readonly ObjectValue[] {
  const { channel, id } = of;
  if (channel?.process === undefined) return besides(ev, of);
  return outputObjects((ev.traffic?.outputs.get(channel.process) ?? []).filter((other) => other !== id), call);
}

export const outputObjects = (ids: readonly string[], call: Call): readonly ObjectValue[] => ids.map((id) => outputObject(id, call));

export function waitForEnd(ev: Evaluator, call: Call, outputs: readonly ObjectValue[], state: State, bounded = false): Outcome[] {
  const sends = outputs.map((output) => newSend(ev, output, { kind: "end", amount: 0 }, call, bounded, state).send);
  return waitFor(ev, call, sends, state, UNKNOWN);
}

export function outputObject(id: string, { activation }: Call): ObjectValue {
  return { v: "object", id, lifetime: "run", name: id.slice(id.lastIndexOf(".") + 1), channel: { capacity: undefined, process: "" }, pinned: true, file: activation.body.file };
}

/** Until all has been read that was written, however little it is. */
export function waitForAll(ev: Evaluator, call: Call, over: End | undefined, state: State): Outcome[] | undefined {
  if (!over) return undefined;
  const { send: wait, state: after } = newSend(ev, over.of, { kind: "close", amount: Infinity }, call, false, state);
  return waitFor(ev, call, [wait], after);
}
