import type { Library } from "./types.js";

/** `acquire` gives a pending operation, whose `promise` is awaited. The wait ends after 30 seconds unless told otherwise. */
export const tarn: Library = {
  package: "tarn",
  majors: ["3"],
  operations: [
    { on: "Pool", member: "new", name: "common", effect: { do: "create", what: "pool", capacity: { from: [{ arg: 0, property: "max" }] } } },
    {
      on: "Pool", member: "acquire", name: "telling",
      effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle" },
    },
    { on: "Pool", member: "release", name: "common", effect: { do: "release", of: "receiver", handle: { arg: 0 } } },
    { on: "Pool", member: "destroy", name: "common", effect: { do: "wait", of: "receiver", for: "idle" } },
  ],
  primitives: { Pool: { what: "pool" } },
  derives: ["promise"],
};
