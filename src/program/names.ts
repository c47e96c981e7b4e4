import type ts from "typescript";

import type { Catalogue } from "../catalogue/index.js";
import { outlineFile, scanFile } from "./scan.js";

/**
 * The call graph by names alone. It can't tell two methods of one name apart, so it says "may" for too many and never
 * "can't" for too few, and it costs no question to the type checker.
 */
export class NameGraph {
  readonly #files = new Map<string, ts.SourceFile[]>();
  #handmade: ReadonlySet<string> | undefined;
  #waiting: ReadonlySet<string> | undefined;
  readonly #direct = new Map<ts.SourceFile, ReadonlySet<string>>();
  #callables: ReadonlySet<string> | undefined;

  /** `handmade` gives the names of the functions of a file that are locks by what they do. */
  constructor(readonly sources: readonly ts.SourceFile[], readonly catalogue: Catalogue, readonly handmade: (source: ts.SourceFile) => readonly string[]) {}

  filesCalling(name: string): readonly ts.SourceFile[] {
    if (this.#files.size === 0) {
      for (const source of this.sources) for (const callee of scanFile(source).callees) {
        const list = this.#files.get(callee);
        if (list) list.push(source);
        else this.#files.set(callee, [source]);
      }
    }
    return this.#files.get(name.replace(/^#/, "")) ?? [];
  }

  mayWait(name: string): boolean {
    this.#waiting ??= this.#reach();
    return this.#waiting.has(name);
  }

  /** Names that wait by themselves in this file: telling ones everywhere, common ones where the library can be met. */
  seedsOf(source: ts.SourceFile): ReadonlySet<string> {
    const { callees, imports } = scanFile(source);
    const seeds = new Set<string>();
    for (const name of callees) if (this.catalogue.tellingNames.has(name)) seeds.add(name);
    for (const { specifier, names } of imports) {
      if (this.#namesOf(specifier).length > 0) for (const name of names) seeds.add(name);
      for (const name of this.#namesOf(specifier)) if (callees.has(name)) seeds.add(name);
    }
    return seeds;
  }

  /** As `seedsOf`, with the names that a limiter or a lock-like function is kept under anywhere. */
  directSeedsOf(source: ts.SourceFile): ReadonlySet<string> {
    const known = this.#direct.get(source);
    if (known) return known;
    this.#callables ??= this.#findCallables();
    const seeds = new Set(this.seedsOf(source));
    const { callees } = scanFile(source);
    for (const name of this.#callables) if (callees.has(name)) seeds.add(name);
    this.#direct.set(source, seeds);
    return seeds;
  }

  /** Variables and fields that hold something made by a function of a lock library: calling them may be an acquire. */
  #findCallables(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const source of this.sources) {
      const makers = scanFile(source).imports.flatMap(({ specifier, names }) => this.#namesOf(specifier).length > 0 ? names : []);
      if (makers.length === 0) continue;
      for (const { name, calls } of outlineFile(source)) if (makers.some((maker) => calls.has(maker))) found.add(name);
    }
    return found;
  }

  #namesOf(specifier: string): readonly string[] {
    const [first = "", second = ""] = specifier.split("/");
    const libraries = this.catalogue.librariesOf(first.startsWith("@") ? `${first}/${second}` : first);
    return libraries.flatMap((library) => library.operations.flatMap(({ on, member }) => member === "new" ? [on] : member === "()" ? [] : [member]));
  }

  handmadeNames(): ReadonlySet<string> {
    this.#handmade ??= new Set(this.sources.filter((source) => scanFile(source).handmade).flatMap((source) => this.handmade(source)));
    return this.#handmade;
  }

  /** Every name from whose functions a seed can be reached. */
  #reach(): ReadonlySet<string> {
    const callersOf = new Map<string, string[]>();
    const reached = new Set<string>();
    const queue: string[] = [];
    const reach = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      queue.push(name);
    };
    for (const name of this.handmadeNames()) reach(name);
    for (const source of this.sources) {
      const seeds = this.seedsOf(source);
      for (const { name, calls } of outlineFile(source)) {
        for (const call of calls) {
          const list = callersOf.get(call);
          if (list) list.push(name);
          else callersOf.set(call, [name]);
          if (seeds.has(call)) reach(name);
        }
      }
      for (const seed of seeds) reached.add(seed);
    }
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) for (const caller of callersOf.get(name) ?? []) reach(caller);
    return reached;
  }
}
