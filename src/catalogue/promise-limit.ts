import type { Library } from "./types.js";

export const promiseLimit: Library = {
  package: "promise-limit",
  majors: ["2"],
  operations: [
    {
      on: "module", member: "limitFactory", name: "common",
      effect: { do: "create", what: "limiter", capacity: { from: [{ arg: 0 }], default: Infinity } },
    },
    { on: "limitFunc", member: "()", name: "common", effect: { do: "run", of: "callee", mode: "permit", callback: { arg: 0 } } },
    {
      on: "limitInterface", member: "map", name: "common",
      effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 1 }, many: "per item" },
    },
  ],
  primitives: { limit: { what: "limiter" }, limitFunc: { what: "limiter" }, limitInterface: { what: "limiter" } },
};
