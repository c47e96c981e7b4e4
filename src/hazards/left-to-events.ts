import { type Body, type Declaration, type Expression, placeKey } from "../effects/ir.js";
import { allExpressions } from "../effects/walk.js";
import { append } from "../maps.js";
import { type LeftToEvent, outermostOf } from "../summaries/exits.js";
import { RELEASING } from "../summaries/ownership.js";
import type { RootResult } from "../summaries/roots.js";
import { type LineOf, lineSeenFrom } from "./attribution.js";
import type { Finding } from "./finding.js";
import { displayName } from "./identity.js";

/** Come however a stream, a socket or a process ends. */
const LAST = ["close", "exit"];
/** How a stream ends if all goes well. */
const WELL = ["end", "finish"];
/** What a stream says of itself, and doesn't say if it is destroyed first. */
const OF_STREAMS = new Set([...WELL, "error", "data", "readable"]);

/** Permits that only the handler of an event gives back which need not come. */
export function findLeftToEvents(results: Iterable<RootResult>, lineOf: LineOf): Finding[] {
  const byPlace = new Map<string, LeftToEvent[]>();
  for (const { exits } of results) for (const left of exits.left) append(byPlace, placeKey(left.acquire), left);
  return [...byPlace.values()].flatMap((all) => {
    const [first] = all, events = new Set(all.map(({ event }) => event));
    if (!first || isComplete(events) || hasOtherWays(first.acquire.body, all)) return [];
    const { permit, acquire, place, name } = first;
    return [{
      rule: "require-release", messageId: "event", place: acquire, confidence: permit.uncertain || ![...events].every((event) => OF_STREAMS.has(event ?? "")) ? "possible" : "likely",
      data: { lock: displayName(permit.resource), line: lineSeenFrom(acquire, place, lineOf), event: [...events].join("` or `") },
      ...(name?.k === "literal" && all.length === 1 && WELL.includes(String(name.value)) && place.file === acquire.file && { repair: { kind: "close", event: name.ticket } }),
    } satisfies Finding];
  });
}

/** Does one of these events come in any case? Of one that isn't known that can't be told. */
const isComplete = (events: ReadonlySet<string | undefined>): boolean =>
  events.has(undefined) || LAST.some((event) => events.has(event)) || (events.has("error") && WELL.some((event) => events.has(event)));

/** Something beside the handlers may give back, as far as names tell. */
function hasOtherWays(body: Body, all: readonly LeftToEvent[]): boolean {
  const expressions = [...expressionsIn(outermostOf(body))];
  const handlers = new Set(all.flatMap(({ handler }) => handler?.k === "name" && handler.declaration ? [handler.declaration] : []));
  const registered = new Set(all.map(({ place }) => placeKey(place))).size;
  if (handlers.size > 0 && count(expressions, (e) => isUse(e, handlers)) > registered) return true;
  return count(expressions, (e) => (e.k === "name" || e.k === "member") && RELEASING.test(e.name) && !isUse(e, handlers)) > (handlers.size > 0 ? handlers.size : registered);
}

const isUse = (e: Expression, of: ReadonlySet<Declaration>): boolean => e.k === "name" && e.declaration !== undefined && of.has(e.declaration);

const count = (expressions: readonly Expression[], is: (e: Expression) => boolean): number => expressions.filter(is).length;

/** With those of the functions in it. */
function* expressionsIn(body: Body): Generator<Expression> {
  yield* allExpressions(body.statements);
  for (const child of body.children) yield* expressionsIn(child);
}
