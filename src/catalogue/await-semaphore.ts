import type { Library } from "./types.js";

export const awaitSemaphore: Library = {
  package: "await-semaphore",
  majors: ["0.1"],
  operations: [
    { on: "Semaphore", member: "new", name: "common", effect: { do: "create", what: "semaphore", capacity: { from: [{ arg: 0 }] } } },
    { on: "Mutex", member: "new", name: "common", effect: { do: "create", what: "mutex", capacity: 1 } },
    { on: "Semaphore", member: "acquire", name: "telling", effect: { do: "acquire", of: "receiver", mode: "permit", gives: "releaser" } },
    { on: "Semaphore", member: "use", name: "common", effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 } } },
  ],
  primitives: { Semaphore: { what: "semaphore" }, Mutex: { what: "mutex", capacity: 1 } },
  extends: { Mutex: ["Semaphore"] },
};
