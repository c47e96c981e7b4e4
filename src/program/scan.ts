import type ts from "typescript";

import { PASSING_ON } from "../effects/ir.js";
import { startsEagerly } from "./eager-text.js";

/** What the text of one file tells without a look at its tree. */
export interface FileScan {
  /** Names written before `(`, or given away as a value in a common way; also the names of the functions declared. */
  readonly callees: ReadonlySet<string>;
  readonly imports: readonly { readonly specifier: string; readonly names: readonly string[] }[];
  readonly getters: readonly string[];
  /** Names in `extends` and `implements`. */
  readonly heritage: ReadonlySet<string>;
  /** The text could hold a lock written by hand: promises that are stored and awaited, or lists of resolvers. */
  readonly handmade: boolean;
  readonly tagged: boolean;
  /** Work may be started in it before somebody looks at it. */
  readonly eager: boolean;
}

const IMPORT = /(?:^|[;\n])[ \t]*(?:import|export)\b([^"'`;=()]*)["']([^"'\n]+)["']|\b(?:require|import)\s*\(\s*["']([^"'\n]+)["']/g;
const IMPORT_WORDS = new Set(["type", "from", "as", "default"]);
const GETTER = /\bget\s+#?([\w$]+)\s*\(\s*\)/g;
const HERITAGE = /\b(?:extends|implements)\s+([\w$.,\s]+)/g;
/** A tail that is replaced by what follows on it, or a list from which the next one is taken. */
const HANDMADE = /[\w$)\]]\s*=\s*[^;=\n]*\.(?:then|catch|finally)\(|\.set\([^;\n]*\.(?:then|catch|finally)\(|=\s*new\s+Promise\b|\bPromise\.withResolvers\b|\.(?:shift|splice|pop)\(/;

const scans = new WeakMap<ts.SourceFile, FileScan>();

export function scanFile(source: ts.SourceFile): FileScan {
  let scan = scans.get(source);
  if (!scan) scans.set(source, (scan = scanText(source.text)));
  return scan;
}

const firsts = (text: string, pattern: RegExp): string[] => Array.from(text.matchAll(pattern), (match) => match[1] ?? "");

function scanText(text: string): FileScan {
  return {
    callees: calleesOf(text),
    imports: Array.from(text.matchAll(IMPORT), ([, names, from, dynamic]) => ({ specifier: from ?? dynamic ?? "", names: names?.match(/[\w$]+/g)?.filter((name) => !IMPORT_WORDS.has(name)) ?? [] })),
    getters: firsts(text, GETTER),
    heritage: new Set(firsts(text, HERITAGE).flatMap((list) => list.match(/[\w$]+/g) ?? [])),
    handmade: HANDMADE.test(text) && /\bPromise\b|\bwithResolvers\b/.test(text),
    tagged: text.includes("@lock"),
    eager: startsEagerly(text),
  };
}

/** Longest list of type arguments that is looked over between a name and its parenthesis. */
const MOST_TYPE_ARGUMENTS = 300;

/** Names before an opening parenthesis, found backwards from each of them: a pattern would look at every word. */
function calleesOf(text: string): Set<string> {
  const found = new Set<string>();
  for (let open = text.indexOf("("); open >= 0; open = text.indexOf("(", open + 1)) {
    let at = beforeSpace(text, open - 1);
    if (text[at] === ">") at = beforeSpace(text, beforeTypeArguments(text, at));
    if (text[at] === "." && text[at - 1] === "?") at = beforeSpace(text, at - 2);
    const name = wordBefore(text, at);
    if (name !== "") found.add(name);
    if (PASSING_ON.has(name)) found.add(wordBefore(text, beforeSpace(text, at - name.length - 1)));
  }
  return found;
}

function wordBefore(text: string, last: number): string {
  let at = last;
  while (at >= 0 && isWord(text.charCodeAt(at))) at--;
  return text.slice(at + 1, last + 1);
}

function beforeSpace(text: string, at: number): number {
  let index = at;
  while (index >= 0 && text.charCodeAt(index) <= 32) index--;
  return index;
}

function beforeTypeArguments(text: string, close: number): number {
  let depth = 0;
  for (let at = close; at >= 0 && at > close - MOST_TYPE_ARGUMENTS; at--) {
    if (text[at] === ">") depth++;
    else if (text[at] === "<" && --depth === 0) return at - 1;
  }
  return close;
}

/** A name, for a regular expression. */
export const literally = (name: string): string => name.replaceAll("$", String.raw`\$`);

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 36 || code > 127;
