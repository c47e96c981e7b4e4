import { placeKey } from "../effects/ir.js";
import type { Catalogue } from "../catalogue/index.js";
import type { ProgramPort } from "../effects/port.js";
import type { Wait } from "../summaries/events.js";
import { primitiveFacts } from "../summaries/guarding.js";
import { type Contexts, type FindAgain, type Reached, sameRequest } from "./contexts.js";
import type { Finding, Repair } from "./finding.js";
import { Handlers } from "./handlers.js";
import { displayName } from "./identity.js";

export interface TimeoutContext {
  readonly contexts: Contexts;
  readonly catalogue: Catalogue;
  readonly port: ProgramPort;
}

/** Requests without a bound, each place in the text once. */
export function findUnbounded(waits: readonly Wait[], context: TimeoutContext): Finding[] {
  const found = new Map<string, Finding>();
  const handlers = new Handlers(context.port);
  const told = new Set(waits.flatMap(({ permit }) => permit.resource.object.creation ? [placeKey(permit.place)] : []));
  for (const wait of waits) {
    const { place } = wait.permit, key = placeKey(wait.permit.place);
    const known = found.get(key);
    if (wait.bounded || !isRequest(wait, context) || (known && known.confidence !== "possible")) continue;
    // Those who hand the lock in know how it was made.
    if (!wait.permit.resource.object.creation && told.has(key)) continue;
    const repair = repairOf(wait, context), by = remedyOf(repair), lock = displayName(wait.permit.resource);
    found.set(key, {
      rule: "require-lock-timeout", messageId: by === undefined ? "unbounded" : "boundable", place, data: { lock, ...(by !== undefined && { by }) },
      confidence: wait.permit.resource.object.creation ? "certain" : "possible",
      inHandler: () => isInHandler(wait, handlers, context), ...(repair && { repair }),
    });
  }
  return [...found.values()];
}

/** Limiters hold their callers back on purpose, and a database that is asked for a query has its own clock. */
function isRequest({ permit: { operation: { how }, resource } }: Wait, { catalogue }: TimeoutContext): boolean {
  const { what } = primitiveFacts(resource.object, catalogue);
  return (how === "acquire" || how === "run" || how === "handmade") && what !== "limiter" && what !== "database";
}

/** A server calls what leads there. */
function isInHandler(wait: Wait, handlers: Handlers, { contexts }: TimeoutContext): boolean {
  if (wait.steps.some(({ body }) => handlers.isHandler(body))) return true;
  const again: FindAgain<Reached> = (waits) => waits.filter((other) => sameRequest(other.permit, wait.permit)).map((other) => ({ wait: other }));
  return contexts.of<Reached>([{ wait }], again).flat().some(({ root, at }) => handlers.isHandler(root) || at.wait.steps.some(({ body }) => handlers.isHandler(body)));
}

/** What the library has for it. */
const remedyOf = (repair: Repair | undefined): string | undefined => repair?.kind === "bound" ? repair.option.property : repair?.kind === "wrap" ? repair.by : undefined;

function repairOf({ permit: { operation, resource: { object } } }: Wait, { catalogue }: TimeoutContext): Repair | undefined {
  const { creation, library } = object;
  const option = typeof operation.bounds === "object" ? operation.bounds[0] : undefined;
  if (operation.call && option) return { kind: "bound", call: operation.call, option };
  if (creation?.site && creation.boundable) return { kind: "bound", call: creation.site, option: creation.boundable };
  const wrapper = library && catalogue.librariesOf(library.package).flatMap(({ operations }) => operations).find(({ on, effect }) => on === "module" && effect.do === "decorate" && effect.sets === "bounded");
  return creation?.site && wrapper ? { kind: "wrap", call: creation.site, by: wrapper.member } : undefined;
}
