import type { Body } from "../effects/ir.js";
import type { Permit, Task, Wait } from "../summaries/events.js";
import { nameOf, outermost, type Sections } from "../summaries/sections.js";
import { type Edge, edgesOf } from "./edges.js";

/** How far up and how wide the callers of a section are followed. */
const LEVELS = 4, MOST_CONTEXTS = 24;

/** A way in which the program comes to an edge: from a body that anybody may start, or from a module's own code. */
export interface Context {
  readonly root: Body;
  /** The root may be started at any time, by anybody, twice at once. */
  readonly open: boolean;
  readonly edge: Edge;
}

/** Finds the ways to an edge, on demand: only edges that look dangerous are asked for. */
export class Contexts {
  readonly #known = new Map<string, readonly Context[]>();

  constructor(readonly sections: Sections) {}

  of(edge: Edge): readonly Context[] {
    const root = edge.wait.steps[0]?.body;
    if (!root) return [];
    const key = `${root.id}|${edgeKey(edge)}|${String(edge.wait.time)}`;
    let contexts = this.#known.get(key);
    if (!contexts) {
      this.#known.set(key, []);
      contexts = this.#find(edge, root, new Set(), LEVELS);
      this.#known.set(key, contexts);
    }
    return contexts;
  }

  #find(edge: Edge, root: Body, names: ReadonlySet<string>, levels: number): readonly Context[] {
    if (root.kind === "module") return [{ root, open: false, edge }];
    if (this.sections.escaped.has(root) || outermost(root) !== root) return [{ root, open: true, edge }];
    const callers = this.#callersOf(root);
    if (callers.length === 0) return isReachable(root) ? [{ root, open: true, edge }] : [];
    if (levels === 0 || callers.length > MOST_CONTEXTS) return [{ root, open: true, edge }];
    const follow = new Set([...names, nameOf(root)]);
    const contexts = callers.flatMap((caller) => {
      const { waits } = this.sections.focus(caller, follow);
      const same = edgesOf(waits).filter((other) => isSame(edge, other));
      return same.flatMap((other) => this.#find(other, caller, follow, levels - 1));
    });
    if (contexts.length === 0) return isReachable(root) ? [{ root, open: true, edge }] : [];
    return contexts.slice(0, MOST_CONTEXTS);
  }

  #callersOf(root: Body): readonly Body[] {
    const callers = this.sections.port.callersOf(nameOf(root)).map(outermost);
    return [...new Set(callers)].filter((caller) => caller !== root);
  }
}

/** Two edges of one key come from the same two calls in the text. */
export const edgeKey = (edge: Edge): string => `${permitKey(edge.held)}>${permitKey(edge.wait.permit)}`;
/** The caller may know the objects that the callee leaves open. */
function isSame(edge: Edge, other: Edge): boolean {
  return edgeKey(edge) === edgeKey(other) && (edge.from.open || edge.from.id === other.from.id) && (edge.to.open || edge.to.id === other.to.id);
}

const permitKey = ({ place }: Permit): string => `${place.file}:${String(place.span.start)}`;

/** Exported, or given away: somebody outside may start it. What is private and uncalled never runs. */
const isReachable = (body: Body): boolean => body.exported || body.kind === "getter" || body.kind === "initializer";

/** May two places run at once? `same`: the locks live only as long as one run of the root. */
export function mayRunAtOnce(a: Context, b: Context, local: boolean): boolean {
  if (a.root !== b.root) return !local && (a.open || b.open || isUnwaited(a.edge.wait) || isUnwaited(b.edge.wait));
  if (a.open && !local) return true;
  return a.edge !== b.edge && overlap(a.edge.wait, b.edge.wait);
}

const isUnwaited = (wait: Wait): boolean => wait.tasks.some((task) => task.endedAt === Infinity);

/** Within one run, what is awaited comes before what follows. */
function overlap(a: Wait, b: Wait): boolean {
  const depth = a.tasks.findIndex((task, index) => b.tasks[index] !== task);
  const at = depth < 0 ? a.tasks.length : depth;
  const [one, other] = [a.tasks[at], b.tasks[at]];
  if (!one && !other) return false;
  if (one && other) return one.startedAt < other.endedAt && other.startedAt < one.endedAt;
  return one ? within(b.time, one) : other ? within(a.time, other) : false;
}

const within = (time: number, task: Task): boolean => task.startedAt < time && time < task.endedAt;
