import type { Body } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allExpressions } from "../effects/walk.js";
import { memo } from "../maps.js";
import { entrancesOf, inOrder, nameOf } from "./sections.js";

/** How far up from a use its callers are followed, and how many there may be. */
const LEVELS = 4, MOST_USERS = 16;

/**
 * The modules that alone use the channels of others, each with those others in the order in which they are loaded. Where several modules
 * use a channel, or somebody outside may, nobody can tell who reads when.
 */
export function entriesOf(modules: readonly Body[], shared: ReadonlyMap<Body, readonly string[]>, port: ProgramPort): ReadonlyMap<Body, readonly Body[]> {
  const entries = new Map<Body, Set<Body>>();
  for (const module of inOrder(modules)) {
    const users = [...new Set((shared.get(module) ?? []).map((name) => entryOf(name, module, port)))].filter((user) => user !== "itself");
    const [entry] = users;
    if (!entry || entry === "unknown" || users.length > 1) continue;
    memo(entries, entry, () => new Set<Body>()).add(module);
  }
  return new Map([...entries].map(([entry, givers]) => [entry, [...givers].flatMap((giver) => [...entries.get(giver) ?? [], giver]).filter((giver, index, all) => giver !== entry && all.indexOf(giver) === index)]));
}

/** The one module, other than that which makes it, whose own code leads to all uses of what has the name. */
function entryOf(name: string, module: Body, port: ProgramPort): Body | "unknown" | "itself" {
  const found = new Set<Body>(), seen = new Set<Body>();
  const mentioners = port.mentionersOf(name);
  if (!mentioners) return "unknown";
  let level: readonly Body[] = [...mentioners, ...port.callersOf(name)].filter((body) => mentions(body, name, module));
  for (let height = 0; level.length > 0; height++) {
    const roots: readonly Body[] = [...new Set(level.flatMap(entrancesOf))].filter((root) => !seen.has(root));
    if (height > LEVELS || roots.length + seen.size > MOST_USERS) return "unknown";
    level = roots.flatMap((root) => {
      seen.add(root);
      if (root.kind !== "module") return callersOf(root, port);
      found.add(root);
      return [];
    });
    // Nobody is seen to call it.
    if (roots.some((root) => root.kind !== "module" && root.exported && callersOf(root, port).length === 0)) return "unknown";
  }
  found.delete(module);
  const [entry] = found;
  return entry === undefined ? "itself" : found.size > 1 ? "unknown" : entry;
}

/** In its own text, not in that of the functions written in it. */
function mentions({ statements }: Body, name: string, module: Body): boolean {
  for (const e of allExpressions(statements)) {
    const declaration = e.k === "name" ? e.declaration : undefined;
    if (declaration && (declaration.name === name || declaration.import?.name === name) && (declaration.kind === "import" || declaration.body === module)) return true;
  }
  return false;
}

/** Where it is called, or handed to somebody who will. */
function callersOf(body: Body, port: ProgramPort): readonly Body[] {
  const name = body.kind === "initializer" && body.owner ? body.owner.name : nameOf(body);
  return [...port.callersOf(name, body), ...port.mentionersOf(name) ?? []].filter((caller) => caller !== body);
}
