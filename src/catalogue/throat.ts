import type { Library } from "./types.js";

/** `throat(size)` gives a limiter; with a function, before or after the size, it gives a limited version of that function. */
export const throat: Library = {
  package: "throat",
  majors: ["5", "6"],
  operations: [
    { on: "module", member: "throat", name: "common", effect: { do: "create", what: "limiter", capacity: { from: [{ arg: 0 }] } }, maxArgs: 1 },
    {
      on: "module", member: "throat", name: "common", minArgs: 2, argIsFunction: { arg: 0, is: false },
      effect: { do: "create", what: "limiter", capacity: { from: [{ arg: 0 }] }, wraps: { arg: 1 } },
    },
    {
      on: "module", member: "throat", name: "common", minArgs: 2, argIsFunction: { arg: 0, is: true },
      effect: { do: "create", what: "limiter", capacity: { from: [{ arg: 1 }] }, wraps: { arg: 0 } },
    },
    {
      on: "throat", member: "()", name: "common", argIsFunction: { arg: 0, is: true },
      effect: { do: "run", of: "callee", mode: "permit", callback: { arg: 0 } },
    },
  ],
};
