import type { Graph, GraphEdge, GraphNode } from "../src/cli/graph/data.js";
import { type Choice, isSame } from "./choice.js";
import { element, find } from "./dom.js";

export interface Shown {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly cycles: readonly (readonly GraphEdge[])[];
}

/** Everything that is there, by name. */
export class Lists {
  #buttons: { readonly button: HTMLButtonElement; readonly choice: Choice }[] = [];

  constructor(private readonly graph: Graph, private readonly choose: (choice: Choice) => void) {}

  show({ nodes, edges, cycles }: Shown): void {
    this.#buttons = [];
    const name = (id: number): string => this.graph.nodes.find((node) => node.id === id)?.name ?? "";
    find("lists").replaceChildren(
      ...this.#list("Cycles", cycles.map((each, index) => [{ kind: "cycle", index, edges: each }, [...each.map(({ from }) => name(from)), ...each.slice(0, 1).map(({ from }) => name(from))].join(" → "), String(each.length), true])),
      ...this.#list("Orders", edges.map((edge) => [{ kind: "edge", edge }, `${name(edge.from)} → ${name(edge.to)}`, String(edge.sites.length), edge.inCycle])),
      ...this.#list("Locks", [...nodes].sort((a, b) => a.name < b.name ? -1 : 1).map((node) => [{ kind: "node", node }, node.name, String(node.taken.length), node.inCycle])),
    );
  }

  #list(title: string, rows: readonly (readonly [Choice, string, string, boolean])[]): Node[] {
    if (rows.length === 0) return [];
    return [element("h2", {}, `${title} · ${rows.length}`), ...rows.map(([choice, text, count, isBad]) => {
      const button = element("button", { type: "button", "class": isBad ? "bad" : "" }, element("span", {}, text), element("span", { "class": "count" }, count));
      button.addEventListener("click", () => { this.choose(choice); });
      this.#buttons.push({ button, choice });
      return button;
    })];
  }

  mark(chosen: Choice | undefined): void {
    for (const { button, choice } of this.#buttons) button.setAttribute("aria-current", String(isSame(chosen, choice)));
  }
}
