import { describe, expect, it } from "vitest";

import { findingsIn } from "./support/analysis.js";

/** Programs that come to their end, each with one that doesn't because it waits for something else, or too early. */
interface Pair {
  readonly name: string;
  readonly ends: string;
  readonly waits: string;
}

const LOOPS: readonly Pair[] = [
  {
    name: "a callback keeps the variable of its own round",
    ends: "const ds = [1, 2, 3].map(() => Promise.withResolvers<void>()); for (let i = 0; i < 3; i++) setTimeout(() => ds[i]!.resolve(), i);\nawait Promise.all(ds.map((d) => d.promise));",
    waits: "const ds = [1, 2, 3].map(() => Promise.withResolvers<void>()); for (let i = 0; i < 2; i++) setTimeout(() => ds[i]!.resolve(), i);\nawait ds[2]!.promise; ds[2]!.resolve();",
  },
  {
    name: "who leaves a loop closes what it goes over",
    ends: "const d = Promise.withResolvers<void>(); function* g() { try { yield 1; yield 2; } finally { d.resolve(); } } for (const x of g()) { console.log(x); break; }\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); function* g() { try { yield 1; yield 2; } finally { d.resolve(); } } for (const x of g()) {\nawait d.promise; console.log(x); break; }",
  },
  {
    name: "who leaves a loop by an error closes what it goes over, with what that waits for",
    ends: "const d = Promise.withResolvers<void>(); async function* g() { try { yield 1; } finally { await null; d.resolve(); } } try { for await (const x of g()) throw x; } catch (e) { console.log(e); }\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); async function* g() { try { yield 1; } finally { await null; d.resolve(); } } for await (const x of g()) {\nawait d.promise; throw x; }",
  },
  {
    name: "a generator that hands on what another one gives",
    ends: "const d = Promise.withResolvers<void>(); function* inner() { yield 1; d.resolve(); } function* outer() { yield* inner(); } for (const x of outer()) console.log(x);\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); function* inner() { yield 1; d.resolve(); } function* outer() { yield* inner(); } for (const x of outer()) {\nawait d.promise; console.log(x); }",
  },
];

const KEYS: readonly Pair[] = [
  {
    name: "one of several functions, by a name that isn't known",
    ends: "const d = Promise.withResolvers<void>(); const handlers: Record<string, () => void> = { done() { d.resolve(); }, fail() { d.reject(new Error('x')); } }; handlers[process.argv[2] ?? 'done']!();\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); const handlers: Record<string, () => void> = { done() { console.log(1); }, fail() { throw new Error('x'); } }; handlers[process.argv[2] ?? 'done']!();\nawait d.promise; d.resolve();",
  },
  {
    name: "a method by a name that isn't known",
    ends: "class Gate { ready = Promise.withResolvers<void>(); a(): void { this.ready.resolve(); } b(): void { this.ready.resolve(); } } const gate = new Gate(); gate[process.argv[2] === 'a' ? 'a' : 'b']();\nawait gate.ready.promise;",
    waits: "class Gate { ready = Promise.withResolvers<void>(); a(): void { console.log(1); } b(): void { console.log(2); } } const gate = new Gate(); gate[process.argv[2] === 'a' ? 'a' : 'b']();\nawait gate.ready.promise; gate.ready.resolve();",
  },
  {
    name: "the first key of a map",
    ends: "const waiting = new Map<string, () => void>(); const a = new Promise<void>((r) => waiting.set('a', r)); const key = waiting.keys().next().value!; waiting.get(key)!();\nawait a;",
    waits: "const waiting = new Map<string, () => void>(); const a = new Promise<void>((r) => waiting.set('a', r)); const b = new Promise<void>((r) => waiting.set('b', r)); const key = waiting.keys().next().value!; waiting.get(key)!(); await a;\nawait b; waiting.get('b')!();",
  },
  {
    name: "a key that is made twice of the same parts",
    ends: "const waiting = new Map<string, () => void>(); const now = new Date(); const key = (d: Date) => `${d.getFullYear()}`; const a = new Promise<void>((r) => waiting.set(key(now), r)); waiting.get(key(now))?.();\nawait a;",
    waits: "const waiting = new Map<string, () => void>(); const now = new Date(); const key = (d: Date) => `${d.getFullYear()}`; const a = new Promise<void>((r) => waiting.set(key(now), r));\nawait a; waiting.get(key(now))?.();",
  },
  {
    name: "all values of a record with keys that aren't known",
    ends: "const waiting: Record<string, () => void> = {}; const a = new Promise<void>((r) => { waiting[crypto.randomUUID()] = r; }); Object.values(waiting).forEach((f) => f());\nawait a;",
    waits: "const waiting: Record<string, () => void> = {}; Object.values(waiting).forEach((f) => f()); const a = new Promise<void>((r) => { waiting[crypto.randomUUID()] = r; });\nawait a; Object.values(waiting).forEach((f) => f());",
  },
  {
    name: "all keys of a record with keys that aren't known",
    ends: "const waiting: Record<string, () => void> = {}; const a = new Promise<void>((r) => { waiting[crypto.randomUUID()] = r; }); for (const key in waiting) waiting[key]!();\nawait a;",
    waits: "const waiting: Record<string, () => void> = {}; for (const key in waiting) waiting[key]!(); const a = new Promise<void>((r) => { waiting[crypto.randomUUID()] = r; });\nawait a; for (const key in waiting) waiting[key]!();",
  },
  {
    name: "the values of an array, as of any object",
    ends: "const waiting: (() => void)[] = []; const a = new Promise<void>((r) => waiting.push(r)); Object.values(waiting).forEach((f) => f());\nawait a;",
    waits: "const waiting: (() => void)[] = []; Object.values(waiting).forEach((f) => f()); const a = new Promise<void>((r) => waiting.push(r));\nawait a; Object.values(waiting).forEach((f) => f());",
  },
  {
    name: "one of a list by chance",
    ends: "const waiting: (() => void)[] = []; const a = new Promise<void>((r) => waiting.push(r)); waiting[Math.floor(Math.random() * waiting.length)]!();\nawait a;",
    waits: "const waiting: (() => void)[] = []; const a = new Promise<void>((r) => waiting.push(r));\nawait a; waiting[Math.floor(Math.random() * waiting.length)]!();",
  },
  {
    name: "what is deleted by its name is gone",
    ends: "const left: Record<string, true> = { a: true, b: true }; const d = Promise.withResolvers<void>(); const done = (key: string) => { delete left[key]; if (Object.keys(left).length === 0) d.resolve(); }; done('a'); done('b');\nawait d.promise;",
    waits: "const left: Record<string, true> = { a: true, b: true }; const d = Promise.withResolvers<void>(); const done = (key: string) => { delete left[key]; if (Object.keys(left).length === 0) d.resolve(); }; done('a');\nawait d.promise; done('b');",
  },
  {
    name: "an array of a given length",
    ends: "const d = Promise.withResolvers<void>(); let left = 3; new Array(3).fill(0).forEach(() => setImmediate(() => { if (--left === 0) d.resolve(); }));\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); let left = 4; const done = () => { if (--left === 0) d.resolve(); }; new Array(3).fill(0).forEach(() => done());\nawait d.promise; done();",
  },
  {
    name: "the indices of an array",
    ends: "const d = Promise.withResolvers<void>(); let left = 3; for (const i of [...Array(3).keys()]) setTimeout(() => { if (--left === 0) d.resolve(); }, i);\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); let left = 4; const done = () => { if (--left === 0) d.resolve(); }; for (const i of [...Array(3).keys()]) { console.log(i); done(); }\nawait d.promise; done();",
  },
  {
    name: "an array longer than can be rehearsed",
    ends: "const d = Promise.withResolvers<void>(); let left = 500; Array.from({ length: 500 }).forEach(() => setImmediate(() => { if (--left === 0) d.resolve(); }));\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); let left = 500; const done = () => { if (--left === 0) d.resolve(); };\nawait d.promise; Array.from({ length: 500 }).forEach(() => done());",
  },
  {
    name: "the characters of a text",
    ends: "const d = Promise.withResolvers<void>(); const seen = new Set<string>(); for (const c of 'hello') seen.add(c); if (seen.size === 4) d.resolve();\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); const seen = new Set<string>(); for (const c of 'hello') seen.add(c); if (seen.size === 5) d.resolve();\nawait d.promise; d.resolve();",
  },
  {
    name: "the best of a list, by a comparison of two",
    ends: "const ds = [{ id: 1, ...Promise.withResolvers<void>() }, { id: 2, ...Promise.withResolvers<void>() }] as const; [...ds].reduce((a, b) => (a.id > b.id ? a : b)).resolve();\nawait ds[1].promise;",
    waits: "const ds = [{ id: 1, ...Promise.withResolvers<void>() }, { id: 2, ...Promise.withResolvers<void>() }] as const; [...ds].reduce((a, b) => (a.id > b.id ? a : b)).resolve();\nawait ds[0].promise; ds[0].resolve();",
  },
];

const ANSWERS: readonly Pair[] = [
  {
    name: "a number of batches",
    ends: "const d = Promise.withResolvers<void>(); const items = [1, 2, 3, 4, 5]; const batches = Math.ceil(items.length / 2); let done = 0; for (let i = 0; i < items.length; i += 2) setImmediate(() => { if (++done === batches) d.resolve(); });\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); const items = [1, 2, 3, 4, 5]; const batches = Math.ceil(items.length / 2); let done = 0; for (let i = 0; i < items.length; i += 2) setImmediate(() => { console.log(++done, batches); });\nawait d.promise; d.resolve();",
  },
  {
    name: "the half of a number",
    ends: "const d = Promise.withResolvers<void>(); const n = 5, half = n >> 1; for (let i = 0; i < n; i++) if (i === half) d.resolve();\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); const n = 5, half = n >> 1; for (let i = 0; i < half; i++) if (i === half) d.resolve();\nawait d.promise; d.resolve();",
  },
  {
    name: "a text that is put together",
    ends: "const d = Promise.withResolvers<void>(); const words = ['a', 'b'].join('-'); if (words === 'a-b') d.resolve();\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); const words = ['a', 'b'].join('-'); if (words === 'a,b') d.resolve();\nawait d.promise; d.resolve();",
  },
  {
    name: "an object of a class",
    ends: "const d = Promise.withResolvers<void>(); class Message {} class Other {} const handle = (m: unknown) => { if (m instanceof Message) d.resolve(); }; handle(new Message());\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); class Message {} class Other {} const handle = (m: unknown) => { if (m instanceof Message) d.resolve(); }; handle(new Other());\nawait d.promise; d.resolve();",
  },
  {
    name: "an error of a class",
    ends: "const d = Promise.withResolvers<void>(); class Stop extends Error {} class Halt extends Stop {} try { throw new Halt(); } catch (e) { if (e instanceof Stop) d.resolve(); }\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); class Stop extends Error {} class Halt extends Stop {} try { throw new Halt(); } catch (e) { if (!(e instanceof Stop)) d.resolve(); }\nawait d.promise; d.resolve();",
  },
  {
    name: "a function by its type",
    ends: "const d = Promise.withResolvers<void>(); const call = (f?: unknown) => { if (typeof f === 'function') f(); }; call(d.resolve);\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); const call = (f?: unknown) => { if (typeof f === 'object') console.log(1); }; call(d.resolve);\nawait d.promise; d.resolve();",
  },
  {
    name: "how each of several promises ended",
    ends: "const d = Promise.withResolvers<void>(); const all = await Promise.allSettled([Promise.reject(new Error('x')), 1]); if (all.filter((each) => each.status === 'rejected').length === 1) d.resolve();\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); const all = await Promise.allSettled([Promise.reject(new Error('x')), 1]); if (all.every((each) => each.status === 'rejected')) d.resolve();\nawait d.promise; d.resolve();",
  },
  {
    name: "none of several promises",
    ends: "const d = Promise.withResolvers<void>(); try { await Promise.any([Promise.reject(new Error('x'))]); } catch { d.resolve(); }\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); try { await Promise.any([Promise.reject(new Error('x'))]); } catch { console.log(1); }\nawait d.promise; d.resolve();",
  },
];

const CLASSES: readonly Pair[] = [
  {
    name: "a field whose writing runs something",
    ends: "class Box { #waiting: ((v: number) => void)[] = []; get value() { return 1; } set value(v: number) { for (const each of this.#waiting) each(v); } next() { return new Promise<number>((r) => { this.#waiting.push(r); }); } } class Small extends Box {} const box = new Small(); const next = box.next(); box.value = 3;\nawait next;",
    waits: "class Box { #waiting: ((v: number) => void)[] = []; get value() { return 1; } set value(v: number) { for (const each of this.#waiting) each(v); } next() { return new Promise<number>((r) => { this.#waiting.push(r); }); } } class Small extends Box {} const box = new Small(); const next = box.next();\nawait next; box.value = 3;",
  },
  {
    name: "what runs when a class is made",
    ends: "const d = Promise.withResolvers<void>(); class Boot { static { setImmediate(() => d.resolve()); } } console.log(Boot);\nawait d.promise;",
    waits: "const d = Promise.withResolvers<void>(); class Boot { static { setImmediate(() => console.log(1)); } } console.log(Boot);\nawait d.promise; d.resolve();",
  },
];

const POLLER = (wake: string, aborts: string): string => `class Poller {
  readonly #controller = new AbortController(); #loop?: Promise<void>; #wake = () => {};
  start() { this.#loop = this.#run(); }
  trigger() { this.#wake(); }
  async stop() { ${aborts} ${wake}
    await this.#loop; }
  async #run() { const { signal } = this.#controller; while (!signal.aborted) { await Promise.resolve(); if (signal.aborted) return; await new Promise<void>((resolve) => { this.#wake = resolve; }); } }
}
const poller = new Poller(); poller.start(); await new Promise((resolve) => setTimeout(resolve, 1)); poller.trigger(); await new Promise((resolve) => setTimeout(resolve, 1));
await poller.stop();`;

/** What comes to its end, and what doesn't: `file:line` of the report. */
const WORKERS: readonly (readonly [name: string, program: string, reports: readonly string[]])[] = [
  ["a loop that is told to stop and woken", POLLER("this.#wake();", "this.#controller.abort();"), []],
  ["a loop that isn't woken", POLLER("", "this.#controller.abort();"), ["main.ts:6 no-circular-wait certain"]],
  ["a loop that is woken and not told to stop", POLLER("this.#wake();", ""), ["main.ts:6 no-circular-wait certain"]],
  ["who listens to a signal", "const controller = new AbortController(), d = Promise.withResolvers<void>();\ncontroller.signal.addEventListener('abort', () => { d.resolve(); }); controller.abort();\nawait d.promise;", []],
  ["who listens to a signal that isn't used", "const controller = new AbortController(), d = Promise.withResolvers<void>();\ncontroller.signal.addEventListener('abort', () => { d.resolve(); });\nawait d.promise; controller.abort();", ["main.ts:3 no-circular-wait certain"]],
  ["workers without work", `const jobs: string[] = [], idle: (() => void)[] = [];
async function worker(): Promise<void> { for (;;) { const job = jobs.shift(); if (job === undefined) { await new Promise<void>((resolve) => idle.push(resolve)); continue; } await new Promise((resolve) => setTimeout(resolve, 1)); } }
function submit(job: string) { jobs.push(job); idle.shift()?.(); }
void worker(); submit("a"); submit("b"); await new Promise((resolve) => setTimeout(resolve, 1)); submit("c");`, []],
  ["workers that are waited for", `const jobs: string[] = [], idle: (() => void)[] = [];
async function worker(): Promise<void> { for (;;) { const job = jobs.shift(); if (job === undefined) { await new Promise<void>((resolve) => idle.push(resolve)); continue; } await new Promise((resolve) => setTimeout(resolve, 1)); } }
function submit(job: string) { jobs.push(job); idle.shift()?.(); }
const working = worker(); submit("a"); submit("b");
await working; submit("c");`, ["main.ts:5 no-circular-wait certain"]],
  ["a process beside its outputs", 'import { spawn } from "node:child_process"; import { once } from "node:events"; import { text } from "node:stream/consumers";\nconst child = spawn("ls");\nawait Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);', []],
  ["a process whose input is ended before", 'import { spawn } from "node:child_process"; import { once } from "node:events";\nconst child = spawn("cat", { stdio: ["pipe", "inherit", "inherit"] }); child.stdin.end("x");\nawait Promise.all([once(child, "exit")]);', []],
  ["a resolver with its argument", "let resolve!: (text: string) => void;\nconst done = new Promise<string>((given) => { resolve = given; }); setTimeout(resolve.bind(undefined, 'x'), 1);\nawait done;", []],
  ["a resolver that is called later", "let resolve!: (text: string) => void;\nconst done = new Promise<string>((given) => { resolve = given; }); const call = resolve.bind(undefined, 'x');\nawait done; call();", ["main.ts:3 no-circular-wait certain"]],
  ["a getter of an object", "const d = Promise.withResolvers<void>();\nconst lazy = { get value() { d.resolve(); return 1; } }; console.log(lazy.value);\nawait d.promise;", []],
  ["a pool of a size from outside", `class Pool { #made = 0; #free: object[] = []; #wait: ((given: object) => void)[] = []; constructor(readonly size: number) {}
  async get(): Promise<object> { const free = this.#free.pop(); if (free) return free; if (this.#made < this.size) { this.#made++; return {}; }
    return new Promise<object>((resolve) => this.#wait.push(resolve)); }
  put(given: object) { const next = this.#wait.shift(); if (next) next(given); else this.#free.push(given); } }
const pool = new Pool(Number(process.env.SIZE) || 2), use = async () => { const given = await pool.get(); await Promise.resolve(); pool.put(given); };
await Promise.all([use(), use(), use()]);`, ["main.ts:6 no-circular-wait possible"]],
  ["what is made by somebody else is there", "const d = Promise.withResolvers<void>(); if (new Date()) d.resolve();\nawait d.promise;", []],
  ["a field by a parameter with a default", "class Gate { readonly d = Promise.withResolvers<void>(); constructor(readonly count = 2) {} pass() { if (this.count > 1) this.d.resolve(); } } const gate = new Gate(); gate.pass();\nawait gate.d.promise;", []],
];

describe("a rehearsal of workers", () => {
  it.each(WORKERS)("%s", (_, program, reports) => { expect(findingsIn({ "main.ts": `${program}\nexport {};` })).toEqual(reports); });
});

const PROGRAMS: Readonly<Record<string, readonly Pair[]>> = { loops: LOOPS, "names and lists": KEYS, "what has one answer": ANSWERS, classes: CLASSES };

describe.each(Object.entries(PROGRAMS))("a rehearsal of %s", (_, pairs) => {
  const rows = pairs.map((pair) => [pair.name, pair] as const);
  it.each(rows)("%s", (_name, { ends }) => { expect(findingsIn({ "main.ts": `${ends}\nexport {};` })).toEqual([]); });
  it.each(rows)("%s: the other one waits for ever", (_name, { waits }) => {
    expect(findingsIn({ "main.ts": `${waits}\nexport {};` })).toEqual([expect.stringMatching(/^main\.ts:2 no-circular-wait (?:certain|likely)$/)]);
  });
});

/** What depends on a computation that isn't rehearsed may have been guessed wrong. */
const GUESSED: readonly (readonly [name: string, test: string, confidence: string])[] = [
  ["a text that follows from what is known", "'x'.repeat(3).length === 3", "possible"],
  ["a number that follows from what is known", "Number.isInteger(3)", "possible"],
  ["a regular expression", "/^go$/.test('go')", "possible"],
  ["a member of an array that isn't rehearsed", "[1, 2].lastIndexOf(2) === 1", "possible"],
  ["a given day", "new Date(2020, 1, 1).getFullYear() === 2020", "possible"],
  ["today", "new Date().getDay() === 0", "likely"],
  ["what is awaited calls back by itself", "(await { then(done: (n: number) => void) { done(5); } }) === 5", "possible"],
  ["what the program is told", "process.argv[2] === 'go'", "likely"],
  ["what the platform is set to", "process.env.GO", "likely"],
  ["chance, and a size", "Math.random() < 0.5", "possible"],
];

describe("a question that a rehearsal can't answer", () => {
  it.each(GUESSED)("%s", (_, test, confidence) => {
    expect(findingsIn({ "main.ts": `const d = Promise.withResolvers<void>(); if (${test}) d.resolve();\nawait d.promise;\nd.resolve();\nexport {};` })).toEqual([`main.ts:2 no-circular-wait ${confidence}`]);
  });
});
