import type { Library } from "./types.js";

/** A queue of turns: `wait` takes the turn, `shift` passes it on. */
export const sapphireAsyncQueue: Library = {
  package: "@sapphire/async-queue",
  majors: ["1"],
  operations: [
    { on: "AsyncQueue", member: "new", name: "common", effect: { do: "create", what: "mutex", capacity: 1 } },
    {
      on: "AsyncQueue", member: "wait", name: "common",
      effect: { do: "acquire", of: "receiver", mode: "exclusive", gives: "nothing", bounded: [{ arg: 0, property: "signal" }] },
    },
    { on: "AsyncQueue", member: "shift", name: "common", effect: { do: "release", of: "receiver" } },
    { on: "AsyncQueue", member: "abortAll", name: "common", effect: { do: "cancel", of: "receiver" } },
  ],
  primitives: { AsyncQueue: { what: "mutex", capacity: 1 } },
};
