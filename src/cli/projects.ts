import { existsSync, statSync } from "node:fs";
import path from "node:path";

import ts = require("typescript");

import { UsageError } from "./errors.js";
import { workspacesOf } from "./workspaces.js";

/** What one tsconfig speaks of. */
export interface Project {
  readonly config: string;
  readonly parsed: ts.ParsedCommandLine;
}

export interface Found {
  readonly projects: readonly Project[];
  /** Only what is in these files and folders is reported. */
  readonly scope: readonly string[];
  /** What is wrong with a tsconfig and need not stop anybody. */
  readonly warnings: readonly string[];
}

const NAMES = ["tsconfig.json", "jsconfig.json"];

const slashed = (file: string): string => file.replaceAll("\\", "/");

/** The projects that paths belong to. `given`: tsconfig files that somebody named. */
export function findProjects(paths: readonly string[], given: readonly string[], cwd: string): Found {
  const asked = (paths.length > 0 ? paths : given.length > 0 ? [] : ["."]).map((each) => path.resolve(cwd, each));
  for (const each of asked) if (!existsSync(each)) throw new UsageError(`There is no file or folder ${shown(each, cwd)}.${hintFor(shown(each, cwd))}`);
  const reader = new Reader(cwd);
  for (const each of given) reader.read(configNamed(path.resolve(cwd, each), cwd));
  if (given.length === 0) for (const each of asked) reader.readFor(each);
  const projects = reader.projects.filter(({ parsed }) => parsed.fileNames.length > 0);
  if (projects.length === 0) throw new UsageError(`No files: ${reader.projects.map(({ config }) => shown(config, cwd)).join(", ")} names none that are there (\`files\`, \`include\`).`);
  return { projects, scope: asked.map(slashed), warnings: reader.warnings };
}

/** What may have been meant by it. */
function hintFor(name: string): string {
  if (name.includes("*")) return " Patterns aren't read here: name a folder, or leave the pattern to the shell.";
  if (/:\d+(?::\d+)?$/.test(name)) return ` Of a line \`explain ${name}\` tells.`;
  return /^\w+$/.test(name) ? " Nor is there such a command, but `graph`, `explain` and `init`." : "";
}

const shown = (file: string, cwd: string): string => path.relative(cwd, file) || ".";

function configNamed(given: string, cwd: string): string {
  const config = statSync(given, { throwIfNoEntry: false })?.isDirectory() ? path.join(given, "tsconfig.json") : given;
  if (!existsSync(config)) throw new UsageError(`There is no project ${shown(config, cwd)}.`);
  return config;
}

class Reader {
  readonly projects: Project[] = [];
  readonly warnings: string[] = [];
  readonly #seen = new Set<string>();

  constructor(private readonly cwd: string) {}

  /** The nearest tsconfig, and those of the packages of a monorepo's folder. */
  readFor(asked: string): void {
    const folder = statSync(asked).isDirectory() ? asked : path.dirname(asked);
    const packages = folder === asked ? workspacesOf(folder).flatMap((each) => configIn(each) ?? []) : [];
    const own = packages.length > 0 ? configIn(folder) : nearest(folder);
    if (own === undefined && packages.length === 0) {
      throw new UsageError(`No tsconfig.json in ${folder} or above it. \`npx tsc --init\` writes one, and \`--project FILE\` names one that is elsewhere; \`{"compilerOptions": {"allowJs": true}}\` is enough of one for JavaScript.`);
    }
    if (own !== undefined) this.read(own);
    for (const each of packages) this.read(each);
  }

  /** A tsconfig and all that it references. What is referenced comes first: its own options are right for its files. */
  read(config: string): void {
    const file = slashed(path.resolve(config));
    if (this.#seen.has(file)) return;
    this.#seen.add(file);
    const parsed = ts.getParsedCommandLineOfConfigFile(file, { noEmit: true }, {
      ...ts.sys, getCurrentDirectory: () => this.cwd,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => { throw new UsageError(`${shown(file, this.cwd)}: ${textOf(diagnostic)}`); },
    });
    if (!parsed) throw new UsageError(`${shown(file, this.cwd)} can't be read.`);
    const [broken] = ts.getConfigFileParsingDiagnostics(parsed).filter((each) => !parsed.errors.includes(each));
    // What half a file says may be anything.
    if (broken) throw new UsageError(`${shown(file, this.cwd)} is no valid JSON: ${placed(broken)}`);
    for (const error of parsed.errors) if (error.code !== NO_INPUTS) this.warnings.push(`${shown(error.file?.fileName ?? file, this.cwd)}: ${textOf(error)}`);
    for (const reference of parsed.projectReferences ?? []) {
      const referenced = ts.resolveProjectReferencePath(reference);
      if (existsSync(referenced)) this.read(referenced);
      else this.warnings.push(`${shown(file, this.cwd)} references ${shown(referenced, this.cwd)}, which isn't there.`);
    }
    this.projects.push({ config: file, parsed });
  }
}

/** A tsconfig that only references others has no files of its own, and one of a package without sources neither. */
const NO_INPUTS = 18003;

const textOf = ({ messageText }: ts.Diagnostic): string => ts.flattenDiagnosticMessageText(messageText, " ");

function placed(diagnostic: ts.Diagnostic): string {
  if (!diagnostic.file || diagnostic.start === undefined) return textOf(diagnostic);
  const { line, character } = ts.getLineAndCharacterOfPosition(diagnostic.file, diagnostic.start);
  return `${line + 1}:${character + 1}  ${textOf(diagnostic)}`;
}

const configIn = (folder: string): string | undefined => NAMES.map((name) => path.join(folder, name)).find((file) => existsSync(file));

function nearest(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const found = configIn(at);
    if (found !== undefined || at === path.dirname(at)) return found;
  }
}
