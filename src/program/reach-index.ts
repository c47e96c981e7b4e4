import { append, memo } from "../maps.js";
import type { Outline, OutlineEntry, Use } from "./outline.js";

const NO_NAMES: ReadonlySet<string> = new Set();
const noneYet = (): Set<string> => new Set();

/** What the outlines of all files say together: one for all that is looked for in a program. */
export class ReachIndex {
  /** Interfaces and type aliases of the program. */
  readonly typeNames = new Set<string>();
  readonly #named = new Map<string, OutlineEntry[]>();
  readonly #uses = new Map<string, (readonly Use[])[]>();
  readonly #bases = new Map<string, Set<string>>();
  readonly #subclasses = new Map<string, Set<string>>();
  readonly #members = new Map<ReadonlySet<string>, Map<string, boolean>>();
  readonly #families = new Map<string, ReadonlySet<string>>();
  readonly #types = new Map<Outline, Map<string, readonly string[] | undefined>>();

  constructor(outlines: readonly Outline[]) {
    for (const outline of outlines) this.#add(outline);
  }

  #add({ byName, usesByName, classes, typeNames }: Outline): void {
    for (const [name, entries] of byName) append(this.#named, name, ...entries);
    for (const [name, uses] of usesByName) append(this.#uses, name, uses);
    for (const { name, heritage } of classes) for (const base of heritage) {
      memo(this.#bases, name, noneYet).add(base);
      memo(this.#subclasses, base, noneYet).add(name);
    }
    for (const { name } of classes) memo(this.#bases, name, noneYet);
    for (const name of typeNames) this.typeNames.add(name);
  }

  named(name: string): readonly OutlineEntry[] | undefined {
    return this.#named.get(name);
  }

  usesOf(name: string): readonly (readonly Use[])[] {
    return this.#uses.get(name) ?? [];
  }

  isClass(name: string): boolean {
    return this.#bases.has(name);
  }

  /** What all names of a file that are written like this are declared with; undefined if one of them doesn't say. */
  typesOf(name: string, outline: Outline): readonly string[] | undefined {
    let known = this.#types.get(outline);
    if (!known) this.#types.set(outline, (known = new Map<string, readonly string[] | undefined>()));
    if (known.has(name)) return known.get(name);
    const all = (outline.byName.get(name) ?? []).map(({ type }) => type);
    const types = all.every((type) => type !== undefined) ? [...new Set(all.flat())] : undefined;
    known.set(name, types);
    return types;
  }

  isOwnerless(name: string): boolean {
    return this.#named.get(name)?.some(({ owner }) => owner === undefined) ?? false;
  }

  /** Has one of these classes a member of this name? */
  hasMember(family: ReadonlySet<string>, name: string): boolean {
    return memo(memo(this.#members, family, () => new Map<string, boolean>()), name,
      () => this.#named.get(name)?.some(({ owner }) => owner !== undefined && family.has(owner)) ?? false);
  }

  /** The class with all its bases and subclasses. */
  familyOf(type: string): ReadonlySet<string> {
    let family = this.#families.get(type);
    if (!family) this.#families.set(type, (family = new Set([...closure(type, this.#bases), ...closure(type, this.#subclasses)])));
    return family;
  }
}

function closure(from: string, edges: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set([from]);
  for (const name of found) for (const next of edges.get(name) ?? NO_NAMES) found.add(next);
  return found;
}
