import { each } from "./shorthand.js";
import type { Calls, Effect, Library, Operation } from "./types.js";

/** A function that is called with the elements of the receiver before the call returns. */
const perElement = (result: Calls["result"], parameter = 0): Calls =>
  ({ do: "calls", callback: { arg: 0 }, when: "now", times: "many", result, elementsOf: "receiver", parameter });

/** `filter`, `find` and the like look at what the callback returns and never wait for it: a promise is dropped. */
const arrayOperations: readonly Operation[] = [
  ...each("ReadonlyArray", ["map", "flatMap"], "common", perElement("elements")),
  ...each(
    "ReadonlyArray", ["forEach", "filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex"], "common",
    perElement("dropped"),
  ),
  ...each("ReadonlyArray", ["reduce", "reduceRight"], "common", perElement("result", 1)),
  ...each("Array", "sort", "common", perElement("dropped")),
  ...each("ReadonlyArray", "toSorted", "common", perElement("dropped")),
  ...each(["ReadonlyMap", "ReadonlySet"], "forEach", "common", perElement("dropped")),
  ...each("String", ["replace", "replaceAll"], "common", {
    do: "calls", callback: { arg: 1 }, when: "now", times: "many", result: "dropped",
  }),
  { on: "ArrayConstructor", member: "from", name: "common", effect: overArgument("elements"), minArgs: 2 },
  { on: "ArrayConstructor", member: "fromAsync", name: "common", effect: overArgument("awaited"), minArgs: 2 },
  { on: "ArrayConstructor", member: "fromAsync", name: "common", effect: { do: "join", of: { arg: 0 }, first: false }, maxArgs: 1 },
];

/** `Array.from(items, callback)`: the elements are those of the first argument. */
function overArgument(result: Calls["result"]): Calls {
  return { do: "calls", callback: { arg: 1 }, when: "now", times: "many", result, elementsOf: { arg: 0 }, parameter: 0 };
}

const whenSettled: Calls = { do: "calls", callback: { arg: 0 }, when: "later", times: "at most once", result: "result" };

const promiseOperations: readonly Operation[] = [
  // The executor runs at once; a promise that it returns is dropped.
  {
    on: "PromiseConstructor", member: "new", name: "common",
    effect: { do: "calls", callback: { arg: 0 }, when: "now", times: "once", result: "dropped" },
  },
  { on: "Promise", member: "then", name: "common", effect: { ...whenSettled, alternative: { arg: 1 } } },
  ...each("PromiseLike", "then", "common", { ...whenSettled, alternative: { arg: 1 } }),
  { on: "Promise", member: "catch", name: "common", effect: whenSettled },
  { on: "Promise", member: "finally", name: "common", effect: { ...whenSettled, times: "once", result: "awaited" } },
  ...each("PromiseConstructor", ["all", "allSettled"], "common", { do: "join", of: { arg: 0 }, first: false }),
  ...each("PromiseConstructor", ["race", "any"], "common", { do: "join", of: { arg: 0 }, first: true }),
  { on: "PromiseConstructor", member: "withResolvers", name: "telling", effect: { do: "create", what: "deferred" } },
  { on: "PromiseWithResolvers", member: "resolve", name: "common", effect: { do: "settle", of: "receiver", how: "resolve" } },
  { on: "PromiseWithResolvers", member: "reject", name: "common", effect: { do: "settle", of: "receiver", how: "reject" } },
];

const later = (times: Calls["times"]): Calls => ({ do: "calls", callback: { arg: 0 }, when: "later", times, result: "dropped" });

const timerOperations: readonly Operation[] = [
  ...each("module", ["setTimeout", "setImmediate", "queueMicrotask", "requestAnimationFrame", "requestIdleCallback"], "common", later("once")),
  { on: "module", member: "setInterval", name: "common", effect: later("many") },
  { on: "Process", member: "nextTick", name: "common", effect: later("once") },
  ...each("module", "setTimeout", "common", { do: "delay", by: { arg: 0 } }).map(inTimersPromises),
  ...each("module", "setImmediate", "common", { do: "delay", turn: true }).map(inTimersPromises),
  // An iterator over ticks, without a callback.
  ...each("module", "setInterval", "common", { do: "none" }).map(inTimersPromises),
  ...each("Scheduler", "wait", "common", { do: "delay", by: { arg: 0 } }),
  ...each("Scheduler", "yield", "common", { do: "delay", turn: true }),
];

function inTimersPromises(operation: Operation): Operation {
  return { ...operation, module: "timers/promises" };
}

const listen: Effect = { do: "listen", of: "receiver", event: { arg: 0 }, callback: { arg: 1 } };

/** Classes and interfaces of the platform repeat these for their own events, so the members count on any of them. */
const eventOperations: readonly Operation[] = [
  ...each("*", ["on", "once"], "common", listen).map(ofInstance),
  ...each("*", ["addListener", "prependListener", "prependOnceListener", "addEventListener"], "common", listen),
  { on: "*", member: "emit", name: "common", effect: { do: "settle", of: "receiver", how: "emit", event: { arg: 0 } } },
  { on: "*", member: "dispatchEvent", name: "common", effect: { do: "settle", of: "receiver", how: "emit" } },
  // `import { once } from "node:events"` is the static member. The key of the wait is the event.
  {
    on: "EventEmitter", member: "once", name: "common", isStatic: true,
    effect: { do: "wait", of: { arg: 0 }, for: "event", key: { arg: 1 }, bounded: [{ arg: 2, property: "signal" }] },
  },
];

function ofInstance(operation: Operation): Operation {
  return { ...operation, isStatic: false };
}

const contextOperations: readonly Operation[] = [
  {
    on: "AsyncLocalStorage", member: "run", name: "common",
    effect: { do: "calls", callback: { arg: 1 }, when: "now", times: "once", result: "result" },
  },
  ...each("AsyncLocalStorage", "exit", "common", { do: "calls", callback: { arg: 0 }, when: "now", times: "once", result: "result" }),
  ...each("AsyncLocalStorage", ["getStore", "enterWith"], "common", { do: "none" }),
  {
    on: "AsyncResource", member: "runInAsyncScope", name: "common",
    effect: { do: "calls", callback: { arg: 0 }, when: "now", times: "once", result: "result" },
  },
];

/** How the platform's own functions run what they are given, and what their results wait for. */
export const platform: Library = {
  package: "platform",
  majors: [],
  operations: [...arrayOperations, ...promiseOperations, ...timerOperations, ...eventOperations, ...contextOperations],
  primitives: { PromiseWithResolvers: { what: "deferred" } },
  extends: { Array: ["ReadonlyArray"], Map: ["ReadonlyMap"], Set: ["ReadonlySet"] },
};
