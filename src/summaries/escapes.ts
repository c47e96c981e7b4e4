import { escapeChannels } from "./channels.js";
import { giveUp } from "./consuming.js";
import { invoke } from "./invocations.js";
import type { Evaluator } from "./evaluator.js";
import { givenBack, releaseAll, watch } from "./handed.js";
import { readName } from "./names.js";
import { runLater, settleLater } from "./later.js";
import { RELEASING } from "./ownership.js";
import type { Outcome, State } from "./state.js";
import { type FunctionValue, type ObjectValue, optionsOf, UNKNOWN, type Value } from "./values.js";
import { release } from "./waits.js";

/**
 * Values go to code that isn't known. It may do everything they allow: a function may run at any time (it becomes a root of its
 * own), and a permit that can be given back through them is taken to be given back.
 */
export function escape(ev: Evaluator, values: readonly Value[], state: State): State {
  if (ev.traffic) escapeChannels(ev, values, state);
  return values.reduce((at, value) => optionsOf(value).reduce((inner, option) => escapeOne(ev, option, inner), at), state);
}

function escapeOne(ev: Evaluator, value: Value, state: State): State {
  switch (value.v) {
    case "releaser": return release(value.permits, state);
    case "function": return escapeFunction(ev, value, state);
    case "object": {
      if (ev.traffic) settleLater(ev, value, [], state);
      if (value.handle && state.held.some((permit) => permit.id === value.handle?.permit)) return release([value.handle.permit], state);
      return escapeObject(ev, value, state);
    }
    case "list": return escape(ev, state.lists.get(value.id)?.items ?? [], state);
    case "promise": return escapeOne(ev, value.value, state);
    case "generator": return giveUp(ev, value, state);
    case "bound": return value.member === "release" ? dropReleasable(state, value.object) : state;
    default: return state;
  }
}

/** The functions and releasers in the fields of an object that was made here. */
function escapeObject(ev: Evaluator, { id, properties }: ObjectValue, state: State): State {
  const written = state.fields.size === 0 ? [] : [...state.fields].filter(([key]) => key.startsWith(`${id}.`)).map(([, value]) => value);
  const parts = [...properties?.values() ?? [], ...written].filter((part) => part.v === "function" || part.v === "releaser");
  return parts.length === 0 ? state : escape(ev, parts, state);
}

function escapeFunction(ev: Evaluator, value: FunctionValue, state: State): State {
  if (ev.quiet === 0) ev.notes.escaped.set(value.body, value);
  if (ev.traffic) {
    settleLater(ev, value, [], state);
    runLater(ev, value, state);
    return state;
  }
  if (!mayRelease(ev, value, state)) return state;
  // What it is called with isn't known.
  const args = value.body.parameters.map(() => UNKNOWN);
  const isNoted = ev.quiet === 0;
  ev.quiet++;
  try {
    const run = (): readonly Outcome[] => invoke(ev, value, args, { callback: true, awaited: true, call: undefined }, state);
    const outcomes = isNoted ? watch(ev, state, [], run) : ev.catching(run).value;
    return releaseAll(new Set(outcomes.flatMap((outcome) => [...givenBack(state, outcome.state)])), state);
  } finally {
    ev.quiet--;
  }
}

/** How many functions may stand between a function and the one that gives something back. */
const MOST_HANDS = 3;

/** Does the text of a function, or of one that it calls by a name of its surroundings, mention something that could give a permit back? */
export function mayRelease(ev: Evaluator, { body, activation }: FunctionValue, state: State, depth = 0): boolean {
  if (state.held.length > 0 && [...body.callNames].some((name) => RELEASING.test(name))) return true;
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
  return release(state.held.filter((permit) => permit.resource.object.id === object.id || permit.id === object.handle?.permit).map((permit) => permit.id), state);
}
