import path from "node:path";

import ts = require("typescript");

import { functionName, isWithin, placeOf } from "../../hazards/attribution.js";
import { declaredOrders } from "../../hazards/declared.js";
import { type Edge, edgesOf, instantiate } from "../../hazards/edges.js";
import { displayName, type LockNode, nodeOf } from "../../hazards/identity.js";
import { realCircles } from "../../hazards/lock-order.js";
import { recursions } from "../../hazards/recursion.js";
import { surveyLocks } from "../../hazards/survey.js";
import { memo } from "../../maps.js";
import { ProgramFacts } from "../../program/program-facts.js";
import type { ProgramView } from "../../program/joined.js";
import type { Settings } from "../../rules/settings.js";
import type { Place } from "../../summaries/events.js";
import type { Graph, GraphEdge, GraphNode, Site, Spot } from "./data.js";
import { shortNames } from "./short-names.js";

export interface GraphContext {
  readonly view: ProgramView;
  readonly settings: Settings;
  readonly root: string;
  readonly isInScope: (file: string) => boolean;
}

/** Which locks are waited for while which are held, in a whole program. */
export function lockGraph({ view, settings, root, isInScope }: GraphContext): Graph {
  const facts = new ProgramFacts(view, settings.catalogue);
  const survey = surveyLocks(facts, settings.catalogue);
  const orders = edgesOf(survey.waits), selfish = recursions(survey).flatMap(toItself), edges = [...orders, ...selfish];
  const circles = [...realCircles(instantiate(orders), { ...survey, declared: declaredOrders(facts.taggedFiles(), settings.orders) }), ...selfish.map((edge) => [edge])];
  const draft = new Draft(view, root, new Set(circles.flat().map(keyOf)));
  for (const { permit } of survey.waits) if (isInScope(permit.place.file)) draft.take(nodeOf(permit.resource), permit.place);
  for (const edge of edges) if (isInScope(placeOf(edge.held, edge.wait).file)) draft.edge(edge);
  for (const circle of circles) draft.circle(circle);
  return draft.finish(path.basename(root));
}

/** A lock that is waited for by its own holder is a circle of one. */
function toItself({ held, wait }: Pick<Edge, "held" | "wait">): readonly Edge[] {
  const node = nodeOf(wait.permit.resource);
  return node ? [{ from: node, to: node, held, wait, fanOut: false, ordered: false, gates: new Map() }] : [];
}

const siteKey = ({ held, wait }: Pick<Edge, "held" | "wait">): string => [held.place, placeOf(held, wait), wait.permit.place].map(({ file, span }) => `${file}:${span.start}`).join("|");
const keyOf = (edge: Edge): string => `${edge.from.id}>${edge.to.id}|${siteKey(edge)}`;

interface Pair {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly sites: Map<string, Site>;
}

/** Puts together what belongs to one lock, and to one order of two locks. */
class Draft {
  readonly #nodes = new Map<string, { readonly id: number; readonly node: LockNode; readonly taken: Map<string, Spot> }>();
  readonly #pairs = new Map<string, Pair>();
  readonly #cycles = new Map<string, readonly number[]>();

  constructor(private readonly view: ProgramView, private readonly root: string, private readonly dangerous: ReadonlySet<string>) {}

  take(node: LockNode | undefined, place: Place): void {
    if (node) this.#node(node).taken.set(`${place.file}:${place.span.start}`, this.#spot(place));
  }

  #node(node: LockNode) {
    return memo(this.#nodes, node.id, () => ({ id: this.#nodes.size, node, taken: new Map<string, Spot>() }));
  }

  edge(edge: Edge): number {
    const from = this.#node(edge.from).id, to = this.#node(edge.to).id, key = `${from}>${to}`;
    const pair = memo(this.#pairs, key, () => ({ id: this.#pairs.size, from, to, sites: new Map<string, Site>() }));
    const waits = placeOf(edge.held, edge.wait), { place: asks } = edge.wait.permit;
    this.take(edge.from, edge.held.place);
    this.take(edge.to, asks);
    pair.sites.set(siteKey(edge), {
      held: this.#spot(edge.held.place), waits: this.#spot(waits), asks: isWithin(asks, waits) ? undefined : this.#spot(asks), inCycle: this.dangerous.has(keyOf(edge)),
    });
    return pair.id;
  }

  /** The same circle is found from each of its edges. */
  circle(edges: readonly Edge[]): void {
    const ids = edges.map((edge) => this.edge(edge)), smallest = ids.indexOf(Math.min(...ids));
    const turned = [...ids.slice(smallest), ...ids.slice(0, smallest)];
    this.#cycles.set(turned.join(), turned);
  }

  finish(title: string): Graph {
    const edges = [...this.#pairs.values()].map(({ sites, ...rest }): GraphEdge => ({ ...rest, sites: [...sites.values()], inCycle: [...sites.values()].some(({ inCycle }) => inCycle) }));
    const dangerous = new Set(edges.filter(({ inCycle }) => inCycle).flatMap(({ from, to }) => [from, to]));
    const names = namesOf([...this.#nodes.values()]);
    const nodes = [...this.#nodes.values()].map(({ id, node, taken }): GraphNode => ({ id, name: names[id] ?? "", kind: kindOf(node), taken: [...taken.values()], inCycle: dangerous.has(id) }));
    return { title, nodes, edges, cycles: [...this.#cycles.values()] };
  }

  #spot(place: Place): Spot {
    const source = this.view.getSourceFile(place.file);
    const { line, character } = source ? ts.getLineAndCharacterOfPosition(source, place.span.start) : { line: 0, character: 0 };
    const lines = source?.text.split(/\r?\n/) ?? [], first = Math.max(0, line - 2);
    return {
      file: path.relative(this.root, place.file).replaceAll("\\", "/"), path: place.file, line: line + 1, column: character + 1, within: functionName(place),
      first: first + 1, code: lines.slice(first, line + 4).map((text) => text.length > WIDEST ? `${text.slice(0, WIDEST)}…` : text),
    };
  }
}

const WIDEST = 160;

const kindOf = ({ resource: { object } }: LockNode): string => object.creation?.what ?? object.library?.name ?? "lock";

/** Locks of one name are told apart by their files, and those of one file by where they are taken. */
function namesOf(locks: readonly { readonly node: LockNode; readonly taken: ReadonlyMap<string, Spot> }[]): readonly string[] {
  const plain = locks.map(({ node }) => nameOf(node)), files = locks.map(({ node }) => fileOf(node.id));
  const named = plain.map((name, index) => {
    if (isSingle(name, plain)) return name;
    const short = shortNames(files.filter((_, other) => plain[other] === name));
    return `${name} (${short.get(files[index] ?? "") ?? ""})`;
  });
  const placed = named.map((name, index) => {
    const [first] = locks[index]?.taken.values() ?? [];
    return isSingle(name, named) || !first ? name : `${name.slice(0, -1)}, taken in ${path.basename(first.file)}:${first.line})`;
  });
  return placed.map((name, index) => isSingle(name, placed) ? name : `${name} #${placed.slice(0, index + 1).filter((other) => other === name).length}`);
}

const isSingle = (name: string, names: readonly string[]): boolean => names.indexOf(name) === names.lastIndexOf(name);

/** Of a class's own lock the class says more than the object that it was seen on. */
function nameOf({ generic, resource }: LockNode): string {
  const { declaredBy, owner } = resource.object, name = displayName(resource), of = declaredBy ?? owner?.info;
  return generic && of && !name.includes(".") ? `${of.name}.${name}` : name;
}

const fileOf = (id: string): string => id.split("#")[0] ?? "";
