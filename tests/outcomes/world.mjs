/**
 * One run of a program under a scheduler that decides how many turns each wait takes beyond what it waits for. Time is virtual: when nothing
 * else can go on, the clock jumps to the next timer. What the platform does outside of JavaScript (files, sockets, processes) is waited for.
 */
import { format } from "node:util";

const real = { setImmediate, setTimeout, clearTimeout, now: Date.now.bind(Date), random: Math.random, perf: performance.now.bind(performance) };
const settle = () => new Promise((resolve) => { real.setImmediate(resolve); });
const pause = () => new Promise((resolve) => { real.setTimeout(resolve, 2); });

/** A program that does more than this goes round in circles. */
const MOST_TURNS = 20_000, MOST_TIMERS = 3_000;
/** How long something outside of JavaScript may take, in real milliseconds, before nobody believes in it any more. */
const PATIENCE = 400, PATIENCE_WITH_PROCESSES = 5_000;
/** When the main module has ended, what only timers keep alive is followed for so many virtual milliseconds. */
const EPILOGUE = 120_000;

/** Functions, and objects of the platform or of a library. */
const NO_DATA = /^(?:function|[A-Z]\w*)$/;

const ROOM = { highWaterMark: 1_000_000 };

class Exit extends Error {}

let current;
export const currentWorld = () => current;

function randomFrom(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % limit;
  };
}

/** How many turns a wait is delayed: nothing at all, a little each, a lot now and then, or always the same ones. */
function delaysOf(seed) {
  if (seed === 0) return () => 0;
  const below = randomFrom(seed * 7919), sites = new Map();
  switch (seed % 5) {
    case 0: return () => below(3);
    case 1: return () => below(9);
    case 2: return () => (below(6) === 0 ? below(25) : 0);
    case 3: return () => (below(3) === 0 ? below(60) : below(2));
    default: return (site) => {
      if (!sites.has(site)) sites.set(site, below(3) === 0 ? below(40) : below(4));
      return sites.get(site);
    };
  }
}

const OUTSIDE = /^(?:FSReq|GetAddrInfo|Process|TCP|Pipe|HTTP|Zlib|MessagePort|Worker|UDP)/;
const count = (pattern) => process.getActiveResourcesInfo().filter((name) => pattern.test(name)).length;
const outside = () => count(OUTSIDE), processes = () => count(/^Process/);

export class World {
  lines = [];
  /** Waits that nothing has ended yet. */
  waiting = new Map();
  #turn = 0;
  #turns = new Map();
  #timers = new Set();
  #clock = 1_700_000_000_000;
  #order = 0;
  #ended = false;
  #watched = [];
  #classes = new Set();
  #random;
  #delay;
  #outside = outside();
  #processes = processes();
  #partial = "";

  /** `roomy`: bounded buffers and pools have room for everything. `isOutside`: the program has to do with the world outside of JavaScript. */
  constructor(seed, { roomy = false, isOutside = false } = {}) {
    this.roomy = roomy;
    this.isOutside = isOutside;
    this.#delay = delaysOf(seed);
    this.#random = randomFrom(seed + 1);
    const print = (...args) => { this.print(`${format(...args)}\n`); };
    this.console = { ...console, log: print, info: print, debug: print, error: print, warn: print, table: print, dir: print };
  }

  print(text) {
    if (this.#ended) return;
    const lines = (this.#partial + text).split("\n");
    this.#partial = lines.pop();
    this.lines.push(...lines);
  }

  get isRunning() { return !this.#ended; }

  random() { return this.#random(1 << 30) / (1 << 30); }
  get now() { return this.#clock; }

  /** Goes on in so many turns, in the order of a throw of the dice among those of the same turn. */
  later(turns, job) {
    if (this.#ended) return;
    const at = this.#turn + Math.max(1, turns);
    if (!this.#turns.has(at)) this.#turns.set(at, []);
    this.#turns.get(at).push(job);
  }

  turns(site) { return this.#delay(site); }

  wait(site, value) {
    const key = Symbol(site), turns = this.#delay(site);
    this.waiting.set(key, site);
    const settled = (go) => (result) => {
      if (this.#ended) return;
      const done = () => { this.waiting.delete(key); go(result); };
      if (turns === 0) done();
      else this.later(turns, done);
    };
    return new Promise((resolve, reject) => { Promise.resolve(value).then(settled(resolve), settled(reject)); });
  }

  iterate(site, source) {
    const world = this;
    return {
      [Symbol.asyncIterator]() {
        const open = source[Symbol.asyncIterator];
        const iterator = open ? open.call(source) : source[Symbol.iterator]();
        const step = (result) => (open ? result : result.done ? result : Promise.resolve(result.value).then((value) => ({ value, done: false })));
        return {
          next: () => world.wait(site, step(iterator.next())),
          return: (value) => (iterator.return ? iterator.return(value) : Promise.resolve({ value, done: true })),
        };
      },
    };
  }

  watch(module, variables, classes) {
    this.#watched.push([module, variables]);
    for (const name of classes) this.#classes.add(name);
  }

  setTimer(ms, job, every, args = []) {
    const wait = Math.max(1, Math.trunc(Number(ms)) || 1);
    const timer = {
      at: this.#clock + wait, order: this.#order++, job: () => job(...args), every: every ? wait : undefined, keeps: true,
      ref() { this.keeps = true; return this; }, unref() { this.keeps = false; return this; }, hasRef() { return this.keeps; },
      refresh: () => { timer.at = this.#clock + wait; timer.order = this.#order++; this.#timers.add(timer); return timer; },
      close: () => { this.#timers.delete(timer); }, [Symbol.dispose]: () => { this.#timers.delete(timer); }, [Symbol.toPrimitive]: () => timer.order,
    };
    if (!this.#ended) this.#timers.add(timer);
    return timer;
  }

  clearTimer(timer) {
    if (typeof timer === "object") this.#timers.delete(timer);
    else for (const each of this.#timers) if (each.order === Number(timer)) this.#timers.delete(each);
  }

  crash(error) {
    if (error instanceof Exit || this.failure) return;
    this.failure = `${error?.name ?? "thrown"}: ${error?.message ?? format(error)}`;
  }

  exit(code) {
    this.exited = code ?? 0;
    throw new Exit("the program ended itself");
  }

  #guarded(job) {
    try { job(); } catch (error) { this.crash(error); }
  }

  #takeTurn() {
    this.#turn = Math.min(...this.#turns.keys());
    const jobs = this.#turns.get(this.#turn);
    this.#turns.delete(this.#turn);
    while (jobs.length > 0) this.#guarded(jobs.splice(this.#random(jobs.length), 1)[0]);
  }

  #takeTimer() {
    let next;
    for (const timer of this.#timers) if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    this.#clock = Math.max(this.#clock, next.at);
    if (next.every) { next.at += next.every; next.order = this.#order++; } else this.#timers.delete(next);
    this.#guarded(next.job);
  }

  /** What happened: how it ended, what it printed, what its variables hold. */
  async run(start) {
    current = this;
    let finished = false, turns = 0, timers = 0, idle = 0, patience, epilogue;
    const ended = start(this).then(() => { finished = true; }, (error) => { finished = true; this.crash(error); });
    void ended;
    for (;;) {
      await settle();
      if (this.failure !== undefined || this.exited !== undefined) break;
      if (this.#turns.size > 0) {
        if (turns++ > MOST_TURNS) { this.endless = true; break; }
        this.#takeTurn();
        idle = 0;
        continue;
      }
      if (idle++ < 2) continue;
      if (outside() > this.#outside || (this.isOutside && (!finished || this.waiting.size > 0))) {
        patience ??= real.now() + (processes() > this.#processes ? PATIENCE_WITH_PROCESSES : PATIENCE);
        if (real.now() < patience) { await pause(); if (this.#turns.size > 0) patience = undefined; idle = 0; continue; }
      }
      if (![...this.#timers].some(({ keeps }) => keeps)) break;
      if (finished) epilogue ??= this.#clock + EPILOGUE;
      if (timers++ > MOST_TIMERS || this.#clock > epilogue) { this.endless = !finished; break; }
      this.#takeTimer();
      patience = undefined;
      idle = 0;
    }
    const result = this.#result(finished);
    this.#ended = true;
    this.#timers.clear();
    this.#turns.clear();
    return result;
  }

  #result(finished) {
    const lines = this.#partial === "" ? this.lines : [...this.lines, this.#partial];
    const left = [...this.waiting.values()].map((site) => site.replace(/#.*/, "")).sort();
    if (this.failure !== undefined) return { end: "failed", failure: this.failure, lines, state: {}, left };
    if (!finished && this.exited === undefined) return { end: this.endless ? "endless" : "hangs", lines, state: {}, left };
    const code = this.exited ?? process.exitCode ?? 0;
    const state = Object.fromEntries(this.#watched.flatMap(([module, variables]) => Object.entries(variables).map(([name, read]) => [`${module} ${name}`, this.#read(read)]).filter(([, text]) => !NO_DATA.test(text))));
    return { end: code === 0 ? "ends" : `exit ${code}`, lines, state, left };
  }

  #read(read) {
    try { return this.#told(read(), new Set()); } catch (error) { return `(${error.name})`; }
  }

  /** Data as text; of what belongs to the platform or a library only its kind. */
  #told(value, above) {
    if (typeof value === "function") return "function";
    if (typeof value !== "object" || value === null) return typeof value === "bigint" ? `${value}n` : typeof value === "string" ? JSON.stringify(value) : String(value);
    if (above.has(value) || above.size > 8) return "…";
    const inner = new Set(above).add(value), tell = (part) => this.#told(part, inner);
    if (Array.isArray(value)) return `[${value.map(tell).join(", ")}]`;
    if (value instanceof Map) return `Map{${[...value].map(([key, part]) => `${tell(key)}: ${tell(part)}`).sort().join(", ")}}`;
    if (value instanceof Set) return `Set{${[...value].map(tell).sort().join(", ")}}`;
    const kind = Object.getPrototypeOf(value) === null ? "Object" : (value.constructor?.name ?? "Object");
    if (kind !== "Object" && !this.#classes.has(kind)) return kind;
    return `${kind}{${Object.keys(value).sort().map((key) => `${key}: ${tell(value[key])}`).join(", ")}}`;
  }
}

/** Everything that tells the time or asks for a turn asks the world that runs. */
export function takeOver() {
  globalThis.setTimeout = (job, ms, ...args) => current.setTimer(ms, job, false, args);
  globalThis.setInterval = (job, ms, ...args) => current.setTimer(ms, job, true, args);
  globalThis.setImmediate = (job, ...args) => {
    let live = true;
    const world = current;
    world.later(1 + world.turns("setImmediate"), () => { if (live) job(...args); });
    return { close() { live = false; }, ref() { return this; }, unref() { return this; }, hasRef: () => true, [Symbol.dispose]() { live = false; } };
  };
  globalThis.clearTimeout = globalThis.clearInterval = (timer) => { if (timer !== undefined && timer !== null) current.clearTimer(timer); };
  globalThis.clearImmediate = (immediate) => { immediate?.close?.(); };
  Date.now = () => (current ? current.now : real.now());
  performance.now = () => (current ? current.now - 1_700_000_000_000 : real.perf());
  Math.random = () => (current ? current.random() : real.random());
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    current.setTimer(ms, () => { controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")); }, false).unref();
    return controller.signal;
  };
  const Pipe = globalThis.TransformStream;
  globalThis.TransformStream = class TransformStream extends Pipe {
    constructor(transformer, ...strategies) { super(transformer, ...(current.roomy ? [ROOM, ROOM] : strategies)); }
  };
  process.exit = (code) => current.exit(code);
  process.on("unhandledRejection", (error) => { if (current?.isRunning) current.crash(error); });
  process.on("uncaughtException", (error) => {
    if (current?.isRunning) current.crash(error);
    else { process.stderr.write(`${error.stack}\n`); process.reallyExit(1); }
  });
}

/** node:timers/promises over the virtual clock. */
export const timersPromises = {
  setTimeout: (ms, value, { signal, ref = true } = {}) => new Promise((resolve, reject) => {
    if (signal?.aborted) { reject(abortError(signal)); return; }
    const timer = setTimeout(() => { signal?.removeEventListener("abort", stop); resolve(value); }, ms);
    const stop = () => { clearTimeout(timer); reject(abortError(signal)); };
    if (!ref) timer.unref();
    signal?.addEventListener("abort", stop, { once: true });
  }),
  setImmediate: (value) => new Promise((resolve) => { setImmediate(resolve, value); }),
  async *setInterval(ms, value) {
    for (;;) { await timersPromises.setTimeout(ms); yield value; }
  },
  scheduler: { wait: (ms, options) => timersPromises.setTimeout(ms, undefined, options), yield: () => timersPromises.setImmediate() },
};

const abortError = (signal) => Object.assign(new Error("The operation was aborted", { cause: signal.reason }), { name: "AbortError", code: "ABORT_ERR" });
