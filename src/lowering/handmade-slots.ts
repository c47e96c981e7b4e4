import type { Body } from "../effects/ir.js";
import { asksContext, parameterOf, usesOf } from "./handmade-callbacks.js";
import { type Facts, factsOf, isSmall, perBody, reaches } from "./handmade-facts.js";
import type { Handmade } from "../effects/handmade.js";
import { comparesOwner } from "./handmade-owners.js";
import { directPlace, lockOf, type Place, placeOf, type PlaceWrite, samePlace, writesOf } from "./handmade-places.js";
import { gatesIn, settles, sourcesOf } from "./handmade-values.js";
import { scopeOf } from "./handmade-waiters.js";

/** A place for one promise, and a place for the function that fulfils it. */
interface Slot {
  readonly slot: Place;
  readonly opener: Place;
}

/**
 * Waits until the slot is empty, and puts a promise there that somebody else will fulfil: the function that does so is put beside it.
 */
export function slotLock(home: Body): Handmade | undefined {
  const found = slotOf(home);
  const lock = found && lockOf(found.slot, home);
  if (!lock || !scopeOf(found.slot, home).some((body) => body !== home && empties(body, found))) return undefined;
  return { do: "acquire", ...lock, gives: "nothing", capacity: 1, awaited: true };
}

/** The other half: empties the slot and fulfils the promise that was in it. */
export function slotRelease(home: Body): Handmade | undefined {
  for (const { place } of emptied(home)) {
    const lock = lockOf(place, home);
    const taken = lock && scopeOf(place, home).some((body) => {
      const found = body === home ? undefined : slotOf(body);
      return found !== undefined && samePlace(found.slot, place) && empties(home, found);
    });
    if (taken) return { do: "release", ...lock, capacity: 1, awaited: true };
  }
  return undefined;
}

const emptied = (home: Body): readonly PlaceWrite[] => writesOf(factsOf(home)).filter(({ direction, body }) => direction === "off" && body === home);

const empties = (body: Body, { slot, opener }: Slot): boolean => isSmall(factsOf(body)) && emptied(body).some(({ place }) => samePlace(place, slot))
  && factsOf(body).calls.some(({ what }) => isAt(placeOf(what.callee, body), opener));

const isAt = (place: Place | undefined, wanted: Place): boolean => place !== undefined && samePlace(place, wanted);

const slotOf = perBody((home): Slot | undefined => {
  const facts = factsOf(home);
  if (!isSmall(facts) || facts.awaits.length === 0 || usesOf(facts).length > 0 || handsOver(facts) || asksContext([facts]) || comparesOwner(facts)) return undefined;
  for (const filled of writesOf(facts)) {
    const opener = filled.direction === "value" && filled.body === home && waitsBefore(filled, facts) ? openerOf(filled, facts) : undefined;
    if (opener) return { slot: filled.place, opener };
  }
  return undefined;
});

/** Who stores what it was given passes it on, and waits for room and not for its turn. */
const handsOver = (facts: Facts): boolean => writesOf(facts).some(({ what }) => parameterOf(what, facts.home) !== undefined);

/** What was in the slot before is awaited, and then control comes to the filling. */
const waitsBefore = (filled: PlaceWrite, facts: Facts): boolean => facts.awaits.some((wait) => reaches(wait, filled)
  && [...sourcesOf(wait.what, facts)].some((e) => (facts.orders.get(e) ?? Infinity) < filled.order && isAt(directPlace(e, facts.home), filled.place)));

/** Where the function is kept that fulfils the promise; none if the body calls it itself. */
function openerOf(filled: PlaceWrite, facts: Facts): Place | undefined {
  const { home } = facts;
  const gates = gatesIn(sourcesOf(filled.what, facts), facts);
  const kept = writesOf(facts).find(({ what, place }) => !samePlace(place, filled.place) && gates.some((gate) => settles(what, home) === gate));
  const opened = kept && facts.calls.some(({ what }) => isAt(placeOf(what.callee, home), kept.place) || gates.some((gate) => settles(what.callee, home) === gate));
  return opened ? undefined : kept?.place;
}
