import type { Body, CallExpression, Expression } from "../effects/ir.js";
import { asksContext, isAwaitedByCaller, joinedIn, parameterOf, usesOf } from "./handmade-callbacks.js";
import { type Facts, factsOf, factsWithHelpers, functionOf, isInside, type Seen } from "./handmade-facts.js";
import type { Handmade } from "./handmade.js";
import { comparesOwner } from "./handmade-owners.js";
import { isOpposite, lockOf, type Place, placeOf, type PlaceWrite, samePlace, writesOf } from "./handmade-places.js";
import { allWrites, capacityOf, isTested } from "./handmade-state.js";
import { isFunctionish, isNewPromise, type Made, promiseOfExecutor, runsOfTaken, settles, sourcesOf } from "./handmade-values.js";

/** A body that waits in a list for a flag or counter, and takes that. */
interface Taking {
  readonly all: readonly Facts[];
  /** The resolvers of those who wait. */
  readonly list: Place;
  readonly promise: Made;
  readonly take: PlaceWrite;
}

/** A flag or counter with a list of resolvers: whoever finds it taken puts a resolver there and waits. */
export function waitingLock(home: Body): Handmade | undefined {
  const taking = takingOf(home);
  if (!taking) return undefined;
  const lock = lockOf(taking.list, home);
  if (!lock) return undefined;
  const capacity = capacityOf(taking.take, taking.all);
  const facts = factsOf(home);
  if (givesBackItself(taking, facts)) {
    const joined = joinedIn(facts);
    const work = usesOf(facts).find((use) => joined.has(use.what));
    return work && { do: "run", ...lock, callback: work.parameter, capacity, awaited: isAwaitedByCaller(work, facts) };
  }
  const gives = givenBy(taking, facts);
  if (!gives || usesOf(facts).length > 0 || !isEverReleased(taking, home)) return undefined;
  return { do: "acquire", ...lock, gives, capacity, awaited: true };
}

/** The other half: wakes one who waits and gives the flag or permit back, or hands it on. */
export function waitingRelease(home: Body): Handmade | undefined {
  if (takingOf(home)) return undefined;
  const all = factsWithHelpers(home, (helper) => takingOf(helper) !== undefined || waitingRelease(helper) !== undefined);
  const calls = all.flatMap((facts) => facts.calls.filter(({ what, body }) => functionOf(what.callee, body)));
  if (calls.some(({ what, body }) => speaksForItself(functionOf(what.callee, body)))) return undefined;
  for (const { place } of all.flatMap((facts) => runsOfTaken(facts, all))) {
    const lock = lockOf(place, home);
    const taking = lock && takersOf(place, home).map(takingOf).find((each) => each && sameRoot(each.list, place));
    if (taking && givesBack(taking, all)) return { do: "release", ...lock, capacity: capacityOf(taking.take, taking.all), awaited: true };
  }
  return undefined;
}

const speaksForItself = (helper: Body | undefined): boolean => helper !== undefined && (takingOf(helper) !== undefined || waitingRelease(helper) !== undefined);

const known = new WeakMap<Body, Taking | null>();

/** Memoised; a body that is asked about while it is being judged takes nothing. */
export function takingOf(home: Body): Taking | undefined {
  const before = known.get(home);
  if (before !== undefined) return before ?? undefined;
  known.set(home, null);
  const taking = judge(home);
  if (taking) known.set(home, taking);
  return taking;
}

function judge(home: Body): Taking | undefined {
  const facts = factsOf(home);
  const isOther = (helper: Body): boolean => takingOf(helper) !== undefined;
  const all = factsWithHelpers(home, isOther);
  if (facts.calls.some(({ what, body }) => speaks(what, body, isOther))) return undefined;
  for (const each of all) {
    for (const { list, promise } of pushedResolvers(each)) {
      if (!isWaitedFor(promise, facts) || isBounded(promise) || isChannel(list, facts) || asksContext(all) || comparesOwner(facts)) continue;
      const take = takeOf(list, promise, all);
      if (take) return { all, list, promise, take };
    }
  }
  return undefined;
}

function speaks(call: CallExpression, body: Body, isOther: (helper: Body) => boolean): boolean {
  const helper = functionOf(call.callee, body);
  return helper !== undefined && isOther(helper);
}

const ADDING = new Set(["push", "unshift", "add", "enqueue"]);

/** Resolvers of promises that the body puts into a list that outlives it. */
function pushedResolvers(facts: Facts): { list: Place; promise: Made }[] {
  return facts.calls.flatMap(({ what }) => {
    if (what.callee.k !== "member" || !ADDING.has(what.callee.name)) return [];
    const list = placeOf(what.callee.object, facts.home);
    const promise = what.args.map((arg) => resolverIn(arg, facts.home)).find((made) => made !== undefined);
    return list && promise ? [{ list, promise }] : [];
  });
}

/** The promise that a pushed value settles: a resolver, a function that calls it, or an object or array that holds one. */
export function resolverIn(e: Expression, home: Body): Made | undefined {
  const parts = e.k === "object" ? e.entries.map(({ value }) => value) : e.k === "array" ? e.items : undefined;
  if (parts) return parts.map((part) => resolverIn(part, home)).find((made) => made !== undefined);
  if (e.k === "name" && e.declaration && isInside(e.declaration.body, home)) {
    const { init } = e.declaration;
    if (init?.k === "object" || init?.k === "array") return resolverIn(init, home);
  }
  return settles(e, home);
}

/** Awaited or returned by the body itself. */
const isWaitedFor = (promise: Made, facts: Facts): boolean => [...facts.awaits, ...facts.returns]
  .some(({ what, body }) => body === facts.home && sourcesOf(what, facts).has(promise));

/** The wait ends by itself: a timer in the executor settles the promise. */
function isBounded(promise: Made): boolean {
  const [executor] = promise.args;
  if (!isNewPromise(promise) || executor?.k !== "function") return false;
  return factsOf(executor.body).calls.some(({ what }) => what.callee.k === "name" && what.callee.name === "setTimeout"
    && what.args.some((arg) => mentionsParameter(arg, executor.body)));
}

function mentionsParameter(e: Expression, executor: Body): boolean {
  if (parameterOf(e, executor) !== undefined) return true;
  const body = functionOf(e, executor);
  return body !== undefined && factsOf(body).calls.some(({ what }) => [what.callee, ...what.args].some((each) => parameterOf(each, executor) !== undefined));
}

/** Things go into another list, or come out of one: what is waited for is room or an item. */
function isChannel(list: Place, facts: Facts): boolean {
  const { home } = facts;
  return facts.calls.some(({ what }) => {
    if (what.callee.k !== "member") return false;
    const place = placeOf(what.callee.object, home);
    if (!place || samePlace(place, list)) return false;
    return what.callee.name === "shift" || what.callee.name === "pop"
      || (ADDING.has(what.callee.name) && what.args.some((arg) => parameterOf(arg, home) !== undefined) && place.key === undefined && !isKeyOf(list, what.args[0], home));
  });
}

/** `busy.add(key)` beside a list per key takes a lock and stores nothing. */
const isKeyOf = (list: Place, e: Expression | undefined, home: Body): boolean =>
  list.key !== undefined && e !== undefined && parameterOf(list.key, home) !== undefined && parameterOf(list.key, home) === parameterOf(e, home);

/** The write that takes the flag or permit, own writes before those of helpers; what a nested releaser writes is left out. */
function takeOf(list: Place, promise: Made, all: readonly Facts[]): PlaceWrite | undefined {
  const releasers = new Set(all.flatMap((facts) => runsOfTaken(facts, all)
    .map(({ seen }) => seen.body).filter((body) => body !== facts.home && promiseOfExecutor(body) !== promise)));
  return allWrites(all).find((write) => write.direction !== "off" && !samePlace(write.place, list)
    && ![...releasers].some((releaser) => isInside(write.body, releaser)) && isTested(write.place, all));
}

const sameRoot = (a: Place, b: Place): boolean => samePlace({ ...a, key: undefined }, { ...b, key: undefined });

function givesBack(taking: Taking, all: readonly Facts[]): boolean {
  return allWrites(all).some((write) => sameRoot(write.place, taking.take.place) && isOpposite(taking.take.direction, write.direction));
}

/** Takes and gives back in one go: wakes the next in its own statements. */
function givesBackItself({ list, take }: Taking, facts: Facts): boolean {
  const { home } = facts;
  const wakes = runsOfTaken(facts).some(({ place, seen }) => seen.body === home && samePlace(place, list));
  return wakes && writesOf(facts).some((write) => write.body === home && samePlace(write.place, take.place) && isOpposite(take.direction, write.direction));
}

/** What the acquire's promise is fulfilled with; undefined for an object that has the release as a member. */
function givenBy({ promise, all }: Taking, facts: Facts): Handmade["gives"] {
  const { home } = facts;
  const results = facts.returns.filter(({ body }) => body === home).flatMap(({ what }) => [...sourcesOf(what, facts)]);
  const resolved = facts.calls.filter(({ what }) => settles(what.callee, home) === promise).flatMap(({ what }) => what.args.slice(0, 1));
  const woken = all.flatMap((each) => runsOfTaken(each, all)).flatMap(({ seen }) => seen.what.args.slice(0, 1));
  const given = [...results, ...resolved, ...woken];
  if (given.some((e) => isFunctionish(e, home))) return "releaser";
  return given.some((e) => e.k === "object") ? undefined : "nothing";
}

/** The functions that put something into a list, with those around them. */
function takersOf(list: Place, home: Body): Body[] {
  const additions = "declaration" in list.root ? additionsTo(list.root.declaration) : ownerOf(home)?.additions.get(list.root.field) ?? [];
  const found = new Set<Body>();
  for (const { body } of additions) for (let each: Body | undefined = body; each && each.kind !== "module"; each = each.parent) found.add(each);
  return [...found];
}

function additionsTo(declaration: Extract<Place["root"], { declaration: unknown }>["declaration"]) {
  return declaration.additions;
}

function ownerOf(home: Body): Body["owner"] {
  for (let body: Body | undefined = home; body; body = body.parent) if (body.owner) return body.owner;
  return undefined;
}

/** A counter that nobody gives back is a rate, a latch or a count: somewhere beside the acquire a release must stand. */
function isEverReleased(taking: Taking, home: Body): boolean {
  const { root } = taking.list;
  const scope = "declaration" in root ? root.declaration.body.children : [...ownerOf(home)?.members.values() ?? []].flatMap(({ body }) => body ?? []);
  return scope.some((body) => hasRelease(body, home));
}

const hasRelease = (body: Body, home: Body): boolean => (body !== home && waitingRelease(body) !== undefined) || body.children.some((child) => hasRelease(child, home));

export type { Seen };
