/** What is measured: the files of a tsconfig, and the files of it that stand for the kinds of edits. */
import { readFileSync } from "node:fs";
import path from "node:path";

import ts from "typescript";

import type * as Catalogues from "../src/catalogue/index.js";
import type * as Programs from "../src/program/program-facts.js";

/** As it was built: what runs TypeScript directly can't load the compiler the way the plugin does. */
const built = async <T>(file: string): Promise<T> => (await import(new URL(`../dist/${file}`, import.meta.url).href)) as T;
const { defaultCatalogue } = await built<typeof Catalogues>("catalogue/index.js");
const { ProgramFacts } = await built<typeof Programs>("program/program-facts.js");

export interface Project {
  readonly name: string;
  readonly folder: string;
  /** Given to the parser; without it the parser finds the tsconfig by itself, as our README advises. */
  readonly tsconfig: string | undefined;
  readonly files: readonly string[];
  /** Linting these would make a second Program, because ESLint changes their first line: the measurement would be of that. */
  readonly leftOut: readonly string[];
}

/** The files to edit, one of a kind. */
export interface Targets {
  /** Nothing imports it. */
  readonly leaf: string;
  /** With the most functions that use locks. */
  readonly locks?: string;
  /** Imported by the most files. */
  readonly hub: string;
}

const configOf = (folder: string, tsconfig = "tsconfig.json"): string => path.resolve(folder, tsconfig);

function readConfig(file: string): ts.ParsedCommandLine {
  const { config, error } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as { config: unknown; error?: ts.Diagnostic };
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  return ts.parseJsonConfigFileContent(config, ts.sys, path.dirname(file), undefined, file);
}

const isSource = (file: string): boolean => !/\.d\.[cm]?ts$|\.json$|\/node_modules\//.test(file);

/** `list` names a file with the paths to lint, one a line; else all files of the tsconfig are linted. */
export function openProject(folder: string, tsconfig?: string, list?: string): Project {
  const root = path.resolve(folder);
  const all = list === undefined
    ? readConfig(configOf(root, tsconfig)).fileNames.filter(isSource)
    : readFileSync(list, "utf8").split(/\r?\n/).filter((line) => line !== "").map((line) => path.resolve(root, line));
  const isChanged = (file: string): boolean => /^(?:#!|\uFEFF)/.test(readFileSync(file, "utf8"));
  const files = all.filter((file) => !isChanged(file));
  if (files.length === 0) throw new Error(`${root}: no files to lint; name a tsconfig that has some with --project`);
  return {
    name: path.basename(root), folder: root, files,
    tsconfig: tsconfig === undefined ? undefined : configOf(root, tsconfig), leftOut: all.filter(isChanged).map((file) => path.relative(root, file)),
  };
}

export function chooseTargets({ folder, tsconfig, files }: Project): Targets {
  const { fileNames, options } = readConfig(configOf(folder, tsconfig));
  const program = ts.createProgram(fileNames, options);
  const sections = countBy(new ProgramFacts(program, defaultCatalogue).candidates().map(({ file }) => file));
  const importers = countBy(importsOf(program));
  const most = (counts: ReadonlyMap<string, number>, among: readonly string[]): string | undefined =>
    among.reduce<string | undefined>((best, file) => (counts.get(file) ?? 0) > (best === undefined ? 0 : counts.get(best) ?? 0) ? file : best, undefined);
  const locks = most(sections, files);
  const free = files.filter((file) => !sections.has(file) && file !== locks);
  const leaves = free.filter((file) => !importers.has(file)).sort((a, b) => lengthOf(program, a) - lengthOf(program, b));
  const leaf = leaves[leaves.length >> 1], hub = most(importers, free);
  if (leaf === undefined || hub === undefined) throw new Error(`${folder}: no file that is never imported, or none that is`);
  return { leaf, ...(locks === undefined ? {} : { locks }), hub };
}

const lengthOf = (program: ts.Program, file: string): number => program.getSourceFile(file)?.text.length ?? 0;

function countBy(names: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The imported file of each import of the program's own files. */
function* importsOf(program: ts.Program): Iterable<string> {
  const checker = program.getTypeChecker();
  for (const source of program.getSourceFiles()) {
    if (source.isDeclarationFile) continue;
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
      const imported = statement.moduleSpecifier && checker.getSymbolAtLocation(statement.moduleSpecifier)?.valueDeclaration;
      if (imported && ts.isSourceFile(imported)) yield imported.fileName;
    }
  }
}
