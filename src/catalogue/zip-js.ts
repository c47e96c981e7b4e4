import { each } from "./shorthand.js";
import type { Library } from "./types.js";

/** An archive goes into the stream as it is made: nothing is kept until somebody reads. What keeps it in memory is no stream. */
export const zipJs: Library = {
  package: "@zip.js/zip.js",
  majors: ["2"],
  operations: [
    { on: "ZipWriter", member: "new", name: "common", effect: { do: "view", of: { arg: 0 }, end: "write", type: "ZipWriter" } },
    { on: "ZipWriter", member: "add", name: "common", effect: { do: "send", of: "receiver", blocks: "until taken" } },
    { on: "ZipWriter", member: "close", name: "common", effect: { do: "close", of: "receiver", waits: "drained" } },
    ...each("ZipWriter", ["remove", "prependZip"], "common", { do: "none" }),
  ],
};
