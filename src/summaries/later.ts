import type { Call } from "./calls.js";
import { leadToChannel } from "./carried.js";
import { escape } from "./escapes.js";
import type { Evaluator, Executor } from "./evaluator.js";
import type { Send } from "./events.js";
import { invoke } from "./invocations.js";
import { waitFor } from "./sends.js";
import type { Outcome, State } from "./state.js";
import { type Activation, type FunctionValue, optionsOf, UNKNOWN, type Value } from "./values.js";

/** A callback that is called once the sends have gone through. */
export function answerLater(ev: Evaluator, callback: Value, sends: readonly Send[], state: State, onlyOnError = false): State {
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

/** A function that unknown code got: it may be run from now on. */
export function runLater(ev: Evaluator, fn: FunctionValue, state: State): void {
  const { traffic } = ev;
  if (!traffic || ev.quiet > 0) return;
  const key = `${fn.body.id}@${fn.activation?.id ?? ""}/${fn.self?.v === "object" ? fn.self.id : ""}`;
  if (traffic.escaped.has(key)) return;
  traffic.escaped.add(key);
  if (!leadToChannel(ev, [fn], state)) return;
  ev.executors.push({ id: "", ways: [] });
  ev.fork(state, (inner) => invoke(ev, fn, [], { call: undefined, callback: true, awaited: true }, inner).map((outcome) => ({ ...outcome, state: escape(ev, [outcome.value], outcome.state) })), true);
  ev.executors.pop();
}
