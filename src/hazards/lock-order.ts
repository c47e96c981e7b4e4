import { placeKey } from "../effects/ir.js";
import type { Place } from "../summaries/events.js";
import { describePlace, describeReach, functionName, isWithin, placeOf } from "./attribution.js";
import { type Context, crowd, mayRunAtOnce } from "./contexts.js";
import { components, shortestCycle } from "./cycles.js";
import { type Edge, edgesOf, findEdge, instantiate, siteOf } from "./edges.js";
import type { Confidence, Finding, Related, Repair } from "./finding.js";
import { displayName, keyAround, ownerOf } from "./identity.js";
import { bestOrder, EXACT, type Site } from "./orders.js";
import type { Survey } from "./survey.js";

/** An order that the code or the settings declare: node ids, first to last. */
export interface DeclaredOrder {
  readonly matches: (edge: Edge) => { readonly from: number; readonly to: number } | undefined;
  readonly text: string;
}

export interface OrderContext extends Survey {
  readonly declared: readonly DeclaredOrder[];
}

interface Cycle {
  readonly edges: readonly Edge[];
  readonly confidence: Confidence;
}

export function findLockOrder(context: OrderContext): Finding[] {
  const edges = instantiate(edgesOf(context.waits));
  const findings = [...contradictions(edges, context), ...components(edges).flatMap((nodes) => inComponent(nodes, edges, context))];
  const best = new Map<string, Finding>();
  for (const finding of findings) {
    const key = placeKey(finding.place);
    const known = best.get(key);
    if (!known || weight(finding) > weight(known)) best.set(key, finding);
  }
  return [...best.values()];
}

const weight = (finding: Finding): number => (finding.repair ? 1 : 0) + 2 * ["possible", "likely", "certain"].indexOf(finding.confidence);

/** Sites against a declared order need no second site. */
function contradictions(edges: readonly Edge[], context: OrderContext): Finding[] {
  const seen = new Set<string>();
  return edges.flatMap((edge) => context.declared.flatMap((order) => {
    const at = order.matches(edge);
    if (!at || at.from <= at.to || seen.has(siteOf(edge)) || edge.fanOut) return [];
    seen.add(siteOf(edge));
    return [{ ...describe(edge, "declared", { order: order.text }, context), confidence: "likely" as const, ...repair(edge, []) }];
  }));
}

/** The circles that can come about: for each edge that is in one, the shortest through it. */
export function realCircles(edges: readonly Edge[], context: OrderContext): readonly (readonly Edge[])[] {
  return components(edges).flatMap((nodes) => {
    const inside = edgesWithin(nodes, edges);
    return inside.flatMap((edge) => {
      if (edge.from.id === edge.to.id) return unsorted(edge, context).length > 0 ? [[edge]] : [];
      const cycle = shortestCycle(edge, inside, (candidate) => check(candidate, inside, context));
      return cycle ? [cycle.edges] : [];
    });
  });
}

function edgesWithin(nodes: readonly string[], edges: readonly Edge[]): readonly Edge[] {
  const inside = new Set(nodes);
  return edges.filter((edge) => inside.has(edge.from.id) && inside.has(edge.to.id));
}

function inComponent(nodes: readonly string[], all: readonly Edge[], context: OrderContext): Finding[] {
  const edges = edgesWithin(nodes, all);
  const selfish = edges.filter((edge) => edge.from.id === edge.to.id).flatMap((edge) => unsorted(edge, context));
  const real = edges.filter((edge) => edge.from.id !== edge.to.id)
    .flatMap((edge) => shortestCycle(edge, edges, (cycle) => check(cycle, edges, context)) ? [edge] : []);
  return [...selfish, ...components(real).flatMap((component) => departures(component, real, context))];
}

/** Each file of a cycle has one report; within a file the sites that depart from the order are reported. */
function departures(nodes: readonly string[], real: readonly Edge[], context: OrderContext): Finding[] {
  const edges = edgesWithin(nodes, real);
  const names = new Map(edges.flatMap(({ from, to }) => [[from.id, displayName(from.resource)], [to.id, displayName(to.resource)]] as const));
  const pairs = edges.flatMap((edge) => context.declared.flatMap((order) => {
    const at = order.matches(edge);
    return at ? [at.from < at.to ? [edge.from.id, edge.to.id] as const : [edge.to.id, edge.from.id] as const] : [];
  }));
  const sites = edges.map((edge): Site => ({ from: edge.from.id, to: edge.to.id, site: `${siteOf(edge)}${edge.from.id}`, together: standTogether(edge) }));
  const order = bestOrder(nodes, sites, pairs, (id) => names.get(id) ?? id);
  const rank = new Map(order.map((node, index) => [node, index]));
  const departing = edges.filter((edge) => (rank.get(edge.from.id) ?? 0) > (rank.get(edge.to.id) ?? 0));
  const reported = new Map<string, Finding>();
  const add = (edge: Edge, cycle: Cycle, fixable: boolean, bothWays = false): void => {
    const plain = describeCycle(edge, cycle, fixable && nodes.length <= EXACT, context);
    const finding: Finding = plain.repair?.kind === "exchange" && bothWays ? { ...plain, repair: { ...plain.repair, bothWays } } : plain;
    const key = siteOf(edge);
    if (!reported.has(key)) reported.set(key, finding);
  };
  for (const edge of departing) {
    const cycle = shortestCycle(edge, edges, (candidate) => check(candidate, edges, context));
    if (!cycle) continue;
    add(edge, cycle, true, edges.some((other) => !departing.includes(other) && sameCalls(other, edge)));
    const files = new Set([placeOf(edge.held, edge.wait).file]);
    for (const other of cycle.edges) {
      const { file } = placeOf(other.held, other.wait);
      if (files.has(file)) continue;
      files.add(file);
      add(other, { ...cycle, edges: rotate(cycle.edges, other) }, false);
    }
  }
  return [...reported.values()];
}

/** Without a call between them, in one function or one in the callback of the other. */
function standTogether({ held: { place: outer }, wait: { permit: { place: inner } } }: Edge): boolean {
  return outer.file === inner.file && (outer.body === inner.body || (outer.span.start <= inner.span.start && inner.span.end <= outer.span.end));
}

const sameCalls = (a: Edge, b: Edge): boolean =>
  a.held.operation.call === b.held.operation.call && a.wait.permit.operation.call === b.wait.permit.operation.call;

function rotate(edges: readonly Edge[], first: Edge): readonly Edge[] {
  const at = edges.indexOf(first);
  return [...edges.slice(at), ...edges.slice(0, at)];
}

/** Is there a way to run the edges of a cycle at once? */
function check(cycle: readonly Edge[], edges: readonly Edge[], context: OrderContext): Cycle | undefined {
  if (cycle.every((edge) => edge.fanOut) || cycle.every((edge) => edge.ordered)) return undefined;
  if (new Set(cycle.map(siteOf)).size < cycle.length || !sharesOwners(cycle) || letsReadersIn(cycle, context)) return undefined;
  const ways = context.contexts.of(cycle, findEdge);
  const local = cycle.some((edge) => edge.from.resource.object.lifetime === "run" || edge.to.resource.object.lifetime === "run");
  const needed = cycle.map((edge, index) => tasksNeeded(edge, cycle.at(index - 1) ?? edge, context));
  const chosen = choose(ways, [], needed, local);
  if (!chosen || cycle.some((edge, index) => isSpared(edge, needed[index] ?? 1, edges, local, context))) return undefined;
  return { edges: cycle, confidence: confidenceOf(cycle, chosen, context) };
}

/** How many tasks must stand at an edge so that together they hold all that the one before waits for. */
function tasksNeeded({ held }: Edge, { wait }: Edge, context: OrderContext): number {
  const capacity = held.mode === "permit" ? context.capacity(held.resource) : undefined;
  return capacity === undefined ? 1 : Math.floor((capacity - wait.permit.weight) / held.weight) + 1;
}

/** A permit is left: never so many tasks hold one and wait for a lock of the circle. */
function isSpared(edge: Edge, needed: number, edges: readonly Edge[], local: boolean, { contexts }: OrderContext): boolean {
  if (needed <= 1) return false;
  const holders = edges.filter((other) => other.from.id === edge.from.id);
  return crowd(contexts.of(holders, findEdge).flat(), local) < needed;
}

function choose(
  ways: readonly (readonly Context<Edge>[])[], taken: readonly Context<Edge>[], needed: readonly number[], local: boolean,
): readonly Context<Edge>[] | undefined {
  const [first, ...rest] = ways;
  if (!first) return taken;
  for (const candidate of first) {
    const all = [...taken, candidate];
    if (!taken.every((other) => mayRunAtOnce(candidate, other, local)) || !fitGates(all, needed)) continue;
    const chosen = choose(rest, all, needed, local);
    if (chosen) return chosen;
  }
  return undefined;
}

/** No lock that is held on all sides lets in fewer tasks than the circle needs: it would keep them apart. */
function fitGates(sides: readonly Context<Edge>[], needed: readonly number[]): boolean {
  const inside = new Map<string, number>();
  return sides.every(({ at: { gates } }, index) => [...gates].every(([gate, admitted]) => {
    const tasks = (inside.get(gate) ?? 0) + (needed[index] ?? 1);
    inside.set(gate, tasks);
    return tasks <= admitted;
  }));
}

/** Locks of "some object of a class" are locks of one object only if every edge speaks of one object of that class. */
function sharesOwners(cycle: readonly Edge[]): boolean {
  const perEdge = cycle.map((edge) => new Map([edge.from, edge.to].filter((node) => node.generic)
    .map((node) => [ownerOf(node.resource)?.info?.id ?? node.resource.object.declaredBy?.id ?? "", ownerOf(node.resource)?.id ?? ""])));
  return cycle.every((edge, index) => {
    const generic = [edge.from, edge.to].filter((node) => node.generic);
    const owners = new Set(generic.map((node) => ownerOf(node.resource)?.id));
    return owners.size <= (perEdge[index]?.size ?? 0);
  });
}

/** A lock that is only read in the cycle lets them all in, unless somebody may wait in between to write. */
function letsReadersIn(cycle: readonly Edge[], { writers }: OrderContext): boolean {
  return cycle.some((edge, index) => edge.wait.permit.mode === "shared" && cycle[(index + 1) % cycle.length]?.held.mode === "shared" && !writers.between(edge));
}

function confidenceOf(cycle: readonly Edge[], chosen: readonly Context<Edge>[], context: OrderContext): Confidence {
  const permits = cycle.flatMap((edge) => [edge.held, edge.wait.permit]);
  if (permits.some((permit) => permit.uncertain)) return "possible";
  const counted = permits.some(({ mode, resource }) => mode === "permit" && context.capacity(resource) !== 1);
  if (counted) return "possible";
  const reads = cycle.every((edge) => edge.wait.permit.mode === "shared" && edge.held.mode === "shared");
  const started = !reads && chosen.every(({ root, at: edge }) => root.kind === "module" && !edge.from.generic && !edge.to.generic);
  return started ? "certain" : "likely";
}

/** Two entries of one keyed lock, in an order that the caller's keys decide. */
function unsorted(edge: Edge, context: OrderContext): Finding[] {
  if (edge.ordered || edge.fanOut || isSameText(edge) || isOpen(edge)) return [];
  const [ways = []] = context.contexts.of([edge], findEdge);
  const local = edge.from.resource.object.lifetime === "run";
  const [first] = ways.filter(({ at }) => !at.ordered && !isAdmitted(at, context)).filter((way) => way.open || ways.some((other) => other !== way && mayRunAtOnce(way, other, local)));
  if (!first || letsReadersIn([edge], context)) return [];
  const keyed = keyAround(edge.from.resource);
  const counted = edge.held.mode === "permit" && context.capacity(edge.held.resource) !== 1;
  const confidence: Confidence = edge.held.uncertain || counted || !keyed ? "possible" : first.open ? "likely" : "certain";
  const inLoop = edge.held.place.span.start === edge.wait.permit.place.span.start && edge.held.place.file === edge.wait.permit.place.file;
  const finding = describe(edge, keyed ? (inLoop ? "loop" : "keys") : "objects", {}, context);
  const sorts: Repair = { kind: "sort", inner: edge.wait.permit.operation, place: finding.place, ...(!inLoop && { outer: edge.held.operation }) };
  return [{ ...finding, confidence, repair: sorts }];
}

/** A gate around the ring, whose size isn't known or too small for it, keeps somebody out, for all that can be told. */
function isAdmitted(edge: Edge, context: OrderContext): boolean {
  const tasks = smallestRing(edge);
  return [...edge.gates.values()].some((admitted) => admitted < tasks)
    || edge.wait.held.some(({ permit }) => permit.mode === "permit" && permit.id !== edge.held.id && context.capacity(permit.resource) === undefined);
}

/** Two keys that the caller chooses may be exchanged; from one key to the next, the ring goes through all of them. */
function smallestRing({ from, to }: Edge): number {
  const [one, other] = [from, to].map(({ resource: { object, key } }) => (key ?? object.key)?.value);
  const isNext = one !== undefined && other !== undefined && one !== other && (other.includes(one) || one.includes(other));
  return isNext ? from.resource.object.owner?.count ?? Infinity : 2;
}

/** Two keys of which one was not followed may be equal, or in order. */
const isOpen = ({ from, to }: Edge): boolean => [from, to].some(({ resource }) => keyAround(resource)?.open === true);
const isSameText = ({ from, to }: Edge): boolean => from.resource.key?.text !== undefined && from.resource.key.text === to.resource.key?.text;

function describe(edge: Edge, messageId: string, more: Readonly<Record<string, string>>, { lineOf }: OrderContext): Omit<Finding, "confidence"> {
  const place = placeOf(edge.held, edge.wait);
  return {
    rule: "lock-order", messageId, place,
    data: { held: displayName(edge.held.resource), wanted: displayName(edge.wait.permit.resource), reach: describeReach(place, edge.wait, lineOf), ...more },
  };
}

function describeCycle(edge: Edge, cycle: Cycle, fixable: boolean, context: OrderContext): Finding {
  const start = cycle.edges.findIndex((each) => siteOf(each) === siteOf(edge));
  const others = rotate(cycle.edges, cycle.edges[start] ?? edge).slice(1);
  const [first] = others;
  const sides = others.map((other) => describePlace(sidePlace(other), context.lineOf));
  const messageId = others.length > 1 ? "circle" : "reversed";
  const finding = describe(edge, messageId, { other: sides.join(", ") }, context);
  const files = [...new Set(cycle.edges.map((each) => sidePlace(each).file))].filter((file) => file !== finding.place.file);
  const related = [edge, ...others].flatMap((each) => sidesOf(each, each !== edge));
  return { ...finding, confidence: cycle.confidence, related, ...(fixable && first && repair(edge, files)) };
}

/** Where one side of a circle takes the lock that it holds, and where it waits for the next; `whole`: also what the report itself says. */
function sidesOf(edge: Edge, whole: boolean): Related[] {
  const held = displayName(edge.held.resource), wanted = displayName(edge.wait.permit.resource), at = sidePlace(edge), asked = edge.wait.permit.place;
  return [
    { place: edge.held.place, text: `${functionName(edge.held.place)} takes \`${held}\`` },
    ...(whole ? [{ place: at, text: `${functionName(at)} waits for \`${wanted}\` while holding \`${held}\`` }] : []),
    ...(isWithin(asked, at) ? [] : [{ place: asked, text: `${functionName(asked)} asks for \`${wanted}\`` }]),
  ];
}

const sidePlace = (edge: Edge): Place => placeOf(edge.held, edge.wait);

function repair(edge: Edge, otherFiles: readonly string[]): { repair: Repair } {
  return { repair: { kind: "exchange", outer: edge.held.operation, inner: edge.wait.permit.operation, otherFiles } };
}
