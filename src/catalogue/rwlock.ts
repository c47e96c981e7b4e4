import type { Library, Operation, Run } from "./types.js";

/** The callback holds the lock until it calls the release function, its last parameter. The key is the first argument, when given. */
function operationsFor(member: string, mode: Run["mode"]): readonly Operation[] {
  const effect: Run = { do: "run", of: "receiver", mode, callback: { arg: 0 }, done: "last", bounded: [{ arg: 1, property: "timeout" }] };
  const keyed: Run = { ...effect, key: { arg: 0 }, callback: { arg: 1 }, bounded: [{ arg: 2, property: "timeout" }] };
  return [
    { on: "ReadWriteGeneric", member, name: "telling", effect, argIsFunction: { arg: 0, is: true } },
    { on: "ReadWriteGeneric", member, name: "telling", effect: keyed, argIsFunction: { arg: 0, is: false } },
  ];
}

export const rwlock: Library = {
  package: "rwlock",
  majors: ["5"],
  operations: [
    { on: "ReadWriteLock", member: "new", name: "common", effect: { do: "create", what: "rwlock", capacity: 1 } },
    ...operationsFor("readLock", "shared"),
    ...operationsFor("writeLock", "exclusive"),
  ],
  primitives: { ReadWriteLock: { what: "rwlock", capacity: 1 } },
  extends: { ReadWriteLock: ["ReadWriteGeneric"] },
  derives: ["async"],
};
