import type { Library } from "./types.js";

export const pAll: Library = {
  package: "p-all",
  majors: ["3", "4", "5"],
  operations: [
    {
      on: "module", member: "pAll", name: "common",
      effect: { do: "calls", callback: { arg: 0 }, each: true, when: "now", times: "once", result: "awaited" },
    },
  ],
};
