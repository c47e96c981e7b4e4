import type { Catalogue } from "../catalogue/index.js";
import { type Expression, type LoweredFile, placeKey } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allExpressions } from "../effects/walk.js";
import { append, memo } from "../maps.js";
import type { Outside, Permit, Wait } from "../summaries/events.js";
import { clientAround } from "./clients.js";
import { describePlace, functionName, type LineOf } from "./attribution.js";
import { type Contexts, crowd, type FindAgain, type Reached, sameRequest } from "./contexts.js";
import type { AwaitFacts, Confidence, Finding } from "./finding.js";
import { Guarded, type Touch } from "./guarded.js";
import { mentionedIn, type Surroundings, surroundingsOf } from "./guarded-waits.js";
import { displayName, keyAround, nodeOf } from "./identity.js";
import { overlap } from "./precedence.js";
import { runsForOthers, type Section, sectionOf } from "./sections.js";
import { isConnection, isLock } from "../summaries/guarding.js";
import { NEVER } from "../summaries/outside.js";

export interface AwaitContext {
  readonly lineOf: LineOf;
  readonly contexts: Contexts;
  readonly catalogue: Catalogue;
  readonly port: ProgramPort;
  /** Everybody who asks for a lock. */
  readonly waits: readonly Wait[];
  /** What the other rules say: a wait that is a deadlock of theirs is no long wait of this one. */
  readonly others: readonly Finding[];
}

/** A wait in a section that may be too long for it. */
interface Candidate {
  readonly outside: Outside;
  readonly section: Section;
}

/** Waits for something else while a lock is held, all of them; which of them are shown is for the options to say. */
export function findAwaits(outsides: readonly Outside[], context: AwaitContext): Finding[] {
  const sections = new Map<string, Candidate[]>();
  const seen = new Set<string>();
  for (const outside of outsides) {
    if (outside.kind === "idle") continue;
    const permit = outside.held.findLast((held) => guardsHere(held, context) || (isElsewhere(outside) && isConnection(held, context.catalogue)));
    const section = permit && sectionOf(permit, outside);
    if (!section || section.body.file !== section.place.file || runsForOthers(section.body) || isMeant(outside, section) || isReplaced(outside, section, context.port)) continue;
    const key = keyOf(section), site = `${key} ${String(section.place.span.start)} ${outside.kind}`;
    if (seen.has(site)) continue;
    seen.add(site);
    append(sections, key, { outside, section });
  }
  return [...sections.values()].flatMap((candidates) => inSection(candidates, context));
}

/** Who writes a promise that nobody settles into the section itself wants to keep the lock. */
const isMeant = ({ name, source }: Outside, { body }: Section): boolean => name === NEVER && source.body === body;

/** A test that puts a function of its own in the place of `fetch` asks no network. */
const isReplaced = ({ name }: Outside, { place }: Section, port: ProgramPort): boolean => (name === "fetch" || name.startsWith("Body."))
  && answersItself(port.lowered(place.file));

const answering = new WeakMap<LoweredFile, boolean>();

const answersItself = (file: LoweredFile | undefined): boolean => file !== undefined && memo(answering, file, () =>
  file.bodies.some((body) => [...allExpressions(body.statements)].some((e) => e.k === "assign" && e.target.p === "target" && isGlobalFetch(e.target.expression))));

const isGlobalFetch = (e: Expression): boolean => e.k === "member" && e.name === "fetch" && e.object.k === "name" && !e.object.declaration && /^(?:globalThis|global|window|self)$/.test(e.object.name);

const keyOf = ({ permit, body, from }: Section): string => `${placeKey(permit.place)} ${body.id} ${String(from?.start)}`;

/** Only what lets in one at a time keeps others waiting, and only if it guards something in this program. */
function guardsHere(permit: Permit, { catalogue }: AwaitContext): boolean {
  const { library } = permit.resource.object;
  if (!isLock(permit, catalogue) || !nodeOf(permit.resource)) return false;
  return !library || !catalogue.librariesOf(library.package).some(({ beyond = [] }) => beyond.includes(library.name));
}

/** Neither a query nor anything else that a held connection may be held for. */
const isElsewhere = ({ kind }: Outside): boolean => kind === "network" || kind === "process" || kind === "person" || kind === "timer";

function inSection(candidates: readonly Candidate[], context: AwaitContext): Finding[] {
  const guarded = new Guarded(context.port);
  const [first] = candidates;
  if (!first) return [];
  if (isConnection(first.section.permit, context.catalogue)) return besideStatements(candidates, context);
  if (!isShared(first.section.permit, context)) return [];
  const judged = [...candidates].sort((a, b) => a.section.place.span.start - b.section.place.span.start)
    .map((candidate) => ({ ...candidate, verdict: verdictOf(candidate.outside, candidate.section, candidates, guarded) }));
  const movable = judged.filter(({ verdict }) => verdict.movable);
  return judged.flatMap((each) => isTold(each, context) ? [] : report(each, movable, context));
}

/** What may take long in another place; a pause between two statements is meant. */
const AWAY: ReadonlySet<Outside["kind"]> = new Set(["network", "process", "person"]);

/** Something else that is waited for between two statements on one connection. */
function besideStatements(candidates: readonly Candidate[], context: AwaitContext): Finding[] {
  return candidates.filter(({ outside }) => AWAY.has(outside.kind)).flatMap((candidate) => {
    const client = isTold(candidate, context) ? undefined : clientAround(candidate.section);
    if (client === undefined) return [];
    const verdict: Verdict = { messageId: "client", confidence: candidate.outside.doubtful ? "possible" : "likely", mode: "unrelated", data: { client } };
    return [report({ ...candidate, verdict }, [], context)];
  });
}

/** Another rule speaks of this wait. */
const isTold = ({ section: { place } }: Candidate, { others }: AwaitContext): boolean => others.some((other) => overlap(other, { place }));

/** Somebody else may want the lock meanwhile. */
function isShared(permit: Permit, { waits, contexts }: AwaitContext): boolean {
  const id = nodeOf(permit.resource)?.id;
  const requests = waits.filter((wait) => nodeOf(wait.permit.resource)?.id === id);
  const routes = [...new Set(requests.map(routeOf))];
  // A wrapper that was followed by itself is on the way of its callers.
  if (routes.filter((route) => !routes.some((longer) => longer !== route && longer.endsWith(route))).length > 1) return true;
  const own = requests.find((wait) => sameRequest(wait.permit, permit));
  if (!own) return false;
  const again: FindAgain<Reached> = (all) => all.filter((wait) => sameRequest(wait.permit, permit)).map((wait) => ({ wait }));
  const [ways = []] = contexts.of<Reached>([{ wait: own }], again);
  return crowd(ways, permit.resource.object.lifetime === "run") > 1;
}

/** The calls of the text by which a request is reached, the outermost first. */
const routeOf = ({ permit: { steps, place } }: Wait): string =>
  [...steps.flatMap(({ call }) => call ?? []), place].map(({ file, span }) => `>${file}:${String(span.start)}`).join("");

interface Verdict {
  readonly messageId: string;
  readonly confidence: Confidence;
  readonly mode: AwaitFacts["mode"];
  /** It has nothing to do with what stands around it in the section. */
  readonly movable?: true;
  readonly data?: Readonly<Record<string, string>>;
}

interface Judged extends Candidate {
  readonly verdict: Verdict;
}

function report({ outside, section, verdict }: Judged, movable: readonly Judged[], context: AwaitContext): Finding {
  const { place, permit } = section;
  const names = [...new Set([outside.name, ...outside.name.split("."), functionName({ ...place, body: outside.source.body }), ...outside.steps.map((step) => step.body.name)])];
  return {
    rule: "no-await-while-locked", messageId: verdict.messageId, confidence: verdict.confidence, place,
    data: { lock: displayName(permit.resource), what: describe(outside), reach: reachOf(outside, section, context), ...verdict.data },
    awaits: { mode: verdict.mode, section: keyOf(section), limit: outside.limit ?? Infinity, names },
    ...(verdict.movable && { repair: {
      kind: "move", operation: permit.operation, isCallback: section.from === undefined, waits: movable.map((other) => other.section.place.span.start),
      harmless: movable.every((other) => other.outside.reads && !other.outside.endless),
    } }),
  };
}

function verdictOf(outside: Outside, section: Section, all: readonly Candidate[], guarded: Guarded): Verdict {
  // A file is mostly what the lock is there for.
  const confidence = outside.doubtful || outside.kind === "file" || isForeignStream(outside, section) ? "possible" : "likely";
  if (outside.endless) return { messageId: "endless", confidence, mode: "unrelated", movable: true };
  const around = surroundingsOf(section, guarded);
  const related = (): Verdict => ({ messageId: "held", confidence, mode: outside.kind === "network" || outside.kind === "process" || outside.kind === "timer" ? "external" : "any" });
  if (!around) return related();
  if (outside.kind === "timer") return pauses(around) ? { messageId: "timer", confidence, mode: "unrelated", movable: true } : related();
  const touches = [...around.before, ...around.after];
  if (touches.length === 0 || around.own.length > 0 || around.tainted || isKeptInStep(outside, around) || isWrittenBack(outside, all)) return related();
  const reads = around.before.filter((touch) => touch.reads);
  if (reads.length === 0) return touches.some((touch) => touch.writes) ? { messageId: "unrelated", confidence, mode: "unrelated", movable: true } : related();
  const [checked] = reads;
  if (checked && checksOneOfMany(reads, around.after, section)) return { messageId: "check", confidence, mode: "unrelated", data: { state: checked.at.name } };
  return related();
}

/** A helper that reads what it is given mostly reads a file or an answer, which ends. */
const isForeignStream = ({ kind, source }: Outside, { body }: Section): boolean => kind === "stream" && source.body !== body;

/** A pause between two tries, or one that stands beside what is guarded and has nothing to do with it. */
function pauses({ before, own, after, repeated, timed }: Surroundings): boolean {
  if (timed) return false;
  if (repeated) return before.length + own.length + after.length > 0;
  return own.length === 0 && before.every((touch) => !touch.reads) && [...before, ...after].some((touch) => touch.writes);
}

/** What was sent is kept here, too: the lock keeps the two in step. */
function isKeptInStep({ reads }: Outside, { names, after }: Surroundings): boolean {
  return !reads && after.some(({ writes, value }) => writes && [...mentionedIn(value)].some((name) => names.has(name)));
}

/** Something out there is read and changed, or changed twice, under one lock. */
function isWrittenBack({ kind, place }: Outside, all: readonly Candidate[]): boolean {
  return all.some(({ outside: other }) => other.kind === kind && !other.reads && other.place.span.start !== place.span.start);
}

/** Entries are looked up and filled in by keys, all under the same lock. */
function checksOneOfMany(reads: readonly Touch[], after: readonly Touch[], { permit }: Section): boolean {
  const own = keyAround(permit.resource);
  if (own && own.text === undefined) return false;
  return reads.every(({ at, key }) => key !== undefined && varies(key) && after.some((touch) => touch.writes && touch.at.id === at.id && touch.key !== undefined));
}

const varies = (key: Expression): boolean => key.k !== "literal" && [...mentionedIn(key)].some(({ body, kind }) => kind === "parameter" || body.kind !== "module");

const KINDS: Readonly<Record<Outside["kind"], string>> = {
  network: "the network", file: "a file", process: "a process", person: "a person", query: "a query", timer: "a timer", event: "an event", task: "another task",
  channel: "a channel", stream: "a stream", consumer: "its consumer", idle: "all who hold it",
};

const describe = ({ kind, name }: Outside): string => ["Promise", "event", NEVER].includes(name) ? KINDS[kind] : `${KINDS[kind]} (\`${name}\`)`;

function reachOf({ source }: Outside, { place }: Section, { lineOf }: AwaitContext): string {
  return source.file === place.file && source.body === place.body ? "" : ` in ${describePlace(source, lineOf)}`;
}
