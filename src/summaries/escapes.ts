import type { Body } from "../effects/ir.js";
import { escapeChannels, runLater, settleLater } from "./channels.js";
import { giveUp } from "./consuming.js";
import { invoke } from "./invocations.js";
import type { Evaluator } from "./evaluator.js";
import type { State } from "./state.js";
import { type FunctionValue, type ObjectValue, optionsOf, type Value } from "./values.js";
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
  if (state.held.length === 0 || !mayRelease(value.body, state)) return state;
  const dry = ev.quiet++;
  try {
    const outcomes = invoke(ev, value, [], { callback: true, awaited: false, call: undefined }, { ...state });
    const still = outcomes.map((outcome) => new Set(outcome.state.held.map((permit) => permit.id)));
    return release(state.held.filter((permit) => still.some((ids) => !ids.has(permit.id))).map((permit) => permit.id), state);
  } finally {
    ev.quiet = dry;
  }
}

/** Does the text of a function mention something that could give a permit back? */
function mayRelease(body: Body, state: State): boolean {
  if ([...body.callNames].some((name) => /release|unlock|leave|dispose|shift/i.test(name))) return true;
  return [...body.mentions].some(({ id }) => [...state.variables.values()].some((own) => own.get(id)?.v === "releaser"));
}

function dropReleasable(state: State, object: Value): State {
  if (object.v !== "object") return state;
  return release(state.held.filter((permit) => permit.resource.object.id === object.id || permit.id === object.handle?.permit).map((permit) => permit.id), state);
}
