import path from "node:path";

import { ANONYMOUS, contains } from "../effects/ir.js";
import type { Permit, Place, Step, Wait } from "../summaries/events.js";

/** Where a report stands: the first call inside the innermost section that already holds the lock, or the request itself. */
export function placeOf(held: Permit, wait: Wait): Place {
  let index = commonDepth(held.steps, wait.steps);
  // What a runner calls is the section: the report belongs in there.
  while (wait.steps[index]?.callback) index++;
  return wait.steps[index]?.call ?? wait.place;
}

/** How many of the bodies that were running when the permit was taken are still the ones running at the wait. */
export function commonDepth(a: readonly Step[], b: readonly Step[]): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  return index;
}

export const isWithin = (inner: Place, outer: Place): boolean => inner.file === outer.file && contains(outer.span, inner.span);

export type LineOf = (place: Place) => number;

/** `24`, or `24 of manager.ts` for who reads of it in another file. */
export const lineSeenFrom = ({ file }: Place, place: Place, lineOf: LineOf): string => String(lineOf(place)) + (place.file === file ? "" : ` of ${path.basename(place.file)}`);

/** `cleanup (manager.ts:24)`: what a reader can find. */
export function describePlace(place: Place, lineOf: LineOf): string {
  return `${functionName(place)} (${path.basename(place.file)}:${String(lineOf(place))})`;
}

export function functionName({ body }: Place): string {
  let at = body;
  while (at.name === ANONYMOUS && at.parent) at = at.parent;
  return at.kind === "module" ? "the module" : at.name;
}

/** How the request is reached from the report's place: nothing if it stands there. */
export function describeReach(place: Place, wait: Wait, lineOf: LineOf): string {
  const { place: at } = wait.permit;
  return isWithin(at, place) && at.body === place.body ? "" : ` (in ${describePlace(at, lineOf)})`;
}
