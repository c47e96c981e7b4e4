/** What is held on the ways through a program: retries, throws, tasks, what outlives the call that took it. */
import type { Program } from "../support/programs.js";

/** A lock that is written by hand. */
const HANDMADE_MUTEX = `class Mutex {
  private locked = false;
  private waiting: (() => void)[] = [];
  private lock(): void | Promise<void> {
    if (!this.locked) { this.locked = true; return; }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  private unlock(): void {
    if (this.waiting.length > 0) this.waiting.shift()?.();
    else this.locked = false;
  }
  async runWith<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.lock();
    if (turn instanceof Promise) await turn;
    try { return await work(); } finally { this.unlock(); }
  }
}
`;

export const programs: readonly Program[] = [
  {
    name: "another try after a lock was given back in a `finally`",
    program: `${HANDMADE_MUTEX}export class Sender {
  private readonly mutex = new Mutex();
  pause() { void this.send("x"); }
  async send(url: string, retries = 3): Promise<void> {
    try {
      await this.mutex.runWith(async () => { await fetch(url); });
    } catch (error) {
      if (retries > 0) return this.send(url, retries - 1);
      throw error;
    }
  }
}`,
  },
  {
    name: "another try inside the section of the lock",
    program: `${HANDMADE_MUTEX}export class Sender {
  private readonly mutex = new Mutex();
  pause() { void this.send("x"); }
  async send(url: string, retries = 3): Promise<void> {
    await this.mutex.runWith(async () => {
      try {
        await fetch(url);
      } catch {
        if (retries > 0) await this.send(url, retries - 1); // ! no-recursive-lock certain
      }
    });
  }
}`,
  },
  // What a declaration with `using` takes.
  {
    name: "a throw past a using declaration gives the lock back before it is caught",
    program: `class Turns {
  private busy = false;
  private waiting: (() => void)[] = [];
  async take() {
    while (this.busy) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.busy = true;
    return new Turn(this);
  }
  giveBack() { this.busy = false; this.waiting.shift()?.(); }
}
class Turn {
  constructor(private readonly turns: Turns) {}
  async [Symbol.asyncDispose]() { this.turns.giveBack(); }
}
declare function work(name: string): Promise<string>;
const turns = new Turns();
async function start(name: string) {
  try {
    await using _turn = await turns.take();
    return await work(name);
  } catch (error) {
    return String(error);
  }
}
export async function twice() {
  await start("a");
  await start("b");
}
export async function nested() {
  await using _turn = await turns.take();
  await start("c"); // ! no-recursive-lock certain
}`,
  },
  {
    name: "a lock that a function looks for, or throws if there is none",
    program: `import { Mutex } from "async-mutex";
class Box {
  readonly #mutex = new Mutex();
  mutex(): Mutex { if (!this.#mutex.isLocked) { throw new TypeError("none"); } return this.#mutex; }
}
const box = new Box(), other = new Mutex();
const need = () => { if (Math.PI < 3) throw new RangeError("no lock"); else return other; };
export const there = () => box.mutex().runExclusive(() => need().runExclusive(() => {}));
export const back = () => need().runExclusive(() => box.mutex().runExclusive(() => {})); // ! lock-order likely
`,
  },
  // Tasks that tasks start.
  {
    name: "tasks that one of several tasks starts together",
    program: `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
const there = () => a.runExclusive(() => b.runExclusive(() => {}));
const back = () => b.runExclusive(() => a.runExclusive(() => {})); // ! lock-order certain
async function both() { await Promise.all([there(), back()]); }
async function other() {}
await Promise.all([both(), other()]);
`,
  },
  {
    name: "tasks that one of several tasks starts one after the other",
    program: `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
const there = () => a.runExclusive(() => b.runExclusive(() => {}));
const back = () => b.runExclusive(() => a.runExclusive(() => {}));
async function both() { await Promise.all([there()]); await Promise.all([back()]); }
async function other() {}
await Promise.all([both(), other()]);
`,
  },
  // Work that goes on by itself.
  {
    name: "started work that gives back at its end, however it ends",
    program: `import { Semaphore } from "async-mutex";
declare const names: string[];
declare function ping(name: string): Promise<boolean>;
const gate = new Semaphore(1);
export async function all() {
  const pings: Promise<void>[] = [];
  for (const name of names) {
    const [, release] = await gate.acquire();
    pings.push((async () => { if (await ping(name)) return; console.log(name); })().finally(() => { release(); }));
  }
  await Promise.all(pings);
}
export async function never() {
  for (const name of names) {
    const [, release] = await gate.acquire(); // ! no-recursive-lock certain, require-release certain
    console.log(await ping(name), typeof release);
  }
}
`,
  },
  // Permits that outlive the call that takes them.
  {
    name: "a lock that one call leaves behind is given back out of sight, or its release is missing; whoever asks from inside waits for itself",
    program: `import { Mutex } from "async-mutex";
const mutex = new Mutex(), other = new Mutex();
class Transaction {
  #release: (() => void) | undefined;
  async begin(): Promise<void> { this.#release = await mutex.acquire(); }
  close(): void { this.#release?.(); }
}
for (let round = 0; round < 2; round++) {
  const transaction = new Transaction();
  await transaction.begin();
  transaction.close();
}
const lock = () => other.acquire();
const inner = async () => { const release = await lock(); release(); };
export async function outer() {
  const release = await lock();
  await inner(); // ! no-recursive-lock certain
  release();
}
`,
  },
  {
    name: "of two things that a promise may be, what each leaves behind may not be there",
    program: `import { Mutex } from "async-mutex";
const a = new Mutex(), b = new Mutex();
const first = async () => { await a.acquire(); }, // ! require-release certain
  second = async () => { await b.acquire(); }; // ! require-release certain
export async function either(chosen: boolean) {
  const started = [first(), second()];
  await (chosen ? started[0] : started[1]);
  await b.runExclusive(() => undefined); // ! no-recursive-lock possible
}
`,
  },
  {
    name: "a list of jobs that an idle caller works off, and a busy one only adds to", program: `export class Files {
  #busy = false;
  #jobs: (() => Promise<void>)[] = [];
  async #write(job: () => Promise<void>): Promise<void> { this.#jobs.push(job); if (!this.#busy) await this.#work(); }
  async #work(): Promise<void> {
    if (this.#busy || this.#jobs.length === 0) return;
    this.#busy = true;
    try { while (this.#jobs.length > 0) { const job = this.#jobs.shift(); if (job) await job(); } } finally { this.#busy = false; }
  }
  async path(): Promise<string> { await this.#write(async () => { await Promise.resolve(); }); return "path"; }
  async remove() { await this.#write(async () => { await this.path(); }); }
}
`,
  },
  {
    name: "a lock that is kept from one call to another, beside its own guard",
    program: `
import AwaitLock from "await-lock";
declare const database: { exec(sql: string): void };
export class Processor {
  private readonly lock = new AwaitLock();
  private key: string | null = null;
  async exec(message: { kind: "begin" | "commit" | "query"; key: string }) {
    const isPart = this.key === null || message.key === this.key;
    if (!isPart) await this.lock.acquireAsync();
    try {
      if (message.kind === "begin") { await this.lock.acquireAsync(); this.key = message.key; database.exec("begin"); } // ! no-recursive-lock certain
      if (message.kind === "commit") { database.exec("commit"); this.key = null; this.lock.release(); }
    } catch (error) { console.log(error); }
    if (!isPart) this.lock.release();
  }
}`,
  },
  {
    name: "what the same condition gives back, and what another call of the same function gives back",
    program: `
import { Mutex } from "async-mutex";
declare const driver: { exec(kind: string): Promise<string> };
export class Processor {
  private readonly mutex = new Mutex();
  private open: string | null = null;
  async exec(kind: "query" | "batch", key: string | null) {
    const isPart = this.open !== null && this.open === key;
    switch (kind) {
      case "query":
        try { if (!isPart) await this.mutex.acquire(); await driver.exec(kind); } finally { if (!isPart) this.mutex.release(); }
        break;
      case "batch":
        if (!isPart) await this.mutex.acquire(); // ! require-release likely
        await driver.exec(kind);
        if (!isPart) this.mutex.release();
    }
  }
}
export class Connection {
  private readonly mutex = new Mutex();
  private open: string | null = null;
  async turn(step: "begin" | "commit", key: string) {
    if (step === "begin") { await this.mutex.acquire(); this.open = key; }
    if (step === "commit" && this.open === key) { this.open = null; this.mutex.release(); }
  }
}
export class Switch {
  private readonly mutex = new Mutex();
  private isOn = false;
  async turn(on: boolean) {
    if (on) { await this.mutex.acquire(); this.isOn = true; }
    else if (this.isOn) { this.isOn = false; this.mutex.release(); }
  }
}`,
  },
  {
    name: "what the body of a loop took in an earlier round is not held by the generator that it goes through",
    program: `import { Mutex } from "async-mutex";
const lock = new Mutex();
async function* names() { yield "a"; yield "b"; }
export async function run() {
  for await (const name of names()) {
    await lock.acquire(); // ! no-recursive-lock certain, require-release certain
    console.log(name);
  }
}`,
  },
  {
    name: "what a lock written by hand counts is not what it guards, and a sum is read before it waits",
    program: `let busy = false, total = 0, calls = 0;
const waiting: (() => void)[] = [];
function take(): Promise<void> { if (!busy) { busy = true; return Promise.resolve(); } return new Promise((resolve) => waiting.push(resolve)); }
function give() { const next = waiting.shift(); if (next) next(); else busy = false; }
async function load(): Promise<number> { const answer = await fetch("http://a"); return answer.status; }
export async function asks() { await take(); try { await load(); } finally { give(); } }
export async function adds() { await take(); try { total += await load(); } finally { give(); } }
export async function counts() {
  await take();
  try {
    await load(); // ! no-await-while-locked likely
    calls++;
  } finally { give(); }
}`,
  },
];
