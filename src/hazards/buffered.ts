import type { Held, Permit, Wait } from "../summaries/events.js";
import { sameRequest } from "./contexts.js";
import { sameResource } from "./identity.js";

/** What is held of the resource that is waited for: by the waiting task, and in what waits to be consumed. */
export function holdingsOf(wait: Wait): readonly Held[] {
  const own = wait.held.filter((held) => sameResource(held.permit.resource, wait.permit.resource) && !held.startedBefore && isInTheWay(held, wait));
  const ahead = (wait.ahead ?? []).filter((held) => sameResource(held.permit.resource, wait.permit.resource) && isBuffered(held, wait));
  return [...own, ...ahead].filter(({ permit }) => permit.mode !== "shared" || wait.permit.mode !== "shared");
}

/** One request, made again from as deep. */
const isAsked = (permit: Permit, wait: Wait): boolean => sameRequest(permit, wait.permit) && permit.steps.length === wait.permit.steps.length;

/** What is served later, or may have been given back by somebody unknown, keeps nobody waiting. */
export const isInTheWay = ({ permit, buffered }: Held, wait: Wait): boolean => buffered?.in !== "later" && !(buffered?.in === "lent" && isAsked(permit, wait));

/** Does the permit sit in something that is consumed only once the wait is over? */
export function isBuffered({ buffered, permit }: Held, wait: Wait): boolean {
  switch (buffered?.in) {
    case undefined: case "later": case "lent": return false;
    // What was handed out is in the way of the next that is handed out; for all else it is simply held.
    case "item": return isAsked(permit, wait);
    case "ahead": return buffered.isAwaited?.() ?? false;
    default: return true;
  }
}
