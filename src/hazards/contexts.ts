import { bodyOfDeclaration } from "../effects/bodies.js";
import type { Body } from "../effects/ir.js";
import { memo } from "../maps.js";
import type { Permit, Task, Wait } from "../summaries/events.js";
import { entrancesOf, nameOf, outermost, type Sections } from "../summaries/sections.js";

/** How far up and how wide the callers of a section are followed. */
const LEVELS = 4, MOST_ROOTS = 24;

/** Something that happens at a wait: the wait itself, or what is held there. */
export interface Reached {
  readonly wait: Wait;
}

/** A way in which the program comes there: from a body that anybody may start, or from a module's own code. */
export interface Context<T extends Reached> {
  readonly root: Body;
  /** The root may be started at any time, by anybody, twice at once. */
  readonly open: boolean;
  readonly at: T;
}

/** Finds the same thing again among the waits of a caller, which may know more of it. */
export type FindAgain<T extends Reached> = (waits: readonly Wait[], wanted: T) => readonly T[];

/** The bodies from which a section may be reached, by names, and the names on the way. */
interface Ancestry {
  readonly roots: ReadonlySet<Body>;
  readonly names: ReadonlySet<string>;
  /** Functions on the way that modules hand to somebody. */
  readonly handed: readonly Body[];
  /** Too many callers, or too far up, to be followed. */
  readonly cut: boolean;
}

/** Finds the ways to places, on demand: only those that look dangerous are asked for. */
export class Contexts {
  readonly #ancestries = new Map<Body, Ancestry>();
  readonly #callers = new Map<string, readonly Body[]>();

  constructor(readonly sections: Sections) {}

  /** For each of them, its ways. All are followed with one set of names, so that those of one root can be compared in time. */
  of<T extends Reached>(targets: readonly T[], find: FindAgain<T>): readonly (readonly Context<T>[])[] {
    const ancestries = targets.map((target) => this.#ancestryOf(rootOf(target)));
    const names = new Set(ancestries.flatMap((ancestry) => [...ancestry.names]));
    return targets.map((target, index) => this.#waysTo(target, find, ancestries[index], names));
  }

  #waysTo<T extends Reached>(target: T, find: FindAgain<T>, ancestry: Ancestry | undefined, names: ReadonlySet<string>): readonly Context<T>[] {
    const root = rootOf(target);
    const anywhere: readonly Context<T>[] = [{ root, open: true, at: target }];
    if (this.#isClosure(root) || !ancestry || ancestry.cut) return anywhere;
    if (!ancestry.handed.every((body) => this.#isRun(body, names))) return anywhere;
    const ways = [...ancestry.roots].flatMap((from) => {
      if (from === root && root.kind !== "module") return [];
      const same = find(this.sections.focus(from, names).waits, target);
      return same.map((at): Context<T> => ({ root: from, open: from.kind !== "module", at }));
    });
    if (ways.length > 0) return ways.slice(0, MOST_ROOTS);
    return this.#isReachable(root) ? anywhere : [];
  }

  /** The module's code runs the function by itself, as far as that can be followed; otherwise somebody else does, at any time. */
  #isRun(body: Body, names: ReadonlySet<string>): boolean {
    const { notes } = this.sections.focus(body.parent ?? body, names);
    return notes.consumed.has(body) && !notes.escaped.has(body);
  }

  /** Exported, or given away: somebody outside may start it. What is private and uncalled never runs. */
  #isReachable(body: Body): boolean {
    return body.exported || body.kind === "getter" || body.kind === "initializer" || this.#isProperty(body) || this.#isOfObject(body);
  }

  /** A function without a name of its own: who has the object that it is written in may call it. */
  #isProperty(body: Body): boolean {
    if (body.kind !== "function" && body.kind !== "arrow") return false;
    return this.sections.port.lowered(body.file)?.declarations.every((declaration) => bodyOfDeclaration(declaration) !== body) ?? false;
  }

  /** A method of a class that is not exported, but of which there are objects. */
  #isOfObject({ kind, owner }: Body): boolean {
    return kind === "method" && owner !== undefined && this.sections.port.constructionsOf(owner).length > 0;
  }

  #isClosure(body: Body): boolean {
    return this.sections.escaped.has(body) || outermost(body) !== body;
  }

  #ancestryOf(body: Body): Ancestry {
    return memo(this.#ancestries, body, () => this.#climb(body));
  }

  #climb(body: Body): Ancestry {
    const roots = new Set<Body>(), names = new Set<string>(), seen = new Set([body]);
    const handed: Body[] = [];
    let level: readonly Body[] = [body];
    for (let height = 0; height <= LEVELS && level.length > 0; height++) {
      const next: Body[] = [];
      for (const at of level) {
        if (isPartOfModule(at)) handed.push(at);
        const callers = at.kind === "module" || this.#isClosure(at) ? [] : isPartOfModule(at) && at.parent ? [at.parent] : this.#callersOf(at);
        if (callers.length === 0 || height === LEVELS) roots.add(at);
        else names.add(nameOf(at));
        for (const caller of height === LEVELS ? [] : callers) if (!seen.has(caller)) next.push(caller);
        for (const caller of next) seen.add(caller);
      }
      level = next;
      if (roots.size > MOST_ROOTS || level.length > MOST_ROOTS) return { roots, names, handed, cut: true };
    }
    return { roots, names, handed, cut: false };
  }

  #callersOf(root: Body): readonly Body[] {
    const name = nameOf(root);
    const callers = memo(this.#callers, name, () => [...new Set(this.sections.port.callersOf(name).flatMap(entrancesOf))]);
    return callers.filter((caller) => caller !== root);
  }
}

const rootOf = ({ wait }: Reached): Body => wait.steps[0]?.body ?? wait.place.body;

/** Two permits asked for by one call in the text. */
export const sameRequest = (a: Permit, b: Permit): boolean => a.place.file === b.place.file && a.place.span.start === b.place.span.start;

/** A function without a name that the module's own code hands to somebody; what is known to run it is followed from there. */
const isPartOfModule = (body: Body): boolean => body.name === "callback" && body.parent?.kind === "module";


/** May two places run at once? `local`: the locks live only as long as one run of the root. */
export function mayRunAtOnce<A extends Reached, B extends Reached>(a: Context<A>, b: Context<B>, local: boolean): boolean {
  const [one, other] = [a.at.wait, b.at.wait];
  if (a.root !== b.root) return !local && (a.open || b.open || isUnwaited(one) || isUnwaited(other));
  if (a.open && !local) return true;
  return one !== other && overlap(one, other);
}

const isUnwaited = (wait: Wait): boolean => wait.tasks.some((task) => task.endedAt === Infinity);

/** The tasks of two waits, from where they part; undefined for a strand that goes on in the common one. */
function parting(a: Wait, b: Wait): readonly [Task | undefined, Task | undefined] {
  const depth = a.tasks.findIndex((task, index) => b.tasks[index] !== task);
  const at = depth < 0 ? a.tasks.length : depth;
  return [a.tasks[at], b.tasks[at]];
}

/** Within one run, what is awaited comes before what follows. */
function overlap(a: Wait, b: Wait): boolean {
  const [one, other] = parting(a, b);
  if (!one && !other) return false;
  if (one && other) return one.startedAt < other.endedAt && other.startedAt < one.endedAt;
  return one ? within(b.time, one) : other ? within(a.time, other) : false;
}

const within = (time: number, task: Task): boolean => task.startedAt < time && time < task.endedAt;

/** How many tasks may be there at once, when these are the ways that lead there; an upper bound. */
export function crowd<T extends Reached>(all: readonly Context<T>[], local: boolean): number {
  if (!local && all.some((way) => way.open)) return Infinity;
  const ways = [...new Map(all.map((way) => [way.at.wait, way])).values()];
  const sizes = ways.map((way) => {
    const together = ways.filter((other) => other !== way && isOfOne(way, other) && mayRunAtOnce(way, other, local));
    return 1 + together.length + rounds(way, together);
  });
  return Math.max(0, ...sizes);
}

/** What is made in two places, or in two runs, is not one thing. */
function isOfOne({ at: { wait: { permit: one } } }: Context<Reached>, { at: { wait: { permit: other } } }: Context<Reached>): boolean {
  const [a, b] = [one.resource.object, other.resource.object];
  return a.id === b.id || !a.creation || !b.creation;
}

/** The rounds of a loop that were not followed: they run beside those that were, if these run beside each other. */
function rounds<T extends Reached>(way: Context<T>, together: readonly Context<T>[]): number {
  const twins = together.filter((other) => other.root === way.root && isSameRoute(way.at.wait, other.at.wait));
  const times = twins.map((other) => parting(way.at.wait, other.at.wait)[0]?.times ?? 1);
  return Math.max(0, ...times.map((count) => count - 1 - twins.length));
}

/** Reached through the same calls of the text: two rounds of one loop. */
const isSameRoute = (a: Wait, b: Wait): boolean =>
  a.steps.length === b.steps.length && a.steps.every(({ call }, index) => call?.span.start === b.steps[index]?.call?.span.start && call?.file === b.steps[index]?.call?.file);
