import { each } from "./shorthand.js";
import type { Acquire, Library } from "./types.js";

/** The path of the file is the lock. A lock that is taken is refused, at once or after the retries, so no wait is without end. */
const acquire: Acquire = { do: "acquire", of: { arg: 0 }, mode: "exclusive", gives: "releaser", bounded: "always" };

export const properLockfile: Library = {
  package: "proper-lockfile",
  majors: ["4"],
  operations: [
    { on: "module", member: "lock", name: "common", effect: acquire },
    { on: "module", member: "lockSync", name: "telling", effect: { do: "try", of: { arg: 0 }, mode: "exclusive", gives: "releaser" } },
    ...each("module", ["unlock", "unlockSync"], "common", { do: "release", of: { arg: 0 } }),
    ...each("module", ["check", "checkSync"], "common", { do: "none" }),
  ],
};
