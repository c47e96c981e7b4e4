import { escapeChannels } from "./channels.js";
import { giveUp } from "./consuming.js";
import { invokeFromOutside } from "./invocations.js";
import type { Evaluator } from "./evaluator.js";
import { givenBack, releaseAll, watch } from "./handed.js";
import { readName } from "./names.js";
import { runLater, settleLater } from "./later.js";
import { leadsTo, RELEASING } from "./ownership.js";
import { givable, type Outcome, type State } from "./state.js";
import { type FunctionValue, type ObjectValue, optionsOf, type Value } from "./values.js";
import { release } from "./waits.js";

/**
 * Values go to code that isn't known. It may do everything they allow: a function may run at any time (it becomes a root of its
 * own), and a permit that can be given back through them is taken to be given back.
 */
export function escape(ev: Evaluator, values: readonly Value[], state: State, isResult = false): State {
  if (ev.traffic) escapeChannels(ev, values, state);
  return values.reduce((at, value) => optionsOf(value).reduce((inner, option) => escapeOne(ev, option, inner, isResult), at), state);
}

/** `isResult`: a caller gets it, who may call functions in it as often as it takes. */
function escapeOne(ev: Evaluator, value: Value, state: State, isResult: boolean): State {
  switch (value.v) {
    case "releaser": return release(value.permits, state);
    case "function": return escapeFunction(ev, value, state, isResult);
    case "object": {
      if (ev.traffic) settleLater(ev, value, [], state);
      if (value.handle && givable(state).some((permit) => permit.id === value.handle?.permit)) return release([value.handle.permit], state);
      return escapeObject(ev, value, state, isResult);
    }
    case "list": return escape(ev, state.lists.get(value.id)?.items ?? [], state, isResult);
    case "promise": return escapeOne(ev, value.value, state, isResult);
    case "generator": return giveUp(ev, value, state);
    case "bound": return value.member === "release" ? dropReleasable(state, value.object) : state;
    default: return state;
  }
}

/** The functions and releasers in the fields of an object that was made here. */
function escapeObject(ev: Evaluator, { id, properties }: ObjectValue, state: State, isResult: boolean): State {
  const written = state.fields.size === 0 ? [] : [...state.fields].filter(([key]) => key.startsWith(`${id}.`)).map(([, value]) => value);
  const parts = [...properties?.values() ?? [], ...written].filter((part) => part.v === "function" || part.v === "releaser");
  return parts.length === 0 ? state : escape(ev, parts, state, isResult);
}

function escapeFunction(ev: Evaluator, value: FunctionValue, state: State, isResult: boolean): State {
  if (ev.quiet === 0) ev.notes.escaped.set(value.body, value);
  if (ev.traffic) {
    settleLater(ev, value, [], state);
    runLater(ev, value, state);
    return state;
  }
  if (!mayRelease(ev, value, state)) return state;
  const isNoted = ev.quiet === 0;
  ev.quiet++;
  try {
    const run = (): readonly Outcome[] => invokeFromOutside(ev, value, state);
    const outcomes = isNoted ? watch(ev, state, [], run, isResult) : ev.catching(run).value;
    // Where the program ends, so does everything that it holds.
    if (outcomes.length === 0) return releaseAll(new Set(givable(state).map(({ id }) => id).filter((id) => leadsTo(value, id, state))), state);
    return releaseAll(new Set(outcomes.flatMap((outcome) => [...givenBack(state, outcome.state)])), state);
  } finally {
    ev.quiet--;
  }
}

/** How many functions may stand between a function and the one that gives something back. */
const MOST_HANDS = 3;

/** Does the text of a function, or of one that it calls by a name of its surroundings, mention something that could give a permit back? */
export function mayRelease(ev: Evaluator, { body, activation }: FunctionValue, state: State, depth = 0): boolean {
  if (givable(state).length > 0 && [...body.callNames].some((name) => RELEASING.test(name))) return true;
  for (const declaration of body.mentions) {
    for (const own of state.variables.values()) if (own.get(declaration.id)?.v === "releaser") return true;
    if (depth >= MOST_HANDS || !activation || declaration.kind === "import" || declaration.body === body || !body.callNames.has(declaration.name)) continue;
    const value = readName(ev, declaration, activation, state);
    if (optionsOf(value).some((option) => option.v === "function" && option.body !== body && mayRelease(ev, option, state, depth + 1))) return true;
  }
  return false;
}

function dropReleasable(state: State, object: Value): State {
  if (object.v !== "object") return state;
  return release(givable(state).filter((permit) => permit.resource.object.id === object.id || permit.id === object.handle?.permit).map((permit) => permit.id), state);
}
