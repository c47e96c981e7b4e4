import type { Finding } from "../hazards/finding.js";
import type { AcquireSite } from "../summaries/events.js";
import { boundWait, wrapLock } from "./bound-wait.js";
import { type Edit, type Facts, type Proposal, rangeOf } from "./edits.js";
import { cancelAside } from "./cancel-aside.js";
import { collectFirst } from "./collect-first.js";
import { endWait } from "./end-wait.js";
import { dumpBody } from "./dump-body.js";
import { exchangeLocks } from "./exchange-locks.js";
import { ignoreOutput } from "./ignore-output.js";
import { handleEarly } from "./handle-early.js";
import { guardSection } from "./guard-section.js";
import { hoistDrain } from "./hoist-drain.js";
import { moveAwait } from "./move-await.js";
import { onClose } from "./on-close.js";
import { areKeys, orderKeys, twinsOf } from "./order-keys.js";
import { resumePart } from "./resume-part.js";
import { sortKeys } from "./sort-keys.js";
import { splitFunction } from "./split-function.js";
import { nodeOf } from "./syntax.js";
import { unwrapInner, unwrapOuter } from "./unwrap.js";
import { useHandle } from "./use-handle.js";

export interface Suggestion {
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  readonly edits: readonly Edit[];
}

/** What a report offers: something that is right, or something to judge. */
export interface Plan {
  readonly fix?: readonly Edit[];
  readonly suggestions: readonly Suggestion[];
}

const NOTHING: Plan = { suggestions: [] };

/** In this order the rules have their turn: an edit of an earlier one can make that of a later one needless. */
const ORDER = ["require-release", "no-recursive-lock", "lock-order", "spawn-before-drain", "no-starved-buffer", "no-circular-wait", "no-await-while-locked", "require-lock-timeout"];

/**
 * Plans all edits of one file. Fixes are applied together, so in one pass no two may touch the same text: the later is offered as a
 * suggestion until the next pass.
 */
export function planEdits(findings: readonly Finding[], facts: Facts): ReadonlyMap<Finding, Plan> {
  const plans = new Map<Finding, Plan>();
  const taken: { start: number; end: number }[] = [];
  const turns = [...findings].sort((a, b) => ORDER.indexOf(a.rule) - ORDER.indexOf(b.rule) || a.place.span.start - b.place.span.start);
  for (const finding of turns) {
    const proposal = propose(finding, facts);
    plans.set(finding, proposal ? planOf(proposal, finding, taken) : NOTHING);
  }
  return plans;
}

function planOf({ proved, messageId, data, edits }: Proposal, finding: Finding, taken: { start: number; end: number }[]): Plan {
  const range = rangeOf(edits);
  const free = taken.every((other) => range.end < other.start || range.start > other.end);
  if (!proved || finding.confidence === "possible" || !free) return { suggestions: [{ messageId, data, edits }] };
  taken.push(range);
  return { fix: edits, suggestions: [] };
}

function propose(finding: Finding, facts: Facts): Proposal | undefined {
  const { repair } = finding;
  switch (repair?.kind) {
    case "exchange": return exchangeOrSort(repair, finding, facts);
    case "sort": return sortOrOrder(repair, finding, facts);
    case "handle": return useHandle(repair, finding, facts);
    case "unwrap": return unwrapInner(repair.inner, finding, "unwrap", facts) ?? unwrapOuter(repair.outer, finding, facts) ?? splitFunction(repair.inner, finding, facts);
    case "split": return unwrapInner(repair.inner, finding, "inline", facts) ?? unwrapOuter(repair.outer, finding, facts) ?? splitFunction(repair.inner, finding, facts);
    case "dump": return dumpBody(repair);
    case "guard": return guardSection(repair, finding, facts);
    case "close": return onClose(repair);
    case "ignore": return ignoreOutput(repair, finding);
    case "hoist": return hoistDrain(repair, finding, facts);
    case "collect": return collectFirst(repair, finding, facts);
    case "resume": return resumePart(repair);
    case "cancel aside": return cancelAside(repair);
    case "handle early": return handleEarly(repair, facts);
    case "bound": return boundWait(repair, finding);
    case "wrap": return wrapLock(repair, finding);
    case "wait": return endWait(repair, finding);
    case "move": return moveAwait(repair, finding);
    default: return undefined;
  }
}

type RepairOf<K> = Extract<NonNullable<Finding["repair"]>, { kind: K }>;

/** Two keys that come from the caller have no order of their own: to exchange them would only exchange the callers that hang. */
function exchangeOrSort(repair: RepairOf<"exchange">, finding: Finding, facts: Facts): Proposal | undefined {
  const { outer, inner } = repair;
  // One call in a loop, that meets itself.
  if (outer.call && outer.call === inner.call) return sortKeys(inner, finding.place, facts);
  if (!isIn(inner, finding.place.file)) return undefined;
  const twins = twinsOf(outer, inner);
  if (twins && areKeys(twins, facts)) return orderKeys(twins, facts);
  return repair.bothWays ? undefined : exchangeLocks(repair, finding, facts);
}

function sortOrOrder({ inner, outer }: RepairOf<"sort">, { place }: Finding, facts: Facts): Proposal | undefined {
  if (!outer) return sortKeys(inner, place, facts);
  const twins = isIn(inner, place.file) ? twinsOf(outer, inner) : undefined;
  return twins && orderKeys(twins, facts);
}

/** What is reported here but stands in another file can only be edited there. */
const isIn = ({ call }: AcquireSite, file: string): boolean => call !== undefined && nodeOf(call.ticket).getSourceFile().fileName === file;
