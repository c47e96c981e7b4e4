import { plural } from "../formats/format.js";
import { type Io, save } from "../io.js";
import type { Drawing, Options } from "../options.js";
import { prepare } from "../prepare.js";
import { filesIn } from "../scope.js";
import type { Graph } from "./data.js";
import { html } from "./html.js";
import { lockGraph } from "./lock-graph.js";
import { dot, mermaid } from "./text.js";

const DRAW: Record<Drawing, (graph: Graph) => string> = { mermaid, dot, html: (graph) => html(graph) };

/** Draws which locks are waited for while which are held. */
export async function runGraph(options: Options, io: Io): Promise<number> {
  const { source, settings, scope, progress, tell } = await prepare(options, io);
  const programs = source.load(), files = new Set(filesIn(programs, scope));
  tell(`Analysing ${plural(files.size, "file")} …`);
  const graph = lockGraph({ view: programs.view, settings, root: io.cwd, isInScope: (file) => files.has(file) });
  progress.clear();
  const text = DRAW[options.drawing](graph);
  if (options.output === undefined) io.out(text);
  else {
    save(text, options.output, io);
    io.err(`${options.output}: ${plural(graph.nodes.length, "lock")}, ${plural(graph.edges.length, "order")}, ${plural(graph.cycles.length, "cycle")}.\n`);
  }
  return 0;
}
