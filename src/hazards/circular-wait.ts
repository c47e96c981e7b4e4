import { placeKey } from "../effects/ir.js";
import type { Circle, Dead, Waiter } from "../rehearsal/circles.js";
import { settlerIn } from "../rehearsal/settling.js";
import type { Stall } from "../rehearsal/rehearse.js";
import type { Prom } from "../rehearsal/values.js";
import type { Outside, Place } from "../summaries/events.js";
import { describePlace, functionName, type LineOf, lineSeenFrom } from "./attribution.js";
import type { Confidence, Finding } from "./finding.js";
import { displayName } from "./identity.js";
import { overlap } from "./precedence.js";

const RANK: Record<Confidence, number> = { certain: 2, likely: 1, possible: 0 };

/** Rules that speak first where two could. */
const EARLIER = new Set(["no-starved-buffer", "no-recursive-lock", "spawn-before-drain", "lock-order"]);

/** Awaits of what only the waiting task, or somebody who waits for it, can still settle. */
export function findCircularWaits(stalls: readonly Stall[], outsides: readonly Outside[], lineOf: LineOf, others: readonly Finding[]): Finding[] {
  const found = new Map<string, Finding>();
  const lines = new Set(others.filter(({ rule }) => EARLIER.has(rule)).map(({ place }) => `${place.file}:${String(lineOf(place))}`));
  const isTold: IsTold = (place) => lines.has(`${place.file}:${String(lineOf(place))}`);
  for (const finding of stalls.flatMap((stall) => findingsOf(stall, lineOf, isTold))) {
    const key = placeKey(finding.place);
    const known = found.get(key);
    if (isTold(finding.place) || (known && RANK[known.confidence] >= RANK[finding.confidence])) continue;
    found.set(key, finding);
  }
  const rehearsed = [...found.values()];
  for (const finding of outsides.flatMap(reportIdle)) if (!isTold(finding.place) && !rehearsed.some((other) => overlap(other, finding))) found.set(placeKey(finding.place), finding);
  return [...found.values()];
}

/** Another rule, which speaks first, reports this place. */
type IsTold = (place: Place) => boolean;

/** Somebody who waits for the circle from outside, as a caller does, is reported already: it is the same standstill. */
function isToldFurtherOut({ waiters }: Circle, { world }: Stall, isTold: IsTold): boolean {
  const inside = new Set(waiters.map(({ task }) => task.promise));
  for (const promise of inside) {
    for (const task of world.tasks) {
      if (task.waiting?.promise !== promise || task.promise.state !== "pending") continue;
      if (isTold(task.waiting.at)) return true;
      inside.add(task.promise);
    }
  }
  return false;
}

function findingsOf(stall: Stall, lineOf: LineOf, isTold: IsTold): Finding[] {
  const circles = stall.circles.filter((circle) => isOfPromises(circle) && !isToldFurtherOut(circle, stall, isTold)).flatMap((circle) => reportCircle(circle, stall, lineOf));
  return [...circles, ...stall.isWhole ? stall.dead.flatMap((dead) => reportDead(dead, stall)) : []];
}

/** A circle of locks alone is told by the rules about locks: here something that was there before is waited for. */
function isOfPromises({ promises, waiters }: Circle): boolean {
  const isLock = promises.some(({ need, guard }) => need.by === "permit" || guard !== undefined);
  if (!isLock) return true;
  if (promises.some(({ need, guard }) => ((need.by === "settler" || need.by === "event") && guard === undefined) || (need.by === "permit" && need.idle))) return true;
  return waiters.some((waiter) => isStored(waiter, promises));
}

/** What is waited for was there before the work that waits, or before the lock was taken. */
const isStored = ({ waiting, task }: Waiter, promises: readonly Prom[]): boolean =>
  waiting !== undefined && waiting.promise.need.by !== "permit" && (waiting.promise.createdAt < task.startedAt || grantedIn(promises).some((since) => since > waiting.promise.createdAt));

/** The namespace of a module that is being loaded. */
const isLoading = ({ need }: Prom): boolean => need.by === "then" && need.loads === true;

const grantedIn = (promises: readonly Prom[]): readonly number[] =>
  promises.flatMap(({ need }) => need.by === "permit" ? need.holders().filter(({ until }) => !until).map(({ since }) => since) : []);

function confidenceOf({ asked, unusual, isWhole, world }: Stall): Confidence {
  if (world.guessed) return "possible";
  if (asked === 0) return "certain";
  return unusual <= 1 || isWhole ? "likely" : "possible";
}

/** However sure the wait itself is: a run that was guessed may never come. */
const likely = ({ world }: Stall): Confidence => world.guessed ? "possible" : "likely";

function reportCircle(circle: Circle, stall: Stall, lineOf: LineOf): Finding[] {
  const settled = circle.waiters.filter(({ waiting }) => waiting && isSettledByHand(waiting.promise));
  const waits = settled.map((waiter) => ({ waiter, settler: settlerOf(waiter, circle, stall) }));
  if (circle.promises.some(isInput) && !waits.some(({ settler }) => settler)) return [];
  if (waits.length === 0) return [report(producerOf(circle), circle, stall, lineOf)];
  const [only, ...others] = waits;
  // A helper waits for what its caller would settle after the call.
  if (only?.settler && others.length === 0 && only.settler.by.waiting?.promise.need.by === "task") return [report(only.settler.by, circle, stall, lineOf, only.settler)];
  return waits.map(({ waiter, settler }) => report(siteOf(waiter, circle), circle, stall, lineOf, settler));
}

interface Settler {
  readonly by: Waiter;
  readonly at: Place;
}

/** Who in the circle settles what one of it waits for, once it goes on. */
function settlerOf({ waiting }: Waiter, { waiters }: Circle, { world }: Stall): Settler | undefined {
  for (const by of waiters) {
    if (by.waiting?.promise.need.by === "permit") continue;
    const at = waiting && settlerIn(world, by.task, waiting.promise);
    if (at) return { by, at };
  }
  return undefined;
}

const isSettledByHand = ({ need, adopted }: Prom): boolean => !adopted && (need.by === "settler" || need.by === "event");
const isInput = ({ need }: Prom): boolean => need.by === "event" && need.name !== "" && need.of.model?.isInput === true;

/**
 * The work whose stored promise is waited for: the report stands at its own await; under a lock, and of a module that is loaded, where
 * the promise is awaited.
 */
function producerOf({ promises, waiters }: Circle): Waiter {
  const direct = waiters.find(({ waiting }) => waiting && isLoading(waiting.promise)) ?? (promises.some(({ need }) => need.by === "permit") ? waiters.find((waiter) => isStored(waiter, promises)) : undefined);
  if (direct) return direct;
  const stored = waiters.findIndex(({ waiting, task }) => waiting && waiting.promise.createdAt < task.startedAt);
  const next = waiters[(stored + 1) % waiters.length] ?? waiters[0];
  if (!next) throw new Error(`a circle of ${String(promises.length)} promises without work`);
  return next;
}

/** A helper that makes what it waits for is told at the call of whoever waits for the helper. */
function siteOf(waiter: Waiter, { waiters }: Circle): Waiter {
  const { waiting, task } = waiter;
  const own = waiting && isSettledByHand(waiting.promise) && waiting.promise.createdAt > task.startedAt && waiting.promise.need.by === "settler";
  const caller = own ? waiters.find((other) => other.waiting?.promise === task.promise) : undefined;
  return caller ?? waiter;
}

function report(site: Waiter, circle: Circle, stall: Stall, lineOf: LineOf, settler?: Settler): Finding {
  const place = placeOf(site);
  const others = circle.waiters.filter((other) => other !== site);
  const later = settler?.by === site ? settler.at : undefined;
  const byHand = site.waiting !== undefined && isSettledByHand(site.waiting.promise);
  const isMissed = isEvent(site) && !settler;
  return {
    rule: "no-circular-wait", messageId: isMissed ? "event" : later ? "later" : others.length === 0 ? "own" : "circle", confidence: isMissed ? likely(stall) : confidenceOf(stall), place,
    data: { what: nameOf(site, stall), other: describeOthers(others, place, stall, lineOf), line: later ? lineSeenFrom(place, later, lineOf) : "", task: functionName(place) },
    locks: new Set(circle.promises.flatMap(({ need }) => need.by === "permit" ? need.lock : [])).size,
    repair: { kind: "wait", place, ...(later && byHand && { settle: later }), isEvent: isEvent(site), mayDrop: !byHand && !later },
  };
}

/** What an emitter emits is heard only by those who listen by then. */
const isEvent = ({ waiting }: Waiter): boolean => waiting?.promise.need.by === "event" && !isInput(waiting.promise);

const placeOf = ({ waiting, task }: Waiter): Place => waiting?.at ?? task.returned ?? { file: task.body.file, span: task.body.span, body: task.body };

function describeOthers(others: readonly Waiter[], here: Place, stall: Stall, lineOf: LineOf): string {
  return others.map((other) => {
    const place = placeOf(other), { call } = other.task;
    const isSame = place.span.start === here.span.start && place.file === here.file;
    return isSame && call ? `another ${functionName(place)}, called by ${describePlace(call, lineOf)}, waits for its own \`${nameOf(other, stall)}\`` : `${describePlace(place, lineOf)} waits for \`${nameOf(other, stall)}\``;
  }).join(", ");
}

/** What the text calls that which is waited for. */
const nameOf = (waiter: Waiter, { world }: Stall): string => world.awaited.get(placeOf(waiter)) ?? "a promise";

/** A lock or queue has nothing left to do only when its holder goes on, who waits for that. */
function reportIdle({ idle, held, source: place, name }: Outside): Finding[] {
  const own = idle === undefined ? undefined : held.find(({ resource }) => resource.object.id === idle);
  if (!own) return [];
  const what = `${displayName(own.resource)}.${name.slice(name.indexOf(".") + 1)}()`;
  return [{ rule: "no-circular-wait", messageId: "own", confidence: own.uncertain ? "possible" : "likely", place, data: { what, other: "", line: "", task: functionName(place) }, locks: 1 }];
}

function reportDead({ waiter, promise }: Dead, stall: Stall): Finding[] {
  const place = placeOf(waiter);
  const common = { rule: "no-circular-wait", place, data: { what: nameOf(waiter, stall), other: "", line: "", task: functionName(place) } };
  if (promise.need.by === "settler" && promise.need.what === "nothing") return [{ ...common, messageId: "nothing", confidence: likely(stall) }];
  if (isInput(promise)) return [];
  if (promise.need.by === "event") return [{ ...common, messageId: "event", confidence: likely(stall), repair: { kind: "wait", place, isEvent: true, mayDrop: false } }];
  return [{ ...common, messageId: "never", confidence: "possible" }];
}
