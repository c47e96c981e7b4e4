import { placeKey } from "../effects/ir.js";
import type { Finding } from "./finding.js";

/** Both speak of the same text, or one of a part of the other's. */
export const overlap = ({ place: a }: Finding, { place: b }: Pick<Finding, "place">): boolean => a.file === b.file && a.span.start < b.span.end && b.span.start < a.span.end;

/**
 * One defect, one rule: a wait under a lock that may never end is told as that, whoever else it keeps from ending it; a circle with more
 * locks than one, and any other wait in a circle, is told as a circle.
 */
export function withoutDoubles(awaits: readonly Finding[], circles: readonly Finding[]): readonly Finding[] {
  const endless = awaits.filter(({ messageId, confidence }) => messageId === "endless" && confidence !== "possible");
  const told = circles.filter((circle) => (circle.locks ?? 0) > 1 || !endless.some((wait) => overlap(wait, circle)));
  return [...told, ...awaits.filter((wait) => !told.some((circle) => overlap(wait, circle)))];
}

/** Two objects of a class that may be in any order are of no interest where they are known to be one. */
export function withoutKnown(orders: readonly Finding[], recursion: readonly Finding[]): readonly Finding[] {
  const known = new Set(recursion.map(({ place }) => placeKey(place)));
  return orders.filter(({ messageId, place }) => messageId !== "objects" || !known.has(placeKey(place)));
}
