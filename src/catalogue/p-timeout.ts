import type { Library } from "./types.js";

/** Bounds the wait for a promise. The work behind the promise goes on and keeps what it holds. */
export const pTimeout: Library = {
  package: "p-timeout",
  majors: ["4", "5", "6", "7"],
  operations: [
    { on: "module", member: "pTimeout", name: "common", effect: { do: "join", of: { arg: 0 }, first: false, bounded: "always" } },
  ],
};
