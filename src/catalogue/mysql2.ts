import { borrowOfReceiver, each, releaseOfReceiver } from "./shorthand.js";
import type { Acquire, Library } from "./types.js";

/**
 * Pool and connection share the declarations of `query` and `execute` (in version 3, the type that a mixin function returns), so those borrow
 * from the receiver: of a pool that takes a connection, of a connection that is held it takes nothing.
 */
const getConnection = (callback: number): Acquire =>
  ({ do: "acquire", of: "receiver", mode: "permit", gives: "handle", callback: { arg: callback }, callbackGives: { handle: 1 } });

export const mysql2: Library = {
  package: "mysql2",
  majors: ["2", "3"],
  operations: [
    {
      on: "module", member: "createPool", name: "telling",
      effect: { do: "create", what: "pool", capacity: { from: [{ arg: 0, property: "connectionLimit" }], default: 10 } },
    },
    { on: "module", member: "createPoolCluster", name: "telling", effect: { do: "create", what: "pool" } },
    { on: "module", member: "createConnection", name: "common", effect: { do: "external", what: "network" } },
    { on: "Pool", member: "getConnection", name: "telling", effect: getConnection(0) },
    { on: "PoolNamespace", member: "getConnection", name: "telling", effect: getConnection(0) },
    { on: "PoolCluster", member: "getConnection", name: "telling", effect: getConnection(0), maxArgs: 1 },
    { on: "PoolCluster", member: "getConnection", name: "telling", effect: getConnection(1), minArgs: 2, maxArgs: 2 },
    { on: "PoolCluster", member: "getConnection", name: "telling", effect: getConnection(2), minArgs: 3 },
    { on: "PoolCluster", member: "of", name: "common", effect: { do: "derive", from: "receiver" } },
    { on: "Pool", member: "releaseConnection", name: "telling", effect: { do: "release", of: "receiver", handle: { arg: 0 } } },
    { on: "Pool", member: "promise", name: "common", effect: { do: "derive", from: "receiver" } },
    ...each(["QueryableBase", "Pool", "Connection"], "query", "common", borrowOfReceiver),
    ...each(["ExecutableBase", "Pool", "Connection"], "execute", "common", borrowOfReceiver),
    { on: "PoolConnection", member: "release", name: "common", effect: releaseOfReceiver },
    { on: "Connection", member: "destroy", name: "common", effect: releaseOfReceiver },
    ...each(["Connection", "PoolConnection"], "promise", "common", { do: "derive", from: "receiver" }),
    ...each("Connection", ["beginTransaction"], "telling", { do: "bound" }),
    ...each("Connection", ["commit", "rollback", "ping", "reset", "changeUser", "prepare"], "common", { do: "bound" }),
    ...each(["Pool", "PoolCluster", "Connection"], "end", "common", { do: "external", what: "network" }),
  ],
  primitives: { Pool: { what: "pool" }, PoolCluster: { what: "pool" }, PoolNamespace: { what: "pool" } },
  handles: [{ name: "PoolConnection", releasedBy: ["release", "destroy"] }],
  extends: {
    PoolConnection: ["Connection"], Connection: ["QueryableBase", "ExecutableBase"],
    Pool: ["QueryableBase", "ExecutableBase"], PoolNamespace: ["QueryableBase", "ExecutableBase"],
  },
};
