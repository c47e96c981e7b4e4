import type { Acquire, Library, Mode, Operation, Run } from "./types.js";

/** A context with a timer or a signal may stand before the callback: it bounds the wait. */
function running(on: string, member: string, mode: Mode, more: Partial<Run> = {}): readonly Operation[] {
  const effect: Run = { of: "receiver", mode, callback: { arg: 0 }, ...more, do: "run" };
  return [
    { on, member, name: "telling", effect, maxArgs: 1 },
    { on, member, name: "telling", effect: { ...effect, callback: { arg: 1 }, bounded: "always" }, minArgs: 2 },
  ];
}

const preparing = (on: string, member: string, mode: Mode, more: Partial<Acquire> = {}): Operation =>
  ({ on, member, name: "common", effect: { of: "receiver", mode, gives: "resource", ...more, do: "prepare" } });

/** `[key, class of the lock, mode of the lock]`. Whether readers pass waiting writers is the class's affair, which isn't followed: they may. */
const REQUEST = { key: { arg: 0, property: "0" }, sharedIf: { at: { arg: 0, property: "2" }, is: "read" }, passesWriters: true } as const;
const READERS_AND_WRITERS = ["RWLockReader", "RWLockWriter"] as const;
/** The lock that prefers readers lets them pass writers that wait. */
const reading = (on: typeof READERS_AND_WRITERS[number]): { readonly passesWriters?: true } => on === "RWLockReader" ? { passesWriters: true } : {};

export const asyncLocks: Library = {
  package: "@matrixai/async-locks",
  majors: ["4"],
  operations: [
    { on: "Lock", member: "new", name: "common", effect: { do: "create", what: "mutex", capacity: 1 } },
    { on: "Semaphore", member: "new", name: "common", effect: { do: "create", what: "semaphore", capacity: { from: [{ arg: 0 }] } } },
    { on: "LockBox", member: "new", name: "common", effect: { do: "create", what: "keyed lock", capacity: 1 } },
    ...READERS_AND_WRITERS.map((on): Operation => ({ on, member: "new", name: "common", effect: { do: "create", what: "rwlock", capacity: 1 } })),

    preparing("Lock", "lock", "exclusive", { bounded: [{ arg: 0 }] }),
    ...running("Lock", "withF", "exclusive"),
    preparing("Semaphore", "lock", "permit", { weight: { arg: 0 }, bounded: [{ arg: 1 }] }),
    { on: "Semaphore", member: "withF", name: "telling", effect: { do: "run", of: "receiver", mode: "permit", callback: { arg: 0 } }, maxArgs: 1 },
    ...READERS_AND_WRITERS.flatMap((on) => [
      preparing(on, "read", "shared", { bounded: [{ arg: 0 }], ...reading(on) }), ...running(on, "withReadF", "shared", reading(on)),
      preparing(on, "write", "exclusive", { bounded: [{ arg: 0 }] }), ...running(on, "withWriteF", "exclusive"),
    ]),
    // One request; several are taken in the order of their keys.
    preparing("LockBox", "lock", "exclusive", { ...REQUEST, bounded: [{ arg: 1 }] }),
    { on: "LockBox", member: "withF", name: "telling", effect: { do: "run", of: "receiver", mode: "exclusive", ...REQUEST, callback: { arg: 1 } }, minArgs: 2, maxArgs: 2 },
    ...["Lock", "Semaphore", ...READERS_AND_WRITERS, "LockBox"].map((on): Operation => ({ on, member: "waitForUnlock", name: "telling", effect: { do: "wait", of: "receiver", for: "unlock" } })),
  ],
  primitives: {
    Lock: { what: "mutex", capacity: 1 }, Semaphore: { what: "semaphore" }, LockBox: { what: "keyed lock", capacity: 1 },
    RWLockReader: { what: "rwlock", capacity: 1 }, RWLockWriter: { what: "rwlock", capacity: 1 },
  },
};

export const resources: Library = {
  package: "@matrixai/resources",
  majors: ["1", "2"],
  operations: [
    { on: "module", member: "withF", name: "telling", effect: { do: "bracket", acquires: { arg: 0 }, callback: { arg: 1 } } },
  ],
};
