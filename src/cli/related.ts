import type { Finding, Related } from "../hazards/finding.js";
import type { Place } from "../summaries/events.js";

/** The other places of a finding: those that it names, or that an edit would have to do with. */
export function relatedOf({ related, repair, place }: Finding): readonly Related[] {
  if (related) return related;
  switch (repair?.kind) {
    case "hoist": return besides(place, repair.drain, "What makes room starts here");
    case "wait": return repair.settle ? besides(place, repair.settle, "It is settled here") : [];
    case "guard": return besides(place, repair.exit, "Here it may be left without giving it back");
    default: return [];
  }
}

const besides = (own: Place, place: Place, text: string): Related[] => own.file === place.file && own.span.start === place.span.start ? [] : [{ place, text }];
