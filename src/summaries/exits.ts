import type { Catalogue } from "../catalogue/index.js";
import { type Body, type Expression, placeKey } from "../effects/ir.js";
import { allStatements } from "../effects/walk.js";
import type { Cause, Strength } from "./causes.js";
import type { Evaluator } from "./evaluator.js";
import type { Permit, Place, Step } from "./events.js";
import { isLock } from "./guarding.js";
import { keepsElsewhere, leadsTo, leave } from "./ownership.js";
import type { Outcome, State } from "./state.js";

/** A body is left with a permit that was taken on its behalf. */
export interface Exit {
  readonly permit: Permit;
  /** The call in that body that took it. */
  readonly acquire: Place;
  readonly how: Cause["how"] | "return" | "end" | "twice" | "iterator";
  readonly place: Place;
  readonly strength: Strength;
}

/** A permit that stays held although whoever it was left to has ended. */
export interface Lost {
  readonly permit: string;
  readonly how: Exit["how"];
  readonly place: Place | undefined;
  readonly strength: Strength;
}

/** A permit of a generator that is driven by hand. */
export interface Parked {
  readonly permit: Permit;
  readonly at: Place;
  readonly steps: readonly Step[];
}

/** It is left to the handler of an event to give a permit back. */
export interface LeftToEvent {
  readonly permit: Permit;
  readonly acquire: Place;
  /** Undefined where it can't be told. */
  readonly event: string | undefined;
  readonly place: Place;
  /** The arguments of the call that name the event and hand in the handler. */
  readonly name: Expression | undefined;
  readonly handler: Expression | undefined;
}

/** What one evaluation shows of permits that are not given back. */
export class Exits {
  #left: LeftToEvent[] = [];
  readonly #found = new Map<string, Exit>();
  readonly #parked: Parked[] = [];
  readonly #log: { readonly ids: readonly string[]; readonly object: string | undefined }[] = [];
  /** Permits that are given back on some path, by the places that took them. */
  readonly returned = new Set<string>();
  /** Objects that something was given back to by somebody who had not taken it. */
  readonly freed = new Map<string, Set<Body>>();

  /** Somebody takes a step of a generator by hand, after which it holds something. */
  park(parked: Parked): void {
    this.#parked.push(parked);
  }

  /** A generator is left before its end: generators that it went through by hand stay where they are, unless it ends them. */
  abandon(body: Body): void {
    if (body.callNames.has("return")) return;
    for (const { permit, at, steps } of this.#parked) {
      if (steps.some((step) => step.body === body)) this.add({ permit, acquire: at, how: "iterator", place: { ...at, body }, strength: 2 });
    }
  }

  get left(): readonly LeftToEvent[] {
    return this.#left;
  }

  leave(left: LeftToEvent): void {
    this.#left.push(left);
  }

  /** Somebody else gets what could give these back, too. */
  handOn(isHandedOn: (permit: string) => boolean): void {
    if (this.#left.length > 0) this.#left = this.#left.filter(({ permit }) => !isHandedOn(permit.id));
  }

  get found(): readonly Exit[] {
    return [...this.#found.values()];
  }

  add(exit: Exit): void {
    if (exit.strength === 0) return;
    const key = `${placeKey(exit.acquire)}|${exit.how}|${placeKey(exit.place)}|${exit.permit.resource.object.id}`;
    const known = this.#found.get(key);
    if (!known || known.strength < exit.strength) this.#found.set(key, exit);
  }

  /** Something is given back: these permits, or whatever is held of the object. */
  giveBack(ev: Evaluator, ids: readonly string[], object: string | undefined): void {
    const permits = ids.flatMap((id) => ev.requests.get(id) ?? []);
    for (const [index, permit] of permits.entries()) {
      const isTakenTwice = isLock(permit, ev.catalogue) && permits.slice(0, index).some(({ resource }) => resource.object.id === permit.resource.object.id);
      if (!isTakenTwice) this.returned.add(placeKey(permit.place));
    }
    const body = ev.steps.at(-1)?.body;
    if (object !== undefined && ids.length === 0 && body) this.freed.set(lockName(object), new Set([...this.freed.get(lockName(object)) ?? [], outermostOf(body)]));
    this.#log.push({ ids, object });
  }

  /** What has been given back so far; with an earlier answer: since then. */
  get length(): number {
    return this.#log.length;
  }

  isBackSince(length: number, permit: Permit): boolean {
    return this.#log.slice(length).some(({ ids, object }) => ids.includes(permit.id) || object === permit.resource.object.id);
  }
}

/** Stands for a lock of which nothing is known. */
export const ANY_LOCK = "?";

/** All locks of one collection have one name. */
export const lockName = (id: string): string => id.replace(/\[.*\]/, "[]");

/** The function or method that a function is written in. */
export function outermostOf(body: Body): Body {
  let at = body;
  while (at.parent && at.parent.kind !== "module" && !at.owner) at = at.parent;
  return at;
}

/** How many of the bodies that run now were running when the permit was taken: the last of them has it. */
function depthOf(permit: Permit, steps: readonly Step[]): number {
  let depth = 0;
  while (depth < steps.length && permit.steps[depth] === steps[depth]) depth++;
  return depth;
}

/** The root, or a function written in it: what others do with permits is asked where they are roots. */
function isOfRoot(body: Body, root: Body | undefined): boolean {
  for (let at: Body | undefined = body; at; at = at.parent) if (at === root) return at.kind !== "module" || body === at;
  return false;
}

interface Owner {
  readonly permit: Permit;
  readonly depth: number;
  readonly acquire: Place;
  /** It is for this evaluation to tell. */
  readonly told: boolean;
}

/** What is held on behalf of the bodies above a depth. */
function ownedAbove(ev: Evaluator, state: State, from: number): readonly Owner[] {
  const root = ev.steps[0]?.body;
  return state.held.flatMap((permit) => {
    if (permit.operation.how !== "acquire" || state.gone?.has(permit.id) || ev.buffered.get(permit.id)?.owner !== undefined) return [];
    const depth = depthOf(permit, ev.steps);
    const body = ev.steps[depth - 1]?.body;
    if (depth <= from || !body) return [];
    return [{ permit, depth, acquire: permit.steps[depth]?.call ?? permit.place, told: isOfRoot(body, root) }];
  });
}

/** Something leaves bodies by a throw, up to a depth. Whoever catches it has nothing to give back with what they held. */
export function noteThrow(ev: Evaluator, state: State, depth: number): State {
  const { cause } = state;
  if (!cause || cause.strength === 0) return state;
  const lost = new Set<Permit>();
  for (const { permit, depth: at, acquire, told } of ownedAbove(ev, state, depth)) {
    const body = ev.steps[at - 1]?.body;
    if (body?.kind === "module" || isOwnLock(ev, permit, at) || keepsElsewhere(ev, permit.id, at, state)) continue;
    if (body && isLeft(ev, body, permit)) lost.add(permit);
    // A pool that refuses one more client is likely to be gone with all of them.
    if (!told || cause.asks?.includes(permit.resource.object.id)) continue;
    ev.exits.add({ permit, acquire, how: cause.how, place: cause.place, strength: cause.strength });
  }
  return lost.size === 0 ? state : { ...state, held: state.held.filter((permit) => !lost.has(permit)) };
}

/** Whoever was to give a permit back has ended, and did not. */
export function noteLost(ev: Evaluator, { permit: id, how, place, strength }: Lost): void {
  const asked = requestOf(ev, id);
  if (asked) ev.exits.add({ ...asked, how: place ? how : "end", place: place ?? endOf(asked.acquire.body), strength });
}

/** From here on it is the handler of an event that gives a permit back. */
export function noteLeft(ev: Evaluator, id: string, left: Pick<LeftToEvent, "event" | "place" | "name" | "handler">, state: State): void {
  const asked = requestOf(ev, id);
  if (asked && ev.quiet === 0 && !keepsElsewhere(ev, id, asked.depth, state)) ev.exits.leave({ ...left, permit: asked.permit, acquire: asked.acquire });
}

/** A permit by its id, and the call that took it, where that is for this evaluation to tell. */
function requestOf(ev: Evaluator, id: string): { readonly permit: Permit; readonly acquire: Place; readonly depth: number } | undefined {
  const permit = ev.requests.get(id);
  const depth = permit ? Math.max(1, depthOf(permit, ev.steps)) : 0;
  if (!permit || ev.traffic || !isOfRoot(permit.steps[depth - 1]?.body ?? permit.place.body, ev.steps[0]?.body)) return undefined;
  return { permit, acquire: permit.steps[depth]?.call ?? permit.place, depth };
}

const endOf = (body: Body): Place => ({ file: body.file, span: { start: body.span.end - 1, end: body.span.end }, body });

/**
 * The innermost body ends. What its caller isn't given is nobody's from then on, unless the body only asks for a lock that goes by its
 * name: then its caller has it.
 */
export function noteEnds(ev: Evaluator, outcomes: readonly Outcome[]): readonly Outcome[] {
  if (ev.quiet > 0 || ev.traffic) return outcomes;
  const depth = ev.steps.length, body = ev.steps[depth - 1]?.body;
  return !body ? outcomes : outcomes.map((outcome) => {
    const { state, value } = outcome;
    ev.exits.handOn((permit) => leadsTo(value, permit, state));
    if (state.held.length === 0) return outcome;
    const own = ownedAbove(ev, state, depth - 1).filter(({ permit }) => !leadsTo(value, permit.id, state));
    for (const { permit, acquire, told } of own) {
      if (!told || isOwnLock(ev, permit, depth) || keepsElsewhere(ev, permit.id, depth, state)) continue;
      const { cause, left } = state;
      const here = left?.body === body ? left : undefined;
      ev.exits.add({ permit, acquire, how: here ? "return" : "end", place: here ?? endOf(body), strength: cause?.strength ?? 3 });
    }
    const left = own.map(({ permit }) => permit).filter((permit) => isLeft(ev, body, permit));
    return left.length === 0 ? outcome : { value, state: without(left, leave(left.map(({ id }) => id), state), (permit) => keepsElsewhere(ev, permit.id, depth, state)) };
  });
}

/**
 * Where something was thrown and caught on the way, what nobody can give back any more is a release that is missing, if that path is ever
 * taken at all: who asks again later doesn't wait for itself.
 */
function without(lost: readonly Permit[], state: State, isKept: (permit: Permit) => boolean): State {
  return state.cause ? { ...state, held: state.held.filter((permit) => !lost.includes(permit) || isKept(permit)) } : state;
}

/** Only the body that took it can give it back, or is meant to: a lock that goes by its name is for the caller, if nothing else of it is kept. */
function isLeft(ev: Evaluator, body: Body, permit: Permit): boolean {
  const { operation, byResource, place } = permit;
  return (operation.gives !== "nothing" && !(byResource && operation.call && isDropped(operation.call, place.body))) || givesBack(ev, body, permit);
}

/** `await mutex.acquire();`: what it gives goes nowhere. */
function isDropped(call: Expression, { statements }: Body): boolean {
  const known = dropped.get(call);
  if (known !== undefined) return known;
  let found = false;
  for (const statement of allStatements(statements)) {
    if (statement.s !== "expression") continue;
    const { value } = statement;
    if (value === call || (value.k === "await" && value.value === call)) found = true;
  }
  dropped.set(call, found);
  return found;
}

const dropped = new WeakMap<Expression, boolean>();

/** Does the body give back to the lock, as far as names tell? */
export function givesBack(ev: Evaluator, { callNames }: Body, { place, resource: { object } }: Permit): boolean {
  if (ev.exits.returned.has(placeKey(place))) return true;
  return releasingNames(ev.catalogue, object.library?.package).some((name) => callNames.has(name));
}

/** Members by which a library gives back. */
export const releasingNames = (catalogue: Catalogue, from: string | undefined): readonly string[] =>
  from === undefined ? [] : catalogue.librariesOf(from).flatMap(({ operations }) => operations.flatMap(({ effect, member }) => effect.do === "release" ? [member] : []));

/** The lock was made by the run that leaves it: nobody else can wait for it. */
function isOwnLock(ev: Evaluator, { resource: { object } }: Permit, depth: number): boolean {
  const activation = ev.steps[depth - 1]?.activation;
  return object.lifetime === "run" && activation !== undefined && object.id.startsWith(activation) && !activation.endsWith("#");
}
