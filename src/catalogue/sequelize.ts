import { each, releaseOfReceiver } from "./shorthand.js";
import type { Borrow, Library, Run } from "./types.js";

/** Waiting for a connection ends after `pool.acquire`, 60 seconds unless told otherwise. A call that names the transaction uses its connection. */
const borrow = (options: number): Borrow =>
  ({ do: "borrow", of: "receiver", boundIf: { arg: options, property: "transaction" } });

const transaction: Run = { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, handle: 0 };

/** Members of a model by where their options stand. Some are both a static and an instance member, with options in the same place. */
const optionsFirst = [
  "findAll", "findOne", "findAndCountAll", "findOrCreate", "findCreateFind", "count", "destroy", "restore", "truncate", "save", "reload",
];
const optionsSecond = ["findByPk", "create", "bulkCreate", "upsert", "update", "increment", "decrement", "max", "min", "sum"];

const configured = [0, 1, 2, 3].map((arg) => ({ arg, property: "pool.max" }));

export const sequelize: Library = {
  package: "sequelize",
  majors: ["5", "6"],
  operations: [
    { on: "Sequelize", member: "new", name: "common", effect: { do: "create", what: "database", capacity: { from: configured, default: 5 } } },
    { on: "Sequelize", member: "transaction", name: "common", effect: transaction, argIsFunction: { arg: 0, is: true } },
    {
      on: "Sequelize", member: "transaction", name: "common", minArgs: 2, argIsFunction: { arg: 0, is: false },
      effect: { ...transaction, callback: { arg: 1 } },
    },
    {
      on: "Sequelize", member: "transaction", name: "common", maxArgs: 1, argIsFunction: { arg: 0, is: false },
      effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle" },
    },
    { on: "Sequelize", member: "query", name: "common", effect: borrow(1) },
    ...each("Sequelize", ["authenticate", "sync", "drop"], "common", borrow(0)),
    ...each("Sequelize", ["define", "model"], "common", { do: "derive", from: "receiver" }),
    { on: "Sequelize", member: "close", name: "common", effect: { do: "wait", of: "receiver", for: "idle" } },
    ...each("Model", optionsFirst, "common", borrow(0)),
    ...each("Model", optionsSecond, "common", borrow(1)),
    ...each("Transaction", ["commit", "rollback"], "common", releaseOfReceiver),
  ],
  primitives: { Sequelize: { what: "database" } },
  handles: [{ name: "Transaction", releasedBy: ["commit", "rollback"], spentIf: ["finished"] }],
};
