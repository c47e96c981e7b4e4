import type { Library } from "./types.js";

export const rocicorpLock: Library = {
  package: "@rocicorp/lock",
  majors: ["1", "2"],
  operations: [
    { on: "Lock", member: "new", name: "common", effect: { do: "create", what: "mutex", capacity: 1 } },
    { on: "Lock", member: "lock", name: "common", effect: { do: "acquire", of: "receiver", mode: "exclusive", gives: "releaser" } },
    { on: "Lock", member: "withLock", name: "telling", effect: { do: "run", of: "receiver", mode: "exclusive", callback: { arg: 0 } } },
    { on: "RWLock", member: "new", name: "common", effect: { do: "create", what: "rwlock", capacity: 1 } },
    { on: "RWLock", member: "read", name: "common", effect: { do: "acquire", of: "receiver", mode: "shared", gives: "releaser" } },
    { on: "RWLock", member: "withRead", name: "telling", effect: { do: "run", of: "receiver", mode: "shared", callback: { arg: 0 } } },
    { on: "RWLock", member: "write", name: "common", effect: { do: "acquire", of: "receiver", mode: "exclusive", gives: "releaser" } },
    { on: "RWLock", member: "withWrite", name: "telling", effect: { do: "run", of: "receiver", mode: "exclusive", callback: { arg: 0 } } },
  ],
  primitives: { Lock: { what: "mutex", capacity: 1 }, RWLock: { what: "rwlock", capacity: 1 } },
};
