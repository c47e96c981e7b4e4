import path from "node:path";

import { analyse } from "../../hazards/analyse.js";
import { functionName } from "../../hazards/attribution.js";
import { surveyLocks } from "../../hazards/survey.js";
import { ProgramFacts } from "../../program/program-facts.js";
import type { Place } from "../../summaries/events.js";
import { UsageError } from "../errors.js";
import { clean, frame } from "../frame.js";
import { type Io, painter, type Paint } from "../io.js";
import { rangeOf } from "../lint.js";
import type { Options } from "../options.js";
import { prepare } from "../prepare.js";
import type { Programs } from "../programs.js";
import { chooseRules } from "../rules.js";
import { reportsAt, tellReports } from "./reports.js";
import { type Account, accountOf, type Entry } from "./account.js";
import { bodyAround, lineSpan, readTarget } from "./target.js";
import { Visits } from "./visits.js";

/** Tells what the analysis knows of a line, and what it doesn't. */
export async function runExplain(options: Options, io: Io): Promise<number> {
  const target = readTarget(options.paths, io.cwd);
  const { source, settings, progress, tell } = await prepare({ ...options, paths: options.projects.length > 0 ? [] : [target.file] }, io);
  const programs = source.load();
  const facts = new ProgramFacts(programs.view, settings.catalogue), lowered = facts.lowered(target.file), tree = programs.view.getSourceFile(target.file);
  if (!lowered || !tree) throw new UsageError(`${path.relative(io.cwd, target.file)} belongs to none of the projects: ${source.projects.map(({ config }) => path.relative(io.cwd, config)).join(", ")}.`);
  tell("Analysing …");
  const line = lineSpan(tree, target.line), visits = new Visits(lowered, line);
  const survey = surveyLocks(facts, settings.catalogue, visits.watch), analysis = analyse(facts, settings.catalogue, settings.orders, survey);
  const body = bodyAround(lowered, line), place: Place = { file: target.file, span: line, body };
  const reports = await reportsAt(target, { source, programs, settings, analysis, rules: await chooseRules({ strict: true, rules: [] }) });
  progress.clear();
  const paint = painter(io.hasColors), name = functionName(place), show = lister(programs, io.cwd, paint);
  const head = [`${paint("underline", `${path.relative(io.cwd, target.file)}:${target.line}`)} in ${name}`, "", ...frame(rangeOf(place, tree), tree.text, paint, "cyan").map((each) => `  ${each}`)];
  io.out(`${[...head, ...partsOf(accountOf({ survey, visits, port: facts, lowered, body, line }), name, show), ...tellReports(reports, target, io.cwd, paint)].join("\n")}\n`);
  return 0;
}

type Show = (title: string, entries: readonly Entry[], none?: string) => string[];

function partsOf({ held, kept, waits, body, facts, calls, unfollowed, unknown }: Account, name: string, show: Show): string[] {
  return [
    ...show("Held when this line begins", held, "no lock that is known of"), ...show("Not given back when this line leaves the function", kept),
    ...show("Waited for on this line, and in what it calls", waits, "no lock, and nothing outside of the program, that is known of"),
    ...show(`Waited for in all of ${name}`, body), ...facts.map((fact, index) => `${index === 0 ? `\n${name}\n` : ""}  ${fact}`),
    ...show(`Calls in ${name} while a lock is held, by it or by a caller`, calls),
    ...show(`${calls.length > 0 ? "Other calls" : "Calls"} in ${name} that can't be followed`, unfollowed), ...show("Not known", unknown),
  ];
}

const MOST = 30;

/** Lists places with the beginning of their text, those together of which the same is told. */
function lister({ view }: Programs, cwd: string, paint: Paint): Show {
  const where = ({ place }: Entry): string => {
    const source = view.getSourceFile(place.file);
    if (!source) return "";
    const { line, column } = rangeOf(place, source), code = source.text.slice(place.span.start, place.span.end).replace(/\s+/g, " ");
    return `    ${paint("dim", `${path.relative(cwd, place.file)}:${line}:${column}`)}  ${clean(code.length > 80 ? `${code.slice(0, 80)}…` : code)}`;
  };
  return (title, entries, none) => {
    if (entries.length === 0) return none === undefined ? [] : ["", paint("bold", title), `  ${none}`];
    const shown = entries.slice(0, MOST), texts = [...new Set(shown.map(({ text }) => text))];
    const more = entries.length > MOST ? [`  and ${entries.length - MOST} more`] : [];
    return ["", paint("bold", title), ...texts.flatMap((text) => [`  ${clean(text)}`, ...shown.filter((entry) => entry.text === text).map(where)]), ...more];
  };
}
