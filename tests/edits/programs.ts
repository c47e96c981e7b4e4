/** Programs as an editor makes them, one after another, and as a fresh process makes them. */
import path from "node:path";

import ts from "typescript";

import { root } from "../support/workspace.js";

/** Nothing is ever written there; packages are found from there. */
const FOLDER = path.join(root, "edited").replaceAll("\\", "/");

const options: ts.CompilerOptions = {
  strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext, types: ["node"],
};

type Sources = Map<string, ts.SourceFile>;

/** Libraries, which no edit touches. */
const lasting = { editor: new Map() as Sources, fresh: new Map() as Sources };

function createHost(files: ReadonlyMap<string, string>, own: Sources, libraries: Sources): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const textOf = (name: string): string | undefined => files.get(path.posix.relative(FOLDER, name));
  return {
    ...host,
    getCurrentDirectory: () => FOLDER,
    directoryExists: (name) => name === FOLDER || ts.sys.directoryExists(name),
    fileExists: (name) => textOf(name) !== undefined || ts.sys.fileExists(name),
    readFile: (name) => textOf(name) ?? ts.sys.readFile(name),
    getSourceFile(name, languageVersion) {
      const text = textOf(name), known = text === undefined ? libraries.get(name) : own.get(name);
      if (known && (text === undefined || known.text === text)) return known;
      const source = text === undefined ? host.getSourceFile(name, languageVersion) : ts.createSourceFile(name, text, languageVersion, true);
      if (source) (text === undefined ? libraries : own).set(name, source);
      return source;
    },
  };
}

function createProgram(files: ReadonlyMap<string, string>, own: Sources, libraries: Sources, oldProgram?: ts.Program): ts.Program {
  const rootNames = [...files.keys()].map((name) => `${FOLDER}/${name}`);
  return ts.createProgram({ rootNames, options, host: createHost(files, own, libraries), ...(oldProgram && { oldProgram }) });
}

export const freshProgram = (files: ReadonlyMap<string, string>): ts.Program => createProgram(files, new Map(), lasting.fresh);

/** A new Program for each edit, in which the files that were not edited are the same objects. */
export class Editor {
  readonly #own: Sources = new Map();
  #program: ts.Program | undefined;

  update(files: ReadonlyMap<string, string>): ts.Program {
    for (const name of this.#own.keys()) if (!files.has(path.posix.relative(FOLDER, name))) this.#own.delete(name);
    this.#program = createProgram(files, this.#own, lasting.editor, this.#program);
    return this.#program;
  }
}
