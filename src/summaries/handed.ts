import { inAll } from "../maps.js";
import type { Strength } from "./causes.js";
import type { Evaluator } from "./evaluator.js";
import { type Lost, noteLost } from "./exits.js";
import type { Outcome, State } from "./state.js";
import { optionsOf, type PromiseValue, type Value } from "./values.js";
import { release } from "./waits.js";

/** Permits that are not held or awaited any more after something has run: its own, and those of whoever started it. */
export function givenBack(before: State, after: State): ReadonlySet<string> {
  const held = before.held.length === after.held.length ? [] : before.held.filter(({ id }) => !after.held.some((permit) => permit.id === id));
  return new Set([...held.map(({ id }) => id), ...[...after.released].filter((id) => !before.released.has(id))]);
}

/**
 * Runs a function to which it is left to give something back, and notes the ways out of it on which it doesn't. `expected`: what it
 * has to give back in any case. `isOpen`: it may be called again, so that a way out that gives nothing back is no loss.
 */
export function watch(ev: Evaluator, state: State, expected: readonly string[], run: () => readonly Outcome[], isOpen = false): readonly Outcome[] {
  ev.watched++;
  const { value: outcomes, thrown } = ev.catching(run);
  ev.watched--;
  const ends = outcomes.map((outcome) => ({ state: outcome.state, back: givenBack(state, outcome.state) }));
  const wanted = new Set([...expected, ...ends.flatMap(({ back }) => [...back])]);
  for (const id of wanted) {
    for (const end of ends) if (!isOpen && !end.back.has(id)) noteLost(ev, { permit: id, how: "return", place: end.state.left, strength: end.state.cause?.strength ?? 3 });
    for (const at of thrown) {
      const { cause } = at;
      if (cause && !givenBack(state, at).has(id)) noteLost(ev, { permit: id, how: cause.how, place: cause.place, strength: cause.strength });
    }
  }
  for (const at of thrown) ev.rethrow(at);
  return outcomes;
}

/** What a rejection of a promise leaves held, because only its fulfilment gives it back. */
export function lostIn(value: Value): readonly Lost[] {
  return optionsOf(value).flatMap((option) => option.v === "promise" ? [...option.lost ?? [], ...lostIn(option.value)] : []);
}

/** Nobody looks at what becomes of a promise that is dropped. */
export function noteDropped(ev: Evaluator, value: Value): void {
  if (ev.quiet === 0) for (const lost of lostIn(value)) noteLost(ev, lost);
}

/** How sure it is that a promise is rejected. */
export const failureOfPromise = ({ tasks, grants, safe }: PromiseValue): Strength =>
  safe ? 0 : tasks.length === 0 && grants.length === 0 ? 2 : Math.max(0, ...tasks.map(({ fails }) => fails)) as Strength;

/** What a promise has given back in any case when it is rejected. */
export const sparedBy = ({ tasks, grants }: PromiseValue): ReadonlySet<string> =>
  grants.length > 0 ? new Set() : inAll(tasks.filter(({ fails }) => fails > 0).map(({ spares }) => spares));

/** Something is left held after all. */
export function retake(ev: Evaluator, lost: readonly Lost[], state: State): State {
  const missing = lost.flatMap(({ permit }) => state.held.some(({ id }) => id === permit) ? [] : ev.requests.get(permit) ?? []);
  return missing.length === 0 ? state : { ...state, held: [...state.held, ...missing] };
}

export const releaseAll = (ids: ReadonlySet<string>, state: State): State => ids.size === 0 ? state : release([...ids], state);
