import type { Catalogue } from "../catalogue/index.js";
import { ANONYMOUS, type Body, type LoweredFile, NO_RECEIVER } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { type Follow, LIMITS } from "./evaluator.js";
import { evaluateRoot, type RootResult } from "./roots.js";
import { Session, type Watch } from "./session.js";
import { Tally } from "./tally.js";

/** How often new wrappers may lead to new callers, and how many callers of one name are looked at. */
const ROUNDS = 8, FEW_CALLERS = 20, MOST_CALLERS = 80;

/** What the program offers to the search for sections. */
export interface SectionPort extends ProgramPort {
  /** Bodies in which a primitive may be used directly, by names. */
  candidates(): readonly Body[];
  /** Files with `@lock` or `@lockOrder` in them. */
  taggedFiles(): readonly LoweredFile[];
  /** Functions that are locks by what they do, or have a tag that says something of locks. */
  handmadeBodies(): readonly Body[];
}

/** The outermost body around one: a function or method of a module, or the module itself. */
export function outermost(body: Body): Body {
  let at = body;
  while (at.parent && at.parent.kind !== "module" && !at.owner) {
    // A function that is a field's value is a method in all but name.
    if (at.parent.kind === "initializer") return at;
    at = at.parent;
  }
  return at.owner?.body.kind === "module" || !at.owner ? at : outermost(at.owner.body);
}

/**
 * Where what a body does begins, for its callers: an argument written at a module's top level is run by the module or by whoever got it.
 */
export function entrancesOf(body: Body): readonly Body[] {
  const root = outermost(body);
  return root.name === ANONYMOUS && root.parent?.kind === "module" ? [root, root.parent] : [root];
}

/**
 * Follows every body with a critical section of its own, and then the callers of those that lend theirs: bodies that call a
 * parameter under a lock, or hand out a lock, a releaser or a handle.
 */
export class Sections {
  readonly results = new Map<Body, RootResult>();
  /** Closures that went to unknown code: anybody may run them, at any time. */
  readonly escaped = new Set<Body>();
  readonly tally = new Tally();
  readonly #wrappers = new Set<string>();
  readonly #bodies = new Map<string, Set<Body>>();
  /** What keeps something that a factory of locks has made: it may be a function. */
  readonly #holders = new Set<string>();
  /** Functions that end with something held. */
  readonly #keepers = new Set<string>();
  #work = 0;
  /** The classes that have a wrapper of a name. */
  readonly #owners = new Map<string, Set<string>>();
  readonly #focused = new Map<string, RootResult>();

  readonly #leadsToWrapper: Follow = (name, known) => known ? this.#bodies.get(nameOf(known))?.has(known) ?? false : this.#wrappers.has(name);
  readonly #session: Session;

  constructor(readonly port: SectionPort, catalogue: Catalogue, watch?: Watch) {
    this.#session = new Session(port, catalogue, this.#leadsToWrapper, watch);
  }

  run(): void {
    const special = this.port.handmadeBodies();
    for (const body of special) this.#wrapper(body);
    const kept = special.flatMap((body) => this.#keptFrom(body));
    const entered = special.filter(({ tags }) => tags.some(({ kind }) => kind === "holds"));
    let pending: Iterable<Body> = [...this.port.candidates(), ...entered, ...kept, ...[...this.#wrappers].flatMap((name) => this.#callers(name))];
    for (let round = 0; round < ROUNDS; round++) {
      const before = new Set(this.#wrappers);
      for (const body of inOrder(pending)) this.#evaluate(body);
      const added = [...this.#wrappers].filter((name) => !before.has(name));
      if (added.length === 0) break;
      pending = added.flatMap((name) => this.#callers(name));
    }
    for (const { tally } of [...this.results.values()]) this.tally.add(tally);
    for (const tally of this.#session.tallies) this.tally.add(tally);
  }

  #evaluate(body: Body): void {
    if (this.#work > LIMITS.totalWork) {
      this.tally.cut.set(body, "total work");
      return;
    }
    const result = evaluateRoot(this.#session, body);
    this.#work += result.work;
    this.results.set(body, result);
    if ((result.notes.wraps || result.notes.parametric) && outermost(body) === body && body.kind !== "initializer") this.#wrapper(body);
    if (result.notes.keeps && body.kind !== "module") this.#keepers.add(nameOf(body));
    for (const [escaped] of result.notes.escaped) {
      if (escaped === body || isMethod(escaped) || this.escaped.has(escaped) || !this.#hasSection(escaped) || (result.notes.consumed.has(escaped) && escaped.owner)) continue;
      this.escaped.add(escaped);
      if (outermost(escaped) !== escaped || !this.results.has(escaped)) this.#evaluate(escaped);
      const { notes } = this.results.get(escaped) ?? {};
      if (!notes || !(notes.wraps || notes.parametric) || !result.notes.returned.has(escaped)) continue;
      // A factory lends what the functions that it returns lend, and who has what it made calls them by their names.
      this.#wrapper(outermost(body));
      if (escaped.name !== ANONYMOUS) this.#wrapper(escaped);
    }
  }

  /** May it take a permit itself, or through a function beside it, rather than call somebody who is followed on its own? */
  #hasSection(body: Body, seen = new Set<Body>()): boolean {
    seen.add(body);
    return [...body.callNames].some((name) => this.#wrappers.has(name) || this.#holders.has(name) || this.port.namesPrimitive(body.file, name)
      || neighbours(body, name).some((other) => !seen.has(other) && this.#hasSection(other, seen)));
  }

  #wrapper(body: Body): void {
    const name = nameOf(body);
    this.#wrappers.add(name);
    this.#bodies.set(name, (this.#bodies.get(name) ?? new Set()).add(body));
    const owner = body.kind === "constructor" ? undefined : body.owner?.name ?? NO_RECEIVER;
    if (owner === undefined) return;
    const owners = this.#owners.get(name);
    if (owners) owners.add(owner);
    else this.#owners.set(name, new Set([owner]));
  }

  /** A lock that a factory makes is called by the names under which the factory's results are kept. */
  #keptFrom(body: Body): readonly Body[] {
    const factory = outermost(body);
    if (factory === body || factory.kind === "module" || factory.owner) return [];
    this.#wrapper(factory);
    const holders = this.port.holdersOf(nameOf(factory));
    for (const name of holders) this.#holders.add(name);
    return holders.flatMap((name) => this.port.filesCalling(name) <= FEW_CALLERS ? this.port.callersOf(name).flatMap(entrancesOf) : []);
  }

  /** Who calls a wrapper of this name: of many, only those who call it on something that is known to hold its class. */
  #callers(name: string): readonly Body[] {
    const givers = this.#keepers.has(name) ? this.port.mentionersOf(name)?.flatMap(entrancesOf) ?? [] : [];
    return [...new Set([...givers, ...this.#directCallers(name)])];
  }

  #directCallers(name: string): readonly Body[] {
    if (this.port.filesCalling(name) <= FEW_CALLERS) {
      const callers = [...new Set([...this.#bodies.get(name) ?? []].flatMap((body) => this.port.callersOf(name, body)).flatMap(entrancesOf))];
      if (callers.length <= FEW_CALLERS) return callers;
    }
    const holders = new Set(["this", "super", ...[...this.#owners.get(name) ?? []].flatMap((owner) => [owner, ...this.port.holdersOf(owner)])]);
    const near = [...new Set(this.port.callsOf(name, holders).flatMap(({ body }) => entrancesOf(body)))];
    return near.length > MOST_CALLERS ? near.filter((body) => this.results.has(body)) : near;
  }

  /** Follows a caller with an eye on the calls of certain names, whatever is held there. */
  focus(body: Body, names: ReadonlySet<string>): RootResult {
    const key = `${body.id}|${[...names].sort().join(",")}`;
    let result = this.#focused.get(key);
    if (!result) {
      result = evaluateRoot(this.#session, body, (name, known) => names.has(name) || this.#leadsToWrapper(name, known));
      this.#focused.set(key, result);
    }
    return result;
  }
}

/** The functions of a name that the functions around a body have. */
function neighbours(body: Body, name: string): readonly Body[] {
  const found: Body[] = [];
  for (let at = body.parent; at && at.kind !== "module"; at = at.parent) found.push(...at.children.filter((child) => child.name === name));
  return found;
}

/** The function that is a field's value: who calls it finds it by its name. */
const isMethod = ({ name, parent }: Body): boolean => parent?.kind === "initializer" && name !== ANONYMOUS;

/** Each once, in an order that doesn't depend on the order of the files. */
export const inOrder = (bodies: Iterable<Body>): readonly Body[] => [...new Set(bodies)].sort((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export function nameOf(body: Body): string {
  return body.kind === "constructor" ? body.owner?.name ?? body.name : body.name;
}
