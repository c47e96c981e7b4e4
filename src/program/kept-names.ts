import type ts from "typescript";

import type { Catalogue } from "../catalogue/index.js";
import type { Library, Operation } from "../catalogue/types.js";
import { append } from "../maps.js";
import { isMadeOf, outlineFile } from "./outline.js";
import { librariesIn } from "./packages.js";
import { literally, scanFile } from "./scan.js";

/** The members of a library's objects, and the names of the variables, fields and functions that give such an object. */
interface Kept {
  readonly keepers: ReadonlySet<string>;
  readonly members: ReadonlySet<string>;
  /** A keeper, and a member taken from it or from what it gives. */
  readonly written: RegExp;
}

/** Objects of a library are used in files that import them, but not the library: by the names under which the library's own files keep them. */
export class KeptNames {
  #kept: readonly Kept[] | undefined;

  constructor(readonly sources: readonly ts.SourceFile[], readonly catalogue: Catalogue, readonly concerns: (operation: Operation) => boolean) {}

  /** Members that the file may call on an object which it has from another file. */
  membersIn(source: ts.SourceFile): readonly string[] {
    this.#kept ??= this.#find();
    const { callees, imports } = scanFile(source);
    return this.#kept.flatMap(({ keepers, members, written }) => {
      const called = [...members].filter((member) => callees.has(member));
      if (called.length === 0) return [];
      if (imports.some(({ specifier, names }) => specifier.startsWith(".") && names.some((name) => keepers.has(name)))) return called;
      return Array.from(source.text.matchAll(written), ([, member = ""]) => member);
    });
  }

  #find(): readonly Kept[] {
    const importers = new Map<Library, ts.SourceFile[]>();
    for (const source of this.sources) {
      const imported = new Set(scanFile(source).imports.flatMap(({ specifier }) => librariesIn(this.catalogue, specifier)));
      for (const library of imported) append(importers, library, source);
    }
    return [...importers].flatMap(([library, sources]) => this.#keptOf(library, sources) ?? []);
  }

  #keptOf(library: Library, sources: readonly ts.SourceFile[]): Kept | undefined {
    const handles = new Set(library.handles?.map(({ name }) => name));
    const operations = library.operations.filter((each) => each.on !== "module" && each.name === "common" && each.member !== "new" && each.member !== "()" && !handles.has(each.on) && this.concerns(each));
    const members = new Set(operations.map(({ member }) => member));
    if (members.size === 0) return undefined;
    const makers = new Set([...operations.map(({ on }) => on), ...library.operations.flatMap(({ on, member, effect }) => effect.do === "create" && on === "module" ? [member] : [])]);
    const keepers = new Set(sources.flatMap((source) => keepersIn(source, makers)));
    if (keepers.size === 0) return undefined;
    return { keepers, members, written: new RegExp(`(?<![\\w$])(?:${[...keepers].map(literally).join("|")})(?:\\(\\))?[?!]?\\.(${[...members].join("|")})(?=\\s*[(<])`, "g") };
  }
}

/** What holds an object that one of the makers made, what gives back such a thing, and the types of both. */
function keepersIn(source: ts.SourceFile, makers: ReadonlySet<string>): string[] {
  const { entries } = outlineFile(source);
  const isMade = (entry: (typeof entries)[number]): boolean => [...makers].some((maker) => isMadeOf(entry, maker));
  const holders = new Set(entries.flatMap((entry) => entry.holds && entry.name !== "" && isMade(entry) ? [entry.name] : []));
  const givers = entries.flatMap((entry) => !entry.holds && entry.name !== "" && entry.uses.some(({ kind, name }) => kind === "return" && holders.has(name)) ? [entry.name] : []);
  return [...holders, ...givers, ...typesIn(source, makers)];
}

const DECLARED = /\b(?:type\s+([\w$]+)[^=;{]*=|(?:class|interface)\s+([\w$]+)[^{]*?\bextends\b)([^;{]*)/g;

/** Types and classes under whose names others have one of theirs: `type Database = Kysely<Tables>`. */
function typesIn({ text }: ts.SourceFile, makers: ReadonlySet<string>): string[] {
  return Array.from(text.matchAll(DECLARED)).flatMap(([, alias, heir, of = ""]) => (of.match(/[\w$]+/g) ?? []).some((word) => makers.has(word)) ? alias ?? heir ?? [] : []);
}
