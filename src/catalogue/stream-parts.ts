import type { Library } from "./types.js";

/** Measured: the next entry doesn't come, and small entries hide it. */
export const tarStream: Library = {
  package: "tar-stream",
  majors: ["2", "3"],
  operations: [
    { on: "Extract", member: "on", name: "common", effect: { do: "parts", event: "entry", part: 1, next: 2 } },
    { on: "Extract", member: "[Symbol.asyncIterator]", name: "common", effect: { do: "parts", part: 0 } },
  ],
};

/** Measured: it never closes, even if the file is empty. */
export const busboy: Library = {
  package: "busboy",
  majors: ["0.3", "1"],
  operations: [{ on: "Busboy", member: "on", name: "common", effect: { do: "parts", event: "file", part: 1 } }],
};

export const unzipper: Library = {
  package: "unzipper",
  majors: ["0.10", "0.11", "0.12"],
  operations: [
    { on: "ParseStream", member: "on", name: "common", effect: { do: "parts", event: "entry", part: 0 } },
    { on: "ParseStream", member: "[Symbol.asyncIterator]", name: "common", effect: { do: "parts", part: 0 } },
  ],
};
