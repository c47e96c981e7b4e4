import { each } from "./shorthand.js";
import type { Library } from "./types.js";

/** Everything is done before the call returns, so nothing waits for anything. */
export const betterSqlite3: Library = {
  package: "better-sqlite3",
  majors: ["7", "8", "9", "10", "11", "12"],
  operations: [
    ...each("Database", ["prepare", "transaction", "exec", "pragma", "close"], "common", { do: "none" }),
    ...each("Statement", ["run", "get", "all", "iterate"], "common", { do: "none" }),
  ],
};
