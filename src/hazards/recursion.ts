import type { Held, Permit, Resource, Wait } from "../summaries/events.js";
import { sameKey } from "../summaries/operations.js";
import type { ObjectValue } from "../summaries/values.js";
import { describeReach, type LineOf, placeOf } from "./attribution.js";
import type { Confidence, Finding, Repair } from "./finding.js";
import { capacityOf, displayName } from "./identity.js";

export interface RecursionContext {
  readonly lineOf: LineOf;
  readonly capacity: (object: ObjectValue) => number | undefined;
  /** May the body in which the section stands run beside itself? */
  readonly runsBesideItself: (wait: Wait) => boolean;
}

/** The lock that a wait asks for is held by the waiting task itself. */
export function sameResource(a: Resource, b: Resource): boolean {
  return a.object.id === b.object.id && sameKey(a.key, b.key) && !isOpenKey(a);
}

/** A key of which nothing is known is no key. */
const isOpenKey = ({ key }: Resource): boolean => key !== undefined && key.text === undefined && key.value === undefined;

const isBlocked = (held: Held, wait: Wait): boolean =>
  sameResource(held.permit.resource, wait.permit.resource) && !held.startedBefore && !(held.permit.mode === "shared" && wait.permit.mode === "shared");

export function findRecursion(waits: readonly Wait[], context: RecursionContext): Finding[] {
  const found = new Map<string, Finding>();
  for (const wait of waits) {
    if (wait.bounded) continue;
    const own = wait.held.filter((held) => isBlocked(held, wait));
    const [outer] = [...own].reverse();
    if (!outer) continue;
    const confidence = confidenceOf(wait, own, context);
    if (!confidence) continue;
    const finding = report(outer.permit, wait, confidence, context);
    const key = `${finding.place.file}:${String(finding.place.span.start)}`;
    const known = found.get(key);
    if (!known || rank(finding.confidence) < rank(known.confidence)) found.set(key, finding);
  }
  return [...found.values()];
}

const rank = (confidence: Confidence): number => ["certain", "likely", "possible"].indexOf(confidence);

/** Undefined when the permits are known to suffice. */
function confidenceOf(wait: Wait, own: readonly Held[], context: RecursionContext): Confidence | undefined {
  const { resource } = wait.permit;
  if (own.some(({ permit }) => permit.uncertain) || wait.permit.uncertain) return "possible";
  const capacity = capacityOf(resource, context.capacity);
  if (capacity === undefined && own.every(({ fanOut }) => fanOut)) return "possible";
  const wanted = own.reduce((sum, { permit }) => sum + permit.weight, 0) + wait.permit.weight;
  if (capacity !== undefined && wanted > capacity) return "certain";
  if (capacity !== undefined && capacity <= 1) return "certain";
  // Recursion without an end asks for any number; other nesting runs out only when several do it at once.
  const deeper = new Set(wait.steps.map((step) => step.body)).size < wait.steps.length;
  if (deeper || capacity === undefined) return "likely";
  return context.runsBesideItself(wait) ? "likely" : undefined;
}

function report(held: Permit, wait: Wait, confidence: Confidence, { lineOf }: RecursionContext): Finding {
  const place = placeOf(held, wait);
  const pooled = isPooled(wait.permit.resource);
  const repair = repairOf(held, wait, place, pooled);
  return {
    rule: "no-recursive-lock", messageId: pooled ? "pool" : held.mode === "exclusive" ? "lock" : "permit", confidence, place,
    data: { lock: displayName(wait.permit.resource), reach: describeReach(place, wait, lineOf), line: String(lineOf(held.place)) },
    ...(repair && { repair }),
  };
}

const isPooled = ({ object }: Resource): boolean => {
  const what = object.creation?.what;
  return what === "pool" || what === "database" || (what === undefined && object.library !== undefined && /pool|knex|kysely|database|client|datasource|sequelize/i.test(object.library.name));
};

function repairOf(held: Permit, wait: Wait, place: Finding["place"], pooled: boolean): Repair | undefined {
  if (pooled) return { kind: "handle", outer: held.operation, inner: wait.permit.operation, place };
  if (wait.permit.operation.how === "run" && wait.permit.mode === "permit") return { kind: "unwrap", outer: held.operation, inner: wait.permit.operation, place };
  return { kind: "split", outer: held.operation, inner: wait.permit.operation, place };
}
