import type ts from "typescript";

import type { Catalogue } from "../catalogue/index.js";
import { concernsPermits } from "../catalogue/permits.js";
import type { Library } from "../catalogue/types.js";
import type { Body } from "../effects/ir.js";
import { append, memo } from "../maps.js";
import { KeptNames } from "./kept-names.js";
import { isMadeOf, type Outline, type OutlineEntry, outlineFile } from "./outline.js";
import { librariesIn } from "./packages.js";
import { Reach, type Written } from "./reach.js";
import { ReachIndex } from "./reach-index.js";
import { scanFile } from "./scan.js";

/**
 * The call graph by names alone. It can't tell two methods of one name apart, so it says "may" for too many and never
 * "can't" for too few, and it costs no question to the type checker.
 */
export class NameGraph {
  readonly #files = new Map<string, ts.SourceFile[]>();
  #handmade: readonly Body[] | undefined;
  #index: ReachIndex | undefined;
  /** What may lead to a lock; nothing until somebody asks for it. */
  reached: Reach | undefined;
  readonly #allSeeds = new Set<string>();
  readonly #seeds = new Map<ts.SourceFile, ReadonlySet<string>>();
  readonly #directSeeds = new Map<ts.SourceFile, ReadonlySet<string>>();
  readonly #holders = new Map<string, readonly string[]>();
  readonly #telling: ReadonlySet<string>;
  readonly #kept: KeptNames;
  #callables: ReadonlySet<string> | undefined;
  #defined: ReadonlySet<string> | undefined;
  #unimported: ReadonlySet<string> | undefined;

  /** `handmade` gives the functions of a file that are locks by what they do. */
  constructor(readonly sources: readonly ts.SourceFile[], readonly catalogue: Catalogue, readonly handmade: (source: ts.SourceFile) => readonly Body[]) {
    const operations = catalogue.libraries.flatMap((library) => library.operations);
    this.#telling = new Set(operations.flatMap(({ member, name, effect }) => name === "telling" && concernsPermits(effect) ? [member] : []));
    this.#kept = new KeptNames(sources, catalogue, ({ effect }) => concernsPermits(effect));
  }

  filesCalling(name: string): readonly ts.SourceFile[] {
    if (this.#files.size === 0) {
      for (const source of this.sources) for (const callee of scanFile(source).callees) append(this.#files, callee, source);
    }
    return this.#files.get(name.replace(/^#/, "")) ?? [];
  }

  /** May a call of anything named like this lead to a seed? */
  mayWait(name: string): boolean {
    return this.#reach().hasName(name) || this.#allSeeds.has(name);
  }

  /** May this call? */
  mayWaitAt(written: Written): boolean {
    return this.#reach().leads(written) || this.#allSeeds.has(written.name);
  }

  /** May the function at this node? Undefined for what is no function by itself. */
  functionMayWait(source: ts.SourceFile, node: ts.Node): boolean | undefined {
    const entry = outlineFile(source).entryAt.get(node);
    return entry && this.#reach().has(entry);
  }

  /** Is anything of the program that could be called named like this? */
  defines(name: string): boolean {
    this.#defined ??= new Set(this.sources.flatMap((source) => [...outlineFile(source).byName.keys()]));
    return this.#defined.has(name);
  }

  /** Names that wait by themselves in this file: telling ones everywhere, common ones where the library can be met. */
  seedsOf(source: ts.SourceFile): ReadonlySet<string> {
    return memo(this.#seeds, source, () => this.#findSeeds(source));
  }

  #findSeeds(source: ts.SourceFile): ReadonlySet<string> {
    const { callees, imports } = scanFile(source);
    const seeds = new Set<string>();
    this.#unimported ??= this.#findUnimported();
    for (const name of callees) if (this.#telling.has(name) || this.#unimported.has(name)) seeds.add(name);
    for (const { specifier, names } of imports) {
      const members = this.#namesOf(specifier);
      if (members.length > 0) for (const name of names) seeds.add(name);
      for (const name of members) if (callees.has(name)) seeds.add(name);
    }
    for (const name of this.#kept.membersIn(source)) seeds.add(name);
    return seeds;
  }

  /** As `seedsOf`, with the names that a limiter or a lock-like function is kept under anywhere. */
  directSeedsOf(source: ts.SourceFile): ReadonlySet<string> {
    return memo(this.#directSeeds, source, () => {
      this.#callables ??= this.#findCallables();
      const { callees } = scanFile(source);
      return new Set([...this.seedsOf(source), ...[...this.#callables].filter((name) => callees.has(name))]);
    });
  }

  /** Names of members of what the program needs no import for: any file may have been handed it. */
  #findUnimported(): ReadonlySet<string> {
    const used = this.catalogue.libraries.filter(({ words }) => words && this.sources.some(({ text }) => words.every((word) => text.includes(word))));
    return new Set(used.flatMap(permitNames));
  }

  /** Variables and fields that hold something made by a function of a lock library: calling them may be an acquire. */
  #findCallables(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const source of this.sources) {
      const makers = scanFile(source).imports.flatMap(({ specifier, names }) => this.#isCallable(specifier) ? names : []);
      if (makers.length === 0) continue;
      for (const entry of outlineFile(source).entries) if (entry.holds && makers.some((maker) => isMadeOf(entry, maker))) found.add(entry.name);
    }
    return found;
  }

  /** Names of variables, fields and parameters declared with a class of the program, or made from it. */
  holdersOf(name: string): readonly string[] {
    return memo(this.#holders, name, () => [...new Set(this.sources.filter((source) => source.text.includes(name))
      .flatMap((source) => outlineFile(source).entries.flatMap((entry) => entry.holds && isMadeOf(entry, name) ? [entry.name] : [])))]);
  }

  /** Has the library objects that are called themselves, as limiters are? */
  #isCallable(specifier: string): boolean {
    return librariesIn(this.catalogue, specifier).some((library) => library.operations.some(({ member }) => member === "()"));
  }

  #namesOf(specifier: string): readonly string[] {
    return librariesIn(this.catalogue, specifier).flatMap(permitNames);
  }

  /** Could a lock be made, declared or used there? */
  keepsLocks(source: ts.SourceFile): boolean {
    return this.directSeedsOf(source).size > 0 || scanFile(source).imports.some(({ specifier }) => this.#namesOf(specifier).length > 0)
      || this.handmadeBodies().some(({ file }) => file === source.fileName);
  }

  handmadeBodies(): readonly Body[] {
    this.#handmade ??= this.sources.filter((source) => scanFile(source).handmade || scanFile(source).tagged).flatMap((source) => this.handmade(source));
    return this.#handmade;
  }

  /** May a use of the function's name in this part of a file mean the function? */
  mayMean(file: ts.SourceFile, part: ts.Node, of: { readonly file: ts.SourceFile; readonly node: ts.Node }): boolean {
    const home = outlineFile(of.file), target = home.entryAt.get(of.node), outline = outlineFile(file);
    const named = target?.name === "" ? target.parent : target;
    if (!named) return true;
    const within = outline.entryAt.get(part), reach = this.#reach();
    return reach.mayMean(named, outline, within) || propertiesOf(named, home).some((property) => reach.mayMean(property, outline, within));
  }

  get index(): ReachIndex {
    return (this.#index ??= new ReachIndex(this.sources.map(outlineFile)));
  }

  #reach(): Reach {
    if (this.reached) return this.reached;
    const reach = new Reach(this.index);
    for (const source of this.sources) for (const seed of this.directSeedsOf(source)) {
      this.#allSeeds.add(seed);
      reach.seed(source, seed);
    }
    const sources = new Map(this.sources.map((source) => [source.fileName, source]));
    for (const { file, ticket } of this.handmadeBodies()) {
      const source = sources.get(file);
      if (source) reach.seedFunction(source, ticket as ts.Node);
    }
    return (this.reached = reach);
  }
}

/** `{ lock, unlock }`: the same name as a member of an object. */
const propertiesOf = (named: OutlineEntry, { byName }: Outline): readonly OutlineEntry[] =>
  named.owner === undefined ? (byName.get(named.name) ?? []).filter(({ owner, holds, uses }) => holds && owner !== undefined && uses.some(({ name, kind }) => kind === "alias" && name === named.name)) : [];

/** What is called to make, take or give back a library's permits. */
const permitNames = ({ operations }: Library): readonly string[] =>
  operations.flatMap(({ on, member, effect }) => !concernsPermits(effect) || member === "()" ? [] : [member === "new" ? on : member]);
