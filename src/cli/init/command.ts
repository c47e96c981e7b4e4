import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

import { createTwoFilesPatch } from "diff";
import ts = require("typescript");

import { UsageError } from "../errors.js";
import type { Io } from "../io.js";
import { painter, type Paint } from "../io.js";
import type { Options } from "../options.js";
import { configIn } from "../settings.js";
import { addPlugin, type Choice, newConfig } from "./edit.js";
import { installHint, isThere } from "./install.js";

const LEGACY = ["", ".js", ".cjs", ".mjs", ".json", ".yaml", ".yml"].map((extension) => `.eslintrc${extension}`);

/** Adds the plugin to the ESLint config that rules over a folder, or makes one. */
export function runInit({ paths: [given = "."], strict, dryRun }: Options, io: Io): Promise<number> {
  const folder = path.resolve(io.cwd, given);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new UsageError(`There is no folder ${given}.`);
  const project = readProject(folder), file = ruling(folder), paint = painter(io.hasColors), at = file === undefined ? folder : path.dirname(file);
  const choice: Choice = { config: strict ? "strict" : "recommended", patterns: patternsOf(project), ignores: ignoresOf(project), isThere: (name) => isThere(name, at) };
  const legacy = file === undefined ? LEGACY.find((name) => existsSync(path.join(folder, name))) : undefined;
  if (legacy !== undefined) {
    io.err(`${legacy} is of the old kind, which ESLint 10 doesn't read and this plugin has no config for. First make a flat config of it: npx @eslint/migrate-config ${legacy}\n`);
    return Promise.resolve(2);
  }
  return Promise.resolve(file === undefined ? create(path.join(folder, "eslint.config.mjs"), choice, { dryRun, io, paint }) : extend(file, choice, { dryRun, io, paint }));
}

interface How {
  readonly dryRun: boolean;
  readonly io: Io;
  readonly paint: Paint;
}

function create(file: string, choice: Choice, how: How): number {
  const { text, imports } = newConfig(choice);
  write(file, "", text, { ...how, imports });
  return 0;
}

function extend(file: string, choice: Choice, how: How): number {
  const { io } = how, before = readFileSync(file, "utf8"), name = path.relative(io.cwd, file);
  const edited = addPlugin(file, before, choice);
  switch (edited.kind) {
    case "there":
      io.out(`${name} has the plugin already; nothing is changed.\n`);
      io.err(installHint(path.dirname(file), []));
      return 0;
    case "refused":
      io.err(`It can't be told where in ${name} a config goes, so nothing is changed. Add this to what it exports:\n\n${edited.paste}\n\n${installHint(path.dirname(file), edited.imports)}`);
      return 2;
    case "edited":
      write(file, before, edited.text, { ...how, imports: edited.imports });
      return 0;
  }
}

function write(file: string, before: string, after: string, { dryRun, io, paint, imports }: How & { readonly imports: readonly string[] }): void {
  const name = path.relative(io.cwd, file).replaceAll("\\", "/");
  const patch = createTwoFilesPatch(before === "" ? "/dev/null" : `a/${name}`, `b/${name}`, before, after).replace(/^=+\n/, "");
  io.out(patch.split("\n").map((line) => /^\+(?!\+\+)/.test(line) ? paint("green", line) : /^-(?!--)/.test(line) ? paint("red", line) : line).join("\n"));
  if (!dryRun) writeFileSync(file, after);
  io.err(`${dryRun ? `${name} would be ${before === "" ? "made" : "changed"} like this.` : `${name} is ${before === "" ? "made" : "changed"}.`}\n${installHint(path.dirname(file), imports)}`);
}

/** The nearest flat config up to the repository's root. */
function ruling(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const found = configIn(at);
    if (found !== undefined || at === path.dirname(at) || existsSync(path.join(at, ".git"))) return found;
  }
}

/** What a tsconfig says of its files, itself or by another one. */
interface Project {
  readonly options: ts.CompilerOptions;
  readonly include: readonly unknown[] | undefined;
  readonly exclude: readonly unknown[] | undefined;
}

function readProject(folder: string): Project {
  const config = path.join(folder, "tsconfig.json");
  const written: unknown = existsSync(config) ? ts.readConfigFile(config, (file) => ts.sys.readFile(file)).config : undefined;
  if (written === undefined) return { options: {}, include: undefined, exclude: undefined };
  const parsed = ts.parseJsonConfigFileContent(written, { ...ts.sys, readDirectory: () => [] }, folder, {}, config);
  const { include, exclude } = parsed.raw as { readonly include?: unknown; readonly exclude?: unknown };
  return { options: parsed.options, include: Array.isArray(include) ? include : undefined, exclude: Array.isArray(exclude) ? exclude : undefined };
}

/** Typed rules must not meet files of which the tsconfig knows nothing: what it includes says which they are, if it says it by folders. */
function patternsOf({ options: { allowJs, checkJs }, include }: Project): readonly string[] {
  const sources = allowJs ?? checkJs ? "*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}" : "*.{ts,tsx,mts,cts}";
  const folders = include ? include.map((each) => typeof each === "string" ? /^(?:\.\/)?([\w.-]+(?:\/[\w.-]+)*?)(?:\/?|\/\*\*\/\*(?:\.[\w*.{},]+)?|\/\*\*)$/.exec(each)?.[1] : undefined) : [];
  const known = new Set(folders.filter((each) => each !== undefined));
  const isWhole = folders.length === 0 || folders.includes(undefined) || [...known].some((each) => /\.\w+$/.test(each));
  return isWhole ? [`**/${sources}`] : Array.from(known, (each) => each === "." ? `**/${sources}` : `${each}/**/${sources}`);
}

/** What it leaves out, by folders and names; what its patterns don't reach needs no word, nor what ESLint leaves out by itself. */
function ignoresOf(project: Project): readonly string[] {
  const { outDir, declarationDir } = project.options, made = [outDir, declarationDir].map((each) => each && path.basename(each));
  const roots = patternsOf(project).map((pattern) => pattern.slice(0, pattern.indexOf("**/")));
  return (project.exclude ?? []).flatMap((each) => {
    if (typeof each !== "string" || path.isAbsolute(each) || each.startsWith("..") || /(?:^|\/)node_modules(?:\/|$)/.test(each) || made.includes(each)) return [];
    const plain = each.replace(/^\.\//, "").replace(/\/$/, ""), isReached = plain.startsWith("**/") || roots.some((root) => plain.startsWith(root));
    return isReached ? /\.\w+$|\*$/.test(plain) ? plain : `${plain}/**` : [];
  });
}
