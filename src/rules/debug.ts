import path from "node:path";
import { debuglog } from "node:util";

import type { Analysis } from "../hazards/analyse.js";
import type { ProgramFacts } from "../program/program-facts.js";
import { isOutlined } from "../program/outline.js";

/** `NODE_DEBUG=deadlock` asks for it; Node.js writes it to stderr. */
const log = debuglog("deadlock");

/** Runs an analysis and tells, when asked to, what it saw of the program and what it could not see. */
export function told(facts: ProgramFacts, run: () => Analysis): Analysis {
  const start = performance.now();
  const analysis = run();
  if (log.enabled) log("%s", account(facts, analysis, performance.now() - start));
  return analysis;
}

/** A rule never stops a lint run: what went wrong is told here. */
export function tellCaught(caught: readonly unknown[]): void {
  log("%d errors caught, the last one: %o", caught.length, caught.at(-1));
}

interface Sighting {
  readonly status: string;
  readonly place: { readonly file: string; readonly span: { readonly start: number; readonly end: number } };
}

type Row = readonly [name: string, value: number];

/** Recursion is always cut off, after as many rounds as can show something new; the others are blind spots. */
const LIMITS = ["recursion", "depth", "work", "total work"];

const countOf = (sightings: readonly Sighting[], wanted: string): number => sightings.filter(({ status }) => status === wanted).length;

/** A table of what was looked at, and a list of the places about which silence says nothing. */
export function account(facts: ProgramFacts, { findings, tally }: Analysis, milliseconds: number): string {
  const waits = [...tally.resources.values()], calls = [...tally.calls.values()], cut = Array.from(tally.cut, ([place, status]) => ({ status, place }));
  const rows: readonly Row[] = [
    ["files scanned", facts.counters.filesScanned],
    ["files outlined", facts.sources.filter(isOutlined).length],
    ["files lowered", facts.counters.filesLowered],
    ["bodies lowered", facts.counters.bodiesLowered],
    ["places that wait for a lock", waits.length],
    ["  a known one", countOf(waits, "known")],
    ["  an unknown one", countOf(waits, "unknown")],
    ["calls under a lock", calls.length],
    ["  followed, or in the catalogue", countOf(calls, "resolved")],
    ["  not asked for: no call of this name waits", countOf(calls, "skipped")],
    ["  through an interface", countOf(calls, "interface")],
    ["  unresolved", countOf(calls, "unresolved")],
    ["bodies cut off by a limit", cut.length],
    ...LIMITS.map((limit): Row => [`  ${limit}`, countOf(cut, limit)]),
    ["questions to the type checker", facts.counters.checkerCalls],
    ["findings", [...findings.values()].reduce((sum, list) => sum + list.length, 0)],
    ["milliseconds", Math.round(milliseconds)],
  ];
  const lists: readonly (readonly [string, readonly Sighting["place"][]])[] = [
    ["waits for an unknown lock", placesOf(waits, "unknown")],
    ["calls under a lock through an interface", placesOf(calls, "interface")],
    ["unresolved calls under a lock", placesOf(calls, "unresolved")],
    ...LIMITS.slice(1).map((limit) => [`cut off by the limit of ${limit}`, placesOf(cut, limit)] as const),
  ];
  return [`what the analysis saw of ${facts.program.getCurrentDirectory()}`, ...table(rows), ...lists.flatMap(([title, places]) => listed(facts, title, places))].join("\n");
}

const placesOf = (sightings: readonly Sighting[], wanted: string): Sighting["place"][] => sightings.flatMap(({ status, place }) => status === wanted ? place : []);

function table(rows: readonly Row[]): string[] {
  const names = Math.max(...rows.map(([name]) => name.length)), values = Math.max(...rows.map(([, value]) => String(value).length));
  return rows.map(([name, value]) => `  ${name.padEnd(names)}  ${String(value).padStart(values)}`);
}

/** `file:line` of each place with the beginning of its text. */
function listed(facts: ProgramFacts, title: string, places: readonly Sighting["place"][]): string[] {
  if (places.length === 0) return [];
  const lines = places.map(({ file, span }) => {
    const line = facts.lowered(file)?.lineOf(span.start) ?? 0;
    const text = facts.program.getSourceFile(file)?.text.slice(span.start, span.end) ?? "";
    return `  ${path.relative(facts.program.getCurrentDirectory(), file)}:${String(line)} ${shortened(text)}`;
  });
  return [`${title}:`, ...lines.sort()];
}

const MOST_TEXT = 80;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT)}…` : line;
}
