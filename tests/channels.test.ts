import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";

const PIPE = "const { readable, writable } = new TransformStream<string, string>(); const writer = writable.getWriter();";
const DRAIN = "for await (const part of readable) console.log(part);";
const CHILD = 'import { spawn } from "node:child_process"; import { once } from "node:events"; import { text } from "node:stream/consumers";';

/** Programs of one file, with the lines that are reported: `line confidence`. */
const PROGRAMS: readonly { readonly name: string; readonly text: string; readonly reports: readonly string[] }[] = [
  {
    name: "the events of a stream that somebody goes through", reports: [],
    text: `import { PassThrough } from "node:stream"; import { on, once } from "node:events"; declare function done(value: unknown): void; export async function run() { const s = new PassThrough(); done((async () => { for await (const [part] of on(s, "data")) done(part); })());
      for (let i = 0; i < 100; i++) if (!s.write(Buffer.alloc(10000))) await once(s, "drain"); s.end(); }`,
  },
  {
    name: "what is made of each part of a stream, given away", reports: [],
    text: `import { PassThrough } from "node:stream"; import { on, once } from "node:events"; declare function done(value: unknown): void; export async function run() { const s = new PassThrough(); done(s.map((part: Buffer) => part.length).toArray());
      for (let i = 0; i < 100; i++) if (!s.write(Buffer.alloc(10000))) await once(s, "drain"); s.end(); }`,
  },
  {
    name: "an iterator of a stream that is asked until it ends", reports: [],
    text: `import { PassThrough } from "node:stream"; import { on, once } from "node:events"; declare function done(value: unknown): void; export async function run() { const s = new PassThrough(); const it = s[Symbol.asyncIterator](); done((async () => { while (!(await it.next()).done); })());
      for (let i = 0; i < 100; i++) if (!s.write(Buffer.alloc(10000))) await once(s, "drain"); s.end(); }`,
  },
  {
    name: "a stream that is read by nothing", reports: ["2 likely"],
    text: `import { PassThrough } from "node:stream"; import { once } from "node:events"; export async function run() { const s = new PassThrough();
      for (let i = 0; i < 100; i++) if (!s.write(Buffer.alloc(10000))) await once(s, "drain"); s.end(); }`,
  },
  {
    name: "an output by its number", reports: [],
    text: `import type { SpawnOptions } from "node:child_process"; ${CHILD} export async function run() { const c = spawn("tool", { stdio: ["ignore", "pipe", "inherit"] }); c.stdio[1].pipe(process.stdout);
      await once(c, "exit"); }`,
  },
  {
    name: "an output out of a list", reports: [],
    text: `import type { SpawnOptions } from "node:child_process"; ${CHILD} export async function run() { const c = spawn("tool", { stdio: ["ignore", "pipe", "inherit"] }); const [, out] = c.stdio; out.resume();
      await once(c, "exit"); }`,
  },
  {
    name: "an output that is the input of another process", reports: [],
    text: `import type { SpawnOptions } from "node:child_process"; ${CHILD} export async function run() { const p = spawn("tool", { stdio: ["ignore", "pipe", "inherit"] }); const c = spawn("sort", { stdio: [p.stdout, "inherit", "inherit"] }); await once(p, "exit");
      await once(c, "exit"); }`,
  },
  {
    name: "options that are completed later", reports: [],
    text: `import type { SpawnOptions } from "node:child_process"; ${CHILD} export async function run() { const options: SpawnOptions = { cwd: "/" }; options.stdio = "inherit"; const c = spawn("tool", [], options);
      await once(c, "exit"); }`,
  },
  {
    name: "outputs that are chosen by a name", reports: [],
    text: `import type { SpawnOptions } from "node:child_process"; ${CHILD} export async function run() { const c = spawn("tool", { stdio: ["ignore", "pipe", "pipe"] }); for (const name of ["stdout", "stderr"] as const) c[name].resume();
      await once(c, "exit"); }`,
  },
  {
    name: "options that are completed with a pipe", reports: ["2 likely"],
    text: `import type { SpawnOptions } from "node:child_process"; ${CHILD} export async function run() { const options: SpawnOptions = { cwd: "/" }; options.stdio = "pipe"; const c = spawn("tool", [], options);
      await once(c, "exit"); }`,
  },
  {
    name: "a stream class with a constructor of its own", reports: ["3 certain"],
    text: `class Upper extends TransformStream<string, string> { constructor() { super({ transform: (part, to) => { to.enqueue(part.toUpperCase()); } }); } }
      export async function run(source: ReadableStream<string>) { const upper = new Upper();
        await source.pipeTo(upper.writable);
        for await (const part of upper.readable) console.log(part); }`,
  },
  // What goes on by itself into what is handed out.
  {
    name: "a line of streams that a task fills, and whose last end is handed out", reports: [],
    text: `function through(source: ReadableStream<string>, over: TransformStream<string, string>) { const writer = over.writable.getWriter(); const reader = source.getReader(); void pump(); return over.readable;
        async function pump() { for (;;) { await writer.ready; const part = await reader.read(); if (part.done) { await writer.close(); break; } await writer.write(part.value); } } }
      export function line(source: ReadableStream<string>) {
        return through(source, new TransformStream()).pipeThrough(new TransformStream()); }`,
  },
  {
    name: "the same filled before the end is handed out", reports: ["1 certain"],
    text: `async function through(source: ReadableStream<string>, over: TransformStream<string, string>) { const writer = over.writable.getWriter(); const reader = source.getReader(); await pump(); return over.readable;
        async function pump() { for (;;) { await writer.ready; const part = await reader.read(); if (part.done) { await writer.close(); break; } await writer.write(part.value); } } }
      export async function line(source: ReadableStream<string>) {
        return (await through(source, new TransformStream())).pipeThrough(new TransformStream()); }`,
  },
  {
    name: "an end that a getter gives away", reports: [],
    text: `export class Line { constructor(source: ReadableStream<string>) { const over = new TransformStream<string, string>(); const { readable } = over;
        const writer = over.writable.getWriter(); void pump(); Object.defineProperty(this, "readable", { get() { return readable; } });
        async function pump() { for await (const part of source) await writer.write(part); } } }
      export const make = (source: ReadableStream<string>) => new Line(source);`,
  },
  {
    name: "an end that no getter gives away", reports: ["2 certain"],
    text: `export class Line { constructor(source: ReadableStream<string>) { const over = new TransformStream<string, string>(); const count = 1;
        const writer = over.writable.getWriter(); void pump(); Object.defineProperty(this, "readable", { get() { return count; } });
        async function pump() { for await (const part of source) await writer.write(part); } } }
      export const make = (source: ReadableStream<string>) => new Line(source);`,
  },
  {
    name: "an end among the rest of what a helper is called with", reports: [],
    text: `async function run<A extends unknown[]>(task: (...args: A) => Promise<void>, ...args: A) { try { await task(...args); } finally { console.log("done"); } }
      async function read(count: number, readable: ReadableStream<string>) { for await (const part of readable) console.log(count, part); }
      export async function main(parts: readonly string[]) { ${PIPE}
        void (async () => { for (const part of parts) await writer.write(part); await writer.close(); })(); await run(read, 1, readable); }`,
  },
  {
    name: "an end among the rest of what a helper doesn't hand on", reports: ["4 certain"],
    text: `async function run<A extends unknown[]>(task: () => Promise<void>, ...args: A) { try { await task(); } finally { console.log(args.length); } }
      async function read() { console.log(1); }
      export async function main(parts: readonly string[]) { ${PIPE}
        void (async () => { for (const part of parts) await writer.write(part); await writer.close(); })(); await run(read, 1, readable); }`,
  },
  {
    name: "an end, or something else, that an object is given", reports: [],
    text: `class Answer { constructor(readonly size: number, readonly body: ReadableStream<string>) {} }
      function fill(parts: readonly string[]) { ${PIPE} void (async () => { for (const part of parts) await writer.write(part); await writer.close(); })(); return readable; }
      export async function get(parts: readonly string[] | undefined, other: () => Promise<ReadableStream<string>>) { let body: ReadableStream<string>;
        if (parts) body = fill(parts); else body = await other();
        return new Answer(1, body); }`,
  },
  {
    name: "an end, or something else, that is read once all is written", reports: ["1 certain"],
    text: `async function fill(parts: readonly string[]) { ${PIPE} for (const part of parts) await writer.write(part); await writer.close(); return readable; }
      export async function get(parts: readonly string[] | undefined, other: () => Promise<ReadableStream<string>>) { let body: ReadableStream<string>;
        if (parts) body = await fill(parts); else body = await other();
        for await (const part of body) console.log(part); }`,
  },
  {
    name: "a line of streams that nobody reads at its end", reports: ["3 certain"],
    text: `export async function line(parts: readonly string[]) { const over = new TransformStream<string, string>(), writer = over.writable.getWriter();
        over.readable.pipeThrough(new TransformStream());
        for (const part of parts) await writer.write(part); }`,
  },
  // Fields, and who goes on without waiting to the end.
  {
    name: "a process that one method starts and another waits for", reports: ["6 likely"],
    text: `${CHILD} import type { ChildProcessByStdio } from "node:child_process"; import type { Readable } from "node:stream"; class Recorder {
        #child?: ChildProcessByStdio<null, Readable, null>;
        start(script: string) { this.#child = spawn("node", ["-e", script], { stdio: ["ignore", "pipe", "ignore"] }); process.once("exit", () => this.#child?.kill()); }
        async stop() { const child = this.#child; if (!child) throw new Error("not started");
          await Promise.resolve();
          if (child.exitCode === null) await once(child, "exit");
          return text(child.stdout); } }
      export async function main() { const recorder = new Recorder(); recorder.start("x"); const late = new Promise((resolve) => setTimeout(resolve, 9)); return await Promise.race([recorder.stop(), late]); }`,
  },
  {
    name: "the same with its output read meanwhile", reports: [],
    text: `${CHILD} import type { ChildProcessByStdio } from "node:child_process"; import type { Readable } from "node:stream"; class Recorder {
        #child?: ChildProcessByStdio<null, Readable, null>; #output?: Promise<string>;
        start(script: string) { this.#child = spawn("node", ["-e", script], { stdio: ["ignore", "pipe", "ignore"] }); this.#output = text(this.#child.stdout); }
        async stop() { if (this.#child?.exitCode === null) await once(this.#child, "exit"); return this.#output; } }
      export async function main() { const recorder = new Recorder(); recorder.start("x"); return await recorder.stop(); }`,
  },
  {
    name: "an end that is raced against a timer where it is waited for", reports: [],
    text: `${CHILD} export async function run(command: string, args: readonly string[]) { const child = spawn(command, args);
      const late = new Promise((resolve) => setTimeout(resolve, 9)); await Promise.race([once(child, "exit"), late]); child.kill(); }`,
  },
  {
    name: "arguments that come from the caller", reports: ["2 likely"],
    text: `${CHILD} export async function run(command: string, args: readonly string[]) { const child = spawn(command, args);
      await once(child, "exit"); }`,
  },
  {
    name: "a wrapper that is given its options, called without `stdio`", reports: ["2 likely"],
    text: `${CHILD} import type { SpawnOptions } from "node:child_process"; function start(command: string, options: SpawnOptions) { return new Promise<void>((resolve) => {
      spawn(command, [], { shell: true, ...options }).on("close", () => { resolve(); }); }); }
      export const build = (cwd: string) => start("make", { cwd });
      export const watch = () => start("make", { stdio: "inherit" });`,
  },
  {
    name: "a wrapper that is given its options, with outputs that nobody has to read", reports: [],
    text: `${CHILD} import type { SpawnOptions } from "node:child_process"; function start(command: string, options: SpawnOptions) { return new Promise<void>((resolve) => {
      spawn(command, [], { shell: true, ...options }).on("close", () => { resolve(); }); }); }
      export const build = (cwd: string) => start("make", { cwd, stdio: "ignore" });
      export const watch = () => start("make", { stdio: "inherit" });`,
  },
  {
    name: "a wrapper of a wrapper that says what becomes of the outputs", reports: ["1 likely"],
    text: `${CHILD} import type { StdioOptions } from "node:child_process"; async function start(command: string, stdio: StdioOptions) { await once(spawn(command, { stdio }), "exit"); }
      class Tool { static run(options: { stdio: StdioOptions }) { return start("make", options.stdio); } }
      export const build = () => Tool.run({ stdio: ["ignore", "pipe", "inherit"] });`,
  },
  {
    name: "a wrapper of a wrapper that ignores the outputs", reports: [],
    text: `${CHILD} import type { StdioOptions } from "node:child_process"; async function start(command: string, stdio: StdioOptions) { await once(spawn(command, { stdio }), "exit"); }
      class Tool { static run(options: { stdio: StdioOptions }) { return start("make", options.stdio); } }
      export const build = () => Tool.run({ stdio: ["ignore", "ignore", "inherit"] });`,
  },
  {
    name: "the end of one output, while nobody reads the other", reports: ["1 likely", "3 likely"],
    text: `${CHILD} import { createInterface } from "node:readline"; export async function run() { const child = spawn("tool"); let all = ""; child.stdout.on("data", (data) => { all += String(data); }); await once(child.stdout, "end"); return all; }
      export async function lines() { const child = spawn("tool"); let count = 0; const reader = createInterface({ input: child.stdout });
      await new Promise<void>((resolve) => { reader.on("line", () => { count++; }); reader.on("close", () => { resolve(); }); }); return count; }`,
  },
  {
    name: "the end of one output, with the other read or not piped", reports: [],
    text: `${CHILD} export async function run() { const child = spawn("tool"); let all = ""; child.stdout.on("data", (data) => { all += String(data); }); const ended = once(child.stdout, "end"); child.stderr.resume(); await ended; return all; }
      export async function piped() { const child = spawn("tool", [], { stdio: ["ignore", "pipe", "inherit"] }); let all = ""; child.stdout.on("data", (data) => { all += String(data); });
      await new Promise<void>((resolve) => { child.stdout.on("end", () => { resolve(); }); }); return all; }`,
  },
  {
    name: "a listener that is taken away reads nothing", reports: ["2 likely"],
    text: `${CHILD} export const run = () => new Promise<void>((resolve, reject) => { const child = spawn("tool");
      child.on("exit", () => { child.off("error", reject); resolve(); }); child.on("error", reject); });`,
  },
  {
    name: "a listener that is taken away from a process whose outputs are read", reports: [],
    text: `${CHILD} export const run = () => new Promise<void>((resolve, reject) => { const child = spawn("tool"); child.stdout.resume(); child.stderr.resume();
      child.on("exit", () => { child.off("error", reject); resolve(); }); child.on("error", reject); });`,
  },
  {
    name: "a process that is stopped before it is waited for", reports: [],
    text: `${CHILD} export async function stop() { const child = spawn("tool"); child.kill(); await once(child, "close"); }
      export async function dead() { const child = spawn("tool"); const { pid } = child;
      await new Promise<void>((resolve) => { child.once("exit", () => { resolve(); }); child.kill("SIGKILL"); }); return pid; }`,
  },
  {
    name: "a process that is stopped after it was waited for, or when a signal comes", reports: ["1 likely", "2 likely"],
    text: `${CHILD} export async function run() { const child = spawn("tool"); try { await once(child, "close"); } finally { child.kill(); } }
      export async function signal() { const child = spawn("tool"); process.on("SIGINT", () => { child.kill(); }); await once(child, "close"); }`,
  },
  {
    name: "outputs that are read in a chain of calls", reports: [],
    text: `${CHILD} export async function run() { const child = spawn("tool"); let all = ""; child.stdout.setEncoding("utf8").on("data", (data) => { all += String(data); });
      child.stderr?.setEncoding("utf8").pause().on("data", (data) => { all += String(data); }); await once(child.off("error", console.error), "exit"); return all; }`,
  },
  {
    name: "an output whose encoding alone is set", reports: ["2 likely"],
    text: `${CHILD} export async function run() { const child = spawn("tool"); let all = ""; child.stdout.setEncoding("utf8").on("data", (data) => { all += String(data); });
      child.stderr.setEncoding("utf8"); await once(child, "exit"); return all; }`,
  },
  { name: "arguments that may be options", reports: [], text: `${CHILD} export async function run(command: string, given: any) { const child = spawn(command, given); await once(child, "exit"); }` },
  {
    name: "a forked process whose outputs are opened", reports: ["2 likely"],
    text: `import { fork } from "node:child_process"; import { once } from "node:events"; const worker = fork("worker.js", [], { silent: true });
      await once(worker, "exit");`,
  },
  { name: "a forked process that writes where this one does", reports: [], text: 'import { fork } from "node:child_process"; import { once } from "node:events"; const worker = fork("worker.js"); await once(worker, "exit");' },
  // Where the reader starts.
  {
    name: "a reader that is started before, as a task", reports: [],
    text: `export async function run() { ${PIPE}
      const reading = (async () => { ${DRAIN} })();
      await writer.write("a");
      await writer.close();
      await reading; }`,
  },
  {
    name: "a helper that writes, awaited before a helper that reads", reports: ["5 certain"],
    text: `async function fill(to: WritableStreamDefaultWriter<string>) { await to.write("a"); await to.close(); }
      async function show(readable: ReadableStream<string>) { ${DRAIN} }
      export async function run() {
        ${PIPE}
        await fill(writer);
        await show(readable);
      }`,
  },
  {
    name: "the same with both started", reports: [],
    text: `async function fill(to: WritableStreamDefaultWriter<string>) { await to.write("a"); await to.close(); }
      async function show(readable: ReadableStream<string>) { ${DRAIN} }
      export async function run() { ${PIPE}
        const shown = show(readable);
        await fill(writer);
        await shown; }`,
  },
  {
    name: "a read end that goes to unknown code first", reports: [],
    text: `export async function upload(url: string) { ${PIPE}
      const sent = fetch(url, { method: "POST", body: readable });
      await writer.write("a");
      await writer.close();
      await sent; }`,
  },
  {
    name: "a read end that goes to unknown code afterwards", reports: ["2 certain"],
    text: `export async function upload(url: string) { ${PIPE}
      await writer.write("a");
      await writer.close();
      return new Response(readable); }`,
  },
  {
    name: "a reader that an event starts", reports: [],
    text: `export async function run(source: EventTarget) { ${PIPE}
      source.addEventListener("go", async () => { ${DRAIN} });
      await writer.write("a"); }`,
  },
  {
    name: "a handler that only writes reads nothing", reports: ["3 certain"],
    text: `export async function run(source: EventTarget) { ${PIPE}
      source.addEventListener("more", () => { void writer.write("more"); });
      await writer.write("a");
      ${DRAIN} }`,
  },
  {
    name: "a generator that is called and not yet read", reports: ["3 certain"],
    text: `async function* upper(from: ReadableStream<string>) { for await (const part of from) yield part.toUpperCase(); }
      export async function run() { ${PIPE} const parts = upper(readable);
      await writer.write("a");
      await writer.close();
      for await (const part of parts) console.log(part); }`,
  },
  {
    name: "a read before the write, awaited after it", reports: [],
    text: `export async function run() { ${PIPE}
      const first = readable.getReader().read();
      await writer.write("a");
      console.log(await first); }`,
  },
  {
    name: "a reader on one branch only", reports: [],
    text: `export async function run(early: boolean) { ${PIPE}
      const read = async () => { ${DRAIN} };
      if (early) void read();
      await writer.write("a");
      if (!early) await read(); }`,
  },
  {
    name: "an error handler that cancels is no reader", reports: ["2 certain"],
    text: `export async function run() { ${PIPE}
      try { await writer.write("a"); } catch (error) { await readable.cancel(error); throw error; }
      ${DRAIN} }`,
  },
  {
    name: "a pipe that flows on its own", reports: [],
    text: `export async function run(sink: WritableStream<string>) { ${PIPE}
      void readable.pipeTo(sink);
      await writer.write("a");
      await writer.close(); }`,
  },
  {
    name: "a pipe into a channel that nobody reads", reports: ["3 certain"],
    text: `export async function run() { ${PIPE} const upper = new TransformStream<string, string>();
      void readable.pipeTo(upper.writable);
      await writer.write("a");
      for await (const part of upper.readable) console.log(part); }`,
  },
  {
    name: "an awaited pipeTo before the read", reports: ["2 certain"],
    text: `export async function run(source: ReadableStream<string>) { ${PIPE}
      await source.pipeTo(writable);
      ${DRAIN} }`,
  },
  {
    name: "a writer on its own beside a stream that is handed out", reports: [],
    text: `export async function body(parts: string[]) { ${PIPE}
      void (async () => { for (const part of parts) await writer.write(part); await writer.close(); })();
      return new Response(readable); }`,
  },
  {
    name: "a writer on its own beside a generator of what it writes", reports: [],
    text: `export async function* body(parts: string[]) { ${PIPE}
      void (async () => { for (const part of parts) await writer.write(part); await writer.close(); })();
      yield* readable; }`,
  },
  {
    name: "a reader that a constructor starts", reports: [],
    text: `class Printer { constructor(from: ReadableStream<string>) { void this.print(from); }
        private async print(readable: ReadableStream<string>) { ${DRAIN} } }
      export async function run() { ${PIPE} const printer = new Printer(readable);
      await writer.write("a");
      return printer; }`,
  },
  {
    name: "a reader that an object keeps for later", reports: ["5 certain"],
    text: `class Printer { constructor(private readonly from: ReadableStream<string>) {}
        async print() { for await (const part of this.from) console.log(part); } }
      export async function run() { ${PIPE}
      const printer = new Printer(readable);
      await writer.write("a");
      await printer.print(); }`,
  },
  {
    name: "a write end in a module, read by whoever imports it", reports: [],
    text: `export const pipe = new TransformStream<string, string>();
      const writer = pipe.writable.getWriter();
      export const send = async (part: string) => { await writer.write(part); };`,
  },
  {
    name: "a stream kept in a field that other methods read", reports: [],
    text: `export class Bus { private readonly pipe = new TransformStream<string, string>();
      async send(part: string) { const writer = this.pipe.writable.getWriter(); await writer.write(part); writer.releaseLock(); }
      async print() { for await (const part of this.pipe.readable) console.log(part); } }`,
  },
  {
    name: "readers started by a helper in a list", reports: [],
    text: `export async function run(names: string[]) {
      const pipes = names.map(() => new TransformStream<string, string>());
      const readers = pipes.map(async ({ readable }) => { ${DRAIN} });
      for (const { writable } of pipes) { const writer = writable.getWriter(); await writer.write("a"); await writer.close(); }
      await Promise.all(readers); }`,
  },
  {
    name: "readers kept in a list as functions", reports: ["4 certain"],
    text: `export async function run(names: string[]) {
      const pipes = names.map(() => new TransformStream<string, string>());
      const readers = pipes.map(({ readable }) => async () => { ${DRAIN} });
      for (const { writable } of pipes) { const writer = writable.getWriter(); await writer.write("a"); await writer.close(); }
      await Promise.all(readers.map((read) => read())); }`,
  },
  // How much fits.
  {
    name: "room for what is sent", reports: [],
    text: `export async function run() {
      const { readable, writable } = new TransformStream<string, string>({}, {}, { highWaterMark: 2 }); const writer = writable.getWriter();
      await writer.write("a");
      await writer.write("b");
      ${DRAIN} }`,
  },
  {
    name: "room for less than is sent", reports: ["4 certain"],
    text: `export async function run() {
      const { readable, writable } = new TransformStream<string, string>({}, {}, { highWaterMark: 1 }); const writer = writable.getWriter();
      await writer.write("a");
      await writer.write("b");
      ${DRAIN} }`,
  },
  {
    name: "room for some of any number", reports: ["3 likely"],
    text: `export async function run(parts: string[]) {
      const { readable, writable } = new TransformStream<string, string>({}, {}, { highWaterMark: 4 }); const writer = writable.getWriter();
      for (const part of parts) await writer.write(part);
      ${DRAIN} }`,
  },
  {
    name: "a close with nothing sent", reports: [],
    text: `export async function run() { ${PIPE}
      await writer.close();
      ${DRAIN} }`,
  },
  {
    name: "a short text through a PassThrough", reports: [],
    text: `import { PassThrough } from "node:stream"; import { once } from "node:events";
      const pass = new PassThrough();
      pass.end("short");
      await once(pass, "finish");
      for await (const part of pass) console.log(part);`,
  },
  {
    name: "a pipeline that ends in a PassThrough", reports: ["3 likely"],
    text: `import { PassThrough, Readable } from "node:stream"; import { pipeline } from "node:stream/promises";
      const pass = new PassThrough();
      await pipeline(Readable.from(["a", "b"]), pass);
      for await (const part of pass) console.log(part);`,
  },
  // Two that wait for each other.
  {
    name: "two tasks, each of which writes before it reads", reports: ["5 certain", "6 certain"],
    text: `export async function run() { const a = new TransformStream<string, string>(), b = new TransformStream<string, string>();
      const toA = a.writable.getWriter(), toB = b.writable.getWriter();
      const one = async () => { await toA.write("x"); for await (const part of b.readable) console.log(part); };
      const two = async () => { await toB.write("y"); for await (const part of a.readable) console.log(part); };
      void one();
      void two(); }`,
  },
  {
    name: "two tasks, one of which reads first", reports: [],
    text: `export async function run() { const a = new TransformStream<string, string>(), b = new TransformStream<string, string>();
      const toA = a.writable.getWriter(), toB = b.writable.getWriter();
      const one = async () => { await toA.write("x"); for await (const part of b.readable) console.log(part); };
      const two = async () => { for await (const part of a.readable) console.log(part); await toB.write("y"); };
      void one();
      void two(); }`,
  },
  // What else holds something back.
  {
    name: "a stream that is finished only when it has been read", reports: ["4 likely"],
    text: `import { PassThrough } from "node:stream"; import { finished } from "node:stream/promises";
      const pass = new PassThrough();
      pass.end("short");
      await finished(pass);
      for await (const part of pass) console.log(part);`,
  },
  {
    name: "a stream that flows while its end is awaited", reports: [],
    text: `import { PassThrough } from "node:stream"; import { finished } from "node:stream/promises";
      const pass = new PassThrough();
      pass.end("short");
      pass.pipe(process.stdout);
      await finished(pass);`,
  },
  {
    name: "a compressor that nobody reads yet", reports: ["4 likely"],
    text: `import { once } from "node:events"; import { createGzip } from "node:zlib";
      export async function pack(parts: Buffer[]) { const gzip = createGzip();
      for (const part of parts) if (!gzip.write(part)) {
        await once(gzip, "drain"); }
      gzip.end();
      for await (const part of gzip) console.log(part); }`,
  },
  {
    name: "room that a callback tells of", reports: ["3 likely"],
    text: `import { PassThrough } from "node:stream";
      export async function run(parts: string[]) { const pass = new PassThrough();
      for (const part of parts) if (!pass.write(part)) await new Promise<void>((resolve) => { pass.once("drain", resolve); });
      for await (const part of pass) console.log(part); }`,
  },
  {
    name: "pairs of an index and a pipe", reports: ["3 certain"],
    text: `export async function run() {
      const pipes = [new TransformStream<string, string>(), new TransformStream<string, string>()];
      for (const { writable } of pipes) await writable.getWriter().write("a");
      for (const [index, { readable }] of pipes.entries()) for await (const part of readable) console.log(index, part); }`,
  },
  // Processes.
  {
    name: "lines of one output, and then the other one", reports: ["3 likely"],
    text: `import { createInterface } from "node:readline"; ${CHILD} export async function run(command: string) {
      const child = spawn(command);
      for await (const line of createInterface({ input: child.stdout })) console.log(line);
      console.log(await text(child.stderr)); }`,
  },
  {
    name: "lines of the only output, which are read at once", reports: [],
    text: `import { createInterface } from "node:readline"; ${CHILD} export async function run(command: string) {
      const child = spawn(command, [], { stdio: ["ignore", "pipe", "inherit"] });
      const lines = createInterface({ input: child.stdout });
      await once(child, "exit");
      for await (const line of lines) console.log(line); }`,
  },
  {
    name: "one output that goes to a file, and then the other one", reports: ["3 likely"],
    text: `import { createWriteStream } from "node:fs"; import { pipeline } from "node:stream/promises"; ${CHILD} export async function run(command: string) {
      const child = spawn(command);
      await pipeline(child.stdout, createWriteStream("out"));
      console.log(await text(child.stderr)); }`,
  },
  {
    name: "an end that is given back as a promise", reports: ["2 likely"],
    text: `${CHILD} export const run = (command: string) => new Promise<void>((resolve) => {
      spawn(command, { shell: true }).on("exit", () => { resolve(); }); });`,
  },
  {
    name: "a code that is tested before the output is read", reports: ["4 likely"],
    text: `${CHILD} export async function run(command: string) {
      const child = spawn(command, [], { stdio: ["ignore", "pipe", "inherit"] });
      const exit = new Promise<number>((resolve) => { child.once("exit", (code) => { resolve(code ?? 1); }); });
      const code = await exit;
      if (code !== 0) throw new Error(command);
      console.log(await text(child.stdout)); }`,
  },
  {
    name: "an inherited output", reports: [],
    text: `${CHILD} const child = spawn("tool", [], { stdio: "inherit" });
      await once(child, "exit");`,
  },
  {
    name: "an output that nobody reads", reports: ["2 likely"],
    text: `${CHILD} const child = spawn("tool");
      await once(child, "exit");`,
  },
  {
    name: "the output of a command that writes none, and that of one that may", reports: ["3 likely"],
    text: `${CHILD} export async function run(command: string) {
      await once(spawn("/bin/chmod", ["+x", "tool"]), "close");
      await once(spawn(command, ["+x", "tool"]), "close"); }`,
  },
  {
    name: "both outputs read together", reports: [],
    text: `${CHILD} const child = spawn("tool");
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
      await once(child, "close");
      console.log(out, err);`,
  },
  {
    name: "a promise for the exit, with outputs that have handlers", reports: [],
    text: `${CHILD} export const run = () => new Promise<void>((resolve, reject) => { const child = spawn("tool");
      child.stdout.on("data", console.log); child.stderr.resume();
      child.on("error", reject); child.on("close", () => { resolve(); }); });
      await run();`,
  },
  {
    name: "a promise for the exit, with an output that has none", reports: ["3 likely"],
    text: `${CHILD} export async function run() { const child = spawn("tool", [], { stdio: ["ignore", "pipe", "inherit"] });
      const done = new Promise<void>((resolve) => { child.on("close", () => { resolve(); }); });
      await done;
      console.log(await text(child.stdout)); }`,
  },
  {
    name: "a process that a timer ends", reports: [],
    text: `${CHILD} export async function run() { const child = spawn("tool");
      await new Promise<void>((resolve) => { child.on("close", () => { resolve(); }); setTimeout(resolve, 1000); }); }`,
  },
  {
    name: "an event handler of the process that only kills another one", reports: ["3 likely"],
    text: `${CHILD} export async function run() { const child = spawn("tool");
      process.once("exit", () => { child.kill(); });
      await once(child, "exit"); }`,
  },
  {
    name: "all input before any output", reports: ["3 likely"],
    text: `import { pipeline } from "node:stream/promises"; ${CHILD} export async function run(source: NodeJS.ReadableStream) {
      const child = spawn("sort", [], { stdio: ["pipe", "pipe", "inherit"] });
      await pipeline(source, child.stdin);
      console.log(await text(child.stdout)); }`,
  },
  {
    name: "input and output at once", reports: [],
    text: `import { pipeline } from "node:stream/promises"; ${CHILD} export async function run(source: NodeJS.ReadableStream) {
      const child = spawn("sort", [], { stdio: ["pipe", "pipe", "inherit"] });
      const [sorted] = await Promise.all([text(child.stdout), pipeline(source, child.stdin)]);
      console.log(sorted); }`,
  },
  {
    name: "a process that is given away", reports: [],
    text: `${CHILD} declare function watch(child: unknown): void; const child = spawn("tool");
      watch(child);
      await once(child, "exit");`,
  },
];

describe("channels", () => {
  it.each(PROGRAMS.map((program) => [program.name, program] as const))("%s", (_, { text, reports }) => {
    expect(findingsIn({ "main.ts": text })).toEqual(reports.map((report) => `main.ts:${report.replace(" ", " spawn-before-drain ")}`));
  });
});
