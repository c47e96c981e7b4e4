import type { Effect } from "./types.js";

/**
 * Does whoever awaits such a call wait for something that no lock of the program decides? A file answers soon, and is mostly what a lock
 * is there for: functions are not followed to find one.
 */
export function reachesOutside(effect: Effect): boolean {
  switch (effect.do) {
    case "external": return effect.what !== "file";
    case "delay": return effect.turn === undefined;
    case "wait": return effect.for === "event" || effect.for === "exit" || effect.for === "closed" || effect.for === "finished";
    default: return false;
  }
}
