import type { Held, Wait } from "../summaries/events.js";
import { sameRequest } from "./contexts.js";
import { sameResource } from "./identity.js";

/** What is held of the resource that is waited for: by the waiting task, and in what waits to be consumed. */
export function holdingsOf(wait: Wait): readonly Held[] {
  const own = wait.held.filter((held) => sameResource(held.permit.resource, wait.permit.resource) && !held.startedBefore && held.buffered?.in !== "later");
  const ahead = (wait.ahead ?? []).filter((held) => sameResource(held.permit.resource, wait.permit.resource) && isBuffered(held, wait));
  return [...own, ...ahead].filter(({ permit }) => permit.mode !== "shared" || wait.permit.mode !== "shared");
}

/** Does the permit sit in something that is consumed only once the wait is over? */
export function isBuffered({ buffered, permit }: Held, wait: Wait): boolean {
  switch (buffered?.in) {
    case undefined: case "later": return false;
    // What was handed out is in the way of the next that is handed out; for all else it is simply held.
    case "item": return sameRequest(permit, wait.permit) && permit.steps.length === wait.steps.length;
    case "ahead": return buffered.isAwaited?.() ?? false;
    default: return true;
  }
}
