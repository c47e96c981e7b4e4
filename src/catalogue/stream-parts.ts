import { each } from "./shorthand.js";
import type { Library } from "./types.js";

/** Measured: its socket isn't used again, even if the body is empty. Who gives no function gets none of this. */
export const httpAnswers: Library = {
  package: "platform",
  majors: [],
  operations: ["http", "https"].flatMap((module) =>
    each("module", ["get", "request"], "common", { do: "answers", callback: [{ arg: 1 }, { arg: 2 }], part: 0 }).map((operation) => ({ ...operation, module }))),
};

/** Folders, links and devices have no content, and so nothing that has to be read. */
const FILES = { member: "type", values: ["file", "contiguous-file", "File"] } as const;

/** Measured: the next entry doesn't come, and small entries hide it. What is packed waits in the buffers of two streams for somebody who reads. */
export const tarStream: Library = {
  package: "tar-stream",
  majors: ["2", "3"],
  operations: [
    ...each("module", "pack", "common", { do: "channel", capacity: 16 * 1024, bySize: true }),
    { on: "Pack", member: "entry", name: "common", effect: { do: "view", of: "receiver", end: "write", type: "Writable" }, maxArgs: 1 },
    { on: "Pack", member: "entry", name: "common", effect: { do: "send", of: "receiver", blocks: "never" }, minArgs: 2 },
    { on: "Pack", member: "finalize", name: "common", effect: { do: "close", of: "receiver" } },
    { on: "Extract", member: "on", name: "common", effect: { do: "parts", event: "entry", part: 1, next: 2, filled: FILES } },
    { on: "Extract", member: "[Symbol.asyncIterator]", name: "common", effect: { do: "parts", part: 0, filled: FILES } },
  ],
};

/** Measured: it never closes, even if the file is empty. */
export const busboy: Library = {
  package: "busboy",
  majors: ["0.3", "1"],
  operations: [{ on: "Busboy", member: "on", name: "common", effect: { do: "parts", event: "file", part: 1 } }],
};

/** It is busboy inside: the next part comes when the file before it has been read. */
export const fastifyMultipart: Library = {
  package: "@fastify/multipart",
  majors: ["7", "8", "9", "10"],
  operations: [
    { on: "FastifyRequest", member: "files", name: "common", effect: { do: "parts", part: 0, property: "file" } },
    { on: "FastifyRequest", member: "parts", name: "common", effect: { do: "parts", part: 0, property: "file", mixed: true } },
  ],
};

export const unzipper: Library = {
  package: "unzipper",
  majors: ["0.10", "0.11", "0.12"],
  operations: [
    { on: "ParseStream", member: "on", name: "common", effect: { do: "parts", event: "entry", part: 0, filled: FILES } },
    { on: "ParseStream", member: "[Symbol.asyncIterator]", name: "common", effect: { do: "parts", part: 0, filled: FILES } },
  ],
};
