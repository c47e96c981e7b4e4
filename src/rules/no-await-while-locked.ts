import type { Plan } from "../fixes/planner.js";
import type { AwaitFacts, Finding } from "../hazards/finding.js";
import { findingRule } from "./create-rule.js";

interface AwaitOptions {
  readonly mode: AwaitFacts["mode"];
  readonly allow: readonly string[];
  readonly maxWait: number;
  readonly fix: "proved" | "moves";
}

const MODES: readonly AwaitFacts["mode"][] = ["unrelated", "external", "any"];

/** The first wait of each section that the options ask for. */
function select(findings: readonly Finding[], { mode, allow, maxWait }: AwaitOptions): readonly Finding[] {
  const told = new Set<string>();
  return findings.filter(({ awaits }) => {
    if (!awaits || MODES.indexOf(awaits.mode) > MODES.indexOf(mode) || awaits.limit <= maxWait || told.has(awaits.section)) return false;
    if (awaits.names.some((name) => allow.includes(name))) return false;
    told.add(awaits.section);
    return true;
  });
}

/** What these moves change: who has the lock first, and who stores last. */
const MOVES = new Set(["moveOrder", "moveStored"]);

/** A team may say that such a change is no change to it. */
function offer(plan: Plan, { fix }: AwaitOptions): Plan {
  const [move, ...others] = plan.suggestions;
  return fix === "moves" && !plan.fix && move !== undefined && MOVES.has(move.messageId) ? { fix: move.edits, suggestions: others } : plan;
}

const messages = {
  unrelated: "Waits for {{what}}{{reach}} while holding `{{lock}}`, which this wait doesn't need: everybody else waits with it.",
  check: "Waits for {{what}}{{reach}} while holding `{{lock}}`, which is one lock for all keys of `{{state}}`: a slow one stops all the others.",
  timer: "Waits for {{what}}{{reach}} while holding `{{lock}}`: everybody else waits until it has run out.",
  endless: "Waits for {{what}}{{reach}} while holding `{{lock}}`: if that never comes, nobody gets the lock again.",
  client: "Waits for {{what}}{{reach}} between two statements on `{{client}}`: nobody else has this connection of `{{lock}}` meanwhile.",
  held: "Waits for {{what}}{{reach}} while holding `{{lock}}`.",
  before: "Do it before `{{lock}}` is taken.",
  after: "Do it after `{{lock}}` is given back.",
  moveOrder: "Do it before `{{lock}}` is taken; who asks for it meanwhile then has its turn first.",
  moveStored: "Do it before `{{lock}}` is taken; of two calls at once, the one that ends last then stores last.",
};

export default findingRule<keyof typeof messages, AwaitOptions>({
  name: "no-await-while-locked",
  description: "Disallow waiting for something unrelated while a lock is held",
  messages,
  options: {
    schema: {
      mode: { enum: ["unrelated", "external", "any"], type: "string", description: "Which waits are reported: those that don't need what the lock guards, all for the network, processes and timers, or all." },
      allow: { type: "array", items: { type: "string" }, description: "Names of functions, as they are declared, that may be waited for." },
      maxWait: { type: "number", minimum: 0, description: "Waits that end by themselves after so many milliseconds are left alone." },
      fix: { enum: ["proved", "moves"], type: "string", description: "Whether a move that changes the order in which calls get the lock, or which of them stores last, is a fix." },
    },
    defaults: { mode: "unrelated", allow: [], maxWait: 30_000, fix: "proved" },
    select, offer,
  },
});
