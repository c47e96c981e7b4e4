import type ts from "typescript";

import { append } from "../maps.js";
import { CHAINED, PLAIN } from "./outline-types.js";
import { LITERAL, type Outline, type OutlineEntry, outlineFile, type Receiver, type Use, type UseKind } from "./outline.js";
import type { ReachIndex } from "./reach-index.js";

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

/**
 * Which functions may come to a seed, by what is written: a use of a name leads to all functions of that name, except those of
 * classes that its receiver can't be of by its own text. A function that is handed on may be called by whoever gets it; what a variable
 * holds is taken for a function only where it is called.
 */
export class Reach {
  readonly #reached = new Set<OutlineEntry>();
  /** What uses a seed itself. */
  readonly #direct = new Set<OutlineEntry>();
  readonly #reachedByName = new Map<string, OutlineEntry[]>();
  readonly #pending: OutlineEntry[] = [];

  constructor(readonly index: ReachIndex) {}

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
    return outline.byName.has(receiver.name) ? this.index.typesOf(receiver.name, outline)?.length === 0 : GLOBALS.has(receiver.name) || outline.builtins.has(receiver.name);
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
    if (entry.name !== "") append(this.#reachedByName, entry.name, entry);
  }

  #climb(): void {
    for (let entry = this.#pending.pop(); entry; entry = this.#pending.pop()) {
      for (const uses of this.index.usesOf(entry.name)) for (const use of uses) if (this.#isUseOf(use, entry)) this.#arrive(use, entry);
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
    if (type?.every((name) => this.index.isClass(name))) return false;
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
      // A constructor has the name of its class.
      if (target.isStatic) return this.index.isClass(receiver) && this.#isOf(receiver, name, target, orAny);
      const types = this.index.typesOf(receiver, outline);
      if (types) return isMember && types.some((type) => this.index.isClass(type) ? this.#isOf(type, name, target, false) : orAny && (this.index.typeNames.has(type) || this.index.isOwnerless(type)));
      return orAny && !PLAIN.has(name) && (isMember || (outline.importsLater && target.parent === undefined));
    }
    if (outline.builtins.has(receiver) || GLOBALS.has(receiver)) return false;
    if (this.index.isClass(receiver)) return isMember && this.#isOf(receiver, name, target, orAny);
    return (orAny && isMember) || target.parent === undefined;
  }

  /** Is the function a member of this class, of a base or of a subclass? `orAny`: where none of them has one, any may be meant. */
  #isOf(type: string, name: string, { owner }: OutlineEntry, orAny: boolean): boolean {
    const family = this.index.familyOf(type);
    if (owner !== undefined && family.has(owner)) return true;
    return orAny && !this.index.hasMember(family, name);
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
