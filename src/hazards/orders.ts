/** The largest component for which the best order is searched exhaustively. */
export const EXACT = 10;

export interface Site {
  readonly from: string;
  readonly to: string;
  readonly site: string;
  /** Both requests stand in one function, where they can be exchanged. */
  readonly together: boolean;
}

/**
 * One linear order of the locks of a component: declared pairs first, then the order that the most sites keep; among equals the
 * one that is kept where there is nothing to exchange, and then the locks' names decide. Exact up to ten locks (by dynamic
 * programming over sets), greedy beyond.
 */
export function bestOrder(nodes: readonly string[], sites: readonly Site[], declared: readonly (readonly [string, string])[], name: (id: string) => string): string[] {
  const sorted = [...nodes].sort((a, b) => name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : a < b ? -1 : 1);
  const weight = weights(sorted, sites, declared);
  return sorted.length > EXACT ? greedy(sorted, weight) : exact(sorted, weight);
}

type Weight = readonly (readonly number[])[];

/** A declared pair outweighs any number of sites, and one site any number of preferences. */
const DECLARED = 1e9, SITE = 1e4, APART = 1;

function weights(nodes: readonly string[], sites: readonly Site[], declared: readonly (readonly [string, string])[]): Weight {
  const at = new Map(nodes.map((node, index) => [node, index]));
  const table = nodes.map(() => nodes.map(() => 0));
  const seen = new Set<string>();
  const add = (from: string, to: string, value: number): void => {
    const row = table[at.get(from) ?? -1], column = at.get(to);
    if (row && column !== undefined) row[column] = (row[column] ?? 0) + value;
  };
  for (const { from, to, site, together } of sites) {
    if (seen.has(site)) continue;
    seen.add(site);
    add(from, to, together ? SITE : SITE + APART);
  }
  for (const [from, to] of declared) add(from, to, DECLARED);
  return table;
}

/** best[set]: the most that can be kept among the locks of the set when they come first. */
function exact(nodes: readonly string[], weight: Weight): string[] {
  const size = 1 << nodes.length;
  const best = new Array<number>(size).fill(-1), last = new Array<number>(size).fill(-1);
  best[0] = 0;
  for (let set = 1; set < size; set++) {
    for (let node = nodes.length - 1; node >= 0; node--) {
      if (!(set & (1 << node))) continue;
      const rest = set & ~(1 << node);
      let kept = best[rest] ?? 0;
      for (let other = 0; other < nodes.length; other++) if (rest & (1 << other)) kept += weight[other]?.[node] ?? 0;
      if (kept > (best[set] ?? -1)) {
        best[set] = kept;
        last[set] = node;
      }
    }
  }
  const order: string[] = [];
  for (let set = size - 1; set > 0; set &= ~(1 << (last[set] ?? 0))) order.unshift(nodes[last[set] ?? 0] ?? "");
  return order;
}

function greedy(nodes: readonly string[], weight: Weight): string[] {
  const left = new Set(nodes.keys());
  const order: string[] = [];
  while (left.size > 0) {
    const gain = (node: number): number => [...left].reduce((sum, other) => sum + (weight[node]?.[other] ?? 0) - (weight[other]?.[node] ?? 0), 0);
    const next = [...left].reduce((a, b) => gain(b) > gain(a) ? b : a);
    left.delete(next);
    order.push(nodes[next] ?? "");
  }
  return order;
}
