import { each, releaseOfReceiver } from "./shorthand.js";
import type { Borrow, Library } from "./types.js";

/** Waiting for a connection ends after `acquireTimeout`, 10 seconds unless told otherwise. */
const borrow: Borrow = { do: "borrow", of: "receiver" };
const pools = ["Pool", "FilteredPoolCluster", "PoolCluster"];

export const mariadb: Library = {
  package: "mariadb",
  majors: ["3"],
  operations: [
    {
      on: "module", member: "createPool", name: "telling",
      effect: { do: "create", what: "pool", capacity: { from: [{ arg: 0, property: "connectionLimit" }], default: 10 } },
    },
    { on: "module", member: "createPoolCluster", name: "telling", effect: { do: "create", what: "pool" } },
    { on: "module", member: "createConnection", name: "common", effect: { do: "external", what: "network" } },
    ...each(pools, "getConnection", "telling", {
      do: "acquire", of: "receiver", mode: "permit", gives: "handle", callback: { arg: 0 }, callbackGives: { handle: 1 },
    }),
    ...each(["Pool", "FilteredPoolCluster"], ["query", "batch", "execute"], "common", borrow),
    { on: "Pool", member: "importFile", name: "common", effect: borrow },
    ...each(["Pool", "PoolCluster", "Connection"], "end", "common", { do: "external", what: "network" }),
    { on: "Connection", member: "beginTransaction", name: "telling", effect: { do: "bound" } },
    ...each(
      "Connection", ["query", "batch", "execute", "commit", "rollback", "prepare", "queryStream", "ping", "reset", "importFile"], "common",
      { do: "bound" },
    ),
    ...each("PoolConnection", ["release", "end", "close"], "common", releaseOfReceiver),
    { on: "Connection", member: "destroy", name: "common", effect: releaseOfReceiver },
  ],
  primitives: { Pool: { what: "pool" }, PoolCluster: { what: "pool" }, FilteredPoolCluster: { what: "pool" } },
  handles: [{ name: "PoolConnection", releasedBy: ["release", "end", "close", "destroy"] }],
  extends: { PoolConnection: ["Connection"] },
};
