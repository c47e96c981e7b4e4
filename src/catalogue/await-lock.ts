import type { Library } from "./types.js";

export const awaitLock: Library = {
  package: "await-lock",
  majors: ["2", "3"],
  operations: [
    { on: "AwaitLock", member: "new", name: "common", effect: { do: "create", what: "mutex", capacity: 1 } },
    {
      on: "AwaitLock", member: "acquireAsync", name: "telling",
      effect: { do: "acquire", of: "receiver", mode: "exclusive", gives: "nothing", bounded: [{ arg: 0, property: "timeout" }] },
    },
    { on: "AwaitLock", member: "tryAcquire", name: "telling", effect: { do: "try", of: "receiver", mode: "exclusive", gives: "boolean" } },
    { on: "AwaitLock", member: "release", name: "common", effect: { do: "release", of: "receiver" } },
  ],
  primitives: { AwaitLock: { what: "mutex", capacity: 1 } },
};
