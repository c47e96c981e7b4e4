import { each, releaseOfReceiver } from "./shorthand.js";
import type { Acquire, Library, Run } from "./types.js";

/** A lock is tried a limited number of times, so every wait ends by itself. The resource names are the keys. */
const acquire: Acquire = { do: "acquire", of: "receiver", key: { arg: 0 }, mode: "exclusive", gives: "handle", bounded: "always" };
const using: Run = { do: "run", of: "receiver", key: { arg: 0 }, mode: "exclusive", callback: { arg: 2 }, bounded: "always" };

export const redlock: Library = {
  package: "redlock",
  majors: ["4", "5"],
  operations: [
    { on: "Redlock", member: "new", name: "common", effect: { do: "create", what: "keyed lock", capacity: 1 } },
    { on: "Redlock", member: "acquire", name: "telling", effect: acquire },
    { on: "Redlock", member: "lock", name: "common", effect: acquire },
    { on: "Redlock", member: "using", name: "common", effect: using, argIsFunction: { arg: 2, is: true } },
    { on: "Redlock", member: "using", name: "common", effect: { ...using, callback: { arg: 3 } }, argIsFunction: { arg: 2, is: false } },
    ...each("Redlock", ["release", "unlock"], "common", { do: "release", of: "receiver", handle: { arg: 0 } }),
    ...each("Lock", ["release", "unlock"], "common", releaseOfReceiver),
    ...each(["Redlock", "Lock"], "extend", "common", { do: "external", what: "network" }),
    { on: "Redlock", member: "quit", name: "common", effect: { do: "external", what: "network" } },
  ],
  primitives: { Redlock: { what: "keyed lock", capacity: 1 } },
  handles: [{ name: "Lock", releasedBy: ["unlock", "release"] }],
  beyond: ["Redlock"],
};
