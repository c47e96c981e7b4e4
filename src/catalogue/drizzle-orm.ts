import { each, lazyBorrowOfReceiver } from "./shorthand.js";
import type { Library, Operation } from "./types.js";

const databases = ["PgDatabase", "MySqlDatabase"];
const transactions = ["PgTransaction", "MySqlTransaction"];

/** Each driver has subclasses of its own, without operations of their own. */
const subtypes: Readonly<Record<string, readonly string[]>> = {
  PgDatabase: [
    "AwsDataApiPgDatabase", "BunSQLDatabase", "NeonDatabase", "NeonHttpDatabase", "NetlifyDbDatabase", "NodePgDatabase", "PgRemoteDatabase",
    "PgliteDatabase", "PostgresJsDatabase", "VercelPgDatabase", "XataHttpDatabase", "PgTransaction",
  ],
  MySqlDatabase: ["MySql2Database", "MySqlRemoteDatabase", "PlanetScaleDatabase", "TiDBServerlessDatabase", "MySqlTransaction"],
  PgTransaction: [
    "AwsDataApiTransaction", "BunSQLTransaction", "NeonTransaction", "NetlifyDbTransaction", "NodePgTransaction", "PgProxyTransaction",
    "PgliteTransaction", "PostgresJsTransaction", "VercelPgTransaction", "XataTransaction",
  ],
  MySqlTransaction: ["MySql2Transaction", "MySqlProxyTransaction", "PlanetScaleTransaction", "TiDBServerlessTransaction"],
};

/** Queries are thenables that start when awaited; which step of a chain makes one differs by statement. */
const queries: readonly Operation[] = [
  ...each(databases, ["delete", "execute", "$count"], "common", lazyBorrowOfReceiver),
  { on: "PgDatabase", member: "refreshMaterializedView", name: "telling", effect: lazyBorrowOfReceiver },
  ...each(["PgSelectBuilder", "MySqlSelectBuilder"], "from", "common", lazyBorrowOfReceiver),
  ...each(["PgInsertBuilder", "MySqlInsertBuilder"], ["values", "select"], "common", lazyBorrowOfReceiver),
  ...each(["PgUpdateBuilder", "MySqlUpdateBuilder"], "set", "common", lazyBorrowOfReceiver),
  ...each("RelationalQueryBuilder", ["findMany", "findFirst"], "common", lazyBorrowOfReceiver),
];

/**
 * How many connections there are is for the driver's pool to say, so it is not known here. SQLite has drivers with a single connection
 * that its own transactions share and others that open one more, under the same types: there only the callback counts.
 */
export const drizzleOrm: Library = {
  package: "drizzle-orm",
  majors: ["0.36", "0.37", "0.38", "0.39", "0.40", "0.41", "0.42", "0.43", "0.44", "0.45"],
  operations: [
    { on: "module", member: "drizzle", name: "telling", effect: { do: "create", what: "database" } },
    // A transaction inside a transaction is a savepoint on the connection that it holds.
    ...each([...databases, ...transactions], "transaction", "common", {
      do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, handle: 0,
    }),
    {
      on: "BaseSQLiteDatabase", member: "transaction", name: "common",
      effect: { do: "calls", callback: { arg: 0 }, when: "now", times: "once", result: "result" },
    },
    ...each([...transactions, "SQLiteTransaction"], "rollback", "common", { do: "none" }),
    ...queries,
  ],
  primitives: Object.fromEntries(databases.map((name) => [name, { what: "database" }])),
  handles: transactions.map((name) => ({ name, releasedBy: [] })),
  extends: {
    ...Object.fromEntries(Object.entries(subtypes).flatMap(([parent, names]) => names.map((name) => [name, [parent]]))),
    SQLiteTransaction: ["BaseSQLiteDatabase"],
  },
  derives: ["query"],
};
