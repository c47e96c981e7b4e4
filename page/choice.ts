import type { GraphEdge, GraphNode } from "../src/cli/graph/data.js";

/** What somebody looks at. */
export type Choice =
  | { readonly kind: "node"; readonly node: GraphNode }
  | { readonly kind: "edge"; readonly edge: GraphEdge }
  | { readonly kind: "cycle"; readonly index: number; readonly edges: readonly GraphEdge[] };

export const isSame = (a: Choice | undefined, b: Choice): boolean =>
  a?.kind === b.kind && (a.kind === "node" ? b.kind === "node" && a.node === b.node : a.kind === "edge" ? b.kind === "edge" && a.edge === b.edge : b.kind === "cycle" && a.index === b.index);
