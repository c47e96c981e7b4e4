import { type Evaluator, LIMITS } from "./evaluator.js";
import { invokeFromOutside } from "./invocations.js";
import type { State } from "./state.js";
import type { Exits } from "./statements.js";
import { type Activation, type FunctionValue, optionsOf, type Value } from "./values.js";

/**
 * Runs the functions that a call made for a name of a module, or for a field (`write = locked(mutex, async () => …)`): whoever has the
 * name may call them, at any time, and what they close over is known only here.
 */
export function runKeptClosures(ev: Evaluator, activation: Activation, { normal, returns }: Exits): void {
  const { kind } = activation.body;
  const kept = kind === "module" ? normal.flatMap((state) => namedIn(ev, activation, state).map((value) => ({ state, value }))) : kind === "initializer" ? returns : [];
  for (const { state, value } of kept) for (const option of optionsOf(value)) if (isMade(option, activation)) runLater(ev, option, state);
}

function namedIn(ev: Evaluator, { id, body }: Activation, state: State): readonly Value[] {
  const named = state.variables.get(id);
  return (ev.port.lowered(body.file)?.declarations ?? []).flatMap((declaration) =>
    declaration.body === body && declaration.init?.k === "call" ? named?.get(declaration.id) ?? [] : []);
}

const isMade = (value: Value, { body }: Activation): value is FunctionValue => value.v === "function" && value.activation?.args !== undefined && value.activation.body !== body;

function runLater(ev: Evaluator, closure: FunctionValue, state: State): void {
  if (ev.work > LIMITS.work) return;
  ev.fork(state, (later) => invokeFromOutside(ev, closure, later), true);
}
