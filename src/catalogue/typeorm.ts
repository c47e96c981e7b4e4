import { borrowOfReceiver, each, releaseOfReceiver } from "./shorthand.js";
import type { Library, Run } from "./types.js";

const transaction: Run = { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, handle: 0 };

const entityMembers = [
  "average", "clear", "count", "countBy", "decrement", "delete", "deleteAll", "exists", "existsBy", "find", "findAndCount", "findAndCountBy",
  "findBy", "findOne", "findOneBy", "findOneByOrFail", "findOneOrFail", "increment", "insert", "maximum", "minimum", "preload", "query", "recover",
  "remove", "restore", "save", "softDelete", "softRemove", "sum", "update", "updateAll", "upsert",
];

const selectMembers = ["getOne", "getOneOrFail", "getMany", "getManyAndCount", "getCount", "getExists", "getRawOne", "getRawMany", "getRawAndEntities"];

/**
 * The connection limit is that of the driver's pool, so it is not known here. A query runner takes its connection at the first use and
 * keeps it until `release`, past the end of a transaction; it is described as taken where the runner is made.
 */
export const typeorm: Library = {
  package: "typeorm",
  majors: ["0.3", "1"],
  operations: [
    { on: "DataSource", member: "new", name: "common", effect: { do: "create", what: "database" } },
    ...each("DataSource", ["getRepository", "getTreeRepository", "createQueryBuilder", "createEntityManager"], "common", {
      do: "derive", from: "receiver",
    }),
    ...each(["DataSource", "EntityManager"], "transaction", "common", transaction).map((operation) => ({
      ...operation, argIsFunction: { arg: 0, is: true },
    })),
    ...each(["DataSource", "EntityManager"], "transaction", "common", { ...transaction, callback: { arg: 1 } }).map((operation) => ({
      ...operation, argIsFunction: { arg: 0, is: false },
    })),
    ...each("DataSource", ["query", "synchronize", "runMigrations", "undoLastMigration", "dropDatabase"], "common", borrowOfReceiver),
    ...each("DataSource", ["initialize", "destroy"], "common", { do: "external", what: "network" }),
    ...each(["EntityManager", "Repository"], entityMembers, "common", borrowOfReceiver),
    ...each("SelectQueryBuilder", selectMembers, "common", borrowOfReceiver),
    ...each(
      ["QueryBuilder", "InsertQueryBuilder", "UpdateQueryBuilder", "DeleteQueryBuilder", "SoftDeleteQueryBuilder"], "execute", "common",
      borrowOfReceiver,
    ),
    {
      on: "DataSource", member: "createQueryRunner", name: "telling",
      effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle" },
    },
    ...each("QueryRunner", ["startTransaction", "commitTransaction", "rollbackTransaction"], "telling", { do: "bound" }),
    ...each("QueryRunner", "connect", "common", { do: "bound", opens: true }),
    ...each("QueryRunner", ["query", "stream"], "common", { do: "bound" }),
    { on: "QueryRunner", member: "release", name: "common", effect: releaseOfReceiver },
  ],
  primitives: { DataSource: { what: "database" } },
  handles: [{ name: "QueryRunner", releasedBy: ["release"], spentIf: ["isReleased"] }],
  extends: { TreeRepository: ["Repository"] },
  derives: ["manager"],
};
