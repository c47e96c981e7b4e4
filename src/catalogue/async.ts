import { each } from "./shorthand.js";
import type { Calls, Create, Library } from "./types.js";

const queue: Create = { do: "create", what: "queue", capacity: { from: [{ arg: 1 }], default: 1 }, worker: { arg: 0 } };

/** The function runs for every item, and the promise of the call waits for all of them. */
const overItems = (callback: number): Calls =>
  ({ do: "calls", callback: { arg: callback }, when: "now", times: "many", result: "awaited", elementsOf: { arg: 0 }, parameter: 0 });

/** Names such as `forEachLimit` are declared with the type of these, so they resolve to them. */
export const asyncUtilities: Library = {
  package: "async",
  majors: ["3"],
  operations: [
    ...each("module", ["queue", "priorityQueue", "cargoQueue"], "common", queue),
    { on: "module", member: "cargo", name: "common", effect: { do: "create", what: "queue", capacity: 1, worker: { arg: 0 } } },
    ...each("QueueObject", ["push", "unshift"], "common", { do: "borrow", of: "receiver", runs: "worker" }),
    ...each("QueueObject", ["pushAsync", "unshiftAsync"], "telling", { do: "borrow", of: "receiver", runs: "worker" }),
    { on: "AsyncPriorityQueue", member: "push", name: "common", effect: { do: "borrow", of: "receiver", runs: "worker" } },
    // Without a handler this is a promise for the next time that the queue runs empty.
    { on: "QueueObject", member: "drain", name: "common", effect: { do: "wait", of: "receiver", for: "idle" }, maxArgs: 0 },
    { on: "QueueObject", member: "drain", name: "common", effect: { do: "none" }, minArgs: 1 },
    { on: "QueueObject", member: "resume", name: "common", effect: { do: "settle", of: "receiver", how: "resolve" } },
    { on: "QueueObject", member: "kill", name: "common", effect: { do: "cancel", of: "receiver" } },
    ...each("module", ["each", "forEachOf", "map", "mapValues", "filter", "concat", "some", "every", "detect"], "common", overItems(1)),
    ...each(
      "module",
      ["eachLimit", "forEachOfLimit", "mapLimit", "mapValuesLimit", "filterLimit", "concatLimit", "someLimit", "everyLimit", "detectLimit"],
      "telling", overItems(2),
    ),
    ...each("module", ["series", "parallel", "parallelLimit"], "common", {
      do: "calls", callback: { arg: 0 }, each: true, when: "now", times: "once", result: "awaited",
    }),
  ],
  primitives: { QueueObject: { what: "queue" }, AsyncPriorityQueue: { what: "queue" } },
  extends: { AsyncPriorityQueue: ["QueueObject"] },
};
