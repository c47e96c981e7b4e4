import type { Catalogue } from "../catalogue/index.js";
import { type Body, type Expression, placeKey, type Span } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { memo } from "../maps.js";
import type { Place } from "../summaries/events.js";
import { Lib, type Need, type Pause, Prom, type Run, type Scope, type Task, Thrown, Unknown, type Value } from "./values.js";
import { writtenName } from "./written.js";

/** Bounds on one rehearsal, as counts. Whoever reaches one learns nothing. */
export const LIMITS = { depth: 60, decisions: 400, externals: 200 } as const;

/** The rehearsal has become too long to say anything. */
export class Abandoned extends Error {}

/** One run of a program in which everything that isn't known is decided by a list of choices. */
export class World {
  steps = 0;
  clock = 0;
  depth = 0;
  readonly tasks: Task[] = [];
  /** The promises that wait for others to call something then. */
  readonly reactions: Prom[] = [];
  /** What the text calls the things that are awaited. */
  readonly awaited = new Map<Place, string>();
  /** Where something was waited for that came: `file:start`. */
  readonly resumed = new Set<string>();
  /** What unknown code was given: it may call it at any time. */
  readonly escaped: Value[] = [];
  /** Where loops over what comes from outside have ended: with more coming in, they would have gone on. */
  readonly pumps: Scope[] = [];
  /** What has failed. */
  readonly rejected: Prom[] = [];
  /** The program has said what happens then, if nobody handles it; else it ends. */
  survives = false;
  readonly modules = new Map<string, Scope>();
  readonly moduleTasks = new Map<string, Task>();
  /** The bodies that run now, innermost last. */
  readonly running: Body[] = [];
  task: Task | undefined;
  /** How often something unknown was asked, and what the answers were. */
  readonly asked: boolean[] = [];
  /** Something was guessed that a run would have computed: it may go another way. */
  guessed = false;
  readonly #settings = new Map<string, Unknown>();
  readonly #jobs: (() => void)[] = [];
  /** What will happen outside, the soonest first. */
  readonly #outside: { readonly run: () => void; readonly due: number }[] = [];
  #events = 0;
  #now = 0;

  constructor(readonly port: ProgramPort, readonly catalogue: Catalogue, readonly choices: ReadonlyMap<number, boolean>, readonly mostSteps: number) {}

  spend(): void {
    if (++this.steps > this.mostSteps) throw new Abandoned();
  }

  /** Answers an open question: as planned, or as it is usually answered. */
  decide(usual: boolean): boolean {
    if (this.asked.length > LIMITS.decisions) throw new Abandoned();
    const answer = this.choices.get(this.asked.length) ?? usual;
    this.asked.push(answer);
    return answer;
  }

  /** What a library or the platform says, as in `process.env.HOME` or `isMainThread`, nobody knows. */
  asAsked(value: Value): Value {
    return value instanceof Lib ? memo(this.#settings, `${value.entity.package} ${value.path}`, () => new Unknown(value.path)) : value;
  }

  truth(given: Value): boolean {
    const value = this.asAsked(given);
    if (!(value instanceof Unknown)) return Boolean(value);
    value.truth ??= value.nullish === true ? false : this.#ask(value);
    return value.truth;
  }

  #ask({ isComputed }: Unknown): boolean {
    this.guessed ||= isComputed;
    return this.decide(false);
  }

  isNullish(given: Value): boolean {
    const value = this.asAsked(given);
    if (!(value instanceof Unknown)) return value === undefined || value === null;
    value.nullish ??= value.truth === true ? false : this.#ask(value);
    if (value.nullish) value.truth = false;
    return value.nullish;
  }

  escape(...values: readonly Value[]): void {
    for (const value of values) if (typeof value === "object" && value !== null && !(value instanceof Unknown)) this.escaped.push(value);
  }

  enter(body: Body): void {
    this.running.push(body);
  }

  leave(): void {
    this.running.pop();
  }

  place(span: Span, body: Body): Place {
    return { file: body.file, span, body };
  }

  /** The place of an expression that is waited for. */
  written(e: Expression, { body }: Scope): Place {
    const place = this.place(e.span, body);
    this.awaited.set(place, writtenName(e));
    return place;
  }

  promise(need: Need): Prom {
    const promise = new Prom(need, this.clock++, this.#guard());
    if (need.by === "then") this.reactions.push(promise);
    return promise;
  }

  /** The lock made by hand whose code runs now. */
  #guard(): Body | undefined {
    for (const body of [...this.running].reverse()) {
      for (let at: Body | undefined = body; at; at = at.parent) if (this.port.handmadeOf(at)) return at;
    }
    return undefined;
  }

  job(run: () => void): void {
    this.#jobs.push(run);
  }

  /** Something that the outside world does at some time, if the program goes on that long. */
  outside(run: () => void, delay = 1): void {
    if (++this.#events > LIMITS.externals) throw new Abandoned();
    const due = this.#now + delay;
    const after = this.#outside.findIndex((other) => other.due > due);
    this.#outside.splice(after < 0 ? this.#outside.length : after, 0, { run, due });
  }

  /** A promise that the outside world settles. */
  external(value: Value): Prom {
    const promise = this.promise({ by: "outside" });
    this.outside(() => { this.fulfil(promise, value); });
    return promise;
  }

  /** Goes on until nothing moves any more. */
  exhaust(): void {
    for (;;) {
      const job = this.#jobs.shift();
      if (job) {
        job();
        continue;
      }
      const event = this.#outside.shift();
      if (!event) return;
      this.#now = event.due;
      event.run();
    }
  }

  resolve(promise: Prom, value: Value): void {
    if (promise.state !== "pending" || promise.adopted) return;
    if (!(value instanceof Prom)) {
      this.fulfil(promise, value);
      return;
    }
    promise.adopted = value;
    this.after(value, (settled) => {
      if (settled.state === "fulfilled") this.fulfil(promise, settled.value);
      else this.reject(promise, settled.value);
    });
  }

  fulfil(promise: Prom, value: Value): void {
    this.#settle(promise, "fulfilled", value);
  }

  reject(promise: Prom, value: Value): void {
    this.#settle(promise, "rejected", value);
  }

  #settle(promise: Prom, state: "fulfilled" | "rejected", value: Value): void {
    if (promise.state !== "pending") return;
    promise.state = state;
    promise.value = value;
    if (state === "rejected") this.rejected.push(promise);
    for (const reaction of promise.reactions.splice(0)) this.job(reaction);
  }

  /** Runs something in a turn of its own once the promise is settled. */
  after(promise: Prom, run: (settled: Prom) => void): void {
    promise.isHandled = true;
    const reaction = (): void => { run(promise); };
    if (promise.state === "pending") promise.reactions.push(reaction);
    else this.job(reaction);
  }

  /** Starts work of its own: it runs at once as far as it gets. */
  start(body: Body, scope: Scope, call: Place | undefined, work: () => Run<Value>): Task {
    const promise = this.promise({ by: "outside" });
    const task: Task = { id: this.tasks.length, body, scope, promise, startedAt: this.clock++, call, waiting: undefined, parked: false, returned: undefined, caught: 0 };
    promise.need = { by: "task", task };
    this.tasks.push(task);
    const run = work();
    this.#advance(task, () => run.next(), run);
    return task;
  }

  #advance(task: Task, step: () => IteratorResult<Pause, Value>, run: Run<Value>): void {
    const { task: outer, depth } = this;
    const running = this.running.splice(0, this.running.length, task.body);
    this.task = task;
    this.depth = depth + 1;
    if (this.depth > LIMITS.depth) throw new Abandoned();
    task.waiting = undefined;
    try {
      const { done, value } = step();
      if (done) this.resolve(task.promise, value);
      else if ("waitsFor" in value) this.#suspend(task, value, run);
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
      this.reject(task.promise, error.value);
    } finally {
      this.task = outer;
      this.depth = depth;
      this.running.splice(0, this.running.length, ...running);
    }
  }

  #suspend(task: Task, pause: Extract<Pause, { waitsFor: Prom }>, run: Run<Value>): void {
    task.waiting = { promise: pause.waitsFor, at: pause.at };
    this.after(pause.waitsFor, (settled) => {
      this.resumed.add(placeKey(pause.at));
      this.#advance(task, () => settled.state === "fulfilled" ? run.next(settled.value) : run.throw(new Thrown(settled.value)), run);
    });
  }

  /** Calls something in a turn of its own, whose end nobody waits for. */
  later(work: () => Run<Value>): void {
    try {
      for (const run = work(); ;) {
        const { done } = run.next();
        if (done) return;
      }
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
    }
  }
}
