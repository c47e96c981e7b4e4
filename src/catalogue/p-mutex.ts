import type { Library } from "./types.js";

export const pMutex: Library = {
  package: "p-mutex",
  majors: ["0.1", "1"],
  operations: [
    { on: "Mutex", member: "new", name: "common", effect: { do: "create", what: "mutex", capacity: 1 } },
    { on: "Mutex", member: "lock", name: "common", effect: { do: "acquire", of: "receiver", mode: "exclusive", gives: "nothing" } },
    { on: "Mutex", member: "unlock", name: "common", effect: { do: "release", of: "receiver" } },
    { on: "Mutex", member: "withLock", name: "telling", effect: { do: "run", of: "receiver", mode: "exclusive", callback: { arg: 0 } } },
  ],
  primitives: { Mutex: { what: "mutex", capacity: 1 } },
};
