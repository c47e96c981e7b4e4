import type { Catalogue } from "../catalogue/index.js";
import type { Library } from "../catalogue/types.js";

/** The package that a path begins with: that of an import, or one into a folder of packages. */
export function packageIn(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}

/** What an import makes known. */
export const librariesIn = (catalogue: Catalogue, specifier: string): readonly Library[] => catalogue.librariesOf(packageIn(specifier));
