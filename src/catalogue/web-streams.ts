import { each } from "./shorthand.js";
import type { Library, MakeChannel, Operation } from "./types.js";

const ends: NonNullable<MakeChannel["ends"]> = { readable: { end: "read", type: "ReadableStream" }, writable: { end: "write", type: "WritableStream" } };

/** An awaited write waits until the chunk has gone through, so only room on the readable side helps: by default there is none. */
const transforms: readonly Operation[] = [
  {
    on: "TransformStream", member: "new", name: "common",
    effect: { do: "channel", ends, capacity: { from: [{ arg: 2, property: "highWaterMark" }], default: 0 } },
  },
  ...each(["TextEncoderStream", "TextDecoderStream"], "new", "common", { do: "channel", ends, capacity: 0 }),
  // What comes out is held back until there is enough of it: measured, 10 kB pass and 1 MB doesn't.
  ...each(["CompressionStream", "DecompressionStream"], "new", "common", { do: "channel", ends, capacity: 10_000, bySize: true }),
];

const writing: readonly Operation[] = [
  { on: "WritableStream", member: "getWriter", name: "telling", effect: { do: "view", of: "receiver", end: "write", type: "WritableStreamDefaultWriter" } },
  { on: "WritableStreamDefaultWriter", member: "write", name: "common", effect: { do: "send", of: "receiver", blocks: "until taken", item: { arg: 0 } } },
  { on: "WritableStreamDefaultWriter", member: "ready", name: "common", effect: { do: "wait", of: "receiver", for: "drain" } },
  ...each(["WritableStream", "WritableStreamDefaultWriter"], "close", "common", { do: "close", of: "receiver", waits: "drained" }),
  ...each(["WritableStream", "WritableStreamDefaultWriter"], "abort", "common", { do: "cancel", of: "receiver" }),
  ...each("WritableStreamDefaultWriter", "releaseLock", "telling", { do: "none" }),
];

const reading: readonly Operation[] = [
  {
    on: "ReadableStream", member: "new", name: "common",
    effect: { do: "window", callback: { arg: 0, property: "pull" }, ahead: { from: [{ arg: 1, property: "highWaterMark" }], default: 1 } },
  },
  { on: "ReadableStream", member: "getReader", name: "telling", effect: { do: "view", of: "receiver", end: "read", type: "ReadableStreamDefaultReader" } },
  { on: "ReadableStreamDefaultReader", member: "read", name: "common", effect: { do: "receive", of: "receiver" } },
  { on: "ReadableStreamDefaultReader", member: "releaseLock", name: "telling", effect: { do: "none" } },
  { on: "ReadableStream", member: "values", name: "common", effect: { do: "view", of: "receiver", end: "read", type: "ReadableStream" } },
  ...each(["ReadableStream", "ReadableStreamDefaultReader"], "cancel", "common", { do: "cancel", of: "receiver", waits: "other branch" }),
  { on: "ReadableStream", member: "tee", name: "telling", effect: { do: "branch", of: "receiver", buffers: true } },
  {
    on: "ReadableStream", member: "pipeTo", name: "telling",
    effect: { do: "pipe", from: "receiver", to: { arg: 0 }, gives: "settled", bounded: [{ arg: 1, property: "signal" }] },
  },
  { on: "ReadableStream", member: "pipeThrough", name: "telling", effect: { do: "pipe", from: "receiver", to: { arg: 0 }, gives: "readable" } },
];

/** A copy shares one body with its original: a body is gone once it has been read, and a cancel of one waits for the other. */
const bodies: readonly Operation[] = [
  ...each(["Response", "Request"], "clone", "common", { do: "branch", of: "receiver", buffers: true }),
];

/** The streams of the browser, which are those of `node:stream/web`, too. */
export const webStreams: Library = {
  package: "platform",
  majors: [],
  operations: [...transforms, ...writing, ...reading, ...bodies],
};
