import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { findingsIn } from "./support/analysis.js";
import { lint, linter, openWorkspace, typed } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

/** Waits for an event that comes after work which may fail. */
const AGENDA = `const settings = JSON.parse(process.argv[2] ?? '{}') as { url?: string };
class Agenda extends EventEmitter {
  readonly ready: Promise<void>;
  constructor() {
    super();
    this.ready = new Promise((resolve) => { this.once('ready', resolve); });
    void this.connect().then(() => this.emit('ready'));
  }
  private async connect(): Promise<void> {
    if (settings.url === undefined) throw new Error('no url');
    await fetch(settings.url);
  }
}
const agenda = new Agenda();
await agenda.ready;`;

/** Programs with the lines that are reported: `line confidence`. */
const PROGRAMS: readonly { readonly name: string; readonly text: string; readonly reports: readonly string[] }[] = [
  {
    name: "a job of a loop that waits for its own queue to be idle, in one of its rounds", reports: ["4 certain"],
    text: `import PQueue from 'p-queue';
const queue = new PQueue({ concurrency: 4 });
async function job(n: number): Promise<void> {
  if (n === 3) await queue.onIdle();
}
for (let i = 0; i < 5; i++) void queue.add(() => job(i));
await queue.onIdle();`,
  },
  {
    name: "a job of a loop that waits for another queue to be idle, in one of its rounds", reports: [],
    text: `import PQueue from 'p-queue';
const queue = new PQueue({ concurrency: 4 }), other = new PQueue({ concurrency: 4 });
async function job(n: number): Promise<void> {
  if (n === 3) await other.onIdle();
}
for (let i = 0; i < 5; i++) void queue.add(() => job(i));
await queue.onIdle();`,
  },
  {
    name: "jobs and holders that wait until their own queue or lock has nothing left to do", reports: ["8 likely", "9 likely"],
    text: `import PQueue from 'p-queue';
import { Mutex, Semaphore } from 'async-mutex';
export class Jobs {
  private readonly queue = new PQueue({ concurrency: 4 });
  private readonly other = new PQueue({ concurrency: 4 });
  private readonly mutex = new Mutex();
  private readonly permits = new Semaphore(2);
  async flush(): Promise<void> { await this.queue.onIdle(); }
  locked(): Promise<void> { return this.mutex.runExclusive(async () => { await this.mutex.waitForUnlock(); }); }
  add(n: number): void { void this.queue.add(async () => { if (n === 3) await this.flush(); }); }
  across(): void { void this.queue.add(async () => { await this.other.onIdle(); }); }
  aside(): void { void this.queue.add(async () => { void this.other.onIdle().then(() => { console.log('idle'); }); }); }
  after(): Promise<void> { return this.other.add(async () => { console.log('done'); }).then(() => this.other.onIdle()); }
  several(): Promise<void> { return this.permits.runExclusive(async () => { await this.permits.waitForUnlock(); }); }
  async later(): Promise<void> { const release = await this.mutex.acquire(); const free = this.mutex.waitForUnlock(); release(); await free; }
}`,
  },
  {
    name: "a settler that is not there yet is not called in that order", reports: [],
    text: `declare function advance(ms: number): Promise<void>;
const running = new Set<Promise<void>>();
function start(worker: () => Promise<void>) {
  const tick = async () => { await Promise.resolve(worker()); };
  setTimeout(() => { const run = tick(); running.add(run); void run.finally(() => running.delete(run)); }, 100);
}
export async function drives() {
  let settle: (() => void) | null = null;
  start(async () => { await new Promise<void>((resolve) => { settle = resolve; }); });
  await advance(100);
  const idle = (async () => { while (running.size > 0) await Promise.allSettled([...running]); })();
  settle!();
  await idle;
}`,
  },
  {
    name: "a request that refreshes the token which the refresh itself asks for", reports: ["17 likely"],
    text: `export class Auth {
  private refreshing: Promise<string> | null = null;
  private token = '';
  async request(url: string): Promise<string> {
    const res = await fetch(url, { headers: { a: this.token } });
    if (res.status === 401) {
      this.token = await this.refresh();
      return this.request(url);
    }
    return res.text();
  }
  refresh(): Promise<string> {
    this.refreshing ??= this.doRefresh().finally(() => { this.refreshing = null; });
    return this.refreshing;
  }
  private async doRefresh(): Promise<string> {
    return this.request('/token');
  }
}`,
  },
  {
    name: "private methods of one name in a class and its base: each calls its own", reports: [],
    text: `class Base {
  #done: Promise<void> | undefined;
  async close(): Promise<void> {
    if (this.#done === undefined) this.#done = this.#work();
    return this.#done;
  }
  async #work(): Promise<void> { await fetch('/base'); }
}
export class Derived extends Base {
  #finished: Promise<void> | undefined;
  override async close(): Promise<void> {
    if (this.#finished === undefined) this.#finished = this.#work();
    return this.#finished;
  }
  async #work(): Promise<void> {
    await super.close();
  }
}`,
  },
  {
    name: "the same with a method that a subclass overrides", reports: ["17 certain"],
    text: `class Base {
  #done: Promise<void> | undefined;
  async close(): Promise<void> {
    if (this.#done === undefined) this.#done = this.work();
    return this.#done;
  }
  protected async work(): Promise<void> { await fetch('/base'); }
}
export class Derived extends Base {
  #finished: Promise<void> | undefined;
  override async close(): Promise<void> {
    if (this.#finished === undefined) this.#finished = this.work();
    return this.#finished;
  }
  protected override async work(): Promise<void> {
    await fetch('/derived');
    await super.close();
  }
}`,
  },
  {
    name: "a store that waits for its own loading through a method", reports: ["7 likely"],
    text: `export class Store {
  private ready: Promise<void> | undefined;
  private readonly items = new Map<string, string>();
  init(): Promise<void> { return (this.ready ??= this.load()); }
  private async load(): Promise<void> {
    const res = await fetch('/items');
    for (const [k, v] of Object.entries(await res.json() as Record<string, string>)) await this.set(k, v);
  }
  async set(key: string, value: string): Promise<void> {
    await this.init();
    this.items.set(key, value);
  }
}`,
  },
  {
    name: "a queue that is waited for by one of its tasks", reports: ["4 certain"],
    text: `import PQueue from 'p-queue';
const queue = new PQueue({ concurrency: 2 });
async function job(): Promise<void> {
  await queue.onIdle();
}
await queue.add(job);`,
  },
  {
    name: "a module variable with the promise of what waits for it", reports: ["8 certain"],
    text: `let starting: Promise<void> | undefined;
export async function ensureStarted(): Promise<void> {
  if (!starting) starting = start();
  await starting;
}
async function start(): Promise<void> {
  await fetch('/a');
  await register('x');
}
export async function register(name: string): Promise<void> {
  await ensureStarted();
  console.log(name);
}`,
  },
  {
    name: "an event awaited before the call that emits it", reports: ["6 likely"],
    text: `import { EventEmitter, once } from 'node:events';
class Device extends EventEmitter {
  open(): void { this.emit('open'); }
}
const device = new Device();
await once(device, 'open');
device.open();`,
  },
  {
    name: "a helper that waits for what its caller settles later", reports: ["5 certain"],
    text: `let open!: () => void;
const opened = new Promise<void>((resolve) => { open = resolve; });
async function waitUntilOpen(): Promise<void> { await opened; }
async function main(): Promise<void> {
  await waitUntilOpen();
  open();
}
await main();
export {};`,
  },
  {
    name: "a lock and a promise: the holder waits for what is settled under the lock", reports: ["6 certain"],
    text: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
const ready = Promise.withResolvers<void>();
async function serve(): Promise<void> {
  await mutex.runExclusive(async () => {
    await ready.promise;
  });
}
async function prepare(): Promise<void> { await mutex.runExclusive(() => { ready.resolve(); }); }
await Promise.all([serve(), prepare()]);`,
  },
  {
    name: "a lock, a permit and a channel", reports: ["25 certain"],
    text: `import { setImmediate as tick } from "node:timers/promises";
import { Mutex, Semaphore } from "async-mutex";
class Channel<T> {
  readonly #items: T[] = [];
  readonly #readers: ((item: T) => void)[] = [];
  send(item: T): void {
    const reader = this.#readers.shift();
    if (reader) reader(item); else this.#items.push(item);
  }
  receive(): Promise<T> {
    const item = this.#items.shift();
    return item === undefined ? new Promise<T>((resolve) => this.#readers.push(resolve)) : Promise.resolve(item);
  }
}
const lock = new Mutex(), permits = new Semaphore(1), answers = new Channel<string>();
async function first(): Promise<void> {
  const release = await lock.acquire();
  try {
    await tick();
    await permits.runExclusive(() => { console.log("first"); });
  } finally { release(); }
}
async function second(): Promise<void> {
  await permits.runExclusive(async () => {
    console.log(await answers.receive());
  });
}
async function third(): Promise<void> {
  await tick();
  await lock.runExclusive(() => { answers.send("hello"); });
}
await Promise.all([first(), second(), third()]);`,
  },
  {
    name: "a worker joined under a lock that it needs, taken by hand", reports: ["7 certain"],
    text: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
async function work(): Promise<void> { await new Promise((resolve) => setTimeout(resolve, 1)); await mutex.runExclusive(() => undefined); }
const worker = work();
const release = await mutex.acquire();
try {
  await worker;
} finally { release(); }
export {};`,
  },
  {
    name: "a worker joined after the lock was given back", reports: [],
    text: `import { Mutex } from "async-mutex";
const mutex = new Mutex();
async function work(): Promise<void> { await new Promise((resolve) => setTimeout(resolve, 1)); await mutex.runExclusive(() => undefined); }
const worker = work();
const release = await mutex.acquire();
release();
await worker;
export {};`,
  },
  {
    name: "a lock made by hand of gate promises", reports: [],
    text: `export class Gate {
  private tail: Promise<void> = Promise.resolve();
  async run<T>(fn: () => Promise<T>): Promise<T> {
    const previous = this.tail;
    let open!: () => void;
    this.tail = new Promise<void>((resolve) => { open = resolve; });
    await previous;
    try { return await fn(); } finally { open(); }
  }
}
const gate = new Gate();
await Promise.all([gate.run(async () => console.log(1)), gate.run(async () => console.log(2))]);`,
  },
  {
    name: "a lazy connection whose field is emptied and filled again", reports: [],
    text: `export class Db {
  private ready?: Promise<void>;
  private open = false;
  async connect(): Promise<void> {
    if (this.ready) return this.ready;
    this.ready = this.doConnect();
    try { await this.ready; } catch (e) { this.ready = undefined; throw e; }
  }
  private async doConnect(): Promise<void> {
    await fetch('http://x');
    this.open = true;
    await this.query('select 1');
  }
  async query(text: string): Promise<string> {
    if (!this.open) await this.connect();
    return (await fetch(text)).text();
  }
  async close(): Promise<void> {
    const pending = this.ready;
    this.ready = undefined;
    await pending;
  }
}`,
  },
  {
    name: "a loop that stops itself without waiting", reports: [],
    text: `export class Loop {
  private running: Promise<void> | undefined;
  private stopped = false;
  private wake: (() => void) | undefined;
  start(): void { this.running = this.loop(); }
  private async loop(): Promise<void> {
    while (!this.stopped) {
      try { await this.step(); } catch { void this.stop(); }
      await new Promise<void>((resolve) => { this.wake = resolve; setTimeout(resolve, 10); });
    }
  }
  private async step(): Promise<void> { await fetch('x'); }
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake?.();
    await this.running;
  }
}`,
  },
  {
    name: "a single flight of keys, each under a shorter one", reports: [],
    text: `const inFlight = new Map<string, Promise<string>>();
export async function load(key: string): Promise<string> {
  const known = inFlight.get(key);
  if (known) return known;
  const work = fetchIt(key).finally(() => inFlight.delete(key));
  inFlight.set(key, work);
  return work;
}
async function fetchIt(key: string): Promise<string> {
  const parent = key.includes('/') ? await load(key.slice(0, key.lastIndexOf('/'))) : '';
  const res = await fetch(parent + key);
  return res.text();
}`,
  },
  {
    name: "answers that arrive in a handler", reports: [],
    text: `interface Socket { send(text: string): void; on(event: string, fn: (text: string) => void): void }
export class Rpc {
  private readonly pending = new Map<number, { resolve: (v: string) => void; promise: Promise<string> }>();
  private id = 0;
  constructor(private readonly socket: Socket) { socket.on('message', (text) => this.handle(text)); }
  private handle(text: string): void {
    const [id, body] = text.split(':');
    this.pending.get(Number(id))?.resolve(body ?? '');
    this.pending.delete(Number(id));
  }
  async call(text: string): Promise<string> {
    const id = ++this.id;
    let resolve!: (v: string) => void;
    const promise = new Promise<string>((r) => { resolve = r; });
    this.pending.set(id, { resolve, promise });
    this.socket.send(\`\${id}:\${text}\`);
    return promise;
  }
}`,
  },
  {
    name: "a promise that a handler of the process settles", reports: [],
    text: `const done = new Promise<void>((resolve) => { process.on('SIGINT', () => resolve()); });
async function main(): Promise<void> {
  console.log('running');
  await done;
}
await main();`,
  },
  {
    name: "a refresh that does not ask for itself", reports: [],
    text: `export class Auth {
  private refreshing: Promise<string> | null = null;
  private token = '';
  async request(url: string, retry = true): Promise<string> {
    const res = await fetch(url, { headers: { a: this.token } });
    if (res.status === 401 && retry) {
      this.token = await this.refresh();
      return this.request(url, false);
    }
    return res.text();
  }
  refresh(): Promise<string> {
    this.refreshing ??= this.doRefresh().finally(() => { this.refreshing = null; });
    return this.refreshing;
  }
  private async doRefresh(): Promise<string> {
    return this.request('/token', false);
  }
}`,
  },
  {
    name: "a chain of flushes", reports: [],
    text: `export class Writer {
  private flushing: Promise<void> = Promise.resolve();
  private queue: string[] = [];
  write(x: string): void { this.queue.push(x); void this.flush(); }
  flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.doFlush());
    return this.flushing;
  }
  private async doFlush(): Promise<void> {
    const items = this.queue.splice(0);
    if (items.length > 0) await fetch(items.join(','));
  }
  async close(): Promise<void> { await this.flush(); }
}
const w = new Writer(); w.write('a'); await w.close();`,
  },
  {
    name: "a row of promises, each settled by the one before, and a semaphore made by hand", reports: [],
    text: `const gates = Array.from({ length: 3 }, () => Promise.withResolvers<number>());
async function worker(i: number): Promise<number> {
  const before = i === 0 ? 0 : await gates[i - 1]!.promise;
  gates[i]!.resolve(before + 1);
  return before;
}
console.log(await Promise.all([2, 1, 0].map(worker)));
class Semaphore { #n = 1; #q: (() => void)[] = [];
  async acquire(): Promise<void> { if (this.#n > 0) { this.#n--; return; } await new Promise<void>((r) => this.#q.push(r)); }
  release(): void { const next = this.#q.shift(); if (next) next(); else this.#n++; } }
const s = new Semaphore();
await Promise.all([1, 2, 3].map(async () => { await s.acquire(); try { await fetch('x'); } finally { s.release(); } }));`,
  },
  {
    name: "answers that a loop over what comes from outside would still take in", reports: [],
    text: `interface Frame { id: number; kind: 'question' | 'answer' }
class Driver {
  private readonly waiting = new Map<number, (frame: Frame) => void>();
  private next = 1;
  constructor(private readonly frames: AsyncIterable<Frame>) {}
  async run(): Promise<void> { for await (const frame of this.frames) this.handle(frame); }
  private handle(frame: Frame): void {
    if (frame.kind === 'answer') { this.waiting.get(frame.id)?.(frame); return; }
    void this.reply(frame);
  }
  private async reply(frame: Frame): Promise<void> {
    console.log(frame.id, await this.ask());
  }
  private ask(): Promise<Frame> {
    const id = this.next++;
    return new Promise<Frame>((resolve) => { this.waiting.set(id, resolve); });
  }
}
declare function connect(): AsyncIterable<Frame>;
await new Driver(connect()).run();`,
  },
  {
    name: "the same loop, waiting for who waits for an answer", reports: ["9 likely"],
    text: `interface Frame { id: number; kind: 'question' | 'answer' }
class Driver {
  private readonly waiting = new Map<number, (frame: Frame) => void>();
  private next = 1;
  constructor(private readonly frames: AsyncIterable<Frame>) {}
  async run(): Promise<void> { for await (const frame of this.frames) await this.handle(frame); }
  private async handle(frame: Frame): Promise<void> {
    if (frame.kind === 'answer') { this.waiting.get(frame.id)?.(frame); return; }
    await this.reply(frame);
  }
  private async reply(frame: Frame): Promise<void> {
    console.log(frame.id, await this.ask());
  }
  private ask(): Promise<Frame> {
    const id = this.next++;
    return new Promise<Frame>((resolve) => { this.waiting.set(id, resolve); });
  }
}
declare function connect(): AsyncIterable<Frame>;
await new Driver(connect()).run();`,
  },
  {
    name: "a loop over the program's own source of answers", reports: [],
    text: `interface Frame { id: number; kind: 'question' | 'answer' }
class Wire {
  private readonly frames: Frame[] = [];
  private wake: (() => void) | undefined;
  private closed = false;
  deliver(frame: Frame): void { this.frames.push(frame); this.wake?.(); }
  end(): void { this.closed = true; this.wake?.(); }
  async *[Symbol.asyncIterator](): AsyncGenerator<Frame> {
    for (;;) {
      const next = this.frames.shift();
      if (next) { yield next; continue; }
      if (this.closed) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
const waiting = new Map<number, () => void>();
const wire = new Wire();
async function reply(): Promise<void> {
  await new Promise<void>((resolve) => { waiting.set(2, resolve); setImmediate(() => wire.deliver({ id: 2, kind: 'answer' })); });
}
wire.deliver({ id: 1, kind: 'question' });
setTimeout(() => wire.end(), 20);
for await (const frame of wire) {
  if (frame.kind === 'answer') waiting.get(frame.id)?.();
  else void reply();
}`,
  },
  {
    name: "a gate that a disposer opens", reports: [],
    text: `class Guard {
  #tail: Promise<void> = Promise.resolve();
  async enter(): Promise<Disposable> {
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await before;
    return { [Symbol.dispose]: resolve };
  }
}
const guard = new Guard();
async function work(): Promise<void> { using _ = await guard.enter(); }
await work();
await work();`,
  },
  {
    name: "an event after what asks a literal for its properties", reports: [],
    text: `import { EventEmitter } from 'node:events';
class Backend {
  constructor(private readonly options: { url?: string; client?: object }) {}
  async connect(): Promise<void> {
    if ('client' in this.options) return;
    if ('url' in this.options) { await fetch(this.options.url!); return; }
    throw new Error('neither');
  }
}
class Agenda extends EventEmitter {
  readonly ready: Promise<void>;
  constructor(backend: Backend) {
    super();
    this.ready = new Promise((resolve) => { this.once('ready', resolve); });
    backend.connect().then(() => this.emit('ready'));
  }
}
const agenda = new Agenda(new Backend({ url: '/' }));
await agenda.ready;`,
  },
  {
    name: "an event after what asks a literal for a property that it has not", reports: ["14 certain"],
    text: `import { EventEmitter } from 'node:events';
class Backend {
  constructor(private readonly options: { url?: string; client?: object }) {}
  async connect(): Promise<boolean> { return 'client' in this.options; }
}
class Agenda extends EventEmitter {
  readonly ready: Promise<void>;
  constructor(backend: Backend) {
    super();
    this.ready = new Promise((resolve) => { this.once('ready', resolve); });
    backend.connect().then((has) => { if (has) this.emit('ready'); });
  }
}
const agenda = new Agenda(new Backend({ url: '/' })); await agenda.ready;`,
  },
  {
    name: "an event after work that may fail, which ends the program", reports: [],
    text: `import { EventEmitter } from 'node:events';
${AGENDA}`,
  },
  {
    name: "an event after work that may fail, in a program that goes on after what nobody handles", reports: ["17 likely"],
    text: `import { EventEmitter } from 'node:events';
process.on('unhandledRejection', (error) => { console.error(error); });
${AGENDA}`,
  },
  {
    name: "an event after work that may fail, which is only told", reports: ["16 likely"],
    text: `import { EventEmitter } from 'node:events';
const settings = JSON.parse(process.argv[2] ?? '{}') as { url?: string };
class Agenda extends EventEmitter {
  readonly ready: Promise<void>;
  constructor() {
    super();
    this.ready = new Promise((resolve) => { this.once('ready', resolve); });
    this.connect().then(() => this.emit('ready')).catch((error) => { console.error(error); });
  }
  private async connect(): Promise<void> {
    if (settings.url === undefined) throw new Error('no url');
    await fetch(settings.url);
  }
}
const agenda = new Agenda();
await agenda.ready;`,
  },
];

describe("waits in a circle", () => {
  it.each(PROGRAMS.map((program) => [program.name, program] as const))("%s", (_, { text, reports }) => {
    expect(findingsIn({ "main.ts": text })).toEqual(reports.map((report) => `main.ts:${report.replace(" ", " no-circular-wait ")}`));
  });
});

/** Everybody who takes part is told, with what each of them waits for. */
const SIDES: readonly (readonly [name: string, message: string])[] = [
  [
    "a lock and a promise: the holder waits for what is settled under the lock",
    "Waits for `ready.promise`, which needs this to go on first: prepare (main.ts:9) waits for `mutex.runExclusive()`.",
  ],
  [
    "a lock, a permit and a channel",
    "Waits for `answers.receive()`, which needs this to go on first: first (main.ts:20) waits for `permits.runExclusive()`, third (main.ts:30) waits for `lock.runExclusive()`.",
  ],
];

describe("a circle over things of several kinds", () => {
  it.each(SIDES)("%s: names every side", async (name, message) => {
    const text = PROGRAMS.find((program) => program.name === name)?.text ?? "";
    const folder = workspace.write(name.replaceAll(/\W+/g, "-"), { "main.ts": text });
    const reports = await lint(linter(workspace.folder, [typed(workspace.folder), plugin.configs.recommended]), folder);
    expect(reports.map((report) => report.message)).toEqual([message]);
  });
});
