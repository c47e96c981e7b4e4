import { each, releaseOfReceiver } from "./shorthand.js";
import type { Acquire, Library, TryAcquire } from "./types.js";

const acquire: Acquire = { do: "acquire", of: "receiver", mode: "permit", gives: "nothing" };
const attempt: TryAcquire = { do: "try", of: "receiver", mode: "permit", gives: "boolean" };

export const semaphoreAsyncAwait: Library = {
  package: "semaphore-async-await",
  majors: ["1"],
  operations: [
    { on: "Semaphore", member: "new", name: "common", effect: { do: "create", what: "semaphore", capacity: { from: [{ arg: 0 }] } } },
    { on: "Lock", member: "new", name: "common", effect: { do: "create", what: "mutex", capacity: 1 } },
    { on: "Semaphore", member: "acquire", name: "telling", effect: acquire },
    { on: "Semaphore", member: "wait", name: "common", effect: acquire },
    // Tells whether it got one in time.
    { on: "Semaphore", member: "waitFor", name: "common", effect: attempt },
    { on: "Semaphore", member: "tryAcquire", name: "telling", effect: attempt },
    { on: "Semaphore", member: "execute", name: "common", effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 } } },
    ...each("Semaphore", ["release", "signal"], "common", releaseOfReceiver),
    ...each("Semaphore", ["getPermits", "drainPermits"], "common", { do: "none" }),
  ],
  primitives: { Semaphore: { what: "semaphore" }, Lock: { what: "mutex", capacity: 1 } },
  extends: { Lock: ["Semaphore"] },
};
