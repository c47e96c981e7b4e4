import type { Finding, Repair } from "../hazards/finding.js";
import { areOnDisk, type Facts, type Proposal } from "./edits.js";
import { exchangeAcquires } from "./exchange-acquires.js";
import { moveAcquireOut } from "./exchange-mixed.js";
import { type Exchange, exchangeRuns, runnerOf } from "./exchange-runs.js";
import { grantOf } from "./grants.js";
import { widenAcquires, widenRuns, wrapInRunner } from "./widen.js";

/**
 * Takes the two locks of nested sections in the other order. A fix only if the outer section is nothing but the inner one: whatever
 * else stands in it would run under the other lock afterwards, so there the inner lock goes around everything instead.
 */
export function exchangeLocks(repair: Extract<Repair, { kind: "exchange" }>, { messageId, data }: Finding, facts: Facts): Proposal | undefined {
  const exchange = find(repair, facts), { held = "", wanted = "" } = data;
  return exchange && {
    messageId: messageId === "declared" ? "exchangeDeclared" : "exchange", data: { first: wanted, second: held }, edits: exchange.edits,
    proved: exchange.proved && areOnDisk(repair.otherFiles, facts),
  };
}

function find({ outer, inner }: Extract<Repair, { kind: "exchange" }>, facts: Facts): Exchange | undefined {
  const runners = [runnerOf(outer), runnerOf(inner)] as const;
  if (runners[0] && runners[1]) return exchangeRuns(runners[0], runners[1], facts) ?? widenRuns(runners[0], runners[1], facts);
  const grants = [grantOf(outer), grantOf(inner)] as const;
  if (grants[0] && grants[1]) return exchangeAcquires(grants[0], grants[1]) ?? widenAcquires(grants[0], grants[1]);
  if (grants[0] && runners[1]) return wrapInRunner(grants[0], runners[1]);
  return runners[0] && grants[1] && moveAcquireOut(runners[0], grants[1]);
}
