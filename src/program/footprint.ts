import type ts from "typescript";

import type { Catalogue } from "../catalogue/index.js";
import { memo } from "../maps.js";
import type { ProgramView } from "./joined.js";
import type { NameGraph } from "./names.js";
import { type Outline, type OutlineEntry, outlineFile } from "./outline.js";
import type { OutsideNames } from "./outside-names.js";
import { isOfProject, type ProjectFiles } from "./project-files.js";
import type { Reach } from "./reach.js";
import { scanFile } from "./scan.js";
import { suspicionOf } from "./suspects.js";

/** With more files changed since then a new look costs less than to compare. */
const MOST_CHANGED = 16;

/**
 * What an analysis has seen of its Program. In an editor most edits are made in files that have nothing to do with what is looked for:
 * as long as such a file neither declares anything else nor comes near a lock, the analysis would say the same again. What only the
 * types can tell is not asked here, except through what the file declares.
 */
export class Footprint {
  readonly #sources: ReadonlyMap<string, ts.SourceFile>;
  /** Functions of changed files that may wait for the world outside, as they were when the analysis was made. */
  readonly #outside = new Map<string, ReadonlySet<string>>();
  #lowered: ReadonlySet<Outline> | undefined;

  constructor(program: ProgramView, readonly files: ProjectFiles, readonly names: NameGraph, readonly outside: OutsideNames, readonly catalogue: Catalogue) {
    this.#sources = new Map(program.getSourceFiles().map((source) => [source.fileName, source]));
  }

  /** Would an analysis of this Program say the same? */
  covers(program: ProgramView): boolean {
    const sources = program.getSourceFiles();
    const { reached } = this.names;
    // Where nobody asked what leads to a lock, to look again costs little.
    if (!reached || sources.length !== this.#sources.size) return false;
    const changed = sources.filter((source) => this.#sources.get(source.fileName) !== source);
    return changed.length <= MOST_CHANGED && changed.every((source) => this.#isApart(source, reached));
  }

  #isApart(now: ts.SourceFile, locks: Reach): boolean {
    const before = this.#sources.get(now.fileName);
    if (!before || !isOfProject(now) || this.files.lowered.has(now.fileName)) return false;
    const old = outlineFile(before), outline = outlineFile(now);
    if (!saysTheSame(before, now)) return false;
    return shapeOf(old) === shapeOf(outline) || (declares(old) === declares(outline) && !this.#meets(before, now, outline)
      && !old.entries.some((entry) => locks.has(entry)) && !leads(locks, outline) && this.#isAsFarOut(now, old, outline));
  }

  /** Are names used or called that were not, and that the analysis knows? */
  #meets(before: ts.SourceFile, now: ts.SourceFile, outline: Outline): boolean {
    const { usesByName } = outlineFile(before), { callees } = scanFile(before);
    const fresh = [...[...outline.usesByName.keys()].filter((name) => !usesByName.has(name)), ...[...scanFile(now).callees].filter((name) => !callees.has(name))];
    return fresh.some((name) => this.catalogue.tellingNames.has(name) || this.catalogue.commonNames.has(name) || this.names.index.named(name)?.some((entry) => this.#isLowered(entry.outline)));
  }

  #isLowered(outline: Outline): boolean {
    this.#lowered ??= new Set(this.files.sources.flatMap((source) => this.files.lowered.has(source.fileName) ? [outlineFile(source)] : []));
    return this.#lowered.has(outline);
  }

  /** No function has become one that may wait for the world outside: somebody may call it under a lock. */
  #isAsFarOut(now: ts.SourceFile, old: Outline, outline: Outline): boolean {
    const { reached } = this.outside;
    if (!reached) return true;
    const before = memo(this.#outside, now.fileName, () => new Set(old.entries.filter((entry) => reached.has(entry)).map(keyOf)));
    return [...this.#outward(reached, now, outline)].every((entry) => !isDeclared(entry) || before.has(keyOf(entry)));
  }

  /** What may wait for the world outside in the file as it is now. */
  #outward(reached: Reach, now: ts.SourceFile, outline: Outline): ReadonlySet<OutlineEntry> {
    const found = new Set<OutlineEntry>();
    const seeds = this.outside.seedsOf(now);
    for (let size = -1; size !== found.size;) {
      size = found.size;
      for (const entry of outline.entries) {
        const isOut = entry.uses.some(({ name, receiver }) => seeds.has(name) || reached.leads({ name, receiver, outline, self: entry.self })
          || outline.byName.get(name)?.some((other) => found.has(other)));
        for (let at: OutlineEntry | undefined = isOut ? entry : undefined; at; at = at.parent) found.add(at);
      }
    }
    return found;
  }
}

const leads = (reach: Reach, outline: Outline): boolean =>
  outline.entries.some((entry) => entry.uses.some(({ name, receiver }) => reach.leads({ name, receiver, outline, self: entry.self })));

function saysTheSame(before: ts.SourceFile, now: ts.SourceFile): boolean {
  const told = (source: ts.SourceFile): string => {
    const { imports, getters, heritage, handmade, tagged, eager } = scanFile(source);
    return JSON.stringify([imports, getters, [...heritage], handmade, tagged, eager, suspicionOf(source)]);
  };
  return told(before) === told(now);
}

/** What others can see of a file. */
const declares = ({ entries, classes, typeNames, importsLater }: Outline): string => JSON.stringify([
  entries.filter(isDeclared).map((entry) => [keyOf(entry), entry.type, entry.isGetter, entry.isStatic, entry.holds, [...entry.types]]), classes, [...typeNames], importsLater,
]);

/** All names of a file and what is done with them; of what only its numbers, texts and comments say, no other file depends. */
const shapeOf = ({ entries, classes, typeNames, importsLater }: Outline): string => JSON.stringify([
  entries.map(({ name, owner, self, type, isGetter, isStatic, isMethod, holds, types, end, uses }) =>
    [name, owner, self, type, isGetter, isStatic, isMethod, holds, [...types], end, uses.map((use) => [use.kind, use.name, use.receiver])]),
  classes, [...typeNames], importsLater,
]);

const isDeclared = ({ name, owner, parent }: OutlineEntry): boolean => name !== "" && (owner !== undefined || parent === undefined);

const keyOf = ({ name, owner = "" }: OutlineEntry): string => `${owner}.${name}`;
