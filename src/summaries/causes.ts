import type { Place } from "./events.js";
import type { State } from "./state.js";

/** How sure it is that a path is ever taken: it can't be, unknown code would have to throw, work that is awaited would have to fail, the program says so. */
export type Strength = 0 | 1 | 2 | 3;

/** What makes a path leave the way that the text goes: a throw, a call that may throw, awaited work that may fail, a consumer that doesn't come back. */
export interface Cause {
  readonly how: "throw" | "call" | "await" | "yield";
  readonly place: Place;
  readonly strength: Strength;
  /** What is asked for here, by the ids of the pools. */
  readonly asks?: readonly string[];
}

/** A path that needs two causes is as likely as the less likely of them. */
export function blame(cause: Cause, state: State): State {
  return state.cause && state.cause.strength <= cause.strength ? { ...state, cause: { ...cause, strength: state.cause.strength } } : { ...state, cause };
}

/** Of two ways to one point, the likelier one; none of them if one is the way that the text goes. */
export function likelier(a: Cause | undefined, b: Cause | undefined): Cause | undefined {
  if (!a || !b) return undefined;
  return a.strength >= b.strength ? a : b;
}
