import type { Body, Expression } from "../effects/ir.js";
import type { CallTargets } from "../effects/port.js";
import type { Place } from "./events.js";

/** What became of a call under a lock; `skipped`: by its name it can't lead to a wait, so nobody asked where it goes. */
export type CallStatus = CallTargets["status"] | "skipped";

export type ResourceStatus = "known" | "unknown";

/** From what is best to know to what is worst: a place that one way to it shows clearly is no blind spot. */
const CALLS: readonly CallStatus[] = ["resolved", "interface", "unresolved", "skipped"];
const RESOURCES: readonly ResourceStatus[] = ["known", "unknown"];

/** Which bound of the work was reached: that of bodies within themselves, of calls within each other, of one root, of the program. */
export type Limit = "recursion" | "depth" | "work" | "total work";

export interface Sighting<Status> {
  readonly status: Status;
  readonly place: Place;
}

/** What evaluations saw and what they gave up on, so that silence can be told from blindness. Each place in the text counts once. */
export class Tally {
  /** Calls made while something was held. */
  readonly calls = new Map<Expression, Sighting<CallStatus>>();
  /** Places that wait for a lock, by whether it is known which one. */
  readonly resources = new Map<Expression, Sighting<ResourceStatus>>();
  /** Bodies in which a limit was reached; the last one counts. */
  readonly cut = new Map<Body, Limit>();

  call(call: Expression, status: CallStatus, place: Place): void {
    note(this.calls, CALLS, call, { status, place });
  }

  resource(call: Expression, status: ResourceStatus, place: Place): void {
    note(this.resources, RESOURCES, call, { status, place });
  }

  add(other: Tally): void {
    for (const [call, sighting] of other.calls) note(this.calls, CALLS, call, sighting);
    for (const [call, sighting] of other.resources) note(this.resources, RESOURCES, call, sighting);
    for (const [body, limit] of other.cut) this.cut.set(body, limit);
  }
}

function note<Status>(into: Map<Expression, Sighting<Status>>, order: readonly Status[], at: Expression, sighting: Sighting<Status>): void {
  const known = into.get(at);
  if (!known || order.indexOf(sighting.status) < order.indexOf(known.status)) into.set(at, sighting);
}
