import type { Calls, Library } from "./types.js";

/** A session takes no connection by itself, and neither does a transaction on one: these only say how the callbacks run. */
const once: Calls = { do: "calls", callback: { arg: 0 }, when: "now", times: "once", result: "result" };

export const mongodb: Library = {
  package: "mongodb",
  majors: ["5", "6", "7"],
  operations: [
    { on: "MongoClient", member: "withSession", name: "common", effect: once, argIsFunction: { arg: 0, is: true } },
    { on: "MongoClient", member: "withSession", name: "common", effect: { ...once, callback: { arg: 1 } }, argIsFunction: { arg: 0, is: false } },
    { on: "ClientSession", member: "withTransaction", name: "telling", effect: { ...once, times: "many" } },
  ],
};
