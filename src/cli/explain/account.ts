import type { Body, Span } from "../../effects/ir.js";
import { functionName } from "../../hazards/attribution.js";
import { displayName } from "../../hazards/identity.js";
import type { Survey } from "../../hazards/survey.js";
import type { Outside, Permit, Place, Wait } from "../../summaries/events.js";
import type { Sighting } from "../../summaries/tally.js";
import { isInside } from "./target.js";

export interface Entry {
  readonly text: string;
  readonly place: Place;
}

/** What an analysis knows of a line and of the function around it. */
export interface Account {
  readonly held: readonly Entry[];
  /** What the line waits for, here or in what it calls. */
  readonly waits: readonly Entry[];
  /** The same of the whole function. */
  readonly body: readonly Entry[];
  readonly facts: readonly string[];
  readonly calls: readonly Entry[];
  readonly unknown: readonly Entry[];
}

type Event = Pick<Wait, "steps" | "place"> & { readonly text: string; readonly at: Place; readonly held: readonly Permit[]; readonly permits: readonly Permit[] };

const STATUS: Readonly<Record<string, string>> = {
  resolved: "followed, or known from the catalogue", skipped: "not followed: nothing of this name waits", interface: "no implementation found, or more than four", unresolved: "no declaration, as on an `any`",
};

export function accountOf(survey: Survey, body: Body, file: string, line: Span): Account {
  const { sections } = survey, { tally } = sections;
  const events = [...sections.results.values()].flatMap(({ waits, outsides }) => [...waits.map(ofWait), ...outsides.map(ofOutside)]);
  const isOnLine = (place: Place | undefined): boolean => place?.file === file && place.span.start < line.end && place.span.end > line.start && place.span.start >= line.start;
  const atLine = events.filter(({ steps, place, at }) => isOnLine(place) || isOnLine(at) || steps.some(({ call }) => isOnLine(call)));
  const held = [...atLine.flatMap((event) => event.held), ...events.flatMap((event) => event.permits).filter((permit) => surrounds(permit, file, line))].filter(({ place }) => !isOnLine(place));
  const inBody = events.filter(({ steps, place }) => isInside(place.body, body) || steps.some((step) => isInside(step.body, body)));
  const calls = [...tally.calls.values()].filter(({ place }) => isInside(place.body, body));
  return {
    held: unique(held.map((permit) => ({ text: `\`${displayName(permit.resource)}\`, taken in ${functionName(permit.place)}`, place: permit.place }))),
    waits: unique(atLine.map(told)), body: unique(inBody.map(told)),
    facts: [...factsOf(survey, body, inBody.length > 0)],
    calls: unique(calls.map(statusOf)),
    unknown: unique([...tally.resources.values()].filter(({ status, place }) => status === "unknown" && isInside(place.body, body)).map(({ place }) => ({ text: "waits for a lock of which isn't known which one it is", place }))),
  };
}

const ofWait = (wait: Wait): Event => ({
  steps: wait.steps, place: wait.place, at: wait.permit.place, held: wait.held.map(({ permit }) => permit), permits: [wait.permit, ...wait.held.map(({ permit }) => permit)],
  text: `\`${displayName(wait.permit.resource)}\`${wait.bounded ? ", for a limited time" : ""}, asked for in ${functionName(wait.permit.place)}`,
});

const ofOutside = ({ steps, place, source, held, name, kind }: Outside): Event => ({ steps, place, at: source, held, permits: held, text: `${name} (${kind}), in ${functionName(source)}` });

function told({ text, at, held }: Event): Entry {
  const names = [...new Set(held.map((permit) => `\`${displayName(permit.resource)}\``))];
  return { text: names.length > 0 ? `${text}, while ${names.join(" and ")} ${names.length > 1 ? "are" : "is"} held` : text, place: at };
}

/** A runner's section is all of the function that it runs. */
function surrounds({ operation, place }: Permit, file: string, line: Span): boolean {
  if (operation.how !== "run" || operation.call === undefined || place.file !== file) return false;
  const work = operation.call.args[operation.callback ?? operation.call.args.length - 1];
  return work !== undefined && work.span.start < line.start && work.span.end >= line.end;
}

const statusOf = ({ status, place }: Sighting<string>): Entry => ({ text: STATUS[status] ?? status, place });

function* factsOf({ sections }: Survey, body: Body, isSeen: boolean): Generator<string> {
  const result = sections.results.get(body), limit = sections.tally.cut.get(body);
  if (result?.notes.keeps) yield "It may end with something still held.";
  if (result?.notes.wraps) yield "It is followed into its callers: it lends them a lock, or what gives one back.";
  if (sections.escaped.has(body)) yield "It is given to code that isn't known, so anybody may run it at any time.";
  if (limit !== undefined) yield `It isn't followed to its end: the limit of ${limit} is reached.`;
  if (!isSeen) yield "It takes no lock itself, so it isn't followed from its beginning; what it calls is followed where a lock is taken.";
}

/** Each once, as they stand in the text: the same wait is seen from every way that leads to it. */
function unique(entries: readonly Entry[]): readonly Entry[] {
  const found = new Map(entries.map((entry) => [`${entry.place.file}:${entry.place.span.start} ${entry.text}`, entry]));
  return [...found.values()].sort((a, b) => a.place.file < b.place.file ? -1 : a.place.file > b.place.file ? 1 : a.place.span.start - b.place.span.start);
}

