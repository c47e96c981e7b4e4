import { endOf } from "./carried.js";
import type { Evaluator } from "./evaluator.js";
import type { ObjectValue, Value } from "./values.js";

/** Notes that a source flows into a channel, beside what else it flows into. */
export function notePipe(ev: Evaluator, source: Value, target: ObjectValue): void {
  const key = identityOf(source);
  if (!ev.traffic || ev.quiet > 0 || key === undefined) return;
  const known = ev.traffic.piped.get(key);
  if (!known) ev.traffic.piped.set(key, [target]);
  else if (!known.some(({ id }) => id === target.id)) known.push(target);
}

const identityOf = (source: Value): string | undefined => endOf(source)?.of.id ?? (source.v === "object" ? source.id : source.v === "unknown" ? source.bound?.id : undefined);

/** The channels that the same source flows into: one comes to its end only when they go on, too. */
export function besides(ev: Evaluator, { id }: ObjectValue): readonly ObjectValue[] {
  const groups = [...ev.traffic?.piped.values() ?? []].filter((group) => group.some((target) => target.id === id));
  return groups.flat().filter((target) => target.id !== id).map((target) => ({ ...target, channel: { capacity: undefined, shared: true } }));
}
