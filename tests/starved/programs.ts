/**
 * Programs that wait for what only the consumption of their own buffer gives back, for each form that the fix takes. All take their data
 * from `source` and give it to `take`, either of which may throw. What a run locks is in `locks`, one for each run.
 */
export interface Program {
  readonly name: string;
  readonly text: string;
  /** The cell in which the program as it is stalls or shows its harm. */
  readonly harm: string;
  /** Everything is thrown away: nothing comes to `take`. */
  readonly drops?: true;
}

const SIGNATURE = "source: Iterable<string>, take: (part: string) => void";
const LOCK = `import { Mutex } from "async-mutex";
export const locks: Mutex[] = [];
`;

export const PROGRAMS: readonly Program[] = [
  {
    name: "items of a generator that holds what the body needs", harm: "many items",
    text: `${LOCK}async function* parts(lock: Mutex, source: Iterable<string>) {
  const release = await lock.acquire();
  try {
    yield* source;
  } finally {
    release();
  }
}
export async function run(${SIGNATURE}): Promise<number> {
  const lock = new Mutex();
  locks.push(lock);
  let count = 0;
  for await (const part of parts(lock, source)) {
    await lock.runExclusive(() => { take(part); });
    count++;
  }
  return count;
}
`,
  },
  {
    name: "items of a class whose methods need what its iterator holds", harm: "many items",
    text: `${LOCK}class Table {
  constructor(private readonly lock: Mutex, private readonly source: Iterable<string>, private readonly take: (part: string) => void) {}
  async *[Symbol.asyncIterator]() {
    const release = await this.lock.acquire();
    try {
      for (const part of this.source) yield part;
    } finally {
      release();
    }
  }
  async remove(part: string): Promise<void> {
    await this.lock.runExclusive(() => { this.take(part); });
  }
}
export async function run(${SIGNATURE}): Promise<number> {
  const lock = new Mutex();
  locks.push(lock);
  const table = new Table(lock, source, take);
  let count = 0;
  for await (const part of table) {
    await table.remove(part);
    count++;
  }
  return count;
}
`,
  },
  {
    name: "promises that are awaited one by one", harm: "the source fails",
    text: `import { setTimeout as sleep } from "node:timers/promises";
function nextOf(parts: Iterator<string>): string | Error {
  try {
    const next = parts.next();
    return next.done === true ? "" : next.value;
  } catch (error) {
    return error as Error;
  }
}
async function load(parts: Iterator<string>, index: number): Promise<string> {
  const next = nextOf(parts);
  if (next instanceof Error) throw next;
  if (index === 0) await sleep(50);
  return next;
}
export async function run(${SIGNATURE}): Promise<number> {
  const iterator = source[Symbol.iterator]();
  const pending = [0, 1, 2, 3, 4, 5, 6].map((index) => load(iterator, index));
  let count = 0;
  for (const each of pending) {
    const part = await each;
    if (part === "") continue;
    take(part);
    count++;
  }
  return count;
}
`,
  },
  {
    name: "a cancel of one copy, before the other is read", harm: "many items",
    text: `export async function run(${SIGNATURE}): Promise<number> {
  const encoder = new TextEncoder();
  const parts = source[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = parts.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
  }, { highWaterMark: 0 });
  const response = new Response(body);
  const copy = response.clone();
  await copy.body?.cancel();
  const text = await response.text();
  for (const part of text) take(part);
  return text.length;
}
`,
  },
  {
    name: "two branches that are cancelled one after the other", harm: "many items", drops: true,
    text: `export async function run(source: Iterable<string>): Promise<number> {
  const parts = source[Symbol.iterator]();
  const body = new ReadableStream<string>({
    pull(controller) {
      const next = parts.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  }, { highWaterMark: 0 });
  const [left, right] = body.tee();
  await left.cancel();
  await right.cancel();
  return 0;
}
`,
  },
];
