import type { Catalogue } from "../catalogue/index.js";
import type { Resource, Wait } from "../summaries/events.js";
import { primitiveFacts } from "../summaries/guarding.js";
import { type SectionPort, Sections } from "../summaries/sections.js";
import type { Watch } from "../summaries/session.js";
import type { LineOf } from "./attribution.js";
import { Contexts } from "./contexts.js";
import { Writers } from "./readers.js";

/** Who waits for which lock while holding which, in a whole program: what the rules about locks start from. */
export interface Survey {
  readonly sections: Sections;
  readonly waits: readonly Wait[];
  readonly lineOf: LineOf;
  /** Number of permits; undefined if that can't be known. */
  readonly capacity: (resource: Resource) => number | undefined;
  readonly contexts: Contexts;
  readonly writers: Writers;
}

export function surveyLocks(port: SectionPort, catalogue: Catalogue, watch?: Watch): Survey {
  const sections = new Sections(port, catalogue, watch);
  sections.run();
  const waits = [...sections.results.values()].flatMap((result) => result.waits);
  const contexts = new Contexts(sections);
  return {
    sections, waits, contexts, writers: new Writers(waits, contexts),
    lineOf: (place) => port.lowered(place.file)?.lineOf(place.span.start) ?? 0,
    capacity: ({ object }) => primitiveFacts(object, catalogue).capacity,
  };
}
