import type { Graph, GraphEdge, GraphNode, Spot } from "../src/cli/graph/data.js";
import type { Choice } from "./choice.js";
import { Details } from "./details.js";
import { find, findInput } from "./dom.js";
import { boxOf, draw, highlight } from "./draw.js";
import { Lists, type Shown } from "./lists.js";
import { View } from "./view.js";

const graph = JSON.parse(find("data").textContent || "null") as Graph;
const search = findInput("search"), onlyCycles = findInput("only-cycles"), lone = findInput("lone");

const view = new View(), lists = new Lists(graph, choose), details = new Details(graph, () => { choose(undefined); });

function choose(choice: Choice | undefined): void {
  lists.mark(choice);
  highlight(choice);
  const { hidden } = find("details");
  details.show(choice);
  const box = choice && boxOf(choice);
  if (box) view.fit(box);
  else if (!hidden) view.fit();
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

function show(): void {
  const shown = filtered(search.value.trim().toLowerCase());
  lists.show(shown);
  const joined = new Set(shown.edges.flatMap(({ from, to }) => [from, to]));
  const nodes = shown.nodes.filter(({ id }) => joined.has(id) || lone.checked || shown.edges.length === 0);
  const { width, height } = draw({ nodes, edges: shown.edges }, choose);
  view.show(Math.max(width, 1), Math.max(height, 1));
  const nothing = find("nothing");
  nothing.hidden = nodes.length > 0;
  nothing.textContent = graph.nodes.length === 0 ? "No lock was found in these files." : "Nothing fits the filter.";
  choose(undefined);
}

/** A word is looked for in what a lock is called, and in the files and functions that take it. */
function filtered(word: string): Shown {
  const fits = (spot: Spot | undefined): boolean => spot !== undefined && (spot.file.toLowerCase().includes(word) || spot.within.toLowerCase().includes(word));
  const isNamed = (id: number): boolean => graph.nodes.some((node) => node.id === id && node.name.toLowerCase().includes(word));
  const edges = graph.edges.filter((edge) => (!onlyCycles.checked || edge.inCycle)
    && (isNamed(edge.from) || isNamed(edge.to) || edge.sites.some(({ held, waits, asks }) => fits(held) || fits(waits) || fits(asks))));
  const ends = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const nodes = graph.nodes.filter((node: GraphNode) => ends.has(node.id) || (!onlyCycles.checked && (node.name.toLowerCase().includes(word) || node.taken.some(fits))));
  const all = graph.cycles.map((ids) => ids.flatMap((id): GraphEdge[] => graph.edges.filter((edge) => edge.id === id)));
  return { nodes, edges, cycles: all.filter((cycle) => cycle.every((edge) => edges.includes(edge))) };
}

find("title").textContent = `Locks of ${graph.title}`;
find("summary").textContent = [plural(graph.nodes.length, "lock"), plural(graph.edges.length, "order"), plural(graph.cycles.length, "cycle")].join(" · ");
for (const input of [search, onlyCycles, lone]) input.addEventListener("input", show);
find("graph").addEventListener("click", () => { choose(undefined); });
addEventListener("keydown", ({ key }) => { if (key === "Escape") choose(undefined); });
show();
