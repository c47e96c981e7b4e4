import type { Catalogue } from "../catalogue/index.js";
import type { LoweredFile } from "../effects/ir.js";
import { append } from "../maps.js";
import { type FlowPort, Flows } from "../summaries/flows.js";
import { Tally } from "../summaries/tally.js";
import { type BranchPort, findStarvedBranches } from "./branches.js";
import { type RehearsalPort, Rehearsals } from "../rehearsal/rehearse.js";
import { findCircularWaits } from "./circular-wait.js";
import { declaredOrders } from "./declared.js";
import { type EagerPort, findEagerWork } from "./eager-work.js";
import type { Finding } from "./finding.js";
import { findLeftToEvents } from "./left-to-events.js";
import { findLockOrder } from "./lock-order.js";
import { findAwaits } from "./no-await-while-locked.js";
import { withoutDoubles, withoutKnown } from "./precedence.js";
import { findRecursion } from "./recursion.js";
import { type Survey, surveyLocks } from "./survey.js";
import { findStarvedPermits } from "./no-starved-buffer.js";
import { findUnreadParts, type PartPort } from "./unread-parts.js";
import { Rejections } from "./rejections.js";
import { findUnreturned } from "./require-release.js";
import { findUnbounded } from "./require-lock-timeout.js";
import { findUnreadResponses, type ResponsePort } from "./unread-responses.js";
import { findUndrained } from "./spawn-before-drain.js";

export interface Analysis {
  /** By file. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly tally: Tally;
}

export const NO_FINDINGS: Analysis = { findings: new Map(), tally: new Tally() };

/** A tag that can't be read is told at the tag, in its own file. */
function badTags({ badTags: tags, module }: LoweredFile): Finding[] {
  return tags.map(({ message, span }) => ({
    rule: "lock-order", messageId: "tag", data: { message }, place: { file: module.file, span, body: module }, confidence: "certain",
  }));
}

/** What the analyses ask of a program. */
export type AnalysisPort = FlowPort & EagerPort & BranchPort & PartPort & RehearsalPort & ResponsePort;

/** Everything that the rules will report for a program. `survey`: of the same program, if somebody has made one. */
export function analyse(port: AnalysisPort, catalogue: Catalogue, orders: readonly (readonly string[])[], survey: Survey = surveyLocks(port, catalogue)): Analysis {
  const { sections, waits, lineOf, contexts } = survey;
  const flows = new Flows(port, catalogue).run();
  const files = port.taggedFiles(), recursion = findRecursion(survey);
  const others = [
    ...files.flatMap(badTags),
    ...findUnreturned(sections.results.values(), { lineOf, catalogue }),
    ...findLeftToEvents(sections.results.values(), lineOf),
    ...findUnreadResponses(port, catalogue),
    ...recursion,
    ...findStarvedPermits(survey),
    ...findStarvedBranches(port, catalogue),
    ...findUnreadParts(port, catalogue),
    ...findEagerWork(port.eagerFiles(), new Rejections(port, catalogue)),
    ...findUndrained(flows, lineOf),
    ...withoutKnown(findLockOrder({ ...survey, declared: declaredOrders(files, orders) }), recursion),
  ];
  const outsides = [...sections.results.values()].flatMap((result) => result.outsides);
  const awaits = findAwaits(outsides, { lineOf, contexts, catalogue, port, waits, others });
  const circles = findCircularWaits(new Rehearsals(port, catalogue).run(), outsides, lineOf, others);
  const findings = [...others, ...withoutDoubles(awaits, circles), ...findUnbounded(waits, { contexts, catalogue, port })];
  const byFile = new Map<string, Finding[]>();
  for (const finding of findings) append(byFile, finding.place.file, finding);
  return { findings: byFile, tally: sections.tally };
}
