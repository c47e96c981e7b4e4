import { groupBy } from "../maps.js";
import type { HandleType, Library, Operation, PrimitiveKind } from "./types.js";

/** Where a declaration stands beyond its package, container and name, for members that several modules or sides of a class share. */
export interface Place {
  readonly module?: string | undefined;
  readonly isStatic?: boolean | undefined;
}

export interface PrimitiveType {
  readonly what: PrimitiveKind;
  readonly capacity?: number;
}

/** What the libraries say, arranged for lookup. */
export interface Catalogue {
  readonly libraries: readonly Library[];
  /**
   * Packages are named with or without their major (`p-limit@3`, `drizzle-orm@0.45`). With it only those libraries count that describe
   * this major.
   *
   * Operations of a member by what declares it, those of supertypes included when the type has none of its own. Several remain only
   * where the arguments of a call decide (`minArgs`, `maxArgs`, `argIsFunction`).
   */
  findOperations(packageName: string, on: string, member: string, place?: Place): readonly Operation[];
  /** The primitive that a value of this type is. A handle is none, although its type may extend that of its pool. */
  primitiveOf(packageName: string, typeName: string): PrimitiveType | undefined;
  handleOf(packageName: string, typeName: string): HandleType | undefined;
  librariesOf(packageName: string): readonly Library[];
  isLibraryPackage(packageName: string): boolean;
  /** Member names by how much they say; a name that is telling anywhere is no longer common. */
  readonly tellingNames: ReadonlySet<string>;
  readonly commonNames: ReadonlySet<string>;
}

/** Prisma generates its client into a folder beside the packages. */
export function libraryName(packageName: string): string {
  return packageName === ".prisma" || packageName === ".prisma/client" ? "@prisma/client" : describedPackage(packageName);
}

/** `@types/x` declares `x`, and `@types/scope__name` declares `@scope/name`. */
export function describedPackage(packageName: string): string {
  if (!packageName.startsWith("@types/")) return packageName;
  const name = packageName.slice("@types/".length);
  return name.includes("__") ? `@${name.replace("__", "/")}` : name;
}

/** The name and the major of `p-limit@3`, `@types/pg@8`, `pg`. */
function splitMajor(packageName: string): { readonly name: string; readonly major: string | undefined } {
  const at = packageName.lastIndexOf("@");
  return at > 0 ? { name: packageName.slice(0, at), major: packageName.slice(at + 1) } : { name: packageName, major: undefined };
}

/** Everything known of one package, from all the libraries that describe it. */
interface PackageEntry {
  readonly libraries: readonly Library[];
  /** Operations by member name, then by container. */
  readonly operations: ReadonlyMap<string, ReadonlyMap<string, readonly Operation[]>>;
}

function makeEntry(libraries: readonly Library[]): PackageEntry {
  const operations = libraries.flatMap((library) => library.operations);
  const byMember = groupBy(operations, (operation) => operation.member);
  return {
    libraries,
    operations: new Map([...byMember].map(([member, group]) => [member, groupBy(group, (operation) => operation.on)])),
  };
}

/** A type and its supertypes, nearest first, each once. */
function lineage(entry: PackageEntry, typeName: string): readonly string[] {
  const names = new Set([typeName]);
  for (const name of names) {
    for (const library of entry.libraries) ownValue(library.extends, name)?.forEach((parent) => names.add(parent));
  }
  return [...names];
}

/** An operation that names the module beats one that leaves it open. */
function inPlace(operations: readonly Operation[], { module, isStatic = false }: Place): readonly Operation[] {
  const side = operations.filter((operation) => operation.isStatic === undefined || operation.isStatic === isStatic);
  const exact = side.filter((operation) => operation.module !== undefined && operation.module === module?.replace(/^node:/, ""));
  return exact.length > 0 ? exact : side.filter((operation) => operation.module === undefined);
}

function firstDefined<T, R>(items: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

class LibraryCatalogue implements Catalogue {
  readonly libraries: readonly Library[];
  readonly #entries = new Map<string, PackageEntry | undefined>();
  #byName: ReadonlyMap<string, readonly Library[]> | undefined;
  #names: { readonly telling: ReadonlySet<string>; readonly common: ReadonlySet<string> } | undefined;

  constructor(libraries: readonly Library[]) {
    this.libraries = libraries;
  }

  findOperations(packageName: string, on: string, member: string, place: Place = {}): readonly Operation[] {
    const entry = this.#entry(packageName);
    const byContainer = entry?.operations.get(member);
    if (!entry || !byContainer) return [];
    const containers = on === "module" ? [on] : [...lineage(entry, on), "*"];
    return firstDefined(containers, (container) => {
      const found = inPlace(byContainer.get(container) ?? [], place);
      return found.length > 0 ? found : undefined;
    }) ?? [];
  }

  primitiveOf(packageName: string, typeName: string): PrimitiveType | undefined {
    const entry = this.#entry(packageName);
    if (!entry || this.handleOf(packageName, typeName)) return undefined;
    return firstDefined(lineage(entry, typeName), (name) => firstDefined(entry.libraries, (library) => ownValue(library.primitives, name)));
  }

  handleOf(packageName: string, typeName: string): HandleType | undefined {
    const entry = this.#entry(packageName);
    if (!entry) return undefined;
    const handles = entry.libraries.flatMap((library) => library.handles ?? []);
    return firstDefined(lineage(entry, typeName), (name) => handles.find((handle) => handle.name === name));
  }

  librariesOf(packageName: string): readonly Library[] {
    return this.#entry(packageName)?.libraries ?? [];
  }

  isLibraryPackage(packageName: string): boolean {
    return this.#entry(packageName) !== undefined;
  }

  get tellingNames(): ReadonlySet<string> {
    return this.#memberNames().telling;
  }

  get commonNames(): ReadonlySet<string> {
    return this.#memberNames().common;
  }

  #entry(packageName: string): PackageEntry | undefined {
    if (!this.#entries.has(packageName)) this.#entries.set(packageName, this.#makeEntry(packageName));
    return this.#entries.get(packageName);
  }

  #makeEntry(packageName: string): PackageEntry | undefined {
    this.#byName ??= groupBy(this.libraries, (library) => library.package);
    const { name, major } = splitMajor(packageName);
    const described = (this.#byName.get(libraryName(name)) ?? [])
      .filter(({ majors }) => major === undefined || majors.length === 0 || majors.includes(major));
    return described.length > 0 ? makeEntry(described) : undefined;
  }

  #memberNames(): { readonly telling: ReadonlySet<string>; readonly common: ReadonlySet<string> } {
    if (this.#names) return this.#names;
    const operations = this.libraries.flatMap((library) => library.operations);
    const telling = new Set(operations.filter(({ name }) => name === "telling").map(({ member }) => member));
    const common = new Set(operations.map(({ member }) => member).filter((member) => !telling.has(member)));
    this.#names = { telling, common };
    return this.#names;
  }
}

/** Names come from code under analysis, so `constructor` must not find the one of Object. */
function ownValue<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined;
}

export function makeCatalogue(libraries: readonly Library[]): Catalogue {
  return new LibraryCatalogue(libraries);
}
