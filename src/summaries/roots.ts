import type { Body } from "../effects/ir.js";
import { Evaluator, type Follow, type Notes } from "./evaluator.js";
import { type Exits, noteEnds } from "./exits.js";
import { escape } from "./escapes.js";
import type { Outside, Wait } from "./events.js";
import { noteDropped } from "./handed.js";
import { runBody } from "./invocations.js";
import { runKeptClosures } from "./kept-closures.js";
import { openActivation } from "./names.js";
import type { Session } from "./session.js";
import { mergeStates, START } from "./state.js";
import type { Tally } from "./tally.js";
import { optionsOf, UNDEFINED, type Value } from "./values.js";

/** What running a body shows, from its start to its end. */
export interface RootResult {
  readonly body: Body;
  readonly waits: readonly Wait[];
  readonly outsides: readonly Outside[];
  readonly notes: Notes;
  readonly tally: Tally;
  readonly work: number;
  readonly exits: Exits;
}

/** Follows a body as something that anybody may start, with parameters and `this` standing for themselves. */
export function evaluateRoot(session: Session, body: Body, follow: Follow = session.follow): RootResult {
  const ev = new Evaluator(session, follow);
  const activation = openActivation(ev, body);
  if (!activation) return { body, waits: [], outsides: [], notes: ev.notes, tally: ev.tally, work: 0, exits: ev.exits };
  ev.steps.push({ body, call: undefined, callback: false, activation: activation.id });
  const exits = runBody(ev, activation, [START]);
  runKeptClosures(ev, activation, exits);
  const ends = mergeStates([...exits.normal, ...exits.returns.map((outcome) => outcome.state)]);
  ev.notes.keeps = ends.some((state) => state.held.length > 0);
  if (body.kind !== "module" && (ev.notes.keeps || exits.returns.some(({ value }) => gives(value)))) ev.notes.wraps = true;
  for (const { value } of exits.returns) noteDropped(ev, value);
  noteEnds(ev, [...exits.returns, ...exits.normal.map((state) => ({ state, value: UNDEFINED }))]);
  const escaped = new Set(ev.notes.escaped.keys());
  for (const { state, value } of exits.returns) escape(ev, [value], state, true);
  for (const made of ev.notes.escaped.keys()) if (!escaped.has(made)) ev.notes.returned.add(made);
  const unwaited = ev.started.filter((task) => task.endedAt === Infinity);
  const outsides = [...ev.outsides, ...unwaited.flatMap((task) => task.outsides)].filter(({ held }) => held.length > 0);
  return { body, waits: [...ev.sink, ...unwaited.flatMap((task) => task.waits)], outsides, notes: ev.notes, tally: ev.tally, work: ev.work, exits: ev.exits };
}

/** Does the caller get something that owns or is a lock? */
function gives(value: Value): boolean {
  return optionsOf(value).some((option) => {
    switch (option.v) {
      case "releaser": return true;
      case "object": return option.handle !== undefined || option.creation !== undefined;
      case "promise": return option.grants.length > 0 || gives(option.value);
      default: return false;
    }
  });
}
