import type { Library } from "./types.js";

/** `drain` takes every permit, one after the other: for the caller that is a wait until all are given back. */
export const asyncSema: Library = {
  package: "async-sema",
  majors: ["3"],
  operations: [
    { on: "Sema", member: "new", name: "common", effect: { do: "create", what: "semaphore", capacity: { from: [{ arg: 0 }] } } },
    { on: "Sema", member: "acquire", name: "telling", effect: { do: "acquire", of: "receiver", mode: "permit", gives: "nothing" } },
    { on: "Sema", member: "tryAcquire", name: "telling", effect: { do: "try", of: "receiver", mode: "permit", gives: "boolean" } },
    { on: "Sema", member: "release", name: "common", effect: { do: "release", of: "receiver" } },
    { on: "Sema", member: "drain", name: "common", effect: { do: "wait", of: "receiver", for: "idle" } },
    { on: "Sema", member: "nrWaiting", name: "common", effect: { do: "none" } },
    { on: "module", member: "RateLimit", name: "common", effect: { do: "none" } },
    // The limiter that RateLimit returns: it waits for time and holds nothing.
    { on: "RateLimit", member: "()", name: "common", effect: { do: "delay" } },
  ],
  primitives: { Sema: { what: "semaphore" } },
};
