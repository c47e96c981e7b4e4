import type { Graph, GraphEdge } from "../src/cli/graph/data.js";
import { shortNames } from "../src/cli/graph/short-names.js";
import type { Choice } from "./choice.js";
import { findPicture, onChoose, shape } from "./dom.js";
import type { Box } from "./view.js";
import { type Laid, place, type Point } from "./layout.js";

/** Files are called by as much of their path as tells them apart. */
function labels(edges: readonly GraphEdge[]): (edge: GraphEdge) => string {
  const names = shortNames(edges.flatMap(({ sites }) => sites.map(({ waits }) => waits.file)));
  return ({ sites: [first, ...more] }) => first ? `${names.get(first.waits.file) ?? ""}:${first.waits.line}${more.length > 0 ? ` +${more.length}` : ""}` : "";
}

/** A line through points that bends softly. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const parts = rest.map((point, index) => {
    const next = rest[index + 1];
    return next ? `Q ${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}` : `L ${point.x} ${point.y}`;
  });
  return [`M ${first.x} ${first.y}`, ...parts].join(" ");
}

function head(points: readonly Point[]): string {
  const tip = points.at(-1), before = points.at(-2);
  if (!tip || !before) return "";
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const corner = (turn: number): string => `${tip.x - 9 * Math.cos(angle + turn)} ${tip.y - 9 * Math.sin(angle + turn)}`;
  return `M ${tip.x} ${tip.y} L ${corner(0.42)} L ${corner(-0.42)} Z`;
}

/** Draws what is asked for and says how large it became. */
export function draw(graph: Pick<Graph, "nodes" | "edges">, choose: (choice: Choice) => void): Laid {
  const labelOf = labels(graph.edges), laid = place(graph, labelOf);
  const edges = [...laid.edges].map(([edge, { points, label }]) => {
    const title = `${nameOf(graph, edge.from)} is held, ${nameOf(graph, edge.to)} is waited for`;
    const group = shape("g", { "class": edge.inCycle ? "edge bad" : "edge", "data-edge": edge.id, tabindex: 0, role: "button", "aria-label": title },
      shape("title", {}, title), shape("path", { "class": "hit", d: curve(points) }), shape("path", { "class": "line", d: curve(points) }), shape("path", { "class": "head", d: head(points) }),
      shape("text", { x: label.x, y: label.y + 4, "text-anchor": "middle" }, labelOf(edge)));
    onChoose(group, () => { choose({ kind: "edge", edge }); });
    return group;
  });
  const nodes = [...laid.nodes].map(([node, { x, y, width, height }]) => {
    const group = shape("g", { "class": node.inCycle ? "node bad" : "node", "data-node": node.id, tabindex: 0, role: "button", "aria-label": node.name },
      shape("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 8 }),
      shape("text", { "class": "name", x, y: y - 2, "text-anchor": "middle" }, node.name), shape("text", { "class": "kind", x, y: y + 14, "text-anchor": "middle" }, node.kind));
    onChoose(group, () => { choose({ kind: "node", node }); });
    return group;
  });
  findPicture().replaceChildren(...edges, ...nodes);
  return laid;
}

const nameOf = ({ nodes }: Pick<Graph, "nodes">, id: number): string => nodes.find((node) => node.id === id)?.name ?? "";

/** Brings out what is chosen, and what has to do with it. */
export function highlight(choice: Choice | undefined): void {
  const edges = new Set<number>(), nodes = new Set<number>(), near = new Set<number>();
  if (choice?.kind === "node") nodes.add(choice.node.id);
  for (const edge of choice?.kind === "edge" ? [choice.edge] : choice?.kind === "cycle" ? choice.edges : []) {
    edges.add(edge.id);
    near.add(edge.from).add(edge.to);
  }
  for (const group of document.querySelectorAll<SVGGElement>("#graph > g")) {
    const isEdge = group.dataset.edge !== undefined, id = Number(group.dataset.edge ?? group.dataset.node);
    group.classList.toggle("chosen", isEdge ? edges.has(id) : nodes.has(id));
    group.classList.toggle("faded", choice !== undefined && choice.kind !== "node" && !(isEdge ? edges.has(id) : near.has(id)));
  }
}

const AROUND = 60;

/** Where what is chosen stands, with some room around it; undefined if it isn't drawn. */
export function boxOf({ kind }: Choice): Box | undefined {
  const groups = [...document.querySelectorAll<SVGGElement>(kind === "node" ? "#graph > g.chosen" : "#graph > g:not(.faded)")];
  if (groups.length === 0) return undefined;
  const boxes = groups.map((group) => group.getBBox());
  const left = Math.min(...boxes.map(({ x }) => x)) - AROUND, top = Math.min(...boxes.map(({ y }) => y)) - AROUND;
  return { x: left, y: top, width: Math.max(...boxes.map(({ x, width }) => x + width)) + AROUND - left, height: Math.max(...boxes.map(({ y, height }) => y + height)) + AROUND - top };
}
