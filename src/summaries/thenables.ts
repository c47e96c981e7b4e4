import type { Call } from "./calls.js";
import type { Evaluator } from "./evaluator.js";
import { borrowNow } from "./pools.js";
import type { Outcome, State } from "./state.js";
import { type ObjectValue, type PromiseValue, UNKNOWN, type Value } from "./values.js";

const HANDLED = new Set(["then", "catch", "finally"]);

const ALREADY: PromiseValue = { v: "promise", tasks: [], grants: [], value: UNKNOWN };

/** A builder sends its query when its `then` is called; on a connection that is held already it takes no further one. */
export function promiseOfBuilder(ev: Evaluator, call: Call, object: ObjectValue, state: State): Outcome | undefined {
  if (ev.traffic || !(object.lazy ?? object.handle)) return undefined;
  if (object.handle) return { state, value: ALREADY };
  return ev.fork(state, (inner) => [{ state: borrowNow(ev, call, object, false, inner), value: UNKNOWN }]);
}

export const isHandled = (name: string): boolean => HANDLED.has(name);

/** `Promise.all([db.insert(…), db.update(…)])` calls the `then` of each. */
export function startAll(ev: Evaluator, call: Call, items: readonly Value[], state: State): { readonly items: readonly Value[]; readonly state: State } {
  let current = state;
  const started = items.map((item) => {
    const sent = item.v === "object" && item.lazy && !item.handle ? promiseOfBuilder(ev, call, item, current) : undefined;
    if (!sent) return item;
    current = sent.state;
    return sent.value;
  });
  return { items: started, state: current };
}
