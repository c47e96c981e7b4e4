import { each } from "./shorthand.js";
import type { Library } from "./types.js";

export const lightningPool: Library = {
  package: "lightning-pool",
  majors: ["4"],
  operations: [
    {
      on: "Pool", member: "new", name: "common",
      effect: {
        do: "create", what: "pool", capacity: { from: [{ arg: 1, property: "max" }], default: 10 },
        boundedIf: { arg: 1, property: "acquireTimeoutMillis" },
      },
    },
    {
      on: "Pool", member: "acquire", name: "telling",
      effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle", callback: { arg: 0 }, callbackGives: { handle: 1 } },
    },
    ...each("Pool", ["release", "destroy"], "common", { do: "release", of: "receiver", handle: { arg: 0 } }),
    ...each("Pool", ["releaseAsync", "destroyAsync"], "telling", { do: "release", of: "receiver", handle: { arg: 0 } }),
    ...each("Pool", ["isAcquired", "includes"], "common", { do: "none" }),
  ],
  primitives: { Pool: { what: "pool" } },
};
