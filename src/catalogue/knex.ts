import { each, lazyBorrowOfCallee, lazyBorrowOfReceiver, releaseOfReceiver } from "./shorthand.js";
import type { Library } from "./types.js";

/**
 * Builders are thenables: nothing happens before one is awaited. A chain starts with the database called as a function, with `raw`,
 * or with a clause of its own; those names are call signatures of their own interfaces, shared by database, builder and transaction.
 */
const clauses = [
  "Select", "AliasQueryBuilder", "ColumnNameQueryBuilder", "Table", "DistinctOn", "WithRaw", "WithSchema", "Where", "Join",
  "AsymmetricAggregation", "TypePreservingAggregation",
];

export const knex: Library = {
  package: "knex",
  majors: ["1", "2", "3"],
  operations: [
    {
      on: "module", member: "knex", name: "common",
      effect: { do: "create", what: "database", capacity: { from: [{ arg: 0, property: "pool.max" }], default: 10 } },
    },
    { on: "Knex", member: "()", name: "common", effect: lazyBorrowOfCallee },
    { on: "RawBuilder", member: "()", name: "common", effect: lazyBorrowOfCallee },
    ...each(clauses, "()", "common", lazyBorrowOfCallee),
    ...each("QueryInterface", ["insert", "upsert", "update", "del", "delete", "truncate", "pluck", "first"], "common", lazyBorrowOfReceiver),
    ...each("Knex", ["batchInsert", "queryBuilder"], "common", lazyBorrowOfReceiver),
    {
      on: "Knex", member: "transaction", name: "common", argIsFunction: { arg: 0, is: true },
      effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, handle: 0 },
    },
    {
      on: "Knex", member: "transaction", name: "common", argIsFunction: { arg: 0, is: false },
      effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle" },
    },
    // On the transaction that holds a connection this takes no further one.
    {
      on: "Transaction", member: "savepoint", name: "common",
      effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, handle: 0 },
    },
    { on: "Transaction", member: "commit", name: "common", effect: releaseOfReceiver },
    { on: "Transaction", member: "rollback", name: "common", effect: releaseOfReceiver },
    { on: "Knex", member: "destroy", name: "common", effect: { do: "wait", of: "receiver", for: "idle" } },
  ],
  primitives: { Knex: { what: "database" } },
  handles: [{ name: "Transaction", releasedBy: ["commit", "rollback"], spentIf: ["isCompleted"] }],
  extends: { Knex: ["QueryInterface"], Transaction: ["Knex"] },
  derives: ["raw", "schema", "fn", "ref", "migrate", "seed"],
};
