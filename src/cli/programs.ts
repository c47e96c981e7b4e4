import path from "node:path";

import ts = require("typescript");

import { joinPrograms, type ProgramView } from "../program/joined.js";
import { plural } from "./formats/format.js";
import { PackageSources } from "./package-sources.js";
import type { Project } from "./projects.js";
import { Unresolved } from "./unresolved.js";

export interface Programs {
  /** All of them, seen as one. */
  readonly view: ProgramView;
  readonly all: readonly ts.Program[];
  /** Files that some project names itself, each once. */
  readonly files: readonly string[];
  /** The program that a file is judged in. */
  ownerOf(file: string): ts.Program | undefined;
}

/** Somebody who is told how it goes. */
export interface Listener {
  readonly cwd: string;
  readonly tell: (text: string) => void;
  readonly warn: (text: string) => void;
}

/**
 * Makes the programs of several projects so that they share the trees of the files that they have in common. What a package takes from
 * another one's build output is taken from the sources behind it, so that one lock is one lock whoever sees it.
 */
export class ProgramSource {
  readonly #trees = new Map<string, ts.SourceFile | undefined>();
  readonly #byConfig: ReadonlyMap<string, ts.ParsedCommandLine>;
  readonly #sources: PackageSources;
  readonly #texts = new Map<string, string>();
  readonly #unresolved = new Unresolved();
  #previous: readonly ts.Program[] = [];

  constructor(readonly projects: readonly Project[], private readonly to: Listener) {
    this.#byConfig = new Map(projects.map(({ config, parsed }) => [config, parsed]));
    this.#sources = new PackageSources(projects);
  }

  /** The text that a file has from now on, whatever is on the disk. */
  change(file: string, text: string): void {
    this.#texts.set(file, text);
    for (const key of this.#trees.keys()) if (key === file || key.startsWith(`${file}|`)) this.#trees.delete(key);
  }

  /** What was analysed is what is there. */
  isCurrent(file: string, text: string): boolean {
    return (this.#texts.get(file) ?? ts.sys.readFile(file)) === text;
  }

  load(): Programs {
    const all = this.projects.map((project, index) => {
      const count = this.projects.length > 1 ? ` (${index + 1} of ${this.projects.length})` : "";
      this.to.tell(`Reading ${path.relative(this.to.cwd, project.config)}${count}: ${plural(project.parsed.fileNames.length, "file")} …`);
      return this.#program(project, this.#previous[index]);
    });
    const missing = this.#previous.length === 0 ? this.#unresolved.describe(all, this.to.cwd) : undefined;
    if (missing !== undefined) this.to.warn(missing);
    this.#previous = all;
    const owners = new Map<string, ts.Program>();
    for (const program of all) for (const file of program.getRootFileNames()) if (!owners.has(file)) owners.set(file, program);
    const ownerOf = (file: string): ts.Program | undefined => owners.get(file) ?? all.find((program) => program.getSourceFile(file));
    return { view: joinPrograms(all, ownerOf), all, files: [...owners.keys()], ownerOf };
  }

  #program({ config, parsed }: Project, oldProgram: ts.Program | undefined): ts.Program {
    const others = this.projects.filter((other) => other.config !== config).map((other): ts.ProjectReference => ({ path: other.config }));
    return ts.createProgram({
      rootNames: parsed.fileNames, options: parsed.options, host: this.#host(parsed.options), configFileParsingDiagnostics: [],
      ...(others.length > 0 && { projectReferences: others }), ...(oldProgram && { oldProgram }),
    });
  }

  /** Then nodes are told their parents at once: the first checker does that for its own program only. */
  get #areSeveral(): boolean {
    return this.projects.length > 1;
  }

  #host(options: ts.CompilerOptions): ts.CompilerHost {
    const host = ts.createCompilerHost(options, this.#areSeveral);
    const own: ts.CompilerHost = {
      ...host,
      readFile: (file) => this.#texts.get(file) ?? host.readFile(file),
      getParsedCommandLine: (file) => this.#byConfig.get(file) ?? parse(file),
      getSourceFile: (file, language) => {
        const key = keyOf(file, language);
        if (!this.#trees.has(key)) this.#trees.set(key, this.#parse(host, file, language));
        return this.#trees.get(key);
      },
    };
    return Object.assign(own, this.#resolution(own, options));
  }

  /**
   * How imports are followed: as always, but one of several packages sees the others by their sources. TypeScript has a switch for what
   * it would build itself, which only its language service has in its types.
   */
  #resolution(host: ts.CompilerHost, options: ts.CompilerOptions): Partial<ts.CompilerHost> & { useSourceOfProjectReferenceRedirect?(): boolean } {
    const cache = ts.createModuleResolutionCache(host.getCurrentDirectory(), (name) => host.getCanonicalFileName(name), options);
    return {
      ...(this.#areSeveral && { useSourceOfProjectReferenceRedirect: () => true }),
      getModuleResolutionCache: () => cache,
      resolveModuleNameLiterals: (literals, containing, redirected, given, from) => literals.map((literal) => {
        const found = ts.resolveModuleName(literal.text, containing, given, host, cache, redirected, ts.getModeForUsageLocation(from, literal, redirected?.commandLine.options ?? given));
        const source = this.#areSeveral ? this.#sourceOf(literal.text, found.resolvedModule?.resolvedFileName) : undefined;
        if (source !== undefined) return { resolvedModule: { resolvedFileName: source, extension: path.extname(source), isExternalLibraryImport: false } };
        if (!found.resolvedModule) this.#unresolved.add(containing, literal);
        return found;
      }),
    };
  }

  #sourceOf(specifier: string, found: string | undefined): string | undefined {
    return found === undefined ? this.#sources.named(specifier) : this.#sources.behind(found);
  }

  #parse(host: ts.CompilerHost, file: string, language: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
    const text = this.#texts.get(file);
    const how = typeof language === "object" ? { ...language, jsDocParsingMode: ts.JSDocParsingMode.ParseForTypeInfo } : language;
    return text === undefined ? host.getSourceFile(file, how) : ts.createSourceFile(file, text, how, this.#areSeveral);
  }
}

/** The project's own files have one tree each, in whatever program; of what libraries declare the language version and module kind matter. */
function keyOf(file: string, language: ts.ScriptTarget | ts.CreateSourceFileOptions): string {
  if (!file.includes("/node_modules/") && !file.endsWith(".d.ts")) return file;
  const { languageVersion, impliedNodeFormat } = typeof language === "object" ? language : { languageVersion: language };
  return `${file}|${languageVersion}|${impliedNodeFormat ?? ""}`;
}

const parse = (file: string): ts.ParsedCommandLine | undefined =>
  ts.getParsedCommandLineOfConfigFile(file, { noEmit: true }, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined });
