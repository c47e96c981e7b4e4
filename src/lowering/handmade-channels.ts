import type { HandmadeChannel } from "../effects/handmade.js";
import type { Body, Expression } from "../effects/ir.js";
import { bodiesOf } from "./class-family.js";
import { parameterOf } from "./handmade-callbacks.js";
import { type Facts, factsOf, factsWithHelpers, isSmall, perBody } from "./handmade-facts.js";
import { within } from "../effects/walk.js";
import { type Place, placeOf, samePlace } from "./handmade-places.js";
import { ADDING, pushedResolvers } from "./handmade-pushed.js";
import { sourcesOf } from "./handmade-values.js";

/** A method that waits in a list as long as another list is full, and then puts its parameter into that. */
interface Sending {
  readonly items: Place;
  readonly waiters: Place;
  readonly limit: Expression;
}

/** What makes room: taking something out of a list, or throwing it away. */
const TAKING = new Set(["shift", "pop", "splice", "clear", "delete", "dequeue"]);

/** Is the method one end of a bounded channel that its object is? */
export const channelOf = perBody((home): HandmadeChannel | undefined => {
  if (!home.owner || home.kind !== "method") return undefined;
  const sending = sendingOf(home);
  if (sending) return { do: "send", limit: sending.limit };
  const senders = bodiesOf(home.owner).flatMap((body) => sendingOf(body) ?? []);
  const takes = senders.length > 0 && factsWithHelpers(home, (helper) => sendingOf(helper) !== undefined).some((facts) => takesFrom(facts, senders));
  return takes && !home.generator ? { do: "receive" } : undefined;
});

const sendingOf = perBody((home): Sending | undefined => {
  if (home.kind !== "method" || !isSmall(factsOf(home))) return undefined;
  const all = factsWithHelpers(home, () => false);
  for (const { place: items, limit } of all.flatMap(limitsIn)) {
    if (!all.some((facts) => stores(facts, items))) continue;
    const waiting = all.flatMap((facts) => pushedResolvers(facts).filter(({ list, promise }) => !samePlace(list, items) && isWaitedFor(promise, facts)));
    const [first] = waiting;
    if (first) return { items, waiters: first.list, limit };
  }
  return undefined;
});

const FULL = new Set([">=", "===", "=="]), ROOM = new Set(["<", "!==", "!="]);
const FLIPPED: Readonly<Record<string, string>> = { "<=": ">=", ">": "<" };

/** Tests that ask whether a list has reached a limit, or has not. */
function limitsIn(facts: Facts): { place: Place; limit: Expression }[] {
  return facts.tests.flatMap(({ what }) => [...within(what)].flatMap((e) => {
    if (e.k !== "binary") return [];
    const left = sizeOf(e.left, facts.home), right = sizeOf(e.right, facts.home);
    const op = left ? e.op : FLIPPED[e.op] ?? e.op;
    const place = left ?? right, limit = left ? e.right : e.left;
    const isEmpty = limit.k === "literal" && limit.value === 0;
    return place && !isEmpty && (FULL.has(op) || ROOM.has(op)) ? [{ place, limit }] : [];
  }));
}

const sizeOf = (e: Expression, home: Body): Place | undefined => e.k === "member" && (e.name === "length" || e.name === "size") ? placeOf(e.object, home) : undefined;

/** Puts a parameter into the list. */
const stores = (facts: Facts, items: Place): boolean => facts.calls.some(({ what }) => {
  const place = what.callee.k === "member" && ADDING.has(what.callee.name) ? placeOf(what.callee.object, facts.home) : undefined;
  return place !== undefined && samePlace(place, items) && what.args.some((arg) => [arg, ...within(arg)].some((part) => parameterOf(part, facts.home) !== undefined));
});

const isWaitedFor = (promise: Expression, facts: Facts): boolean => [...facts.awaits, ...facts.returns].some(({ what }) => sourcesOf(what, facts).has(promise));

const takesFrom = (facts: Facts, senders: readonly Sending[]): boolean => facts.calls.some(({ what }) => {
  const place = what.callee.k === "member" && TAKING.has(what.callee.name) ? placeOf(what.callee.object, facts.home) : undefined;
  return place !== undefined && senders.some(({ items, waiters }) => samePlace(place, items) || samePlace(place, waiters));
});
