import { readFileSync } from "node:fs";

import type { Graph } from "./data.js";

/** In JSON these can be written by number; a browser that looks for the end of the script then finds none in the data. */
const forScript = (graph: Graph): string => JSON.stringify(graph).replace(/[<>&\u2028\u2029]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);

const forText = (text: string): string => text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);

/** One page that needs nothing else. It is put together when the package is built, with marks for what is known now. */
export function html(graph: Graph, template: string = readFileSync(new URL("page.html", import.meta.url), "utf8")): string {
  return template.replace(/__(?:TITLE|GRAPH)__/g, (mark) => mark === "__TITLE__" ? forText(graph.title) : forScript(graph));
}
