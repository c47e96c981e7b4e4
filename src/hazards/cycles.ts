import type { Edge } from "./edges.js";

/** Longest circle of waits that is looked for, and how many per starting edge. */
const LONGEST = 6, MOST = 200;

/** The sets of nodes that reach each other, by Tarjan's algorithm; single nodes only with an edge to themselves. */
export function components(edges: readonly Edge[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const set = next.get(from.id);
    if (set) set.add(to.id);
    else next.set(from.id, new Set([to.id]));
  }
  const index = new Map<string, number>(), low = new Map<string, number>();
  const stack: string[] = [], onStack = new Set<string>(), found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    onStack.add(node);
    for (const to of next.get(node) ?? []) {
      if (!index.has(to)) visit(to);
      if (onStack.has(to)) low.set(node, Math.min(low.get(node) ?? 0, low.get(to) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const component: string[] = [];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      onStack.delete(at);
      component.push(at);
      if (at === node) break;
    }
    if (component.length > 1 || next.get(node)?.has(node)) found.push(component.sort());
  };
  for (const node of [...next.keys()].sort()) if (!index.has(node)) visit(node);
  return found;
}

/** Simple cycles through an edge, shortest first, until one passes the test. */
export function shortestCycle<T>(start: Edge, edges: readonly Edge[], test: (cycle: readonly Edge[]) => T | undefined): T | undefined {
  if (start.from.id === start.to.id) return test([start]);
  let paths: Edge[][] = [[start]];
  let looked = 0;
  for (let length = 2; length <= LONGEST && paths.length > 0; length++) {
    const longer: Edge[][] = [];
    for (const path of paths) {
      const last = path.at(-1);
      for (const edge of edges) {
        if (edge.from.id !== last?.to.id || edge.to.id === edge.from.id) continue;
        if (edge.to.id === start.from.id) {
          const found = test([...path, edge]);
          if (found !== undefined) return found;
          if (++looked > MOST) return undefined;
        } else if (!path.some((each) => each.from.id === edge.to.id || each.to.id === edge.to.id)) longer.push([...path, edge]);
      }
    }
    paths = longer.slice(0, MOST);
  }
  return undefined;
}
