import type { Expression } from "../effects/ir.js";
import { type Facts } from "./handmade-facts.js";
import { within } from "../effects/walk.js";
import { directPlace, type Place, samePlace, writesOf } from "./handmade-places.js";

const EQUALITY = new Set(["===", "!==", "==", "!="]);

/**
 * A lock that compares an owner lets its holder in again. The owner is a place that this very function fills with a value and
 * compares with a value; `except` is the place that holds the lock's own promise, compared only to tidy up.
 */
export function comparesOwner(facts: Facts, except?: Place): boolean {
  const kept = writesOf(facts).filter(({ direction, place }) => direction === "value" && !(except && samePlace(place, except)));
  const isKept = (e: Expression): boolean => {
    const place = directPlace(e, facts.home);
    return place !== undefined && kept.some((write) => samePlace(write.place, place));
  };
  return facts.tests.some(({ what }) => [...within(what)].some((e) => e.k === "binary" && EQUALITY.has(e.op)
    && ((isKept(e.left) && e.right.k !== "literal") || (isKept(e.right) && e.left.k !== "literal"))));
}
