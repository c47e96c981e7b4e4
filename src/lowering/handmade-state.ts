import { enclosingClass } from "../effects/bodies.js";
import type { Body, Expression } from "../effects/ir.js";
import { memberOf } from "./class-family.js";
import { type Facts, type Seen } from "./handmade-facts.js";
import { within } from "../effects/walk.js";
import { directPlace, isOpposite, type Place, type PlaceWrite, placeOf, samePlace, writesOf } from "./handmade-places.js";

/** A write together with the body whose facts it belongs to. */
export interface StateWrite extends PlaceWrite {
  readonly facts: Facts;
}

export const allWrites = (all: readonly Facts[]): StateWrite[] => all.flatMap((facts) => writesOf(facts).map((write) => ({ ...write, facts })));

/** A flag or counter that the functions test: the writes to it, in order. */
export function isTested(place: Place, all: readonly Facts[]): boolean {
  return testsOn(place, all).length > 0;
}

function testsOn(place: Place, all: readonly Facts[]): Seen<Expression>[] {
  return all.flatMap((facts) => facts.tests.filter(({ what }) => [...within(what)].some((e) => isRead(e, place, facts.home))));
}

function isRead(e: Expression, place: Place, home: Body): boolean {
  const read = directPlace(e, home);
  if (read && samePlace(read, place)) return true;
  if (e.k !== "call" || e.callee.k !== "member" || e.callee.name !== "has" || !e.args[0] || !place.key) return false;
  const map = placeOf(e.callee.object, home);
  return map !== undefined && samePlace({ ...map, key: e.args[0] }, place);
}

/** How many may pass: one for a flag; for a counter what it is compared with, or starts at, if the text says so. */
export function capacityOf(taking: PlaceWrite, all: readonly Facts[]): number | undefined {
  if (taking.direction === "down") return startOf(taking.place, all[0]?.home);
  if (taking.direction !== "up") return 1;
  for (const test of testsOn(taking.place, all)) {
    const home = all.find(({ tests }) => tests.includes(test))?.home;
    for (const e of within(test.what)) {
      const limit = home && e.k === "binary" ? comparedWith(e, taking.place, home) : undefined;
      if (limit !== undefined) return limit;
    }
  }
  return undefined;
}

const FLIPPED: Readonly<Record<string, string>> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=" };

function comparedWith(e: Extract<Expression, { k: "binary" }>, place: Place, home: Body): number | undefined {
  const onLeft = isRead(e.left, place, home);
  if (!onLeft && !isRead(e.right, place, home)) return undefined;
  const limit = numberOf(onLeft ? e.right : e.left, home);
  const op = onLeft ? e.op : FLIPPED[e.op] ?? e.op;
  return limit === undefined ? undefined : op === "<=" || op === ">" ? limit + 1 : limit;
}

/** A literal, or a constant or readonly field that is one. */
function numberOf(e: Expression, home: Body): number | undefined {
  if (e.k === "literal") return typeof e.value === "number" ? e.value : undefined;
  if (e.k === "name") return e.declaration?.kind === "const" && e.declaration.init?.k === "literal" ? numberOf(e.declaration.init, home) : undefined;
  if (e.k !== "member" || e.object.k !== "this") return undefined;
  const member = ownMember(e.name, home);
  return member?.readonly && member.init?.k === "literal" ? numberOf(member.init, home) : undefined;
}

function ownMember(name: string, home: Body) {
  const owner = enclosingClass(home);
  return owner && memberOf(owner, name);
}

/** What a counter of free permits starts with, if no constructor sets it. */
function startOf(place: Place, home: Body | undefined): number | undefined {
  if (!home || place.key || place.path.length > 0) return undefined;
  if ("declaration" in place.root) {
    const { init, kind } = place.root.declaration;
    return kind === "let" && init?.k === "literal" ? numberOf(init, home) : undefined;
  }
  const member = ownMember(place.root.field, home);
  const { constructorBody, writes } = member?.owner ?? {};
  const set = writes?.get(place.root.field)?.some(({ body }) => body === constructorBody);
  return !set && member?.init?.k === "literal" ? numberOf(member.init, home) : undefined;
}

export interface TakeAndGive {
  readonly take: StateWrite;
  readonly give: StateWrite;
}

/** Every write that takes a flag or counter together with every one, later or elsewhere, that gives it back: a queue may keep a timer beside its flag. */
export function takesAndGives(list: Place, all: readonly Facts[]): TakeAndGive[] {
  const writes = allWrites(all).filter(({ place }) => !samePlace(place, list) && isTested(place, all));
  return writes.flatMap((take) => writes.filter((give) => samePlace(give.place, take.place) && isOpposite(take.direction, give.direction)).map((give) => ({ take, give })));
}
