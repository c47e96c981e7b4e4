import { each } from "./shorthand.js";
import type { Create, Library } from "./types.js";

const queueOf = (worker: number): Create =>
  ({ do: "create", what: "queue", capacity: { from: [{ arg: worker + 1 }] }, worker: { arg: worker } });

/** The worker is given when the queue is made, after an optional context for its `this`. */
export const fastq: Library = {
  package: "fastq",
  majors: ["1"],
  operations: [
    ...each("module", ["fastq", "promise"], "common", queueOf(0)).map((operation) => ({ ...operation, maxArgs: 2 })),
    ...each("module", ["fastq", "promise"], "common", queueOf(1)).map((operation) => ({ ...operation, minArgs: 3 })),
    ...each("queue", ["push", "unshift"], "common", { do: "borrow", of: "receiver", runs: "worker" }),
    { on: "queueAsPromised", member: "drained", name: "telling", effect: { do: "wait", of: "receiver", for: "idle" } },
    { on: "queue", member: "resume", name: "common", effect: { do: "settle", of: "receiver", how: "resolve" } },
    ...each("queue", ["kill", "killAndDrain", "abort"], "common", { do: "cancel", of: "receiver" }),
    ...each("queue", ["running", "idle", "length", "getQueue"], "common", { do: "none" }),
  ],
  primitives: { queue: { what: "queue" } },
  extends: { queueAsPromised: ["queue"] },
};
