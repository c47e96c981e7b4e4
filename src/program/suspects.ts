import path from "node:path";

import type ts from "typescript";

import { memo } from "../maps.js";
import { literally, scanFile } from "./scan.js";

/** Files in which something may wait for what it has to do itself, by their texts alone. */
export interface Suspects {
  readonly files: ReadonlyMap<string, Keeping>;
  /** They do something when they are loaded, and they or what they import may wait for themselves. */
  readonly modules: readonly string[];
}

/** What a text keeps for somebody else. */
export interface Keeping {
  /** Fields and variables for promises, or for collections of promises, with the places at which they are written. */
  readonly promises: ReadonlyMap<string, readonly number[]>;
  /** Where promises are made together with what settles them. */
  readonly deferreds: readonly number[];
}

/** A promise whose executor gives away what settles it, or a deferred. */
const DEFERRED = /new Promise\b[^;{}]{0,80}\(\s*\(?\s*[\w$]+[^=;{}]{0,40}=>\s*\{?\s*[\w$.#]*(?:\s*=[^=>]|[^;\n]*\.(?:push|add|set)\()|\bwithResolvers\b|["'](?:p-defer|[\w@/-]*deferred?[\w-]*)["']/g;

/** What stands before `Promise<` where a field or variable is declared that holds a promise, or a collection of them. */
const TYPED = /([#\w$]+)[?!]?\s*:\s*(?:[\w$<>|\s]*\|\s*)?$/, COLLECTION = /([#\w$]+)\s*(?::|=\s*new\b)\s*(?:Readonly|Weak)?(?:Map|Set)<[^;=(]*$/;

/** What is stored is the promise of a method of the same object, of work started on the spot, or of what follows on some other work. */
const ASSIGNED = /=\s*(?:this\.#?[\w$]+\(|\(async\b|[\w$.#]+\([^;\n]*\)\.(?:then|finally|catch)\()/g, TARGET = /([#\w$]+)\s*(?:\?\?|\|\|)?$/;

const keepings = new WeakMap<ts.SourceFile, Keeping>();

const keepingOf = (source: ts.SourceFile): Keeping => memo(keepings, source, () =>
  /\bawait\b/.test(source.text) ? { promises: promisesIn(source.text), deferreds: deferredsIn(source.text) } : { promises: handedOut(source.text), deferreds: [] });

/** Where nothing is awaited, what is kept matters if it is given to others, who may. */
const handedOut = (text: string): Keeping["promises"] => new Map([...promisesIn(text)].filter(([name]) =>
  new RegExp(`(?:\\breturn|=>)\\s*(?:this\\.)?${literally(name)}\\s*(?:[;})\\n]|\\?\\?=|\\|\\|=)`).test(text)));

function promisesIn(text: string): Keeping["promises"] {
  const names = new Set([...typedNames(text), ...Array.from(text.matchAll(ASSIGNED)).flatMap(({ index }) => TARGET.exec(text.slice(Math.max(0, index - 60), index))?.[1] ?? [])]);
  const promises = Array.from(names, (name) => [name, placesOf(text, name)] as const).filter(([, places]) => places.length > 1);
  return new Map(promises);
}

const deferredsIn = (text: string): Keeping["deferreds"] => Array.from(text.matchAll(DEFERRED)).flatMap((match) => isLocal(text, match) ? [match.index] : []);

/** Written inside of something, and not kept in a field: only the function that it stands in has it. */
function isLocal(text: string, { index, 0: match }: RegExpExecArray): boolean {
  const line = text.slice(text.lastIndexOf("\n", index) + 1, index);
  return /^\s/.test(line) && !line.includes("this.") && !match.includes("this.") && !/^["']/.test(match);
}

function* typedNames(text: string): Generator<string> {
  for (let at = text.indexOf("Promise<"); at >= 0; at = text.indexOf("Promise<", at + 8)) {
    const line = text.slice(text.lastIndexOf("\n", at) + 1, at);
    const [, name] = TYPED.exec(line) ?? COLLECTION.exec(line) ?? [];
    if (name !== undefined) yield name;
  }
}

/** Where a name stands in a text as a whole word. */
function placesOf(text: string, name: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) if (!/[\w$]/.test(`${text[at - 1] ?? ""}${text[at + name.length] ?? ""}`)) places.push(at);
  return places;
}

/** Whatever of a text matters to the search for suspects. */
export const suspicionOf = (source: ts.SourceFile): readonly boolean[] => [isKeeping(source), ACTIVE.test(source.text), mayWait(source)];

const isKeeping = (source: ts.SourceFile): boolean => keepingOf(source).promises.size + keepingOf(source).deferreds.length > 0;

/** What else a module that does something when it is loaded may wait for: events, all work, another module, the first of several, a lock. */
const WAITED = /\bonce\s*(?:\(|as\s)|\b(?:onIdle|onEmpty|waitForUnlock|drain)\s*\(|\bawait\s+import\s*\(|\bPromise\.race\s*\(|\b(?:runExclusive|acquire|add)\s*\(|\bTransformStream\b|\bawait\s+[\w$.#]+\s*[;)}]/;

/** At the beginning of a line, as only the statements of a module are: it does something. */
const ACTIVE = /^(?:await\b|void\b|for\b|try\b|(?:export\s+)?(?:const|let|var)\b[^\n]*\bawait\b|(?!describe|it\b|test|suite|before|after|vi\.|jest\.|require|define)[\w$.]+\([^\n]*$|\(async\b|\(\(\))/m;

/** With more files than this a module and what it imports are too much to rehearse as a whole. */
const MOST_FILES = 16;

export function findSuspects(sources: readonly ts.SourceFile[]): Suspects {
  const byName = new Map(sources.map((source) => [source.fileName, source]));
  const imports = (source: ts.SourceFile): readonly ts.SourceFile[] => scanFile(source).imports.flatMap(({ specifier }) => resolve(source.fileName, specifier, byName) ?? []);
  return {
    files: new Map(sources.flatMap((source) => isKeeping(source) ? [[source.fileName, keepingOf(source)] as const] : [])),
    modules: sources.flatMap((source) => ACTIVE.test(source.text) && closureOf(source, imports)?.some(mayWait) ? [source.fileName] : []),
  };
}

const mayWait = (source: ts.SourceFile): boolean => isKeeping(source) || (/\bawait\b/.test(source.text) && (WAITED.test(source.text) || source.text.search(DEFERRED) >= 0));

/** A module with all that it imports, if that is little. */
function closureOf(source: ts.SourceFile, imports: (source: ts.SourceFile) => readonly ts.SourceFile[]): readonly ts.SourceFile[] | undefined {
  const found = new Set([source]);
  for (const each of found) {
    for (const other of imports(each)) found.add(other);
    if (found.size > MOST_FILES) return undefined;
  }
  return [...found];
}

const ENDINGS = ["", ".ts", ".tsx", ".mts", ".js", "/index.ts", "/index.js"];

function resolve(from: string, specifier: string, byName: ReadonlyMap<string, ts.SourceFile>): ts.SourceFile | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const whole = path.posix.join(path.posix.dirname(from), specifier), bare = whole.replace(/\.[mc]?js$/, "");
  for (const ending of ENDINGS) {
    const found = byName.get(`${bare}${ending}`) ?? byName.get(`${whole}${ending}`);
    if (found) return found;
  }
  return undefined;
}
