import type { Listen } from "../catalogue/types.js";
import type { Call } from "./calls.js";
import { escape } from "./escapes.js";
import type { Evaluator } from "./evaluator.js";
import { noteLeft } from "./exits.js";
import { givenBack } from "./handed.js";
import type { State } from "./state.js";
import { UNDEFINED } from "./values.js";

/** A handler runs when its event comes, if it does. */
export function listen(ev: Evaluator, call: Call, { event, callback }: Listen, state: State): State {
  const { args, expression, activation } = call;
  const after = escape(ev, [args[callback.arg] ?? UNDEFINED], state);
  const value = event && args[event.arg];
  const left = {
    event: value?.v === "literal" && typeof value.value === "string" ? value.value : undefined, place: ev.place(expression.span, activation.body),
    name: event && expression.args[event.arg], handler: expression.args[callback.arg],
  };
  for (const id of givenBack(state, after)) noteLeft(ev, id, left, state);
  return after;
}
