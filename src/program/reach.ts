import type ts from "typescript";

import { CHAINED, PLAIN } from "./outline-types.js";
import { LITERAL, type Outline, type OutlineEntry, outlineFile, type Receiver, type Use, type UseKind } from "./outline.js";

/** A call or another use of a name, with what its text tells of where it leads. */
export interface Written {
  readonly name: string;
  readonly receiver: Receiver;
  readonly outline: Outline;
  /** The class whose `this` is in force. */
  readonly self: string | undefined;
}

/** What every file has of the platform. */
const GLOBALS: ReadonlySet<string> = new Set([
  "console", "JSON", "Math", "Object", "Array", "Number", "String", "Promise", "Date", "Reflect", "Buffer", "Symbol", "performance", "Intl", "Atomics", "BigInt", "Error",
]);

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Which functions may come to a seed, by what is written: a use of a name leads to all functions of that name, except those of
 * classes that its receiver can't be of by its own text. A function that is handed on may be called by whoever gets it; what a variable
 * holds is taken for a function only where it is called.
 */
export class Reach {
  readonly #named = new Map<string, OutlineEntry[]>();
  readonly #uses = new Map<string, (readonly Use[])[]>();
  readonly #bases = new Map<string, Set<string>>();
  readonly #subclasses = new Map<string, Set<string>>();
  readonly #typeNames = new Set<string>();
  readonly #families = new Map<string, ReadonlySet<string>>();
  readonly #types = new Map<Outline, Map<string, readonly string[] | undefined>>();
  readonly #reached = new Set<OutlineEntry>();
  /** What uses a seed itself. */
  readonly #direct = new Set<OutlineEntry>();
  readonly #reachedByName = new Map<string, OutlineEntry[]>();
  readonly #pending: OutlineEntry[] = [];

  constructor(outlines: readonly Outline[]) {
    for (const outline of outlines) this.#index(outline);
  }

  #index({ byName, usesByName, classes, typeNames }: Outline): void {
    for (const [name, entries] of byName) appendAll(this.#named, name, entries);
    for (const [name, uses] of usesByName) appendAll(this.#uses, name, [uses]);
    for (const { name, heritage } of classes) for (const base of heritage) {
      addTo(this.#bases, name, base);
      addTo(this.#subclasses, base, name);
    }
    for (const { name } of classes) if (!this.#bases.has(name)) this.#bases.set(name, new Set());
    for (const name of typeNames) this.#typeNames.add(name);
  }

  /** Everything in the file that uses the name comes to a seed. */
  seed(source: ts.SourceFile, name: string): void {
    const outline = outlineFile(source);
    for (const { entry, receiver } of outline.usesByName.get(name) ?? []) {
      if (this.#isPlatform(receiver, outline)) continue;
      this.#enter(entry);
      this.#direct.add(entry);
    }
  }

  /** Something that is known to be of the platform, or to be another value than an object of a class. */
  #isPlatform(receiver: Receiver, outline: Outline): boolean {
    if (receiver.is !== "named") return receiver.is === "platform";
    return outline.byName.has(receiver.name) ? this.#typesOf(receiver.name, outline)?.length === 0 : GLOBALS.has(receiver.name) || outline.builtins.has(receiver.name);
  }

  /** The function does what seeds do. */
  seedFunction(source: ts.SourceFile, node: ts.Node): void {
    const entry = outlineFile(source).entryAt.get(node);
    if (entry) this.#enter(entry);
  }

  has(entry: OutlineEntry): boolean {
    this.#climb();
    return this.#reached.has(entry);
  }

  hasName(name: string): boolean {
    this.#climb();
    return this.#reachedByName.has(name);
  }

  /** May it lead to a seed? */
  leads(written: Written): boolean {
    this.#climb();
    return this.#reachedByName.get(written.name)?.some((entry) => this.#leadsTo(written, entry)) ?? false;
  }

  /** May a use of its name in this part of a file mean the function? Without a part: anywhere in the file. */
  mayMean(target: OutlineEntry, outline: Outline, within: OutlineEntry | undefined): boolean {
    return outline.usesByName.get(target.name)?.some(({ name, receiver, entry }) =>
      (!within || (entry.index >= within.index && entry.index < within.end)) && this.#leadsTo({ name, receiver, outline, self: entry.self }, target)) ?? false;
  }

  /** What runs in a function is run by those around it, as far as anybody can tell. */
  #enter(entry: OutlineEntry): void {
    for (let at: OutlineEntry | undefined = entry; at; at = at.parent) this.#mark(at);
  }

  #mark(entry: OutlineEntry): void {
    if (this.#reached.has(entry)) return;
    this.#reached.add(entry);
    this.#pending.push(entry);
    if (entry.name !== "") appendAll(this.#reachedByName, entry.name, [entry]);
  }

  #climb(): void {
    for (let entry = this.#pending.pop(); entry; entry = this.#pending.pop()) {
      for (const uses of this.#uses.get(entry.name) ?? []) for (const use of uses) if (this.#isUseOf(use, entry)) this.#arrive(use, entry);
    }
  }

  #isUseOf({ kind, entry }: Use, target: OutlineEntry): boolean {
    const isFunction = !target.holds || target.isGetter;
    switch (kind) {
      case "read": return target.isGetter;
      case "hand": return isFunction;
      // Through how many properties something is handed on can't be told by their names.
      case "alias": return isFunction || !(target.owner === LITERAL && entry.owner === LITERAL);
      default: return true;
    }
  }

  #arrive({ kind, name, receiver, entry }: Use, target: OutlineEntry): void {
    const runner = runnerOf(entry);
    const isTold = (!entry.holds || this.#reached.has(entry)) && (!runner || this.#reached.has(runner));
    const isCalled = kind === "call" || kind === "wait" || kind === "new" || kind === "read";
    if (isTold || !this.#leadsTo({ name, receiver, outline: entry.outline, self: entry.self }, target, isCalled || !target.isMethod)) return;
    if (entry.holds && this.#mayHold(entry, kind, target)) this.#mark(entry);
    if (runner && (isCalled || !target.holds)) this.#enter(runner);
  }

  /** Is calling what the name holds calling the target, or what the target gives back? */
  #mayHold({ type }: OutlineEntry, kind: UseKind, target: OutlineEntry): boolean {
    if (type?.every((name) => this.#bases.has(name))) return false;
    switch (kind) {
      case "alias": case "hand": return true;
      case "call": case "read": return !target.holds && (this.#direct.has(target) || writesFunctions(target));
      default: return false;
    }
  }

  /** `orAny`: where the text doesn't tell which class the receiver is of, it may be any. */
  #leadsTo({ name, receiver, outline, self }: Written, target: OutlineEntry, orAny = true): boolean {
    const isMember = target.owner !== undefined, isOfModule = !isMember && target.parent === undefined;
    switch (receiver.is) {
      case "platform": return false;
      case "chain": case "other":
        return orAny && (isMember || isOfModule) && !target.isStatic && !PLAIN.has(name) && !(receiver.is === "chain" && CHAINED.has(name));
      case "own": return isMember && (self === undefined ? orAny : this.#isOf(self, name, target, orAny));
      case "alone": {
        if (isMember) return false;
        if (target.outline === outline) return true;
        return isOfModule && !outline.builtins.has(name) && !outline.byName.get(name)?.some(({ owner }) => owner === undefined);
      }
      case "named": return this.#isOnNamed(receiver.name, name, outline, target, orAny);
    }
  }

  #isOnNamed(receiver: string, name: string, outline: Outline, target: OutlineEntry, orAny: boolean): boolean {
    const isMember = target.owner !== undefined;
    if (outline.byName.has(receiver)) {
      if (target.isStatic) return false;
      const types = this.#typesOf(receiver, outline);
      if (types) return isMember && types.some((type) => this.#bases.has(type) ? this.#isOf(type, name, target, false) : orAny && (this.#typeNames.has(type) || this.#isOwnerless(type)));
      return orAny && !PLAIN.has(name) && (isMember || (outline.importsLater && target.parent === undefined));
    }
    if (outline.builtins.has(receiver) || GLOBALS.has(receiver)) return false;
    if (this.#bases.has(receiver)) return isMember && this.#isOf(receiver, name, target, orAny);
    return (orAny && isMember) || target.parent === undefined;
  }

  /** What all names of a file that are written like this are declared with; undefined if one of them doesn't say. */
  #typesOf(name: string, outline: Outline): readonly string[] | undefined {
    let known = this.#types.get(outline);
    if (!known) this.#types.set(outline, (known = new Map<string, readonly string[] | undefined>()));
    if (known.has(name)) return known.get(name);
    const all = (outline.byName.get(name) ?? []).map(({ type }) => type);
    const types = all.every((type) => type !== undefined) ? [...new Set(all.flat())] : undefined;
    known.set(name, types);
    return types;
  }

  #isOwnerless(name: string): boolean {
    return this.#named.get(name)?.some(({ owner }) => owner === undefined) ?? false;
  }

  /** Is the function a member of this class, of a base or of a subclass? `orAny`: where none of them has one, any may be meant. */
  #isOf(type: string, name: string, { owner }: OutlineEntry, orAny: boolean): boolean {
    const family = this.#familyOf(type);
    if (owner !== undefined && family.has(owner)) return true;
    return orAny && !this.#named.get(name)?.some((entry) => entry.owner !== undefined && family.has(entry.owner));
  }

  #familyOf(type: string): ReadonlySet<string> {
    let family = this.#families.get(type);
    if (!family) this.#families.set(type, (family = new Set([...closure(type, this.#bases), ...closure(type, this.#subclasses)])));
    return family;
  }
}

/** The function that evaluates what a variable or field of it is given. */
function runnerOf(entry: OutlineEntry): OutlineEntry | undefined {
  let at: OutlineEntry | undefined = entry;
  while (at?.holds) at = at.parent;
  return at;
}

/** Functions written in it may be what a call of it gives. */
const writesFunctions = ({ outline, index, end }: OutlineEntry): boolean => outline.entries.slice(index + 1, end).some(({ holds }) => !holds);

function closure(from: string, edges: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set([from]);
  for (const name of found) for (const next of edges.get(name) ?? NO_NAMES) found.add(next);
  return found;
}

function appendAll<T>(lists: Map<string, T[]>, key: string, items: readonly T[]): void {
  const list = lists.get(key);
  if (list) list.push(...items);
  else lists.set(key, [...items]);
}

function addTo(sets: Map<string, Set<string>>, key: string, item: string): void {
  const set = sets.get(key);
  if (set) set.add(item);
  else sets.set(key, new Set([item]));
}
