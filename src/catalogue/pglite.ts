import { each, borrowOfReceiver } from "./shorthand.js";
import type { Library } from "./types.js";

/** There is one connection, so anything on the database inside its own transaction, or inside `runExclusive`, waits for itself. */
export const pglite: Library = {
  package: "@electric-sql/pglite",
  majors: ["0.2", "0.3", "0.4", "0.5"],
  operations: [
    { on: "PGlite", member: "new", name: "common", effect: { do: "create", what: "database", capacity: 1 } },
    { on: "PGlite", member: "create", name: "common", isStatic: true, effect: { do: "create", what: "database", capacity: 1 } },
    ...each("PGliteInterface", ["query", "exec", "sql", "describeQuery"], "common", borrowOfReceiver),
    {
      on: "PGliteInterface", member: "transaction", name: "common",
      effect: { do: "run", of: "receiver", mode: "exclusive", callback: { arg: 0 }, handle: 0 },
    },
    {
      on: "PGliteInterface", member: "runExclusive", name: "telling",
      effect: { do: "run", of: "receiver", mode: "exclusive", callback: { arg: 0 } },
    },
    ...each("Transaction", ["query", "exec", "sql", "rollback"], "common", { do: "bound" }),
  ],
  primitives: { PGliteInterface: { what: "database", capacity: 1 } },
  handles: [{ name: "Transaction", releasedBy: [] }],
  extends: { PGlite: ["BasePGlite"], BasePGlite: ["PGliteInterface"] },
};
