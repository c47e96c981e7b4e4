import type { Library } from "./types.js";

/** The limiter is a function: `Limit` in version 3, `LimitFunction` from 4 on. `limitFunction` came with 6, `map` with 7. */
export const pLimit: Library = {
  package: "p-limit",
  majors: ["3", "4", "5", "6", "7"],
  operations: [
    {
      on: "module", member: "pLimit", name: "common",
      effect: { do: "create", what: "limiter", capacity: { from: [{ arg: 0 }, { arg: 0, property: "concurrency" }] } },
    },
    {
      on: "module", member: "limitFunction", name: "telling",
      effect: { do: "create", what: "limiter", capacity: { from: [{ arg: 1, property: "concurrency" }] }, wraps: { arg: 0 } },
    },
    { on: "LimitFunction", member: "()", name: "common", effect: { do: "run", of: "callee", mode: "permit", callback: { arg: 0 } } },
    {
      on: "LimitFunction", member: "map", name: "common",
      effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 1 }, many: "per item" },
    },
    { on: "LimitFunction", member: "clearQueue", name: "telling", effect: { do: "cancel", of: "receiver" } },
  ],
  primitives: { LimitFunction: { what: "limiter" } },
  extends: { Limit: ["LimitFunction"] },
};
