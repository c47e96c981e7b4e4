import { each } from "./shorthand.js";
import type { Library, Run } from "./types.js";

const schedule: Run = { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 } };

/** A job may be preceded by options. Limiters of a group are made anew for every key, so they are never taken for the same one. */
export const bottleneck: Library = {
  package: "bottleneck",
  majors: ["2"],
  operations: [
    {
      on: "Bottleneck", member: "new", name: "common",
      effect: { do: "create", what: "limiter", capacity: { from: [{ arg: 0, property: "maxConcurrent" }], default: Infinity } },
    },
    { on: "Bottleneck", member: "schedule", name: "common", effect: schedule, argIsFunction: { arg: 0, is: true } },
    {
      on: "Bottleneck", member: "schedule", name: "common", argIsFunction: { arg: 0, is: false },
      effect: { ...schedule, callback: { arg: 1 }, weight: { arg: 0, property: "weight" } },
    },
    { on: "Bottleneck", member: "submit", name: "common", effect: { ...schedule, done: "last" }, argIsFunction: { arg: 0, is: true } },
    {
      on: "Bottleneck", member: "submit", name: "common", argIsFunction: { arg: 0, is: false },
      effect: { ...schedule, callback: { arg: 1 }, done: "last", weight: { arg: 0, property: "weight" } },
    },
    { on: "Bottleneck", member: "wrap", name: "common", effect: { do: "create", what: "limiter", wraps: { arg: 0 }, of: "receiver" } },
    { on: "Bottleneck", member: "stop", name: "common", effect: { do: "wait", of: "receiver", for: "idle" } },
    ...each("Bottleneck", ["ready", "disconnect"], "common", { do: "external", what: "network" }),
    ...each("Bottleneck", ["counts", "jobStatus", "jobs", "queued", "empty", "running", "done", "check"], "common", { do: "none" }),
    { on: "Group", member: "new", name: "common", effect: { do: "none" } },
    { on: "Group", member: "key", name: "common", effect: { do: "create", what: "limiter" } },
  ],
  primitives: { Bottleneck: { what: "limiter" } },
};
