import { releaseByCall } from "./shorthand.js";
import type { Library } from "./types.js";

/** Locks made under the same name, or without one, are one lock for the whole process; they are told apart here all the same. */
export const mortice: Library = {
  package: "mortice",
  majors: ["3"],
  operations: [
    { on: "module", member: "createMortice", name: "common", effect: { do: "create", what: "rwlock", capacity: 1 } },
    {
      on: "Mortice", member: "readLock", name: "telling",
      effect: { do: "acquire", of: "receiver", mode: "shared", gives: "releaser", bounded: [{ arg: 0, property: "signal" }] },
    },
    {
      on: "Mortice", member: "writeLock", name: "telling",
      effect: { do: "acquire", of: "receiver", mode: "exclusive", gives: "releaser", bounded: [{ arg: 0, property: "signal" }] },
    },
    { on: "Release", member: "()", name: "common", effect: releaseByCall },
    { on: "Mortice", member: "finalize", name: "common", effect: { do: "none" } },
  ],
  primitives: { Mortice: { what: "rwlock", capacity: 1 } },
};
