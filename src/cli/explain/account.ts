import type { Body, CallExpression, Expression, LoweredFile, NewExpression, Span } from "../../effects/ir.js";
import type { ProgramPort } from "../../effects/port.js";
import { allExpressions } from "../../effects/walk.js";
import { functionName } from "../../hazards/attribution.js";
import { displayName } from "../../hazards/identity.js";
import type { Survey } from "../../hazards/survey.js";
import type { Outside, Permit, Place, Wait } from "../../summaries/events.js";
import type { Sighting, Tally } from "../../summaries/tally.js";
import { groupBy } from "../../maps.js";
import { isInside } from "./target.js";
import type { Visits } from "./visits.js";

export interface Entry {
  readonly text: string;
  readonly place: Place;
}

/** What an analysis knows of a line and of the function around it. */
export interface Account {
  readonly held: readonly Entry[];
  /** What a way out on the line doesn't give back. */
  readonly kept: readonly Entry[];
  /** What the line waits for, here or in what it calls. */
  readonly waits: readonly Entry[];
  /** The same of the whole function, if that is more. */
  readonly body: readonly Entry[];
  readonly facts: readonly string[];
  readonly calls: readonly Entry[];
  /** Calls that nobody can follow, wherever they stand in the function. */
  readonly unfollowed: readonly Entry[];
  readonly unknown: readonly Entry[];
}

export interface Question {
  readonly survey: Survey;
  readonly visits: Visits;
  readonly port: Pick<ProgramPort, "targetsOf">;
  readonly lowered: LoweredFile;
  readonly body: Body;
  readonly line: Span;
}

type Event = Pick<Wait, "steps" | "place"> & Pick<Told, "name" | "rest"> & { readonly at: Place; readonly held: readonly Permit[]; readonly permits: readonly Permit[] };

const STATUS: Readonly<Record<string, string>> = {
  resolved: "looked into, or of a library that is known", skipped: "not looked into: no function of this name waits for a lock",
  interface: "not looked into: its code isn't there, or it may be any of more than four functions", unresolved: "not looked into: its type doesn't say which function it is, as with `any`",
};

export function accountOf({ survey, visits, port, lowered, body, line }: Question): Account {
  const { sections } = survey, { tally } = sections, { file } = lowered;
  const events = [...sections.results.values()].flatMap(({ waits, outsides }) => [...waits.map(ofWait), ...outsides.map(ofOutside)]);
  const isOnLine = (place: Place | undefined): boolean => place?.file === file && place.span.start < line.end && place.span.end > line.start && place.span.start >= line.start;
  const atLine = events.filter(({ steps, place, at }) => isOnLine(place) || isOnLine(at) || steps.some(({ call }) => isOnLine(call)));
  const seen = visits.held().filter(({ permit: { place } }) => !isOnLine(place));
  const known = new Set(seen.map(({ permit }) => keyOf(permit)));
  const others = [...atLine.flatMap((event) => event.held), ...events.flatMap((event) => event.permits).filter((permit) => surrounds(permit, file, line))]
    // What the line takes itself, here or in what it calls, isn't held before.
    .filter(({ place, steps }) => !isOnLine(place) && !steps.some(({ call }) => isOnLine(call))).filter((permit) => !known.has(keyOf(permit)));
  const kept = [...sections.results.values()].flatMap(({ exits }) => exits.found).filter(({ place }) => isOnLine(place));
  const inBody = events.filter(({ steps, place }) => isInside(place.body, body) || steps.some((step) => isInside(step.body, body)));
  const waits = either(atLine.map(told)), all = either(inBody.map(told));
  const calls = [...tally.calls.values()].filter(({ place }) => isInside(place.body, body));
  return {
    held: either([...seen.map(({ permit, always, alone }) => taken(permit, alone, always ? "" : ", on some of the ways that lead here")), ...others.map((permit) => taken(permit, false))]),
    kept: either(kept.map(({ permit, acquire }) => ({ ...taken(permit, true), place: acquire }))),
    waits, body: all.length > waits.length ? all : [],
    facts: [...factsOf(survey, body, inBody.length > 0)],
    calls: unique(calls.map(statusOf)), unfollowed: unique(unfollowedIn(lowered, body, port, tally.calls)),
    unknown: unique([...tally.resources.values()].filter(({ status, place }) => status === "unknown" && isInside(place.body, body)).map(({ place }) => ({ text: "waits for a lock, and it can't be told for which one", place }))),
  };
}

const keyOf = ({ place, resource }: Permit): string => `${place.file}:${place.span.start} ${resource.object.id}`;

/** What is told of a resource. Of several that a place may mean one is meant, unless each stands for itself. */
interface Told {
  readonly name: string;
  readonly rest: string;
  readonly place: Place;
  readonly isChoice: boolean;
}

const taken = (permit: Permit, isChoice: boolean, when = ""): Told =>
  ({ name: `\`${displayName(permit.resource)}\``, rest: `, taken in ${functionName(permit.place)}${when}`, place: permit.place, isChoice });

const ofWait = (wait: Wait): Event => ({
  steps: wait.steps, place: wait.place, at: wait.permit.place, held: wait.held.map(({ permit }) => permit), permits: [wait.permit, ...wait.held.map(({ permit }) => permit)],
  name: `\`${nameBeside(wait)}\``, rest: `${wait.bounded ? ", for a limited time" : ""}, asked for in ${functionName(wait.permit.place)}`,
});

/** Two locks of one name are told apart by their classes, if by nothing else. */
function nameBeside({ permit: { resource }, held }: Wait): string {
  const name = displayName(resource), { declaredBy, id } = resource.object;
  const isDouble = held.some(({ permit }) => permit.resource.object.id !== id && displayName(permit.resource) === name);
  return isDouble && declaredBy ? `${declaredBy.name}.${name}` : name;
}

const ofOutside = ({ steps, place, source, held, name, kind }: Outside): Event => ({ steps, place, at: source, held, permits: held, name: `${name} (${kind})`, rest: `, in ${functionName(source)}` });

function told({ name, rest, at, held }: Event): Told {
  const names = [...new Set(held.map((permit) => `\`${displayName(permit.resource)}\``))];
  return { name, rest: names.length > 0 ? `${rest}, while ${names.join(" and ")} ${names.length > 1 ? "are" : "is"} held` : rest, place: at, isChoice: true };
}

function either(all: readonly Told[]): readonly Entry[] {
  const groups = groupBy(all, ({ name, rest, place, isChoice }) => `${place.file}:${place.span.start} ${rest} ${isChoice ? "" : name}`);
  return unique([...groups.values()].flatMap(([first, ...others]) => first ? { text: [...new Set([first, ...others].map(({ name }) => name))].join(" or ") + first.rest, place: first.place } : []));
}

/** A runner's section is all of the function that it runs. */
function surrounds({ operation, place }: Permit, file: string, line: Span): boolean {
  if (operation.how !== "run" || operation.call === undefined || place.file !== file) return false;
  const work = operation.call.args[operation.callback ?? operation.call.args.length - 1];
  return work !== undefined && work.span.start < line.start && work.span.end >= line.end;
}

const statusOf = ({ status, place }: Sighting<string>): Entry => ({ text: STATUS[status] ?? status, place });

function unfollowedIn({ file, bodies }: LoweredFile, body: Body, port: Question["port"], known: Tally["calls"]): Entry[] {
  const inside = bodies.filter((each) => isInside(each, body));
  const calls = inside.flatMap((each) => [...allExpressions(each.statements)].filter(isCall).map((call) => ({ call, place: { file, span: call.span, body: each } })));
  return calls.filter(({ call }) => !known.has(call)).flatMap(({ call, place }) => {
    const { status } = port.targetsOf(call.ticket);
    return status === "resolved" ? [] : statusOf({ status, place });
  });
}

const isCall = (e: Expression): e is CallExpression | NewExpression => e.k === "call" || e.k === "new";

const LIMITS: Readonly<Record<string, string>> = { recursion: "it calls itself again and again", depth: "too many calls within calls", work: "too many ways through it", "total work": "the program has too many of its kind" };

function* factsOf({ sections }: Survey, body: Body, isSeen: boolean): Generator<string> {
  const result = sections.results.get(body), limit = sections.tally.cut.get(body);
  if (result?.notes.keeps) yield "On some way it ends with a lock still held.";
  if (result?.notes.wraps) yield "Its callers are looked at, too: it calls them back while it holds a lock, or leaves it to them to give one back.";
  if (sections.escaped.has(body)) yield "It is handed to code that can't be seen, so it is taken to run at any time.";
  if (limit !== undefined) yield `It isn't looked at to its end, because it is too much (${LIMITS[limit] ?? limit}).`;
  if (!isSeen) yield "No lock is taken in it, nor in what it calls, as far as can be seen. What its callers hold meanwhile isn't told here.";
}

/** Each once, as they stand in the text: the same wait is seen from every way that leads to it. */
function unique(entries: readonly Entry[]): readonly Entry[] {
  const found = new Map(entries.map((entry) => [`${entry.place.file}:${entry.place.span.start}-${entry.place.span.end} ${entry.text}`, entry]));
  return [...found.values()].sort((a, b) => a.place.file < b.place.file ? -1 : a.place.file > b.place.file ? 1 : a.place.span.start - b.place.span.start);
}

