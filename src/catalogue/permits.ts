import type { Effect, PrimitiveKind } from "./types.js";

const UNLOCKING: ReadonlySet<PrimitiveKind> = new Set<PrimitiveKind>(["channel", "deferred", "child process", "emitter"]);

/** Has an operation to do with permits? Those that only run callbacks or wait for time say nothing about locks. */
export function concernsPermits(effect: Effect): boolean {
  switch (effect.do) {
    case "create": return !UNLOCKING.has(effect.what);
    case "acquire": case "prepare": case "bracket": case "try": case "release": case "run": case "borrow": case "decorate": case "derive": return true;
    // What it runs may keep what it took until an item is consumed.
    case "window": return true;
    case "wait": return effect.for === "unlock" || effect.for === "idle" || effect.for === "empty" || effect.for === "space";
    default: return false;
  }
}
