import { isBuiltin } from "node:module";
import path from "node:path";

import ts = require("typescript");

import { plural } from "./formats/format.js";

/** What was asked for in vain, by the files that ask. */
export class Unresolved {
  readonly #byFile = new Map<string, Set<string>>();

  add(file: string, { text, pos }: ts.StringLiteralLike): void {
    // TypeScript adds imports of its own, for JSX and helpers, which stand nowhere in the text.
    if (pos < 0 || isForeign(file) || isAsset(text)) return;
    this.#byFile.set(file, (this.#byFile.get(file) ?? new Set()).add(text));
  }

  /** Of what isn't found nothing is known, and nothing is said: whoever sees no report should know that. Undefined if all is found. */
  describe(programs: readonly ts.Program[], cwd: string): string | undefined {
    if (this.#byFile.size === 0) return undefined;
    const isDeclared = ambient(programs);
    const missing = [...this.#byFile].flatMap(([file, names]) => [...names].filter((name) => !isDeclared(name)).map((name) => ({ file, name })));
    const [first] = missing.filter(({ name }) => !isBuiltin(name)).concat(missing);
    if (!first) return undefined;
    const all = new Set(programs.flatMap((program) => program.getRootFileNames())).size, files = new Set(missing.map(({ file }) => file)).size;
    return `${plural(missing.length, "import")} in ${files} of ${plural(all, "file")} can't be resolved, for example \`${first.name}\` in ${path.relative(cwd, first.file)}. `
      + `What can't be found isn't known, so hangs that have to do with it aren't reported. ${adviceFor(missing.map(({ name }) => name))}`;
  }
}

function adviceFor(names: readonly string[]): string {
  const hasOwn = names.some(isRelative), hasPackages = names.some((name) => !isRelative(name) && !isBuiltin(name)), hasBuiltin = names.some((name) => isBuiltin(name));
  return [...hasPackages ? ["Is `npm install` done?"] : [], ...hasOwn ? ["Is there what a build has to generate?"] : [], ...hasBuiltin ? ["The modules of Node.js need `npm install --save-dev @types/node`, and \"node\" among the `types` of the tsconfig where that names any, or TypeScript is 6.0."] : []].join(" ");
}

const isRelative = (name: string): boolean => /^[./]/.test(name);

const isForeign = (file: string): boolean => file.includes("/node_modules/") || file.endsWith(".d.ts");

/** Styles, pictures, data and the like: there is no code to be seen. `socket.io` is a package. */
function isAsset(name: string): boolean {
  const inside = isRelative(name) ? name : name.split("/").slice(name.startsWith("@") ? 2 : 1).join("/");
  const [, extension] = /\.(\w+)(?:[?#].*)?$/.exec(inside) ?? [];
  return extension !== undefined && ASSETS.test(extension);
}

const ASSETS = /^(?:css|s[ac]ss|less|styl|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|mp[34]|wasm|json[5c]?|ya?ml|txt|md|html|graphql|gql|vue|svelte|astro)$/;

/** `declare module "x"` and `declare module "*.x"` say that there is something. The checker knows them, too, but is dear to make for that alone. */
function ambient(programs: readonly ts.Program[]): (name: string) => boolean {
  const declared = programs.flatMap((program) => program.getSourceFiles().filter((source) => !ts.isExternalModule(source)))
    .flatMap(({ statements }) => statements.flatMap((each) => ts.isModuleDeclaration(each) && ts.isStringLiteral(each.name) ? [each.name.text] : []));
  const exact = new Set(declared), patterns = declared.filter((name) => name.includes("*")).map((name) => name.split("*"));
  return (name) => exact.has(name) || patterns.some(([start = "", end = ""]) => name.startsWith(start) && name.endsWith(end));
}
