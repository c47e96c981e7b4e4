import { borrowOfReceiver, each, lazyBorrowOfReceiver, releaseOfReceiver } from "./shorthand.js";
import type { Library } from "./types.js";

const streamable = ["SelectQueryBuilder", "InsertQueryBuilder", "UpdateQueryBuilder", "DeleteQueryBuilder"];
const queryBuilders = [...streamable, "WheneableMergeQueryBuilder"];

const schemaBuilders = [
  "AlterTableColumnAlteringBuilder", "AlterTableExecutor", "AlterTableAddIndexBuilder", "AlterTableAddForeignKeyConstraintBuilder",
  "AlterTableDropConstraintBuilder", "CreateTableBuilder", "CreateIndexBuilder", "CreateSchemaBuilder", "CreateTypeBuilder",
  "CreateViewBuilder", "DropTableBuilder", "DropIndexBuilder", "DropSchemaBuilder", "DropTypeBuilder", "DropViewBuilder",
  "RefreshMaterializedViewBuilder",
];

/** Builders do nothing before `execute`. How many connections there are is for the dialect to say, so it is not known here. */
export const kysely: Library = {
  package: "kysely",
  majors: ["0.26", "0.27", "0.28", "0.29"],
  operations: [
    { on: "Kysely", member: "new", name: "common", effect: { do: "create", what: "database" } },
    ...each("Kysely", ["transaction", "connection", "withSchema", "withPlugin"], "common", { do: "derive", from: "receiver" }),
    { on: "Kysely", member: "startTransaction", name: "telling", effect: { do: "derive", from: "receiver" } },
    ...each(["TransactionBuilder", "ConnectionBuilder"], "execute", "common", {
      do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, handle: 0,
    }),
    {
      on: "ControlledTransactionBuilder", member: "execute", name: "common",
      effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle" },
    },
    ...each(queryBuilders, "execute", "common", borrowOfReceiver),
    ...each(queryBuilders, ["executeTakeFirst", "executeTakeFirstOrThrow"], "telling", borrowOfReceiver),
    ...each(streamable, "explain", "common", borrowOfReceiver),
    // The connection is kept until the loop over the stream has ended.
    ...each(streamable, "stream", "common", lazyBorrowOfReceiver),
    ...each(schemaBuilders, "execute", "common", borrowOfReceiver),
    ...each("DatabaseIntrospector", ["getTables", "getSchemas", "getMetadata"], "common", borrowOfReceiver),
    { on: "Kysely", member: "executeQuery", name: "telling", effect: borrowOfReceiver },
    { on: "RawBuilder", member: "execute", name: "common", effect: { do: "borrow", of: { arg: 0 } } },
    { on: "Kysely", member: "destroy", name: "common", effect: { do: "wait", of: "receiver", for: "idle" } },
    ...each("ControlledTransaction", ["commit", "rollback"], "common", releaseOfReceiver),
    ...each("ControlledTransaction", ["savepoint", "rollbackToSavepoint", "releaseSavepoint"], "common", { do: "bound" }),
    { on: "Command", member: "execute", name: "common", effect: { do: "bound" } },
  ],
  primitives: { Kysely: { what: "database" } },
  handles: [
    { name: "Transaction", releasedBy: [] },
    { name: "ControlledTransaction", releasedBy: ["commit", "rollback"], spentIf: ["isCommitted", "isRolledBack"] },
  ],
  extends: {
    Kysely: ["QueryCreator"], Transaction: ["Kysely"], ControlledTransaction: ["Transaction"],
  },
  derives: ["schema", "introspection", "fn", "dynamic"],
};
