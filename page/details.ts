import type { Graph, GraphEdge, GraphNode, Site, Spot } from "../src/cli/graph/data.js";
import type { Choice } from "./choice.js";
import { element, find } from "./dom.js";

/** Drive letters follow a slash, and no character of a path may be read as something else. */
const link = ({ path, line, column }: Spot): string => `vscode://file${path.startsWith("/") ? "" : "/"}${path.split("/").map(encodeURIComponent).join("/").replace("%3A", ":")}:${line}:${column}`;

function placeOf(what: string, spot: Spot): HTMLElement {
  const lines = spot.code.map((text, index) => element("span", { "data-line": String(spot.first + index), ...(spot.first + index === spot.line && { "class": "here" }) }, text || " "));
  return element("div", { "class": "place" },
    element("div", { "class": "what" }, element("span", {}, what), element("a", { href: link(spot), title: `Open in Visual Studio Code: ${spot.path}` }, `${spot.file}:${spot.line}`)),
    element("pre", {}, ...lines));
}

function aboutCycle(edges: readonly GraphEdge[]): Node[] {
  const [title, text] = edges.length === 1 ? ["Taken again while held", "Whoever holds it waits for it once more, or for another of its kind."]
    : [`Cycle of ${edges.length}`, "If each of these has its first lock, none gets its second."];
  return [element("h2", {}, title), element("p", { "class": "bad" }, text)];
}

export class Details {
  readonly #panel = find("details");

  constructor(private readonly graph: Graph, private readonly close: () => void) {}

  show(choice: Choice | undefined): void {
    this.#panel.hidden = choice === undefined;
    if (!choice) return;
    const button = element("button", { type: "button", "class": "close", "aria-label": "Close" }, "✕");
    button.addEventListener("click", this.close);
    this.#panel.replaceChildren(button, ...this.#of(choice));
    this.#panel.scrollTop = 0;
  }

  #of(choice: Choice): Node[] {
    switch (choice.kind) {
      case "node": return this.#node(choice.node);
      case "edge": return [element("h2", {}, this.#orderName(choice.edge)), ...choice.edge.sites.flatMap((site, index, all) => this.#site(choice.edge, site, all.length > 1 ? `${index + 1} of ${all.length}` : ""))];
      case "cycle": return [
        ...aboutCycle(choice.edges),
        ...choice.edges.flatMap((edge) => {
          const site = edge.sites.find(({ inCycle }) => inCycle) ?? edge.sites[0];
          return site ? this.#site(edge, site, this.#orderName(edge)) : [];
        }),
      ];
    }
  }

  #name(id: number): string {
    return this.graph.nodes.find((node) => node.id === id)?.name ?? "";
  }

  #orderName({ from, to }: GraphEdge): string {
    return `${this.#name(from)} → ${this.#name(to)}`;
  }

  #site(edge: GraphEdge, { held, waits, asks, inCycle }: Site, heading: string): Node[] {
    const from = this.#name(edge.from), to = this.#name(edge.to);
    return [
      ...(heading === "" ? [] : [element("h3", {}, heading)]), ...(inCycle && heading !== this.#orderName(edge) ? [element("p", { "class": "bad" }, "Part of a cycle")] : []),
      placeOf(`${held.within} takes ${from}`, held), placeOf(`${waits.within} waits for ${to}`, waits), ...(asks ? [placeOf(`${asks.within} asks for it`, asks)] : []),
    ];
  }

  #node({ id, name, kind, taken }: GraphNode): Node[] {
    const told = (edges: readonly GraphEdge[], end: "from" | "to"): string => [...new Set(edges.map((edge) => this.#name(edge[end])))].join(", ") || "none";
    const out = this.graph.edges.filter(({ from }) => from === id), into = this.graph.edges.filter(({ to }) => to === id);
    return [
      element("h2", {}, name), element("p", {}, kind), element("p", {}, `Waited for while held: ${told(out, "to")}`), element("p", {}, `Held while it is waited for: ${told(into, "from")}`),
      element("h3", {}, `Taken in ${taken.length} ${taken.length === 1 ? "place" : "places"}`), ...taken.map((spot) => placeOf(spot.within, spot)),
    ];
  }
}
