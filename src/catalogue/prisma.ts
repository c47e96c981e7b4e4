import { each, lazyBorrowOfReceiver } from "./shorthand.js";
import type { Library } from "./types.js";

const delegateMembers = [
  "findUnique", "findUniqueOrThrow", "findFirst", "findFirstOrThrow", "findMany", "create", "createMany", "createManyAndReturn", "update",
  "updateMany", "updateManyAndReturn", "upsert", "delete", "deleteMany", "count", "aggregate", "groupBy",
];

/**
 * The client is generated: into `.prisma/client`, or into the user's own tree. Each model has a delegate type of its own name, so those
 * members count on any type of the client. Queries start when awaited. An interactive transaction waits at most two seconds to start.
 */
export const prisma: Library = {
  package: "@prisma/client",
  majors: ["4", "5", "6", "7"],
  operations: [
    { on: "PrismaClient", member: "new", name: "common", effect: { do: "create", what: "database" } },
    {
      on: "PrismaClient", member: "$transaction", name: "telling", argIsFunction: { arg: 0, is: true },
      effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 }, handle: 0 },
    },
    {
      on: "PrismaClient", member: "$transaction", name: "telling", argIsFunction: { arg: 0, is: false },
      effect: { do: "borrow", of: "receiver" },
    },
    ...each("PrismaClient", ["$queryRaw", "$queryRawUnsafe", "$executeRaw", "$executeRawUnsafe"], "telling", lazyBorrowOfReceiver),
    ...each("*", delegateMembers, "common", lazyBorrowOfReceiver),
    ...each("PrismaClient", ["$connect", "$disconnect"], "telling", { do: "external", what: "network" }),
    { on: "PrismaClient", member: "$extends", name: "telling", effect: { do: "derive", from: "receiver" } },
  ],
  primitives: { PrismaClient: { what: "database" } },
  handles: [{ name: "TransactionClient", releasedBy: [] }],
  generatedImports: ["@prisma/client/runtime"],
};
