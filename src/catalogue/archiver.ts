import { each } from "./shorthand.js";
import type { Effect, Library } from "./types.js";

/** Measured: with entries of 1.5 MB nobody has to read, with 4 MB somebody must. */
const archive: Effect = { do: "channel", capacity: 2_000_000, bySize: true };

/** Entries are queued, so that only the end of the archive waits for whoever reads it. Up to version 7 a function made it. */
export const archiver: Library = {
  package: "archiver",
  majors: ["5", "6", "7", "8"],
  operations: [
    ...each("module", ["archiver", "create"], "common", archive),
    ...each(["Archiver", "ZipArchive", "TarArchive"], "new", "common", archive),
    { on: "Archiver", member: "append", name: "common", effect: { do: "send", of: "receiver", blocks: "never", item: { arg: 0 } } },
    ...each("Archiver", ["file", "directory", "glob"], "common", { do: "send", of: "receiver", blocks: "never" }),
    { on: "Archiver", member: "finalize", name: "common", effect: { do: "close", of: "receiver", waits: "drained" } },
    ...each("Archiver", ["abort"], "common", { do: "cancel", of: "receiver" }),
    ...each("Archiver", ["use", "pointer"], "common", { do: "none" }),
  ],
  extends: { Archiver: ["Transform"], ZipArchive: ["Archiver"], TarArchive: ["Archiver"] },
};
