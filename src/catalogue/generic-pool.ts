import type { Library } from "./types.js";

/** A pool holds one resource unless `max` says otherwise, and an acquire waits without end unless it is given a timeout. */
export const genericPool: Library = {
  package: "generic-pool",
  majors: ["3"],
  operations: [
    {
      on: "module", member: "createPool", name: "telling",
      effect: {
        do: "create", what: "pool", capacity: { from: [{ arg: 1, property: "max" }], default: 1 },
        boundedIf: { arg: 1, property: "acquireTimeoutMillis" },
      },
    },
    { on: "Pool", member: "acquire", name: "telling", effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle" } },
    { on: "Pool", member: "release", name: "common", effect: { do: "release", of: "receiver", handle: { arg: 0 } } },
    { on: "Pool", member: "destroy", name: "common", effect: { do: "release", of: "receiver", handle: { arg: 0 } } },
    { on: "Pool", member: "use", name: "common", effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, handle: 0 } },
    { on: "Pool", member: "drain", name: "common", effect: { do: "wait", of: "receiver", for: "idle" } },
    { on: "Pool", member: "clear", name: "common", effect: { do: "external", what: "network" } },
    { on: "Pool", member: "ready", name: "common", effect: { do: "external", what: "network" } },
    { on: "Pool", member: "isBorrowedResource", name: "common", effect: { do: "none" } },
  ],
  primitives: { Pool: { what: "pool" } },
};
