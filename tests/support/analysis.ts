/** Programs in memory: analysed as they stand, without ESLint. */
import path from "node:path";

import ts from "typescript";

import { defaultCatalogue } from "../../src/catalogue/index.js";
import { analyse } from "../../src/hazards/analyse.js";
import type { Finding } from "../../src/hazards/finding.js";
import { ProgramFacts } from "../../src/program/program-facts.js";
import { root } from "./workspace.js";

const options: ts.CompilerOptions = {
  strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ["lib.es2024.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts"], types: ["node"], noUncheckedIndexedAccess: true,
};

const folder = path.join(root, "in-memory");
const onDisk = ts.createCompilerHost(options);
const libraries = new Map<string, ts.SourceFile | undefined>();

function libraryFile(file: string, language: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
  if (!libraries.has(file)) libraries.set(file, onDisk.getSourceFile(file, language));
  return libraries.get(file);
}

/** Says something of nearly every lock, and is asked for by itself. */
const ASIDE = "require-lock-timeout";

/** What the options of its rule show when nobody sets them. */
const isShown = ({ awaits }: Finding): boolean => !awaits || (awaits.mode === "unrelated" && awaits.limit > 30_000);

/** What the analysis finds in a program: `file:line rule confidence`, in order. `aside`: what the rule says that is left out otherwise. */
export function findingsIn(files: Readonly<Record<string, string>>, aside = false): string[] {
  const texts = new Map(Object.entries(files).map(([name, text]) => [path.join(folder, name), text]));
  const host: ts.CompilerHost = {
    ...onDisk, getCurrentDirectory: () => root,
    directoryExists: (name) => [...texts.keys()].some((file) => file.startsWith(`${name}/`)) || onDisk.directoryExists?.(name) === true,
    fileExists: (file) => texts.has(file) || onDisk.fileExists(file),
    readFile: (file) => texts.get(file) ?? onDisk.readFile(file),
    getSourceFile: (file, language) => {
      const text = texts.get(file);
      return text === undefined ? libraryFile(file, language) : ts.createSourceFile(file, text, language, true);
    },
  };
  const facts = new ProgramFacts(ts.createProgram([...texts.keys()].filter((file) => !file.includes("/node_modules/")), options, host), defaultCatalogue);
  const found = [...analyse(facts, defaultCatalogue, []).findings].flatMap(([file, findings]) => findings.filter((finding) => isShown(finding) && (finding.rule === ASIDE) === aside).map((finding) =>
    `${path.basename(file)}:${String(facts.lowered(file)?.lineOf(finding.place.span.start))} ${finding.rule} ${finding.confidence}`));
  return [...new Set(found)].sort();
}
