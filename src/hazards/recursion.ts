import type { Held, Permit, Place, Resource, Step, Wait } from "../summaries/events.js";
import { describePlace, describeReach, functionName, isWithin, lineSeenFrom, placeOf } from "./attribution.js";
import { holdingsOf, isBuffered, isInTheWay } from "./buffered.js";
import { type Context, crowd, type FindAgain, type Reached, sameRequest } from "./contexts.js";
import { type Confidence, type Finding, preferSure, type Related, type Repair } from "./finding.js";
import { displayName, sameResource } from "./identity.js";
import type { Survey } from "./survey.js";

const isOwn = (held: Held, wait: Wait): boolean => sameResource(held.permit.resource, wait.permit.resource) && !held.startedBefore && isInTheWay(held, wait);
const isRead = (held: Held, wait: Wait): boolean => held.permit.mode === "shared" && wait.permit.mode === "shared";

const isBlocked = (held: Held, wait: Wait): boolean => isOwn(held, wait) && !isRead(held, wait);

/** It reads already and asks to read again, in a later step: a writer may have come in between. */
const readsAgain = (held: Held, wait: Wait): boolean => isOwn(held, wait) && isRead(held, wait) && !held.fanOut;

/** Somebody waits for what the same task holds. */
interface Recursion {
  readonly held: Permit;
  readonly wait: Wait;
  readonly confidence: Confidence;
  /** It is a reader, and this writer may come in between. */
  readonly writer?: Wait;
}

export const findRecursion = (survey: Survey): Finding[] => preferSure(recursions(survey).map((recursion) => report(recursion, survey)));

export const recursions = (survey: Survey): readonly Recursion[] =>
  survey.waits.flatMap((wait) => (wait.bounded ? undefined : blockedBySelf(wait, survey) ?? blockedByWriter(wait, survey) ?? blockedInCaller(wait, survey)) ?? []);

function blockedBySelf(wait: Wait, survey: Survey): Recursion | undefined {
  // What waits to be consumed, and not the task, has the permits.
  if (holdingsOf(wait).some((held) => isBuffered(held, wait))) return undefined;
  const own = wait.held.filter((held) => isBlocked(held, wait) && !isLeftBehind(held.permit, wait) && !isTakenAhead(held.permit, wait));
  const outer = own.at(-1);
  const confidence = outer && confidenceOf(wait, own, survey);
  return confidence && { held: outer.permit, wait, confidence };
}

/** So many tasks that all hold as much leave too little for one more. */
const tasksToBlock = (own: readonly Held[], weight: number, capacity: number): number =>
  Math.floor((capacity - weight) / own.reduce((sum, { permit }) => sum + permit.weight, 0)) + 1;

/** Whoever hands the lock in is known, and has made one that lets enough in. */
function areEnough(wait: Wait, own: readonly Held[], survey: Survey): boolean {
  if (wait.permit.resource.object.creation) return false;
  const ways = waysTo(wait, survey), made = ways.map(({ at }) => at.wait.permit.resource);
  const capacity = Math.min(...made.map((resource) => survey.capacity(resource) ?? 0));
  return ways.length > 0 && !asksTooOften(wait, own, capacity) && crowd(ways, made.every(({ object }) => object.lifetime === "run")) < tasksToBlock(own, wait.permit.weight, capacity);
}

/** The lock of some object of a class is held, and that of one such object is waited for: a caller may know that it is the same. */
function blockedInCaller(wait: Wait, survey: Survey): Recursion | undefined {
  if (!wait.held.some(({ permit }) => mayBeOne(permit.resource, wait.permit.resource))) return undefined;
  return waysTo(wait, survey).map(({ at }) => at.wait === wait ? undefined : blockedBySelf(at.wait, survey)).find((found) => found !== undefined);
}

const mayBeOne = ({ object: a }: Resource, { object: b }: Resource): boolean => a.declaredBy !== undefined && a.declaredBy === b.declaredBy && a.name === b.name && a.id !== b.id;

function blockedByWriter(wait: Wait, survey: Survey): Recursion | undefined {
  const outer = wait.held.findLast((held) => readsAgain(held, wait));
  const writer = outer && survey.writers.between({ wait });
  if (!writer) return undefined;
  const confidence = outer.permit.uncertain || wait.permit.uncertain || writer.permit.uncertain ? "possible" : "likely";
  return { held: outer.permit, wait, confidence, writer };
}

/** Undefined when the permits are known to suffice. */
function confidenceOf(wait: Wait, own: readonly Held[], survey: Survey): Confidence | undefined {
  const { resource, weight } = wait.permit;
  if (own.some(({ permit }) => permit.uncertain) || wait.permit.uncertain) return "possible";
  const capacity = survey.capacity(resource);
  if (capacity === undefined && areEnough(wait, own, survey)) return undefined;
  if (capacity === undefined) return own.every(({ fanOut }) => fanOut) ? "possible" : "likely";
  const needed = tasksToBlock(own, weight, capacity);
  if (needed <= 1) return "certain";
  return asksTooOften(wait, own, capacity) || crowd(waysTo(wait, survey), resource.object.lifetime === "run") >= needed ? "likely" : undefined;
}

/** Requests made ahead in a loop and kept in a list: in which order they are awaited and given back is not followed. */
const isTakenAhead = (permit: Permit, wait: Wait): boolean =>
  sameRequest(permit, wait.permit) && isSameRoute(permit.steps, wait.permit.steps) && wait.place.span.start !== wait.permit.place.span.start;

/** Reached through the same calls of the text. */
const isSameRoute = (a: readonly Step[], b: readonly Step[]): boolean =>
  a.length === b.length && a.every(({ call }, index) => call?.span.start === b[index]?.call?.span.start && call?.file === b[index]?.call?.file);

/**
 * One request, made again after the call that made it first has ended and left the permit held: whatever gives it back may be out of
 * sight, and where nothing does, the missing release is the defect. What asks from deeper inside runs for the one who was left the permit.
 */
const isLeftBehind = (permit: Permit, wait: Wait): boolean =>
  permit.steps.length > 1 && wait.steps.length <= permit.steps.length && sameRequest(permit, wait.permit);

/** Recursion without an end, or a loop that gives nothing back and goes round too often, or nobody knows how often. */
function asksTooOften(wait: Wait, own: readonly Held[], capacity: number): boolean {
  const recursive = new Set(wait.steps.map((step) => step.body)).size < wait.steps.length;
  return recursive || own.some(({ permit }) => permit.times * permit.weight > capacity && sameRequest(permit, wait.permit));
}

function waysTo(wait: Wait, { contexts }: Survey): readonly Context<Reached>[] {
  const again: FindAgain<Reached> = (waits) => waits.filter((other) => sameRequest(other.permit, wait.permit) && other.held.some((held) => isBlocked(held, other)))
    .map((other) => ({ wait: other }));
  return contexts.of<Reached>([{ wait }], again).flat();
}

/** A lock of the program's own that lets in as many as somebody decides elsewhere. */
const isCounted = ({ resource: { object } }: Permit): boolean => object.creation !== undefined && object.creation.capacity === undefined;

function report({ held, wait, confidence, writer }: Recursion, { lineOf }: Survey): Finding {
  const place = placeOf(held, wait);
  const pooled = isPooled(wait.permit.resource);
  const excluded = wait.permit.operation.how === "excluded";
  const repair = excluded ? undefined : repairOf(held, wait, place, pooled);
  return {
    rule: "no-recursive-lock", messageId: writer ? "read" : excluded ? "excluded" : pooled ? "pool" : held.mode === "exclusive" && !isCounted(held) ? "lock" : "permit", confidence, place,
    data: { lock: displayName(wait.permit.resource), reach: describeReach(place, wait, lineOf), line: lineSeenFrom(place, held.place, lineOf), ...(writer && { writer: describePlace(writer.place, lineOf) }) },
    related: relatedOf(held, wait, place),
    ...(repair && { repair }),
  };
}

function relatedOf(held: Permit, wait: Wait, place: Place): Related[] {
  const taken = { place: held.place, text: `${functionName(held.place)} takes \`${displayName(held.resource)}\`` }, { place: asked } = wait.permit;
  return isWithin(asked, place) ? [taken] : [taken, { place: asked, text: `${functionName(asked)} asks for it again` }];
}

export const isPooled = ({ object }: Resource): boolean => {
  const what = object.creation?.what;
  return what === "pool" || what === "database" || (what === undefined && object.library !== undefined && /pool|knex|kysely|database|client|datasource|sequelize/i.test(object.library.name));
};

function repairOf(held: Permit, wait: Wait, place: Finding["place"], pooled: boolean): Repair | undefined {
  if (pooled) return { kind: "handle", outer: held.operation, inner: wait.permit.operation, place };
  // A function that comes back to the one place where it is limited: without that nothing would be.
  if (wait.permit.mode === "permit" && sameRequest(held, wait.permit)) return undefined;
  if (wait.permit.operation.how === "run" && wait.permit.mode === "permit") return { kind: "unwrap", outer: held.operation, inner: wait.permit.operation, place };
  return { kind: "split", outer: held.operation, inner: wait.permit.operation, place };
}
