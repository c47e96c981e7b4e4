import { type Cause, likelier } from "./causes.js";
import type { Permit, Place } from "./events.js";
import { choice, type Contents, UNKNOWN, type Value, valueKey } from "./values.js";

/** What is true at one point of one path through the code. Never changed, only replaced. */
export interface State {
  readonly held: readonly Permit[];
  /** The work was started by somebody who holds something and may wait for it. */
  readonly under: boolean;
  /** What the starter held, which this strand may give back. */
  readonly lent?: readonly Permit[] | undefined;
  /** What the starter holds keeps others waiting. */
  readonly guarding: boolean;
  /** Permits given back that were not this strand's own: a task may release what its starter holds. */
  readonly released: ReadonlySet<string>;
  /** By activation, so that those of a body that has ended can be dropped, and by declaration. */
  readonly variables: ReadonlyMap<string, ReadonlyMap<string, Value>>;
  /** Fields written by the code that is followed, by object id and name. */
  readonly fields: ReadonlyMap<string, Value>;
  readonly lists: ReadonlyMap<string, Contents>;
  /** Answers that tests on this path have given, so that the same question has the same answer. */
  readonly facts: ReadonlyMap<string, boolean>;
  /** Pairs of values that were compared by size. */
  readonly compared: ReadonlySet<string>;
  /** Values of AsyncLocalStorage objects. */
  readonly context: ReadonlyMap<string, Value>;
  /** The path has looked something up in them, and may know from that what is held. */
  readonly asked?: true | undefined;
  /** How much was sent into channels so far, by their ids. */
  readonly sent: ReadonlyMap<string, number>;
  /** The sends that this strand has waited for, by their ids. */
  readonly waited: ReadonlySet<string>;
  /** Counts awaits: what has one number happens in one synchronous step. */
  readonly moment: number;
  /** The path has left the way that the text goes, with something held. */
  readonly cause?: Cause | undefined;
  /** Permits that whoever took them has passed on, or left behind. */
  readonly gone?: ReadonlySet<string> | undefined;
  /** Clients that have been given back to their pools. */
  readonly returned?: ReadonlySet<string> | undefined;
  /** The last jump or return that left something held. */
  readonly left?: Place | undefined;
}

export const START: State = {
  held: [], under: false, guarding: false, released: new Set(), variables: new Map(), fields: new Map(), lists: new Map(), facts: new Map(), compared: new Set(),
  context: new Map(), sent: new Map(), waited: new Set(), moment: 0,
};

export interface Outcome {
  readonly state: State;
  readonly value: Value;
}

/** How many paths are told apart at one point. */
export const MOST_STATES = 8;

export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

export function withVariable(state: State, activation: string, declaration: string, value: Value): State {
  const own = new Map(state.variables.get(activation)).set(declaration, value);
  return { ...state, variables: new Map(state.variables).set(activation, own) };
}

/** Forgets the names of a body that has ended. */
export function withoutActivation(state: State, activation: string): State {
  if (!state.variables.has(activation)) return state;
  const variables = new Map(state.variables);
  variables.delete(activation);
  return { ...state, variables };
}

/** Does what is waited for here keep somebody from giving something back? */
export const isHolding = (state: State): boolean => state.held.length > 0 || state.under;

/** What a strand may give back: its own, and what its starter held and nobody has given back since. */
export const givable = ({ held, lent = [], released }: State): readonly Permit[] =>
  lent.length === 0 ? held : [...held, ...lent.filter(({ id }) => !released.has(id))];

/** What is true when something throws: it has not got what it asked for, or has given it back. */
export function thrown(after: State, before: State): State {
  const held = after.held.filter((permit) => before.held.includes(permit));
  return held.length === after.held.length ? after : { ...after, held };
}

/** Joins paths that hold the same permits; what differs otherwise becomes a choice or is forgotten. */
export const mergeStates = (states: readonly State[]): State[] => merge(states, (state) => state, join);

/** The same once there are many: what is told apart by the parts of a value would multiply with each of them. */
export const mergeMany = (states: readonly State[]): readonly State[] => states.length > MOST_STATES ? mergeStates(states) : states;

export const mergeOutcomes = (outcomes: readonly Outcome[]): Outcome[] =>
  merge(outcomes, ({ state }) => state, (a, b) => ({ state: join(a.state, b.state), value: choice([a.value, b.value]) }));

/** A path, and the values of what was evaluated on it. */
export interface Values {
  readonly state: State;
  readonly values: readonly Value[];
}

export const mergeValues = (all: readonly Values[]): Values[] =>
  merge(all, ({ state }) => state, (a, b) => ({ state: join(a.state, b.state), values: a.values.map((value, index) => choice([value, b.values[index] ?? UNKNOWN])) }));

function merge<T>(paths: readonly T[], stateOf: (path: T) => State, together: (a: T, b: T) => T): T[] {
  if (paths.length < 2) return [...paths];
  const groups = new Map<string, T>();
  for (const path of paths) {
    const { held, released } = stateOf(path);
    const key = held.length === 0 && released.size === 0 ? "" : `${held.map((permit) => permit.id).join(",")}|${[...released].join(",")}`;
    const known = groups.get(key);
    groups.set(key, known === undefined ? path : together(known, path));
  }
  return [...groups.values()].slice(0, MOST_STATES);
}

function join(a: State, b: State): State {
  if (a === b) return a;
  return {
    held: a.held, under: a.under || b.under, guarding: a.guarding || b.guarding, released: a.released,
    variables: joinMaps(a.variables, b.variables, joinVariables, (value) => value),
    fields: joinMaps(a.fields, b.fields, (x, y) => choice([x, y]), () => undefined),
    lists: joinMaps(a.lists, b.lists, joinContents, (value) => value),
    facts: a.facts === b.facts ? a.facts : new Map([...a.facts].filter(([key, value]) => b.facts.get(key) === value)),
    compared: a.compared === b.compared ? a.compared : new Set([...a.compared].filter((pair) => b.compared.has(pair))),
    context: a.context,
    sent: joinMaps(a.sent, b.sent, Math.max, (amount) => amount),
    waited: a.waited === b.waited ? a.waited : new Set([...a.waited, ...b.waited]),
    moment: Math.max(a.moment, b.moment),
    ...((a.lent ?? b.lent) && { lent: a.lent ?? b.lent }),
    ...((a.cause ?? b.cause) && { cause: likelier(a.cause, b.cause) }),
    ...((a.gone ?? b.gone) && { gone: a.gone === b.gone ? a.gone : new Set([...a.gone ?? [], ...b.gone ?? []]) }),
    ...(a.returned && b.returned && { returned: a.returned === b.returned ? a.returned : new Set([...a.returned].filter((id) => b.returned?.has(id))) }),
    ...((a.asked ?? b.asked) && { asked: true as const }),
    ...((a.left ?? b.left) && { left: a.left ?? b.left }),
  };
}

/** `alone`: what an entry becomes that only one side has (a variable not declared there, a field not written there). */
function joinMaps<V>(a: ReadonlyMap<string, V>, b: ReadonlyMap<string, V>, both: (x: V, y: V) => V, alone: (value: V) => V | undefined): ReadonlyMap<string, V> {
  if (a === b) return a;
  const joined = new Map<string, V>();
  for (const [key, value] of a) {
    const other = b.get(key);
    const result = other === undefined ? alone(value) : other === value ? value : both(value, other);
    if (result !== undefined) joined.set(key, result);
  }
  for (const [key, value] of b) {
    const result = a.has(key) ? undefined : alone(value);
    if (result !== undefined) joined.set(key, result);
  }
  return joined;
}

function joinVariables(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return joinMaps(a, b, (x, y) => choice([x, y]), (value) => value);
}

function joinContents(a: Contents, b: Contents): Contents {
  const items = new Map([...a.items, ...b.items].map((item) => [valueKey(item), item]));
  const same = a.items.length === b.items.length && items.size === a.items.length;
  return { items: [...items.values()], open: a.open || b.open || !same, sorted: a.sorted && b.sorted };
}
