import type { Library } from "./types.js";

/** The promise of `push` is fulfilled when a consumer has pulled the item. */
export const queueable: Library = {
  package: "queueable",
  majors: ["5"],
  operations: [
    { on: "Channel", member: "new", name: "common", effect: { do: "channel", capacity: 0 } },
    { on: "Channel", member: "push", name: "common", effect: { do: "send", of: "receiver", blocks: "until taken" } },
    { on: "Channel", member: "next", name: "common", effect: { do: "receive", of: "receiver" } },
    { on: "Channel", member: "close", name: "common", effect: { do: "close", of: "receiver" } },
  ],
  primitives: { Channel: { what: "channel", capacity: 0 } },
};
