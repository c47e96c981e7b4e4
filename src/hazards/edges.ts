import { placeKey } from "../effects/ir.js";
import { memo } from "../maps.js";
import type { Held, Permit, Wait } from "../summaries/events.js";
import type { ObjectValue } from "../summaries/values.js";
import { placeOf } from "./attribution.js";
import { sameRequest } from "./contexts.js";
import { type LockNode, nodeOf, ownerOf, sameResource } from "./identity.js";

/** Somebody waits for `to` while holding `from`. */
export interface Edge {
  readonly from: LockNode;
  readonly to: LockNode;
  readonly held: Permit;
  readonly wait: Wait;
  readonly fanOut: boolean;
  readonly ordered: boolean;
  /** What else is held, and how many it lets in: a lock keeps others out of this place altogether. */
  readonly gates: ReadonlyMap<string, number>;
}

/** The same two requests in a caller, who may know the objects that the callee leaves open. A wrapper's own request is that of many locks. */
export function findEdge(waits: readonly Wait[], wanted: Edge): readonly Edge[] {
  const found = edgesOf(waits).filter((edge) => sameRequest(wanted.held, edge.held) && sameRequest(wanted.wait.permit, edge.wait.permit)
    && (wanted.from.open || wanted.from.id === edge.from.id) && (wanted.to.open || wanted.to.id === edge.to.id));
  const exact = found.filter((edge) => isFieldOf(wanted.from, edge.from) && isFieldOf(wanted.to, edge.to));
  return exact.length > 0 ? exact : found;
}

/** The same field of some object, as far as both are fields. */
function isFieldOf({ resource: { object: wanted } }: LockNode, { resource: { object } }: LockNode): boolean {
  return !wanted.declaredBy || !object.declaredBy || (wanted.declaredBy.id === object.declaredBy.id && wanted.name === object.name);
}

/** What a report would speak of: a place, and the two locks. */
export const siteOf = (edge: Edge): string => `${placeKey(placeOf(edge.held, edge.wait))}|${edge.from.id}>${edge.to.id}`;

export function edgesOf(waits: readonly Wait[]): Edge[] {
  return waits.flatMap((wait) => {
    const to = wait.bounded || wait.permit.operation.how === "excluded" ? undefined : nodeOf(wait.permit.resource);
    if (!to || wait.held.some((held) => sameResource(held.permit.resource, wait.permit.resource))) return [];
    const gates = wait.held.filter((held) => admits(held.permit) < Infinity && !held.permit.uncertain && !held.fanOut).map(({ permit }) => permit);
    return wait.held.flatMap((held) => edgeOf(held, wait, to, gates));
  });
}

function edgeOf(held: Held, wait: Wait, to: LockNode, gates: readonly Permit[]): Edge[] {
  const from = nodeOf(held.permit.resource);
  if (!from || isTree(held, wait)) return [];
  return [{
    from, to, held: held.permit, wait, fanOut: held.fanOut === true, ordered: held.ordered === true,
    gates: gatesBeside(held.permit, gates, from, to),
  }];
}

function gatesBeside(held: Permit, gates: readonly Permit[], from: LockNode, to: LockNode): ReadonlyMap<string, number> {
  const named = gates.flatMap((gate) => {
    const key = gateKey(gate, held);
    return key === undefined || isNode(key, from) || isNode(key, to) ? [] : [[key, admits(gate)] as const];
  });
  return new Map(named);
}

/** How many that ask for as much as this one may hold the lock at once; infinite if it isn't known. */
function admits({ mode, weight, resource }: Permit): number {
  if (mode === "exclusive") return 1;
  const capacity = resource.object.creation?.capacity;
  return mode === "permit" && capacity !== undefined ? Math.floor(capacity / weight) : Infinity;
}

const isNode = (gate: string, { id, resource: { object } }: LockNode): boolean => gate === id || gate === `own:${object.declaredBy?.id ?? ""}.${object.name}`;

/** A gate in the object whose locks are at issue is the same for all that speak of that object, whichever it is. */
function gateKey({ resource }: Permit, { resource: of }: Permit): string | undefined {
  const owner = ownerOf(resource);
  const { declaredBy, name } = resource.object;
  const own = declaredBy && owner?.id === ownerOf(of)?.id && !resource.key;
  return own ? `own:${declaredBy.id}.${name}` : nodeOf(resource)?.id;
}

/** From an object to one that it reaches by its own fields: the other way round would need the objects in a ring. */
function isTree({ permit }: Held, wait: Wait): boolean {
  const a = ownerOf(permit.resource), b = ownerOf(wait.permit.resource);
  if (!a || !b || a.id === b.id || permit.resource.object.declaredBy !== wait.permit.resource.object.declaredBy) return false;
  return descends(b, a) || descends(a, b);
}

function descends(object: ObjectValue, from: ObjectValue): boolean {
  for (let at = object.owner; at; at = at.owner) if (at.id === from.id) return true;
  return false;
}

/**
 * An edge about any object of a class also holds for the objects that are known: it is copied for each, with the object put in the
 * place of the unknown one in both locks.
 */
export function instantiate(edges: readonly Edge[]): Edge[] {
  const concrete = new Map<string, Map<string, LockNode>>();
  for (const { from, to } of edges) for (const node of [from, to]) {
    const { declaredBy, owner } = node.resource.object;
    if (!node.generic && declaredBy && owner) memo(concrete, declaredBy.id, () => new Map<string, LockNode>()).set(owner.id, node);
  }
  return edges.flatMap((edge) => [edge, ...copies(edge, concrete)]);
}

function copies(edge: Edge, concrete: Map<string, Map<string, LockNode>>): Edge[] {
  const owners = [edge.from, edge.to].filter((node) => node.generic).map((node) => ownerOf(node.resource));
  const [owner] = owners;
  if (!owner || owners.some((other) => other?.id !== owner.id)) return [];
  const known = new Map<string, ObjectValue>();
  for (const node of [edge.from, edge.to]) {
    for (const [id, other] of concrete.get(node.resource.object.declaredBy?.id ?? "") ?? []) if (other.resource.object.owner) known.set(id, other.resource.object.owner);
  }
  return [...known.values()].map((object) => ({ ...edge, from: put(edge.from, object), to: put(edge.to, object) }));
}

function put(node: LockNode, owner: ObjectValue): LockNode {
  if (!node.generic) return node;
  const object = { ...node.resource.object, owner, id: `${owner.id}.${node.resource.object.name}`, lifetime: owner.lifetime };
  const resource = { ...node.resource, object };
  return nodeOf(resource) ?? node;
}
