import type { Library } from "./types.js";

export const pDefer: Library = {
  package: "p-defer",
  majors: ["3", "4"],
  operations: [
    { on: "module", member: "pDefer", name: "common", effect: { do: "create", what: "deferred" } },
    { on: "DeferredPromise", member: "resolve", name: "common", effect: { do: "settle", of: "receiver", how: "resolve" } },
    { on: "DeferredPromise", member: "reject", name: "common", effect: { do: "settle", of: "receiver", how: "reject" } },
  ],
  primitives: { DeferredPromise: { what: "deferred" } },
};
