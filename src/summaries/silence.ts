import type { Body } from "../effects/ir.js";
import { type Call, isFromCaller } from "./calls.js";
import { dulled } from "./dulled.js";
import { Evaluator, type Notes } from "./evaluator.js";
import type { Outside, Permit, Task } from "./events.js";
import { keepsOthers } from "./guarding.js";
import { functionMayWait, runBody } from "./invocations.js";
import { isModuleActivation, openActivation } from "./names.js";
import { asCalled, asPromised, type CalledBy, taskOf, wait } from "./outside.js";
import type { Session } from "./session.js";
import { type Outcome, START, type State } from "./state.js";
import { type CallStatus, Tally } from "./tally.js";
import { choice, type FunctionValue, type ObjectValue, optionsOf, UNDEFINED, UNKNOWN, type Value } from "./values.js";

/** A body that waits for no permit and touches none, whoever calls it and under whatever lock. */
export interface Silent {
  readonly notes: Notes;
  /** What it waits for outside, before it ends. */
  readonly outsides: readonly Outside[];
  /** Names of the fields that it writes. */
  readonly writes: ReadonlySet<string>;
  readonly value: Value;
  /** Parameters that it calls, by position. */
  readonly calls: ReadonlySet<number>;
}

/** How deep bodies are asked for within each other. */
const MOST_DEPTH = 16;

/** A body that is being followed. */
interface Frame {
  readonly body: Body;
  /** The outermost frame whose body was taken to be silent on the way here; the frame itself if none was. */
  assumed: number;
  /** Bodies that are silent if this one is. */
  readonly provisional: Map<Body, Silent>;
}

/**
 * Most of what is called under a lock has nothing to do with locks: it logs, formats, computes. Such a body is followed once, as
 * anybody may call it; after that its calls cost nothing.
 */
export class Silence {
  readonly tally = new Tally();
  readonly #known = new Map<Body, Silent | undefined>();
  readonly #frames: Frame[] = [];

  /** `guarding`: what is held meanwhile keeps others waiting, so that long waits matter, too. */
  constructor(readonly session: Session, readonly guarding: boolean) {}

  knows(body: Body): boolean {
    return this.#known.has(body);
  }

  /** Undefined: it waits, or its callers decide whether it does, or that can't be told. */
  of(body: Body): Silent | undefined {
    if (this.#known.has(body)) return this.#known.get(body);
    const within = this.#frames.findIndex((frame) => frame.body === body || frame.provisional.has(body));
    if (within >= 0) return this.#assume(within, body);
    return this.#frames.length < MOST_DEPTH ? this.#listen(body) : undefined;
  }

  /** A body within itself adds nothing to what it does. */
  #assume(within: number, body: Body): Silent {
    for (const frame of this.#frames.slice(within + 1)) frame.assumed = Math.min(frame.assumed, within);
    return this.#frames[within]?.provisional.get(body) ?? NOTHING;
  }

  #listen(body: Body): Silent | undefined {
    const frame: Frame = { body, assumed: this.#frames.length, provisional: new Map() };
    this.#frames.push(frame);
    const silent = listen(this, body);
    this.#frames.pop();
    if (!silent) {
      this.#known.set(body, undefined);
      return undefined;
    }
    const found = this.#frames[frame.assumed]?.provisional ?? this.#known;
    for (const [each, what] of frame.provisional) found.set(each, what);
    found.set(body, silent);
    return silent;
  }
}

const NOTHING: Silent = {
  notes: { wraps: false, keeps: false, parametric: false, escaped: new Map(), consumed: new Set(), returned: new Set() }, outsides: [], writes: new Set(), value: UNDEFINED, calls: new Set(),
};

/** Thrown at the first sign that a body isn't silent. */
class Heard extends Error {}

/** Follows a body until it does anything that has to do with permits, or can't be followed. */
class Listener extends Evaluator {
  /** Parameters of the body that are called, by position. */
  readonly called = new Set<number>();

  /** Whether it matters what is called there, callers know. */
  override lends(object: ObjectValue): void {
    const { parameter } = object;
    if (parameter?.path.length === 0 && parameter.body === this.steps[0]?.body) this.called.add(parameter.index);
    else super.lends(object);
  }

  override record(): void {
    this.touch();
  }

  override newPermit(...args: Parameters<Evaluator["newPermit"]>): Permit {
    this.touch();
    return super.newPermit(...args);
  }

  override touch(): void {
    if (this.quiet === 0) throw new Heard();
  }

  override cut(): void {
    this.touch();
  }

  override sawCall(call: Call, status: CallStatus, state: State): void {
    super.sawCall(call, status, state);
    if ((status === "interface" || status === "unresolved") && call.args.some((arg) => !isInert(arg, state))) this.touch();
  }
}

function listen(silence: Silence, body: Body): Silent | undefined {
  const ev = new Listener(silence.session, silence.session.follow);
  const activation = openActivation(ev, body);
  if (!activation) return undefined;
  ev.steps.push({ body, call: undefined, callback: false, activation: activation.id });
  try {
    const { normal, returns } = runBody(ev, activation, [{ ...START, under: true, guarding: silence.guarding }]);
    if (ev.notes.wraps || ev.notes.parametric) return undefined;
    const values = returns.map(({ value, state }) => dulled(ev, value, state));
    if (!values.every((value) => value !== undefined)) return undefined;
    const writes = new Set<string>();
    for (const state of [...normal, ...returns.map((outcome) => outcome.state)]) {
      for (const [key, value] of state.fields) {
        if (!dulled(ev, value, state)) return undefined;
        writes.add(fieldName(key));
      }
    }
    return { notes: ev.notes, outsides: ev.outsides, writes, value: choice([...values, ...normal.map(() => UNDEFINED)]), calls: ev.called };
  } catch (error) {
    if (error instanceof Heard) return undefined;
    throw error;
  } finally {
    silence.tally.add(ev.tally);
  }
}

/** Goes on after a call of a silent body. */
export function pass(ev: Evaluator, silent: Silent, { self = UNKNOWN }: FunctionValue, isTask: boolean, state: State, by: CalledBy): Outcome {
  note(ev, silent);
  for (const index of silent.calls) for (const arg of optionsOf(by.call.args[index] ?? UNDEFINED)) if (arg.v === "object" && isFromCaller(ev, arg)) ev.lends(arg);
  const after = forgetting(silent.writes, state);
  const value = given(ev, silent.value, self);
  if (isTask) return { state: after, value: { v: "promise", tasks: promised(ev, silent, by, state), grants: [], value } };
  if (silent.outsides.length > 0) for (const outside of silent.outsides) wait(ev, asCalled(ev, outside, by), state);
  return { state: after, value: asPromised(ev, value, by) };
}

/** The body's own `this` is the caller's receiver; any other object is another one at each call. */
function given(ev: Evaluator, value: Value, self: Value): Value {
  switch (value.v) {
    case "choice": return choice(value.options.map((option) => given(ev, option, self)));
    case "promise": return { ...value, value: given(ev, value.value, self) };
    case "object": return value.many ? { ...value, id: ev.id("object") } : self;
    default: return value;
  }
}

function promised(ev: Evaluator, { outsides }: Silent, by: CalledBy, state: State): readonly Task[] {
  return outsides.length === 0 ? [] : [taskOf(ev, outsides.map((outside) => asCalled(ev, outside, by)), by.call, state)];
}

function forgetting(names: ReadonlySet<string>, state: State): State {
  if (names.size === 0 || state.fields.size === 0) return state;
  return { ...state, fields: new Map([...state.fields].filter(([key]) => !names.has(fieldName(key)))) };
}

/** The fields of a state are kept by object and name. */
const fieldName = (key: string): string => key.slice(key.lastIndexOf(".") + 1);

function note({ notes, passed }: Evaluator, silent: Silent): void {
  if (passed.has(silent)) return;
  passed.add(silent);
  for (const body of silent.notes.consumed) notes.consumed.add(body);
  for (const [body, value] of silent.notes.escaped) notes.escaped.set(body, value);
}

/** Can what a body does depend on this call of it, rather than on what anybody may call it with? */
export function isOrdinary(ev: Evaluator, { body }: FunctionValue, args: readonly Value[], state: State): boolean {
  const own = body.owner ? body.owner.body.kind === "module" : body.parent?.kind === "module";
  return own && !body.generator && args.every((arg) => isPlain(ev, arg, state)) && !sharesReleaser(state);
}

/** Nothing that could be waited for or given back, and nothing that does either when it is called; nor in an order that keys might have. */
function isPlain(ev: Evaluator, value: Value, state: State): boolean {
  return optionsOf(value).every((option) => {
    switch (option.v) {
      case "unknown": return true;
      case "literal": case "text": return !option.ordered;
      case "function": return !functionMayWait(ev, option, state) && !(keepsOthers(ev, state) && ev.port.mayReachOutside(option.body));
      case "object": return !(option.creation ?? option.handle ?? option.derivedFrom ?? option.sorted ?? option.ordered) && [...option.properties?.values() ?? []].every((part) => isPlain(ev, part, state));
      case "list": {
        const contents = state.lists.get(option.id);
        return contents !== undefined && !contents.sorted && contents.items.every((item) => isPlain(ev, item, state));
      }
      default: return false;
    }
  });
}

/** Code that isn't known can do nothing with it that matters to locks. */
function isInert(value: Value, state: State): boolean {
  return optionsOf(value).every((option) => {
    switch (option.v) {
      case "function": case "bound": case "releaser": case "generator": case "class": case "choice": return false;
      case "promise": return option.grants.length === 0 && isInert(option.value, state);
      case "object": return !(option.creation ?? option.handle ?? option.derivedFrom) && [...option.properties?.values() ?? []].every((part) => isInert(part, state));
      case "list": return state.lists.get(option.id)?.items.every((item) => isInert(item, state)) ?? true;
      default: return true;
    }
  });
}

/** Something that others may call holds what gives a permit back. */
function sharesReleaser({ fields, lists, variables, held }: State): boolean {
  if (held.length === 0) return false;
  return some(fields.values(), isReleaser) || some(lists.values(), ({ items }) => items.some(isReleaser))
    || some(variables, ([id, own]) => isModuleActivation(id) && some(own.values(), isReleaser));
}

function some<T>(items: Iterable<T>, is: (item: T) => boolean): boolean {
  for (const item of items) if (is(item)) return true;
  return false;
}

const isReleaser = (value: Value): boolean => optionsOf(value).some((option) => option.v === "releaser");
