import { releaseByCall, releaseOfReceiver } from "./shorthand.js";
import type { Library } from "./types.js";

export const asyncMutex: Library = {
  package: "async-mutex",
  majors: ["0.3", "0.4", "0.5"],
  operations: [
    { on: "Mutex", member: "new", name: "common", effect: { do: "create", what: "mutex", capacity: 1 } },
    { on: "Semaphore", member: "new", name: "common", effect: { do: "create", what: "semaphore", capacity: { from: [{ arg: 0 }] } } },

    { on: "MutexInterface", member: "acquire", name: "telling", effect: { do: "acquire", of: "receiver", mode: "exclusive", gives: "releaser" } },
    {
      on: "MutexInterface", member: "runExclusive", name: "telling",
      effect: { do: "run", of: "receiver", mode: "exclusive", callback: { arg: 0 } },
    },
    { on: "MutexInterface", member: "release", name: "common", effect: releaseOfReceiver },
    { on: "MutexInterface", member: "waitForUnlock", name: "telling", effect: { do: "wait", of: "receiver", for: "unlock" } },
    { on: "MutexInterface", member: "isLocked", name: "common", effect: { do: "none", trueFor: "receiver" } },
    { on: "MutexInterface", member: "cancel", name: "common", effect: { do: "cancel", of: "receiver" } },

    {
      on: "SemaphoreInterface", member: "acquire", name: "telling",
      effect: { do: "acquire", of: "receiver", mode: "permit", gives: "tuple", weight: { arg: 0 } },
    },
    {
      on: "SemaphoreInterface", member: "runExclusive", name: "telling",
      effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, weight: { arg: 1 } },
    },
    { on: "SemaphoreInterface", member: "release", name: "common", effect: { do: "release", of: "receiver", weight: { arg: 0 } } },
    { on: "SemaphoreInterface", member: "waitForUnlock", name: "telling", effect: { do: "wait", of: "receiver", for: "unlock" } },
    { on: "SemaphoreInterface", member: "isLocked", name: "common", effect: { do: "none" } },
    { on: "SemaphoreInterface", member: "getValue", name: "common", effect: { do: "none" } },
    { on: "SemaphoreInterface", member: "cancel", name: "common", effect: { do: "cancel", of: "receiver" } },

    { on: "Releaser", member: "()", name: "common", effect: releaseByCall },
    { on: "module", member: "withTimeout", name: "common", effect: { do: "decorate", of: { arg: 0 }, sets: "bounded" } },
    { on: "module", member: "tryAcquire", name: "telling", effect: { do: "decorate", of: { arg: 0 }, sets: "try" } },
  ],
  primitives: { MutexInterface: { what: "mutex", capacity: 1 }, SemaphoreInterface: { what: "semaphore" } },
  extends: { Mutex: ["MutexInterface"], Semaphore: ["SemaphoreInterface"] },
};
