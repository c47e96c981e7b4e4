import type { Catalogue } from "../catalogue/index.js";
import type { Body, Span } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { inAll } from "../maps.js";
import type { Call } from "./calls.js";
import { blame, type Cause, type Strength } from "./causes.js";
import type { Buffered, Held, Outside, Permit, Place, Resource, Send, Step, Task, Wait } from "./events.js";
import { Exits, noteThrow } from "./exits.js";
import type { Met } from "./failures.js";
import { keepsOthers } from "./guarding.js";
import type { Session } from "./session.js";
import type { Silent } from "./silence.js";
import { aheadOf, whereTheySit } from "./buffers.js";
import { givable, isHolding, mergeStates, type Outcome, type State } from "./state.js";
import { type CallStatus, type Limit, Tally } from "./tally.js";
import type { Traffic } from "./traffic.js";
import { type Activation, choice, type FunctionValue, type ObjectValue, UNKNOWN, type Value } from "./values.js";

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

/** Thrown by what follows channels when too much is to be looked at. */
export class GivenUp extends Error {}

/** A promise in the making: the ways in which it may be settled, each after some sends. */
export interface Executor {
  readonly id: string;
  readonly ways: (readonly Send[])[];
}

/** What goes through the items of a generator: it gets one while the generator is suspended, and gives the states in which that goes on. */
export type Consumer = (item: Value, state: State) => readonly State[];
/** Something that catches what is thrown inside it. */
export interface ThrowTarget {
  readonly states: State[];
  /** How many bodies were running where it stands. */
  readonly depth: number;
}

const MOST_THROWN = 32;

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
  outsides: Outside[] = [];
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
  /** Who catches what is thrown, the innermost last. */
  readonly throwTargets: ThrowTarget[] = [];
  /** Where bodies are left with something held. */
  readonly exits = new Exits();
  /** Calls of functions that were followed. */
  entered = 0;
  /** What the last call turned out to be. */
  met: Met | undefined;
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

  /** Above zero where it matters what may throw although nothing is held. */
  watched = 0;

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
    if (this.traffic) this.giveUp();
    if (this.work === LIMITS.work) this.cut("work");
    return false;
  }

  /** Whoever may receive can't be told any more: nothing that was found or would be found counts. */
  giveUp(): never {
    throw new GivenUp();
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

  /** Something that the caller gave is called under what is held. */
  lends(_: ObjectValue): void {
    this.notes.wraps = true;
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
  mayThrow(state: State, cause: Cause): void {
    this.rethrow(state.held.length > 0 || state.returned || this.watched > 0 ? blame(cause, state) : state);
  }

  /** The same, for what has been thrown before. */
  rethrow(state: State): void {
    const target = this.throwTargets.at(-1);
    const left = this.quiet === 0 && state.held.length > 0 && !this.traffic ? noteThrow(this, state, target?.depth ?? 0) : state;
    if (target && target.states.length < MOST_THROWN) target.states.push(left);
  }

  /** Runs something and gathers the states that it throws. */
  catching<T>(run: () => T): { readonly value: T; readonly thrown: State[] } {
    const target: ThrowTarget = { states: [], depth: this.steps.length };
    this.throwTargets.push(target);
    try {
      return { value: run(), thrown: target.states };
    } finally {
      this.throwTargets.pop();
    }
  }

  /** Runs something whose waits are of no interest, and joins its values. */
  quietly(run: () => readonly Outcome[]): Value {
    if (this.quiet++ === 0) this.#quietSince = this.work;
    try {
      return choice(this.catching(run).value.map((outcome) => outcome.value));
    } finally {
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
      ...rest, id: this.id("permit"), resource, steps: [...this.steps], moment: state.moment, asked: this.clock++, ...((this.uncertain > 0 || state.asked) && { uncertain: true as const }),
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
    const outer = this.sink, outerSends = this.sends, outerOutsides = this.outsides;
    const waits: Wait[] = [], sends: Send[] = [], outsides: Outside[] = [];
    const task: { -readonly [K in keyof Task]: Task[K] } = {
      id: this.id("task"), startedAt: this.clock++, endedAt: Infinity, waits, sends, outsides, keeps: [], moment: state.moment,
      startedUnder: new Set(state.held.map((permit) => permit.id)), times: this.times, fails: 0,
      ...(maybe && { maybe: true as const }),
    };
    this.sink = waits;
    this.sends = sends;
    this.outsides = outsides;
    this.tasks.push(task);
    let outcomes: readonly Outcome[];
    try {
      const { value, thrown } = this.catching(() => run({ ...state, held: [], lent: givable(state), under: state.under || state.held.length > 0, guarding: keepsOthers(this, state) }));
      outcomes = value;
      task.fails = Math.max(0, ...thrown.map(({ cause }) => cause?.strength ?? 0)) as Strength;
      task.spares = inAll(thrown.map(({ released }) => released));
    } finally {
      this.sink = outer;
      this.sends = outerSends;
      this.outsides = outerOutsides;
      this.tasks.pop();
    }
    if (this.quiet === 0) this.started.push(task);
    const [after = state] = mergeStates(outcomes.map((outcome) => ({ ...outcome.state, held: [] })));
    task.keeps = kept(outcomes);
    if (this.quiet === 0 && task.keeps.length > 0) this.keeping.push({ task, startedBy: this.tasks.at(-1) });
    const released = new Set(outcomes.flatMap((outcome) => [...outcome.state.released]).filter((id) => !state.released.has(id)));
    return {
      state: {
        ...after, lent: state.lent, under: state.under, guarding: state.guarding, held: state.held.filter((permit) => !released.has(permit.id)), released: withOthers(state, released), moment: state.moment, facts: state.facts, waited: state.waited,
        context: state.context, cause: state.cause, left: state.left,
      },
      value: { v: "promise", tasks: [task], grants: [], value: choice(outcomes.map((outcome) => outcome.value)) },
    };
  }
}

/** What a task gives back that whoever started it doesn't hold may be held by whoever started that one. */
function withOthers({ held, released }: State, ids: ReadonlySet<string>): ReadonlySet<string> {
  const others = [...ids].filter((id) => !held.some((permit) => permit.id === id));
  return others.length > 0 ? new Set([...released, ...others]) : released;
}

/** What is held at the end of all paths. */
function kept(outcomes: readonly Outcome[]): readonly Permit[] {
  const [first, ...rest] = outcomes;
  if (!first) return [];
  return first.state.held.filter((permit) => rest.every(({ state }) => state.held.some((other) => other.id === permit.id)));
}
