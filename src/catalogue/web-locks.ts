import type { Effect, Library } from "./types.js";

const request: Effect = { do: "run", of: "receiver", key: { arg: 0 }, mode: "exclusive", callback: { arg: 1 } };

/** A request with `steal` does not wait either, so it stands among the bounds. */
const requestWithOptions: Effect = {
  ...request,
  callback: { arg: 2 },
  sharedIf: { at: { arg: 1, property: "mode" }, is: "shared" },
  triesIf: { arg: 1, property: "ifAvailable" },
  bounded: [{ arg: 1, property: "signal" }, { arg: 1, property: "steal" }],
};

export const webLocks: Library = {
  package: "platform",
  majors: [],
  words: ["navigator", "locks"],
  operations: [
    { on: "LockManager", member: "request", name: "common", effect: request, maxArgs: 2 },
    { on: "LockManager", member: "request", name: "common", effect: requestWithOptions, minArgs: 3 },
    { on: "LockManager", member: "query", name: "common", effect: { do: "none" } },
  ],
  primitives: { LockManager: { what: "keyed lock", capacity: 1 } },
  beyond: ["LockManager"],
};
