import type { Body } from "../effects/ir.js";
import type { Permit, Task, Wait } from "../summaries/events.js";
import { nameOf, outermost, type Sections } from "../summaries/sections.js";
import { type Edge, edgesOf } from "./edges.js";

/** How far up and how wide the callers of a section are followed. */
const LEVELS = 4, MOST_ROOTS = 24;

/** A way in which the program comes to an edge: from a body that anybody may start, or from a module's own code. */
export interface Context {
  readonly root: Body;
  /** The root may be started at any time, by anybody, twice at once. */
  readonly open: boolean;
  readonly edge: Edge;
}

/** The bodies from which a section may be reached, by names, and the names on the way. */
interface Ancestry {
  readonly roots: ReadonlySet<Body>;
  readonly names: ReadonlySet<string>;
  /** Too many callers, or too far up, to be followed. */
  readonly cut: boolean;
}

/** Finds the ways to the edges of a cycle, on demand: only edges that look dangerous are asked for. */
export class Contexts {
  readonly #ancestries = new Map<Body, Ancestry>();

  constructor(readonly sections: Sections) {}

  /** For each edge, its ways. All are followed with one set of names, so that those of one root can be compared in time. */
  of(edges: readonly Edge[]): readonly (readonly Context[])[] {
    const ancestries = edges.map((edge) => this.#ancestryOf(rootOf(edge)));
    const names = new Set(ancestries.flatMap((ancestry) => [...ancestry.names]));
    return edges.map((edge, index) => this.#waysTo(edge, ancestries[index], names));
  }

  #waysTo(edge: Edge, ancestry: Ancestry | undefined, names: ReadonlySet<string>): readonly Context[] {
    const root = rootOf(edge);
    const anywhere: readonly Context[] = [{ root, open: true, edge }];
    if (this.#isClosure(root) || !ancestry || ancestry.cut) return anywhere;
    const ways = [...ancestry.roots].flatMap((from) => {
      if (from === root && root.kind !== "module") return [];
      const same = edgesOf(this.sections.focus(from, names).waits).filter((other) => isSame(edge, other));
      return same.map((other): Context => ({ root: from, open: from.kind !== "module", edge: other }));
    });
    if (ways.length > 0) return ways.slice(0, MOST_ROOTS);
    return isReachable(root) ? anywhere : [];
  }

  #isClosure(body: Body): boolean {
    return this.sections.escaped.has(body) || outermost(body) !== body;
  }

  #ancestryOf(body: Body): Ancestry {
    let ancestry = this.#ancestries.get(body);
    if (!ancestry) this.#ancestries.set(body, (ancestry = this.#climb(body)));
    return ancestry;
  }

  #climb(body: Body): Ancestry {
    const roots = new Set<Body>(), names = new Set<string>(), seen = new Set([body]);
    let level: readonly Body[] = [body];
    for (let height = 0; height <= LEVELS && level.length > 0; height++) {
      const next: Body[] = [];
      for (const at of level) {
        const callers = at.kind === "module" || this.#isClosure(at) ? [] : this.#callersOf(at);
        if (callers.length === 0 || height === LEVELS) roots.add(at);
        else names.add(nameOf(at));
        for (const caller of height === LEVELS ? [] : callers) if (!seen.has(caller)) next.push(caller);
        for (const caller of next) seen.add(caller);
      }
      level = next;
      if (roots.size > MOST_ROOTS || level.length > MOST_ROOTS) return { roots, names, cut: true };
    }
    return { roots, names, cut: false };
  }

  #callersOf(root: Body): readonly Body[] {
    const callers = this.sections.port.callersOf(nameOf(root)).map(outermost);
    return [...new Set(callers)].filter((caller) => caller !== root);
  }
}

const rootOf = (edge: Edge): Body => edge.wait.steps[0]?.body ?? edge.wait.place.body;

/** Two edges of one key come from the same two calls in the text. */
const edgeKey = (edge: Edge): string => `${permitKey(edge.held)}>${permitKey(edge.wait.permit)}`;
const permitKey = ({ place }: Permit): string => `${place.file}:${String(place.span.start)}`;

/** The caller may know the objects that the callee leaves open. */
function isSame(edge: Edge, other: Edge): boolean {
  return edgeKey(edge) === edgeKey(other) && (edge.from.open || edge.from.id === other.from.id) && (edge.to.open || edge.to.id === other.to.id);
}

/** Exported, or given away: somebody outside may start it. What is private and uncalled never runs. */
const isReachable = (body: Body): boolean => body.exported || body.kind === "getter" || body.kind === "initializer";

/** May two places run at once? `local`: the locks live only as long as one run of the root. */
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
