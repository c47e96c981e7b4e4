import type ts from "typescript";

import type { Catalogue } from "../catalogue/index.js";
import { reachesOutside } from "../catalogue/outside.js";
import type { Operation } from "../catalogue/types.js";
import { memo } from "../maps.js";
import { KeptNames } from "./kept-names.js";
import { outlineFile } from "./outline.js";
import { librariesIn } from "./packages.js";
import { Reach, type Written } from "./reach.js";
import type { ReachIndex } from "./reach-index.js";
import { scanFile } from "./scan.js";

/** A promise made by hand may be one that a timer, an event or another task settles. */
const BY_HAND = ["Promise", "withResolvers"];

/** Which functions may wait for the network, timers, processes, people or other tasks, by what is written. */
export class OutsideNames {
  readonly #seeds = new Map<ts.SourceFile, ReadonlySet<string>>();
  /** Names that need no import. */
  readonly #anywhere: ReadonlySet<string>;
  readonly #imported = new Map<string, readonly string[]>();
  /** Nothing until somebody asks for it. */
  reached: Reach | undefined;
  readonly #kept: KeptNames;

  constructor(readonly sources: readonly ts.SourceFile[], readonly catalogue: Catalogue, readonly index: () => ReachIndex) {
    const platform = catalogue.librariesOf("platform").flatMap(outsideOperations);
    const telling = catalogue.libraries.flatMap(outsideOperations).filter(({ name }) => name === "telling");
    this.#anywhere = new Set([...platform.filter(({ module }) => module === undefined), ...telling].map(({ member }) => member).concat(BY_HAND));
    this.#kept = new KeptNames(sources, catalogue, ({ effect }) => reachesOutside(effect));
  }

  /** Names called in a file that wait for something outside themselves, as far as names and imports tell. */
  seedsOf(source: ts.SourceFile): ReadonlySet<string> {
    return memo(this.#seeds, source, () => this.#findSeeds(source));
  }

  #findSeeds(source: ts.SourceFile): ReadonlySet<string> {
    const { callees, imports } = scanFile(source);
    const seeds = new Set<string>();
    for (const name of callees) if (this.#anywhere.has(name)) seeds.add(name);
    for (const { specifier, names } of imports) {
      const members = this.#membersOf(specifier);
      for (const name of members) if (callees.has(name)) seeds.add(name);
      if (members.length > 0) for (const name of names) if (callees.has(name)) seeds.add(name);
    }
    for (const name of this.#kept.membersIn(source)) seeds.add(name);
    return seeds;
  }

  /** May this call lead there? */
  mayReachAt(written: Written): boolean {
    return this.#reach().leads(written);
  }

  /** May the function at this node? Undefined for what is no function by itself. */
  functionMayReach(source: ts.SourceFile, node: ts.Node): boolean | undefined {
    const entry = outlineFile(source).entryAt.get(node);
    return entry && this.#reach().has(entry);
  }

  #membersOf(specifier: string): readonly string[] {
    return memo(this.#imported, specifier, () => {
      const module = specifier.replace(/^node:/, "");
      const builtin = this.catalogue.librariesOf("platform").flatMap(outsideOperations).filter((operation) => operation.module === module || (module === "events" && operation.on === "EventEmitter"));
      const library = librariesIn(this.catalogue, specifier).flatMap(outsideOperations);
      return [...builtin, ...library].map(({ member }) => member);
    });
  }

  #reach(): Reach {
    if (this.reached) return this.reached;
    const reach = new Reach(this.index());
    for (const source of this.sources) for (const seed of this.seedsOf(source)) reach.seed(source, seed);
    return (this.reached = reach);
  }
}

const outsideOperations = ({ operations }: { readonly operations: readonly Operation[] }): readonly Operation[] => operations.filter(({ effect }) => reachesOutside(effect));
