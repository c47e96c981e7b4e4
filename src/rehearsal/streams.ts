import { type Model, Obj, type Run, type Value } from "./values.js";

const STREAMS = new Set(["TransformStream", "ReadableStream", "WritableStream"]);

export const isStream = (name: string): boolean => STREAMS.has(name);

/** What a stream was made of runs only when somebody reads from the end of the line: connecting streams starts nothing. */
const STREAM: Model = {
  call: (_, object, name, args) => name === "pipeThrough" ? connect(object, args) : undefined,
};

function* connect(object: Obj, args: readonly Value[]): Run<Value> {
  yield* [];
  return callStream([object, ...args]);
}

/** A stream that is made of these. */
export function callStream(parts: readonly Value[]): Obj {
  const stream = new Obj("stream");
  stream.model = STREAM;
  stream.open = true;
  stream.retains = parts;
  return stream;
}
