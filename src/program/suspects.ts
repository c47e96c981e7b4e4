import path from "node:path";

import type ts from "typescript";

import { scanFile } from "./scan.js";

/** Files in which something may wait for what it has to do itself, by their texts alone. */
export interface Suspects {
  /** They keep promises, or what settles them, or wait for events. */
  readonly files: readonly string[];
  /** They do something when they are loaded, and they or what they import are among the others. */
  readonly modules: readonly string[];
}

/** Ways to write that a promise, or what settles one, is kept for somebody else. */
const KEPT = [
  // A promise whose executor has a name for what settles it, or a deferred.
  /new Promise\b[^;]{0,80}\(\s*(?:async\s*)?\(?\s*[\w$]+/, /\bwithResolvers\b/, /["'](?:p-defer|[\w@/-]*deferred?[\w-]*)["']/i,
  // A field, a variable or a collection of promises.
  /[\w$)\]?!]\s*[:=][^;=(]{0,60}\bPromise<[^;=(]*>[^;=({]{0,40}(?:[=;,\n]|$)/m, /\b(?:Weak)?(?:Map|Set)<[^;=(]{0,80}\bPromise\b/, /\bPromise<[^;=(]{0,60}\[\]/,
  /\bthis\.#?[\w$]+\s*(?:\?\?|\|\|)?=\s*(?:this\.#?[\w$]+\(|\(?async\b|[\w$.#]+\([^;\n]*\)\.(?:then|finally|catch)\()/,
  /\b(?:const|let|var)\s+[\w$]+(?:\s*:[^=;]+)?\s*=\s*[\w$.#]+\([^;\n]*\)[^;\n]*;?[\s\S]*\bawait\s+[\w$]+\s*[;,)]/,
  // Waits for an event, for all work, for another module, for the first of several.
  /\bonce\s*\(/, /\b(?:onIdle|onEmpty|waitForUnlock|drain|whenIdle)\s*\(/, /\bawait\s+import\s*\(/, /\bPromise\.race\s*\(/,
];

/** At the beginning of a line, as only the statements of a module are: it does something. */
const ACTIVE = /^(?:await\b|void\b|for\b|try\b|(?:export\s+)?(?:const|let|var)\b[^\n]*\bawait\b|(?!describe|it\b|test|suite|before|after|vi\.|jest\.|require|define)[\w$.]+\([^\n]*$|\(async\b|\(\(\))/m;

const kept = new WeakMap<ts.SourceFile, boolean>();

function isKeeping(source: ts.SourceFile): boolean {
  let keeps = kept.get(source);
  if (keeps === undefined) kept.set(source, (keeps = source.text.includes("await") && KEPT.some((pattern) => pattern.test(source.text))));
  return keeps;
}

export function findSuspects(sources: readonly ts.SourceFile[]): Suspects {
  const byName = new Map(sources.map((source) => [source.fileName, source]));
  const leads = new Map<ts.SourceFile, boolean>();
  const leadsToKeeping = (source: ts.SourceFile): boolean => {
    const known = leads.get(source);
    if (known !== undefined) return known;
    leads.set(source, false);
    const found = isKeeping(source) || scanFile(source).imports.some(({ specifier }) => {
      const file = resolve(source.fileName, specifier, byName);
      return file !== undefined && leadsToKeeping(file);
    });
    leads.set(source, found);
    return found;
  };
  return {
    files: sources.flatMap((source) => isKeeping(source) ? [source.fileName] : []),
    modules: sources.flatMap((source) => ACTIVE.test(source.text) && leadsToKeeping(source) ? [source.fileName] : []),
  };
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
