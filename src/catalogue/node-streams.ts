import { each } from "./shorthand.js";
import type { Library, Operation } from "./types.js";

/** 16 KiB on each side in the oldest Node.js that is supported; later ones have room for more. */
const ROOM = 16 * 1024;

/** A stream with a `transform` of its own sends on what it likes: how much room that takes nobody can tell. */
const duplexes: readonly Operation[] = [
  {
    on: "PassThrough", member: "new", name: "common",
    effect: { do: "channel", capacity: { from: [{ arg: 0, property: "highWaterMark" }], default: ROOM }, bySize: true },
  },
  { on: "Writable", member: "write", name: "common", effect: { do: "send", of: "receiver", blocks: "never", item: { arg: 0 } }, maxArgs: 1 },
  { on: "Writable", member: "write", name: "common", effect: { do: "send", of: "receiver", blocks: "never", item: { arg: 0 }, callback: { arg: 1 } }, argIsFunction: { arg: 1, is: true } },
  { on: "Writable", member: "write", name: "common", effect: { do: "send", of: "receiver", blocks: "never", item: { arg: 0 }, callback: { arg: 2 } }, minArgs: 2 },
  { on: "Writable", member: "end", name: "common", effect: { do: "close", of: "receiver" } },
  ...each("Writable", ["cork", "uncork", "setDefaultEncoding"], "common", { do: "none" }),
];

const reading: readonly Operation[] = [
  // Declared by the class that all streams extend, under two names in the versions of the types, and by an interface of `NodeJS`.
  ...each(["Readable", "Stream", "internal", "ReadableStream"], "pipe", "common", { do: "pipe", from: "receiver", to: { arg: 0 }, gives: "nothing" }),
  ...each("Readable", ["resume", "read"], "common", { do: "receive", of: "receiver" }),
  {
    on: "Readable", member: "map", name: "common",
    effect: { do: "window", items: "receiver", callback: { arg: 0 }, ahead: { from: [{ arg: 1, property: "highWaterMark" }, { arg: 1, property: "concurrency" }], default: 1 } },
  },
  ...each("Readable", ["toArray", "forEach", "reduce", "some", "every", "find"], "common", { do: "receive", of: "receiver", all: true }),
  ...each("Readable", "[Symbol.asyncIterator]", "common", { do: "receive", of: "receiver" }),
  ...each("Readable", ["setEncoding", "pause"], "common", { do: "none", chains: true }),
  ...each("Readable", "isPaused", "common", { do: "none" }),
  ...each("Readable", "destroy", "common", { do: "cancel", of: "receiver" }),
];

function inModule(module: string, operations: readonly Operation[]): readonly Operation[] {
  return operations.map((operation) => ({ ...operation, module }));
}

const functions: readonly Operation[] = [
  // `on(stream, "data")`: who goes through the events of a stream reads it.
  { on: "EventEmitter", member: "on", name: "common", isStatic: true, effect: { do: "receive", of: { arg: 0 } } },
  // It reads at once; whoever goes through the lines waits for the end.
  ...inModule("readline", each("module", "createInterface", "common", { do: "view", of: { arg: 0, property: "input" }, end: "read", type: "Interface", flows: true })),
  ...inModule("stream/promises", each("module", "pipeline", "common", { do: "pipeline" })),
  // Of a stream that is read as well it also waits for the end of what is read, unless an option says otherwise.
  ...inModule("stream/promises", [{ on: "module", member: "finished", name: "common", maxArgs: 1, effect: { do: "wait", of: { arg: 0 }, for: "finished" } }]),
  ...inModule("zlib", each("module", ["createGzip", "createGunzip", "createDeflate", "createInflate", "createBrotliCompress", "createBrotliDecompress", "createUnzip"], "telling", {
    do: "channel", capacity: ROOM, bySize: true,
  })),
  ...inModule("stream/consumers", each("module", ["text", "json", "buffer", "arrayBuffer", "blob"], "common", { do: "receive", of: { arg: 0 }, all: true })),
];

export const nodeStreams: Library = {
  package: "platform",
  majors: [],
  operations: [...duplexes, ...reading, ...functions],
  extends: { PassThrough: ["Transform"], Transform: ["Duplex"], Duplex: ["Readable", "Writable"] },
};
