import type { Library } from "./types.js";

/** The `timeout` of p-queue covers only the running task, so it bounds no wait; a signal takes a waiting task out of the queue. */
export const pQueue: Library = {
  package: "p-queue",
  majors: ["6", "7", "8", "9"],
  operations: [
    {
      on: "PQueue", member: "new", name: "common",
      effect: {
        do: "create", what: "queue", capacity: { from: [{ arg: 0, property: "concurrency" }], default: Infinity },
        pausedIfFalse: { arg: 0, property: "autoStart" },
      },
    },
    {
      on: "PQueue", member: "add", name: "common",
      effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, bounded: [{ arg: 1, property: "signal" }] },
    },
    {
      on: "PQueue", member: "addAll", name: "common",
      effect: {
        do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, many: "each element", bounded: [{ arg: 1, property: "signal" }],
      },
    },
    { on: "PQueue", member: "onIdle", name: "telling", effect: { do: "wait", of: "receiver", for: "idle" } },
    { on: "PQueue", member: "onPendingZero", name: "telling", effect: { do: "wait", of: "receiver", for: "idle" } },
    { on: "PQueue", member: "onEmpty", name: "telling", effect: { do: "wait", of: "receiver", for: "empty" } },
    { on: "PQueue", member: "onSizeLessThan", name: "telling", effect: { do: "wait", of: "receiver", for: "space" } },
    { on: "PQueue", member: "onRateLimitCleared", name: "telling", effect: { do: "delay" } },
    { on: "PQueue", member: "start", name: "common", effect: { do: "settle", of: "receiver", how: "resolve" } },
    { on: "PQueue", member: "clear", name: "common", effect: { do: "cancel", of: "receiver" } },
    { on: "PQueue", member: "sizeBy", name: "common", effect: { do: "none" } },
  ],
  primitives: { PQueue: { what: "queue" } },
};
