import type { Effect } from "../catalogue/types.js";
import type { ClassInfo, Expression } from "../effects/ir.js";
import type { Call } from "./calls.js";
import type { Evaluator } from "./evaluator.js";
import { evaluate } from "./expressions.js";
import { baseClass } from "./names.js";
import { operate } from "./operations.js";
import type { Outcome, State } from "./state.js";
import type { FunctionValue, ObjectValue } from "./values.js";

/** A call of a method that sends into the channel that its object is, or receives from it. */
export function channelOperation(ev: Evaluator, fn: FunctionValue, call: Call, state: State): Outcome[] | undefined {
  const handmade = fn.self?.v === "object" ? ev.port.channelOf(fn.body) : undefined;
  const { self } = fn;
  if (!handmade || self?.v !== "object") return undefined;
  const effect: Effect = handmade.do === "send" ? { do: "send", of: "receiver", blocks: "when full" } : { do: "receive", of: "receiver" };
  const channel = self.channel && { ...self.channel, capacity: limitOf(ev, fn, self, handmade.limit, state) };
  return operate(ev, { ...call, receiver: channel ? { ...self, channel } : self }, [{ on: "", member: "()", name: "common", effect }], undefined, state);
}

function limitOf(ev: Evaluator, { body, activation }: FunctionValue, self: ObjectValue, limit: Expression | undefined, state: State): number | undefined {
  if (!limit) return undefined;
  const value = ev.quietly(() => evaluate(ev, limit, { id: `${body.id}@limit`, body, parent: activation, self, args: [], once: false }, state));
  return value.v === "literal" && typeof value.value === "number" ? value.value : value.v === "library" && value.entity.member === "Infinity" ? Infinity : undefined;
}

/** Has the class, or a base of it, a method that sends? */
export function isChannelClass(ev: Evaluator, info: ClassInfo): boolean {
  let at: ClassInfo | undefined = info;
  for (let depth = 0; at && depth < MOST_BASES; depth++) {
    if ([...at.members.values()].some(({ body }) => body && ev.port.channelOf(body)?.do === "send")) return true;
    at = baseClass(ev, at);
  }
  return false;
}

const MOST_BASES = 8;
