import { enclosingClass } from "../effects/bodies.js";
import type { Body, CallExpression, ClassInfo, Expression } from "../effects/ir.js";
import { additionsTo, bodiesOf } from "./class-family.js";
import { asksContext, isAwaitedByCaller, joinedIn, parameterOf, usesOf } from "./handmade-callbacks.js";
import { type Facts, factsOf, factsWithHelpers, functionOf, isInside, isSmall, perBody, reaches, type Seen } from "./handmade-facts.js";
import type { Handmade } from "../effects/handmade.js";
import { comparesOwner } from "./handmade-owners.js";
import { isOpposite, lockOf, type Place, placeOf, type PlaceWrite, samePlace } from "./handmade-places.js";
import { ADDING, isRunOf, pushedJobs, pushedResolvers } from "./handmade-pushed.js";
import { allWrites, capacityOf, isTested } from "./handmade-state.js";
import { disposerIn, isFunctionish, isNewPromise, type Made, promiseOfExecutor, runsOfTaken, settles, sourcesOf } from "./handmade-values.js";

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
export const waitingRelease = perBody((home): Handmade | undefined => {
  if (!hasWaiters(moduleOf(home)) || takingOf(home) || !wakesTaker(home)) return undefined;
  const all = factsWithHelpers(home, (helper) => takingOf(helper) !== undefined || waitingRelease(helper) !== undefined);
  const calls = all.flatMap((facts) => facts.calls.filter(({ what, body }) => functionOf(what.callee, body)));
  if (calls.some(({ what, body }) => speaksForItself(functionOf(what.callee, body)))) return undefined;
  for (const { place } of all.flatMap((facts) => runsOfTaken(facts, all))) {
    const lock = lockOf(place, home);
    const taking = lock && takersOf(place, home).map(takingOf).find((each) => each && sameRoot(each.list, place));
    if (taking && givesBack(taking, all)) return { do: "release", ...lock, capacity: capacityOf(taking.take, taking.all), awaited: true };
  }
  return undefined;
});

/** Cheap, and asked first of all: most files put no resolver into any list. */
const hasWaiters = perBody((body): true | undefined =>
  pushedResolvers(factsOf(body)).length > 0 || body.children.some((child) => hasWaiters(child)) ? true : undefined);

function moduleOf(body: Body): Body {
  let at = body;
  while (at.parent) at = at.parent;
  return at;
}

/** Cheap, and asked first: most bodies run nothing out of a list, by themselves or through helpers. */
function wakesTaker(home: Body): boolean {
  const all = factsWithHelpers(home, () => false);
  return all.some((facts) => runsOfTaken(facts, all).some(({ place }) => pushersTo(place, home).size > 0));
}

const speaksForItself = (helper: Body | undefined): boolean => helper !== undefined && (takingOf(helper) !== undefined || waitingRelease(helper) !== undefined);

/** The body's own taking; what a helper takes is the helper's. */
export const takingOf = perBody((home): Taking | undefined => {
  const facts = factsOf(home);
  if (!isSmall(facts) || !hasWaiters(moduleOf(home)) || !factsWithHelpers(home, () => false).some((each) => pushedResolvers(each).length > 0)) return undefined;
  const isOther = (helper: Body): boolean => takingOf(helper) !== undefined;
  const all = factsWithHelpers(home, isOther);
  if (facts.calls.some(({ what, body }) => speaks(what, body, isOther))) return undefined;
  for (const each of all) {
    for (const { list, promise, waits } of pushedResolvers(each)) {
      if (queuesJob(list, each, all) || !isWaitedFor(promise, facts) || isBounded(promise) || isChannel(list, facts) || asksContext(all) || isHandedContext(list, home) || comparesOwner(facts)) continue;
      const take = takeOf(list, promise, all);
      const maybe = waits.conditional || facts.calls.some(({ what, body, conditional }) => conditional && functionOf(what.callee, body) === each.home);
      if (take && (maybe || somePass(waits, take, list, all))) return { all, list, promise, take };
    }
  }
  return undefined;
});

/** Whoever calls it asks the asynchronous context first, and hands on what that says. */
const isHandedContext = (list: Place, home: Body): boolean => home.parameters.length > 0 && scopeOf(list, home).map(factsOf)
  .some((facts) => asksContext([facts]) && facts.calls.some(({ what, body }) => what.args.length > 0 && functionOf(what.callee, body) === home));

/** The list holds work and not only those who wait for their turn. */
const queuesJob = (list: Place, facts: Facts, all: readonly Facts[]): boolean => pushedJobs(facts).some((job) => samePlace(job.list, list)
  && (job.job !== undefined || all.some((each) => runsOfTaken(each, all).some(({ seen }) => isRunOf(job, seen)))));

function speaks(call: CallExpression, body: Body, isOther: (helper: Body) => boolean): boolean {
  const helper = functionOf(call.callee, body);
  return helper !== undefined && isOther(helper);
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
  const releasers = releasersIn(list, promise, all);
  const writes = allWrites(all).filter((write) => !samePlace(write.place, list)
    && !releasers.some((releaser) => isInside(write.body, releaser)) && isTested(write.place, all));
  return writes.find(({ direction }) => direction !== "off") ?? writes[0];
}

/** Functions written in a body that wake somebody later: what the acquire hands out. */
const releasersIn = (list: Place, promise: Made, all: readonly Facts[]): Body[] => all.flatMap((facts) => runsOfTaken(facts, all)
  .filter(({ place, seen }) => samePlace(place, list) && seen.body !== facts.home && promiseOfExecutor(seen.body) !== promise).map(({ seen }) => seen.body));

/** Whoever finds the lock free does not wait, or is woken in the very step that takes it. A batch keeps everybody waiting. */
function somePass(waits: Seen<unknown>, take: PlaceWrite, list: Place, all: readonly Facts[]): boolean {
  return (take.conditional && !reaches(take, waits) && take.order < waits.order)
    || all.some((facts) => runsOfTaken(facts, all).some(({ place, seen }) => seen.body === take.body && samePlace(place, list)));
}

const sameRoot = (a: Place, b: Place): boolean => samePlace({ ...a, key: undefined }, { ...b, key: undefined });

function givesBack(taking: Taking, all: readonly Facts[]): boolean {
  return allWrites(all).some((write) => sameRoot(write.place, taking.take.place) && isOpposite(taking.take.direction, write.direction));
}

/** Takes and gives back in one go: wakes the next in its own statements, or calls the release. */
function givesBackItself({ list, take, promise, all }: Taking, facts: Facts): boolean {
  const { home } = facts;
  const releasers = releasersIn(list, promise, all);
  const called = new Set(facts.calls.filter(({ body }) => body === home).map(({ what }) => functionOf(what.callee, home)));
  const here = all.filter((each) => each === facts || called.has(each.home));
  const wakes = here.some((each) => runsOfTaken(each, all).some(({ place, seen }) => seen.body === each.home && samePlace(place, list)));
  return wakes && allWrites(here).some((write) => !releasers.some((releaser) => isInside(write.body, releaser))
    && samePlace(write.place, take.place) && isOpposite(take.direction, write.direction));
}

/** What the acquire's promise is fulfilled with; undefined for an object that has the release as a member. */
function givenBy({ promise, all }: Taking, facts: Facts): Handmade["gives"] {
  const { home } = facts;
  const results = facts.returns.filter(({ body }) => body === home).flatMap(({ what }) => [...sourcesOf(what, facts)]);
  const resolved = facts.calls.filter(({ what }) => settles(what.callee, home) === promise).flatMap(({ what }) => what.args.slice(0, 1));
  const woken = all.flatMap((each) => runsOfTaken(each, all).flatMap(({ seen }) => [...sourcesOf(seen.what.args[0], each)]));
  const given = [...results, ...resolved, ...woken];
  if (given.some((e) => isFunctionish(disposerIn(e) ?? e, home))) return "releaser";
  return given.some((e) => e.k === "object") ? undefined : "nothing";
}

/** The functions that may wait in a list: those around a `push`, or everything beside if a helper does the pushing. */
function takersOf(list: Place, home: Body): readonly Body[] {
  const pushing = pushersTo(list, home);
  const helping = [...pushing].some((body) => pushedResolvers(factsOf(body)).length > 0 && !takingOf(body));
  return helping ? scopeOf(list, home) : [...pushing];
}

function pushersTo(list: Place, home: Body): ReadonlySet<Body> {
  const additions = "declaration" in list.root ? list.root.declaration.additions : additionsTo(enclosingClass(home), list.root.field);
  return new Set(additions.flatMap(({ body }) => around(body)));
}

function around(body: Body): Body[] {
  const found: Body[] = [];
  for (let each: Body | undefined = body; each && each.kind !== "module"; each = each.parent) found.push(each);
  return found;
}

const withChildren = (body: Body): Body[] => [body, ...body.children.flatMap(withChildren)];

/** The bodies that see a place: those of the class and its family, or those written beside the variable. */
export function scopeOf({ root }: Place, home: Body): readonly Body[] {
  const of = "declaration" in root ? root.declaration.body : enclosingClass(home);
  if (!of) return [];
  let scope = scopes.get(of);
  if (!scope) scopes.set(of, (scope = ("members" in of ? bodiesOf(of) : of.children).flatMap(withChildren)));
  return scope;
}

const scopes = new WeakMap<Body | ClassInfo, readonly Body[]>();

/** A counter that nobody gives back is a rate, a latch or a count: somewhere beside the acquire a release must stand. */
const isEverReleased = (taking: Taking, home: Body): boolean => scopeOf(taking.list, home).some((body) => body !== home && waitingRelease(body) !== undefined);
