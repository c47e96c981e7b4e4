import type { Bound, Library } from "./types.js";

const signal: Bound = [{ arg: 0, property: "signal" }];

export const itQueue: Library = {
  package: "it-queue",
  majors: ["1"],
  operations: [
    {
      on: "Queue", member: "new", name: "common",
      effect: {
        do: "create", what: "queue", capacity: { from: [{ arg: 0, property: "concurrency" }], default: Infinity },
        pausedIfFalse: { arg: 0, property: "autoStart" },
      },
    },
    {
      on: "Queue", member: "add", name: "common",
      effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, bounded: [{ arg: 1, property: "signal" }] },
    },
    { on: "Queue", member: "onIdle", name: "telling", effect: { do: "wait", of: "receiver", for: "idle", bounded: signal } },
    { on: "Queue", member: "onEmpty", name: "telling", effect: { do: "wait", of: "receiver", for: "empty", bounded: signal } },
    {
      on: "Queue", member: "onSizeLessThan", name: "telling",
      effect: { do: "wait", of: "receiver", for: "space", bounded: [{ arg: 1, property: "signal" }] },
    },
    { on: "Queue", member: "start", name: "common", effect: { do: "settle", of: "receiver", how: "resolve" } },
    { on: "Queue", member: "clear", name: "common", effect: { do: "cancel", of: "receiver" } },
    { on: "Queue", member: "abort", name: "common", effect: { do: "cancel", of: "receiver" } },
  ],
  primitives: { Queue: { what: "queue" } },
};
