/**
 * Programs that send before anything reads, for each form that the fix takes. All take their data from `source` and give it to `take`,
 * either of which may throw.
 */
export interface Program {
  readonly name: string;
  readonly text: string;
  /** How many channels everything is sent into. */
  readonly channels: number;
}

const SIGNATURE = "source: Iterable<string>, take: (part: string) => void";
const PIPE = "const { readable, writable } = new TransformStream<string, string>();\n  const writer = writable.getWriter();";
const READ = `async function read(body: AsyncIterable<string>, take: (part: string) => void): Promise<number> {
  let count = 0;
  for await (const part of body) {
    take(part);
    count++;
  }
  return count;
}`;
const PREPARED = `const writers: WritableStreamDefaultWriter<string>[] = [];
  const requests: (() => Promise<number>)[] = [];
  for (let index = 0; index < 2; index++) {
    const { readable, writable } = new TransformStream<string, string>();
    writers.push(writable.getWriter());
    requests.push(() => read(readable, take));
  }
  for (const part of source) {
    for (const writer of writers) await writer.write(part);
  }
  for (const writer of writers) await writer.close();`;
const CHANNEL = `class Channel {
  readonly #items: string[] = [];
  readonly #senders: (() => void)[] = [];
  readonly #receivers: (() => void)[] = [];
  #closed = false;
  constructor(private readonly size: number) {}
  async send(item: string): Promise<void> {
    while (this.#items.length >= this.size) await new Promise<void>((resolve) => this.#senders.push(resolve));
    this.#items.push(item);
    this.#receivers.shift()?.();
  }
  close(): void {
    this.#closed = true;
    for (const wake of this.#receivers.splice(0)) wake();
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      while (this.#items.length === 0) {
        if (this.#closed) return;
        await new Promise<void>((resolve) => this.#receivers.push(resolve));
      }
      yield this.#items.shift() ?? "";
      this.#senders.shift()?.();
    }
  }
}`;

export const PROGRAMS: readonly Program[] = [
  {
    name: "a loop over a web stream", channels: 1,
    text: `export async function run(${SIGNATURE}): Promise<number> {
  ${PIPE}
  for (const part of source) await writer.write(part);
  await writer.close();
  let count = 0;
  for await (const part of readable) {
    take(part);
    count++;
  }
  return count;
}
`,
  },
  {
    name: "functions that write and read a web stream", channels: 1,
    text: `${READ}
async function feed(writer: WritableStreamDefaultWriter<string>, source: Iterable<string>): Promise<void> {
  for (const part of source) await writer.write(part);
  await writer.close();
}
export async function run(${SIGNATURE}): Promise<number> {
  ${PIPE}
  await feed(writer, source);
  return await read(readable, take);
}
`,
  },
  {
    name: "prepared requests, started together", channels: 2,
    text: `${READ}
export async function run(${SIGNATURE}): Promise<number> {
  ${PREPARED}
  const counts = await Promise.all(requests.map((start) => start()));
  return counts.reduce((sum, count) => sum + count, 0);
}
`,
  },
  {
    name: "prepared requests, one after another", channels: 2,
    text: `${READ}
export async function run(${SIGNATURE}): Promise<number> {
  ${PREPARED}
  const counts: number[] = [];
  for (const start of requests) counts.push(await start());
  return counts.reduce((sum, count) => sum + count, 0);
}
`,
  },
  {
    name: "a channel written by hand", channels: 1,
    text: `${CHANNEL}
export async function run(${SIGNATURE}): Promise<number> {
  const channel = new Channel(2);
  for (const part of source) await channel.send(part);
  channel.close();
  let count = 0;
  for await (const part of channel) {
    take(part);
    count++;
  }
  return count;
}
`,
  },
  {
    name: "a stream of Node.js", channels: 1,
    text: `import { once } from "node:events";
import { PassThrough } from "node:stream";
export async function run(${SIGNATURE}): Promise<number> {
  const pass = new PassThrough({ highWaterMark: 2, encoding: "utf8" });
  for (const part of source) {
    if (!pass.write(part)) await once(pass, "drain");
  }
  pass.end();
  let text = "";
  for await (const part of pass) text += String(part);
  for (const part of text) take(part);
  return text.length;
}
`,
  },
];
