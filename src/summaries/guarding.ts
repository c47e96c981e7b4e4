import type { Catalogue } from "../catalogue/index.js";
import type { PrimitiveKind } from "../catalogue/types.js";
import type { Evaluator } from "./evaluator.js";
import type { Permit } from "./events.js";
import type { State } from "./state.js";
import type { ObjectValue } from "./values.js";

export interface PrimitiveFacts {
  readonly what: PrimitiveKind | undefined;
  /** Number of permits; undefined if that can't be known. */
  readonly capacity: number | undefined;
}

export function primitiveFacts({ creation, library }: ObjectValue, catalogue: Catalogue): PrimitiveFacts {
  const type = library && catalogue.primitiveOf(library.package, library.name);
  return { what: creation?.what ?? type?.what, capacity: creation ? creation.capacity : type?.capacity };
}

/** Only what lets in one at a time keeps others waiting: a lock, or a semaphore with one permit. */
export function isLock({ mode, resource, uncertain }: Permit, catalogue: Catalogue): boolean {
  const { what, capacity } = primitiveFacts(resource.object, catalogue);
  return !uncertain && (mode === "exclusive" || what === "semaphore") && capacity === 1;
}

/** A connection of a pool, which is not to be kept while something else is waited for. */
export function isConnection({ resource, uncertain, operation: { how } }: Permit, catalogue: Catalogue): boolean {
  const { what } = primitiveFacts(resource.object, catalogue);
  return !uncertain && how !== "borrow" && (what === "pool" || what === "database");
}

/** Would a long wait here keep others from going on? */
export const keepsOthers = (ev: Evaluator, { guarding, held }: State): boolean =>
  guarding || held.some((permit) => isLock(permit, ev.catalogue) || isConnection(permit, ev.catalogue));
