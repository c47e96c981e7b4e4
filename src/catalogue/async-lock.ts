import type { Library } from "./types.js";

/** `acquire` runs the function it is given. A function that declares `done` keeps the key until it calls it, even when it is async. */
export const asyncLock: Library = {
  package: "async-lock",
  majors: ["1"],
  operations: [
    {
      on: "AsyncLock", member: "new", name: "common",
      effect: {
        do: "create", what: "keyed lock", capacity: 1,
        reentrantIf: { arg: 0, property: "domainReentrant" }, boundedIf: { arg: 0, property: "timeout" },
      },
    },
    {
      on: "AsyncLock", member: "acquire", name: "telling",
      effect: {
        do: "run", of: "receiver", key: { arg: 0 }, mode: "exclusive", callback: { arg: 1 }, done: 0, keysInOrder: true,
        bounded: [
          { arg: 2, property: "timeout" }, { arg: 2, property: "maxOccupationTime" },
          { arg: 3, property: "timeout" }, { arg: 3, property: "maxOccupationTime" },
        ],
      },
    },
    { on: "AsyncLock", member: "isBusy", name: "common", effect: { do: "none" } },
  ],
  primitives: { AsyncLock: { what: "keyed lock", capacity: 1 } },
};
