import type { Evaluator } from "./evaluator.js";
import type { Buffered, Held, Permit } from "./events.js";

export const GATHERED: Buffered = { in: "gathered", copies: 1 };
const LATER: Buffered = { in: "later", copies: 1 };

/** The strand that runs now has waited for a request. */
export function noteGrant(ev: Evaluator, id: string): void {
  const strand = ev.tasks.at(-1), known = ev.granted.get(id);
  if (known) known.add(strand);
  else ev.granted.set(id, new Set([strand]));
}

/** Adds to what is held at a wait where it sits, if that isn't with the waiting task itself. */
export function whereTheySit(ev: Evaluator, wanted: Permit, held: readonly Held[]): readonly Held[] {
  return held.map((each) => {
    const buffered = bufferOf(ev, wanted, each.permit);
    return buffered ? { ...each, buffered } : each;
  });
}

function bufferOf(ev: Evaluator, wanted: Permit, permit: Permit): Buffered | undefined {
  const known = ev.buffered.get(permit.id);
  if (known) return known;
  if (permit.operation.how !== "acquire") return undefined;
  // Who asked first is served first.
  if (permit.asked > wanted.asked) return LATER;
  const strand = ev.tasks.at(-1), isAwaited = (): boolean => ev.granted.get(permit.id)?.has(strand) === true;
  return isAwaited() ? undefined : { in: "ahead", copies: 1, isAwaited };
}

/** What the results of tasks hold that the waiting strand has started before and not looked at so far. */
export function aheadOf(ev: Evaluator, wanted: Permit, before = Infinity): readonly Held[] {
  if (ev.keeping.length === 0) return [];
  const strand = ev.tasks.at(-1);
  return ev.keeping.flatMap(({ task, startedBy }) => {
    if (startedBy !== strand || task.endedAt !== Infinity || task.startedAt >= before) return [];
    const buffered: Buffered = { in: "ahead", copies: 1, isAwaited: () => task.endedAt !== Infinity };
    return task.keeps.filter(({ id, resource }) => id !== wanted.id && resource.object.id === wanted.resource.object.id).map((permit): Held => ({ permit, buffered }));
  });
}
