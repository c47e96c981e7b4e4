import { Graph as Layered, layout } from "@dagrejs/dagre";

import type { Graph, GraphEdge, GraphNode } from "../src/cli/graph/data.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Laid {
  readonly nodes: ReadonlyMap<GraphNode, { readonly x: number; readonly y: number; readonly width: number; readonly height: number }>;
  readonly edges: ReadonlyMap<GraphEdge, { readonly points: readonly Point[]; readonly label: Point }>;
  readonly width: number;
  readonly height: number;
}

const HEIGHT = 44, MARGIN = 24, GAP = 20;

const pen = document.createElement("canvas").getContext("2d");

function textWidth(text: string, font: string): number {
  if (!pen) return text.length * 7;
  pen.font = font;
  return pen.measureText(text).width;
}

const widthOf = ({ name, kind }: GraphNode): number => Math.ceil(Math.max(64, textWidth(name, "600 13px system-ui, sans-serif"), textWidth(kind, "11px system-ui, sans-serif")) + 28);

/** Locks in layers from left to right, as they are taken; those that are taken alone below, in rows. */
export function place({ nodes, edges }: Pick<Graph, "nodes" | "edges">, labelOf: (edge: GraphEdge) => string): Laid {
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const graph = new Layered({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 26, ranksep: 70, edgesep: 18, marginx: MARGIN, marginy: MARGIN });
  for (const node of nodes) if (joined.has(node.id)) graph.setNode(String(node.id), { width: widthOf(node), height: HEIGHT });
  for (const edge of edges) graph.setEdge(String(edge.from), String(edge.to), { width: textWidth(labelOf(edge), "11px system-ui, sans-serif") + 8, height: 16, labelpos: "c" }, String(edge.id));
  if (joined.size > 0) layout(graph);
  const { width = 0, height = 0 } = joined.size > 0 ? graph.graph() as { width?: number; height?: number } : {};
  const placed = new Map(nodes.filter(({ id }) => joined.has(id)).map((node) => [node, graph.node(String(node.id)) as { x: number; y: number; width: number; height: number }]));
  const lines = new Map(edges.map((edge) => {
    const { points, x, y } = graph.edge(String(edge.from), String(edge.to), String(edge.id)) as unknown as { points: Point[]; x: number; y: number };
    return [edge, { points, label: { x, y } }];
  }));
  const rows = inRows(nodes.filter(({ id }) => !joined.has(id)), Math.max(width, 720), height);
  for (const [node, box] of rows.boxes) placed.set(node, box);
  return { nodes: placed, edges: lines, width: Math.max(width, rows.width), height: Math.max(height, rows.height) };
}

function inRows(nodes: readonly GraphNode[], width: number, top: number) {
  const boxes = new Map<GraphNode, { x: number; y: number; width: number; height: number }>();
  let x = MARGIN, y = top + MARGIN, right = 0;
  for (const node of nodes) {
    const own = widthOf(node);
    if (x + own > width && x > MARGIN) {
      x = MARGIN;
      y += HEIGHT + GAP;
    }
    boxes.set(node, { x: x + own / 2, y: y + HEIGHT / 2, width: own, height: HEIGHT });
    x += own + GAP;
    right = Math.max(right, x);
  }
  return { boxes, width: right + MARGIN, height: nodes.length > 0 ? y + HEIGHT + MARGIN : 0 };
}
