import type { Graph, Site } from "./data.js";

const placesOf = (sites: readonly Site[]): string => {
  const places = [...new Set(sites.map(({ waits }) => `${waits.file}:${waits.line}`))];
  return places.length > 3 ? `${places.slice(0, 2).join(", ")} and ${places.length - 2} more` : places.join(", ");
};

/** What would end a label, or be markup in it, is written by its number. */
const forMermaid = (text: string): string => text.replace(/[^\w .,:/()[\]*=-]/gu, (found) => `#${found.codePointAt(0) ?? 0};`);

/** For Markdown pages and pull requests. */
export function mermaid({ nodes, edges }: Graph): string {
  const dangerous = edges.flatMap(({ inCycle }, index) => inCycle ? [index] : []);
  return [
    "flowchart LR",
    ...nodes.map(({ id, name, inCycle }) => `  n${id}["${forMermaid(name)}"]${inCycle ? ":::cycle" : ""}`),
    ...edges.map(({ from, to, sites, inCycle }) => `  n${from} ${inCycle ? "==>" : "-->"}|"${forMermaid(placesOf(sites))}"| n${to}`),
    ...(dangerous.length > 0 ? ["  classDef cycle stroke:#d1242f,stroke-width:2px", `  linkStyle ${dangerous.join(",")} stroke:#d1242f`] : []),
  ].join("\n") + "\n";
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, String.raw`\$&`).replace(/\r?\n/g, String.raw`\n`)}"`;

/** For Graphviz. */
export function dot({ nodes, edges }: Graph): string {
  const red = (is: boolean): string => is ? ', color="#d1242f", penwidth=2' : "";
  return [
    "digraph locks {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="sans-serif"];', '  edge [fontname="sans-serif", fontsize=10];',
    ...nodes.map(({ id, name, inCycle }) => `  n${id} [label=${quoted(name)}${red(inCycle)}];`),
    ...edges.map(({ from, to, sites, inCycle }) => `  n${from} -> n${to} [label=${quoted(placesOf(sites))}${red(inCycle)}];`),
    "}",
  ].join("\n") + "\n";
}
