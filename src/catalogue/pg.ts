import { borrowOfReceiver, releaseOfReceiver } from "./shorthand.js";
import type { Library } from "./types.js";

/** Without `connectionTimeoutMillis` a pool waits without end for a free client. `end` waits for every client that is checked out. */
export const pg: Library = {
  package: "pg",
  majors: ["8"],
  operations: [
    {
      on: "Pool", member: "new", name: "common",
      effect: {
        do: "create", what: "pool", capacity: { from: [{ arg: 0, property: "max" }], default: 10 },
        boundedIf: { arg: 0, property: "connectionTimeoutMillis" },
      },
    },
    {
      on: "Pool", member: "connect", name: "common",
      effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle", callback: { arg: 0 }, callbackGives: { handle: 1, releaser: 2 } },
    },
    { on: "Pool", member: "query", name: "common", effect: borrowOfReceiver },
    { on: "Pool", member: "end", name: "common", effect: { do: "wait", of: "receiver", for: "idle" } },
    { on: "ClientBase", member: "query", name: "common", effect: { do: "bound" } },
    { on: "ClientBase", member: "connect", name: "common", effect: { do: "external", what: "network" } },
    { on: "Client", member: "end", name: "common", effect: { do: "external", what: "network" } },
    { on: "PoolClient", member: "release", name: "common", effect: releaseOfReceiver },
  ],
  primitives: { Pool: { what: "pool" } },
  handles: [{ name: "PoolClient", releasedBy: ["release"] }],
  extends: { PoolClient: ["Client"], Client: ["ClientBase"] },
};
