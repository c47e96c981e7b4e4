import { type Body, contains } from "../effects/ir.js";
import { allExpressions, allStatements } from "../effects/walk.js";
import type { Buffered, Held, Permit, Wait } from "../summaries/events.js";
import { describeReach, lineSeenFrom, placeOf } from "./attribution.js";
import { holdingsOf, isBuffered } from "./buffered.js";
import { crowd, type FindAgain, type Reached, sameRequest } from "./contexts.js";
import { type Confidence, type Finding, preferSure, type Repair } from "./finding.js";
import { displayName } from "./identity.js";
import { isPooled } from "./recursion.js";
import type { Survey } from "./survey.js";

/** Waits for permits that sit in a suspended generator, or in items that somebody will only consume after the wait. */
export function findStarvedPermits(survey: Survey): Finding[] {
  return preferSure(survey.waits.flatMap((wait) => starvedBy(wait, survey) ?? []));
}

function starvedBy(wait: Wait, survey: Survey): Finding | undefined {
  const holdings = holdingsOf(wait);
  const where = holdings.findLast((held) => isBuffered(held, wait));
  if (wait.bounded || !where?.buffered) return undefined;
  const confidence = confidenceOf(wait, holdings, survey);
  return confidence && report(where, where.buffered, wait, confidence, survey);
}

/** Undefined when the permits are known to suffice. */
function confidenceOf(wait: Wait, holdings: readonly Held[], survey: Survey): Confidence | undefined {
  const { resource, weight, uncertain } = wait.permit;
  if (uncertain ?? holdings.some(({ permit }) => permit.uncertain)) return "possible";
  if (holdings.some(({ permit, buffered }) => buffered?.in === "generator" && isOneOfWays(permit))) return "possible";
  const capacity = survey.capacity(resource);
  if (capacity === undefined) return holdings.some(({ buffered }) => buffered?.in === "generator" || buffered?.in === "window") ? "likely" : "possible";
  const taken = amountOf(holdings, wait);
  if (taken + weight > capacity) return taken === Infinity ? "likely" : "certain";
  if (holdings.every(({ buffered }) => buffered?.in !== "generator")) return undefined;
  const needed = Math.floor((capacity - weight) / taken) + 1;
  return crowd(survey.contexts.of<Reached>([{ wait }], again(wait)).flat(), resource.object.lifetime === "run") >= needed ? "likely" : undefined;
}

/** Does the generator take it in a branch, and hand things out elsewhere, too? Then it has a way without it, and which it goes was guessed. */
const isOneOfWays = ({ steps, place }: Permit): boolean => steps.some(({ body }, index) => {
  if (!body.generator) return false;
  const { span } = steps[index + 1]?.call ?? place;
  const branches = [...allStatements(body.statements)].filter((statement) => statement.s === "if" && contains(statement.span, span));
  return branches.length > 0 && [...allExpressions(body.statements)].some((e) => e.k === "yield" && !branches.some((branch) => contains(branch.span, e.span)));
});

const again = (wait: Wait): FindAgain<Reached> => (waits) =>
  waits.filter((other) => sameRequest(other.permit, wait.permit) && holdingsOf(other).some((held) => isBuffered(held, other))).map((other) => ({ wait: other }));

/** How many permits are out at most when the wait begins: what one place asks for, as often as the program asks there. */
function amountOf(holdings: readonly Held[], wait: Wait): number {
  const places: Held[][] = [];
  for (const held of holdings) {
    const group = places.find(([first]) => first && sameRequest(first.permit, held.permit));
    if (group) group.push(held);
    else places.push([held]);
  }
  return places.reduce((sum, group) => sum + amountAt(group, wait), 0);
}

function amountAt(group: readonly Held[], wait: Wait): number {
  const seen = group.reduce((sum, { permit, buffered }) => sum + permit.weight * (buffered?.copies ?? 1), 0);
  const repeated = group.find(({ buffered }) => buffered !== undefined && buffered.in !== "generator" && buffered.in !== "window")?.permit;
  if (!repeated) return seen;
  // One of them is the one that is waited for.
  return Math.max(seen, (repeated.times - (sameRequest(repeated, wait.permit) ? 1 : 0)) * repeated.weight);
}

/** A loop that only a `return` or `break` would end: what it gives can't be collected. */
const isEndless = ({ statements }: Body): boolean => [...allStatements(statements)].some((statement) =>
  statement.s === "loop" && (statement.test === undefined || (statement.test.k === "literal" && statement.test.value === true)));

const MESSAGES: Readonly<Record<Buffered["in"], string>> = { generator: "generator", window: "window", item: "kept", ahead: "ahead", gathered: "gathered", lent: "kept", later: "ahead" };

function report(held: Held, { in: where, source }: Buffered, wait: Wait, confidence: Confidence, { lineOf }: Survey): Finding {
  const place = placeOf(held.permit, wait);
  const repair: Repair | undefined = source && { kind: "collect", source: source.ticket, ends: !held.permit.steps.some(({ body }) => body.generator && isEndless(body)) };
  return {
    rule: "no-starved-buffer", messageId: MESSAGES[where], confidence, place,
    data: { lock: displayName(wait.permit.resource), what: isPooled(wait.permit.resource) ? "connection" : held.permit.mode === "permit" ? "permit" : "lock", reach: describeReach(place, wait, lineOf), line: lineSeenFrom(place, held.permit.place, lineOf) },
    ...(repair && { repair }),
  };
}
