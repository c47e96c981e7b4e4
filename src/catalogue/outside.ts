import type { Effect } from "./types.js";

/** Does whoever awaits such a call wait for something that no lock of the program decides? */
export function reachesOutside(effect: Effect): boolean {
  switch (effect.do) {
    case "external": return true;
    case "delay": return effect.turn === undefined;
    case "wait": return effect.for === "event" || effect.for === "exit" || effect.for === "closed" || effect.for === "finished";
    default: return false;
  }
}
