import type { Capacity, Library } from "./types.js";

const ahead: Capacity = { from: [{ arg: 2, property: "backpressure" }, { arg: 2, property: "concurrency" }], default: Infinity };

/** Each call of `pMap` has a limit of its own, so it is no lock: it runs the function for every item and waits for all. */
export const pMap: Library = {
  package: "p-map",
  majors: ["4", "5", "6", "7"],
  operations: [
    {
      on: "module", member: "pMap", name: "common",
      effect: { do: "calls", callback: { arg: 1 }, when: "now", times: "many", result: "awaited", elementsOf: { arg: 0 }, parameter: 0 },
    },
    {
      on: "module", member: "pMapIterable", name: "telling",
      effect: { do: "window", items: { arg: 0 }, callback: { arg: 1 }, ahead },
    },
  ],
};
