import type { Handmade } from "../effects/handmade.js";
import type { Body } from "../effects/ir.js";
import { factsOf, isSmall, perBody } from "./handmade-facts.js";
import { jobQueue } from "./handmade-jobs.js";
import { tailLock } from "./handmade-tail.js";
import { slotLock, slotRelease } from "./handmade-slots.js";
import { promiseOfExecutor } from "./handmade-values.js";
import { waitingLock, waitingRelease } from "./handmade-waiters.js";

const KINDS = new Set<Body["kind"]>(["function", "arrow", "method"]);

/** Judged by what the body does, with the file's own helpers it calls; names are of no importance. */
export const handmadeOf = perBody((body): Handmade | undefined => {
  if (!KINDS.has(body.kind) || body.generator || !isSmall(factsOf(body)) || promiseOfExecutor(body)) return undefined;
  return tailLock(body) ?? jobQueue(body) ?? waitingLock(body) ?? waitingRelease(body) ?? slotLock(body) ?? slotRelease(body);
});
