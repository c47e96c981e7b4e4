import path from "node:path";

import type { Project } from "./projects.js";
import { readJson } from "./workspaces.js";

interface Package {
  readonly folder: string;
  readonly name: string | undefined;
  readonly files: ReadonlySet<string>;
}

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/** Finds the sources of packages that others see through what a bundler made of them, or that aren't built. */
export class PackageSources {
  readonly #packages: readonly Package[];

  constructor(projects: readonly Project[]) {
    this.#packages = projects.map(({ config, parsed }) => {
      const folder = packageFolder(path.posix.dirname(config)), { name } = readJson(path.join(folder, "package.json"));
      return { folder, name: typeof name === "string" ? name : undefined, files: new Set(parsed.fileNames) };
    });
  }

  /** The source that a declaration file stands for, by its place: `dist/a/b.d.ts` is made of `src/a/b.ts`. */
  behind(declarations: string): string | undefined {
    const [, stem] = /^(.*)\.d\.[cm]?ts$/.exec(declarations) ?? [];
    const own = this.#packages.filter(({ folder, files }) => declarations.startsWith(`${folder}/`) && !declarations.slice(folder.length).includes("/node_modules/") && !files.has(declarations));
    return stem === undefined ? undefined : first(own, (each) => {
      const parts = stem.slice(each.folder.length + 1).split("/");
      // As much of the way as there is: `dist/types/index.d.ts` may stand for `src/types/index.ts` or `src/index.ts`.
      return first(parts.map((_, index) => parts.slice(index).join("/")), (rest) => sourceNamed(rest, each));
    });
  }

  /** What an import means that leads nowhere else. */
  named(specifier: string): string | undefined {
    return first(this.#packages, (each) => {
      if (each.name === undefined || (specifier !== each.name && !specifier.startsWith(`${each.name}/`))) return undefined;
      const inside = specifier.slice(each.name.length + 1);
      return sourceNamed(inside === "" ? "index" : inside, each) ?? (inside === "" ? undefined : sourceNamed(`${inside}/index`, each));
    });
  }
}

const sourceNamed = (stem: string, { folder, files }: Package): string | undefined =>
  [`${folder}/src/${stem}`, `${folder}/${stem}`].flatMap((base) => EXTENSIONS.map((extension) => base + extension)).find((file) => files.has(file));

function packageFolder(folder: string): string {
  for (let at = folder; ; at = path.posix.dirname(at)) {
    if (typeof readJson(path.join(at, "package.json")).name === "string") return at;
    if (at === path.posix.dirname(at)) return folder;
  }
}

function first<T, R>(list: readonly T[], find: (each: T) => R | undefined): R | undefined {
  for (const each of list) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
