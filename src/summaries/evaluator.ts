import type { Catalogue } from "../catalogue/index.js";
import type { Body, Span } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import type { Call } from "./calls.js";
import type { Buffered, Held, Permit, Place, Resource, Send, Step, Task, Wait } from "./events.js";
import type { Session } from "./session.js";
import type { Silent } from "./silence.js";
import { aheadOf, whereTheySit } from "./buffers.js";
import { isHolding, mergeStates, type Outcome, type State } from "./state.js";
import { type CallStatus, type Limit, Tally } from "./tally.js";
import type { Traffic } from "./traffic.js";
import { type Activation, choice, type FunctionValue, UNKNOWN, type Value } from "./values.js";

/** Bounds on the work, as counts, so that results don't depend on the machine. What they cut off is counted. */
export const LIMITS = {
  /** Calls that are followed into each other, and how often one body may be among them. */
  depth: 20, recursion: 2, wrappers: 6,
  /** Calls and statements followed from one root. */
  work: 6_000,
  /** The same for all roots of a program. */
  totalWork: 250_000,
  /** The same for finding one value. */
  quietWork: 200,
} as const;

/** Facts about the root of an evaluation that its callers need. */
export interface Notes {
  /** It calls a value from outside while something is held, gives a releaser or a handle away, or ends with something held. */
  wraps: boolean;
  /** It ends with something held: who hands it to a runner gets that, too. */
  keeps: boolean;
  /** It asks for a lock that its caller chooses. */
  parametric: boolean;
  readonly escaped: Map<Body, FunctionValue>;
  readonly consumed: Set<Body>;
  /** Functions that its callers get, so that they may call them. */
  readonly returned: Set<Body>;
}

/** A promise in the making: the ways in which it may be settled, each after some sends. */
export interface Executor {
  readonly id: string;
  readonly ways: (readonly Send[])[];
}

/** What goes through the items of a generator: it gets one while the generator is suspended, and gives the states in which that goes on. */
export type Consumer = (item: Value, state: State) => readonly State[];

/** Which calls are worth following while nothing is held: by name, and by the body where it is known. */
export type Follow = (name: string, body?: Body) => boolean;

/** The state of one evaluation: everything that is not about a single path. */
export class Evaluator {
  readonly steps: Step[] = [];
  readonly tasks: Task[] = [];
  readonly tally = new Tally();
  readonly notes: Notes = { wraps: false, keeps: false, parametric: false, escaped: new Map(), consumed: new Set(), returned: new Set() };
  sink: Wait[] = [];
  sends: Send[] = [];
  /** The promise executors that run now. */
  readonly executors: Executor[] = [];
  /** Above zero while only values are of interest. */
  quiet = 0;
  clock = 0;
  work = 0;
  /** Receiver or callee was one of several: what is taken is uncertain. */
  uncertain = 0;
  /** All work that was started; what nobody waits for still runs. */
  readonly started: Task[] = [];
  readonly requests = new Map<string, Permit>();
  /** Those of the generators that run now, innermost last; without one it is a generator that nobody is seen to go through. */
  readonly consumers: (Consumer | undefined)[] = [];
  /** Permits that sit in something that waits to be consumed, by their ids. */
  readonly buffered = new Map<string, Buffered>();
  /** Which strands have waited for the grant of a request, by its id. */
  readonly granted = new Map<string, Set<Task | undefined>>();
  /** Tasks that have ended with something held, and those that started them. */
  readonly keeping: { readonly task: Task; readonly startedBy: Task | undefined }[] = [];
  /** States in which the innermost `try` may be left by a throw. */
  readonly throwTargets: State[][] = [];
  /** Bodies whose evaluation with the same values showed nothing. */
  readonly boring = new Map<string, Value>();
  /** Silent bodies that were called. */
  readonly passed = new Set<Silent>();
  readonly port: ProgramPort;
  readonly catalogue: Catalogue;
  #quietSince = 0;

  /** `traffic`: channels are followed, and not locks. */
  constructor(readonly session: Session, readonly follow: Follow, readonly traffic?: Traffic) {
    this.port = session.port;
    this.catalogue = session.catalogue;
  }

  id(prefix: string): string {
    return `${prefix}~${String(this.session.ids++)}`;
  }

  /** Above zero in what runs several times: what is made there is another object each time. */
  repeated = 0;
  /** How often what is followed once here is run by the program: a product over loops. */
  times = 1;

  /**
   * Names what is made at a place by one run of a body. The name is the same whoever asks and in whatever order, so that facts found
   * from different roots can be put together.
   */
  made(activation: Activation, span: Span): string {
    const id = `${activation.id}:${String(span.start)}`;
    return this.repeated > 0 && this.quiet === 0 ? this.id(id) : id;
  }

  place(span: Span, body: Body): Place {
    return { file: body.file, span, body };
  }

  spend(): boolean {
    if (++this.work < LIMITS.work) return true;
    if (this.work === LIMITS.work) this.cut("work");
    return false;
  }

  /** Whoever may receive can't be told any more: nothing that is found from here on would count. */
  giveUp(): void {
    if (this.traffic) this.traffic.incomplete = true;
    this.work = Math.max(this.work, LIMITS.work);
  }

  /** A limit is reached in the body that is followed now. */
  cut(limit: Limit): void {
    const body = this.steps.at(-1)?.body;
    if (body) this.tally.cut.set(body, limit);
  }

  /** Something has to do with permits. */
  touch(): void {
    // Only listeners care.
  }

  /** Counts a call if it is made while something is held; a runner's call of its section isn't written anywhere. */
  sawCall({ expression, activation, section }: Call, status: CallStatus, state: State): void {
    if (this.quiet === 0 && !section && isHolding(state)) this.tally.call(expression, status, this.place(expression.span, activation.body));
  }

  /** A value that takes long to find is left unknown. */
  isTired(): boolean {
    return this.work - this.#quietSince > LIMITS.quietWork;
  }

  /** Something may throw here: whoever catches it starts from this state. */
  mayThrow(state: State): void {
    const target = this.throwTargets.at(-1);
    if (target && target.length < 32) target.push(state);
  }

  /** Runs something whose waits are of no interest, and joins its values. */
  quietly(run: () => readonly Outcome[]): Value {
    if (this.quiet++ === 0) this.#quietSince = this.work;
    const { throwTargets } = this;
    throwTargets.push([]);
    try {
      return choice(run().map((outcome) => outcome.value));
    } finally {
      throwTargets.pop();
      this.quiet--;
    }
  }

  /** The values of names and fields that no path has set are found by evaluating their initialisers, once. */
  lazily(key: string, run: () => readonly Outcome[]): Value {
    const { lazy } = this.session;
    const known = lazy.get(key);
    if (known) return known;
    lazy.set(key, UNKNOWN);
    const value = this.quietly(run);
    lazy.set(key, value);
    return value;
  }

  /** Somebody waits for a permit now, holding these. */
  record(permit: Permit, held: readonly Held[], bounded: boolean, place: Place, steps: readonly Step[] = [...this.steps]): void {
    if (this.quiet > 0) return;
    const ahead = aheadOf(this, permit);
    this.sink.push({
      permit, held: whereTheySit(this, permit, held), bounded, place, steps, time: this.clock++, tasks: [...this.tasks], ...(ahead.length > 0 && { ahead }),
    });
  }

  newPermit(resource: Resource, rest: Pick<Permit, "mode" | "weight" | "byResource" | "operation" | "place" | "passesWriters">, state: State): Permit {
    const permit: Permit = {
      ...rest, id: this.id("permit"), resource, steps: [...this.steps], moment: state.moment, asked: this.clock++, ...(this.uncertain > 0 && { uncertain: true as const }),
      times: this.times,
    };
    this.requests.set(permit.id, permit);
    return permit;
  }

  /**
   * Runs work that is not waited for here: it holds nothing of the caller's, its waits are its own, and whoever awaits its promise
   * later waits for them too.
   */
  fork(state: State, run: (state: State) => readonly Outcome[], maybe = false): Outcome {
    const outer = this.sink, outerSends = this.sends;
    const waits: Wait[] = [], sends: Send[] = [];
    const task: { -readonly [K in keyof Task]: Task[K] } = {
      id: this.id("task"), startedAt: this.clock++, endedAt: Infinity, waits, sends, keeps: [], moment: state.moment,
      startedUnder: new Set(state.held.map((permit) => permit.id)), times: this.times,
      ...(maybe && { maybe: true as const }),
    };
    this.sink = waits;
    this.sends = sends;
    this.tasks.push(task);
    this.throwTargets.push([]);
    let outcomes: readonly Outcome[];
    try {
      outcomes = run({ ...state, held: [], under: state.under || state.held.length > 0 });
    } finally {
      this.sink = outer;
      this.sends = outerSends;
      this.tasks.pop();
      this.throwTargets.pop();
    }
    if (this.quiet === 0) this.started.push(task);
    const [after = state] = mergeStates(outcomes.map((outcome) => ({ ...outcome.state, held: [] })));
    task.keeps = kept(outcomes);
    if (this.quiet === 0 && task.keeps.length > 0) this.keeping.push({ task, startedBy: this.tasks.at(-1) });
    const released = new Set(outcomes.flatMap((outcome) => [...outcome.state.released]).filter((id) => !state.released.has(id)));
    return {
      state: {
        ...after, under: state.under, held: state.held.filter((permit) => !released.has(permit.id)), released: state.released, moment: state.moment, facts: state.facts, waited: state.waited,
        context: state.context,
      },
      value: { v: "promise", tasks: [task], grants: [], value: choice(outcomes.map((outcome) => outcome.value)) },
    };
  }
}

/** What is held at the end of all paths. */
function kept(outcomes: readonly Outcome[]): readonly Permit[] {
  const [first, ...rest] = outcomes;
  if (!first) return [];
  return first.state.held.filter((permit) => rest.every(({ state }) => state.held.some((other) => other.id === permit.id)));
}
