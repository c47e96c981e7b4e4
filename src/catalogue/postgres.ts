import { each, lazyBorrowOfCallee, lazyBorrowOfReceiver, releaseOfReceiver } from "./shorthand.js";
import type { Library, Run } from "./types.js";

/** Queries are tagged templates and wait until they are awaited. A savepoint runs on the transaction that it belongs to. */
const transaction: Run = { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, handle: 0 };
const afterName: Run = { ...transaction, callback: { arg: 1 } };

export const postgres: Library = {
  package: "postgres",
  majors: ["3"],
  operations: [
    {
      on: "module", member: "postgres", name: "common",
      effect: { do: "create", what: "database", capacity: { from: [{ arg: 0, property: "max" }, { arg: 1, property: "max" }], default: 10 } },
    },
    { on: "ISql", member: "()", name: "common", effect: lazyBorrowOfCallee },
    ...each("ISql", ["unsafe", "file"], "common", lazyBorrowOfReceiver),
    { on: "ISql", member: "notify", name: "common", effect: lazyBorrowOfReceiver },
    { on: "PendingQueryModifiers", member: "execute", name: "common", effect: { do: "borrow", of: "receiver" } },
    { on: "Sql", member: "begin", name: "common", effect: transaction, argIsFunction: { arg: 0, is: true } },
    { on: "Sql", member: "begin", name: "common", effect: afterName, argIsFunction: { arg: 0, is: false } },
    { on: "TransactionSql", member: "savepoint", name: "common", effect: transaction, argIsFunction: { arg: 0, is: true } },
    { on: "TransactionSql", member: "savepoint", name: "common", effect: afterName, argIsFunction: { arg: 0, is: false } },
    { on: "Sql", member: "reserve", name: "common", effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle" } },
    { on: "ReservedSql", member: "release", name: "common", effect: releaseOfReceiver },
    {
      on: "Sql", member: "end", name: "common",
      effect: { do: "wait", of: "receiver", for: "idle", bounded: [{ arg: 0, property: "timeout" }] },
    },
  ],
  primitives: { Sql: { what: "database" } },
  handles: [
    { name: "TransactionSql", releasedBy: [] },
    { name: "ReservedSql", releasedBy: ["release"] },
  ],
  extends: { Sql: ["ISql"], TransactionSql: ["ISql"], ReservedSql: ["Sql"], PendingQuery: ["PendingQueryModifiers"] },
};
