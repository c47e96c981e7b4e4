import ts from "typescript";

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
const HANDMADE = /[\w$)\]]\s*=\s*[^;=\n]*\.(?:then|catch|finally)\(|\.set\([^;\n]*\.(?:then|catch|finally)\(|=\s*new\s+Promise\b|\.(?:shift|splice|pop)\(/;

const scans = new WeakMap<ts.SourceFile, FileScan>();

export function scanFile(source: ts.SourceFile): FileScan {
  let scan = scans.get(source);
  if (!scan) scans.set(source, (scan = scanText(source.text)));
  return scan;
}

const firsts = (text: string, pattern: RegExp): string[] => Array.from(text.matchAll(pattern), (match) => match[1] ?? "");

export function scanText(text: string): FileScan {
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
    const end = at + 1;
    while (at >= 0 && isWord(text.charCodeAt(at))) at--;
    if (at + 1 < end) found.add(text.slice(at + 1, end));
  }
  return found;
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

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 36 || code > 127;

/** A function, or a name that stands for one, with the names that running it may call. */
export interface OutlineEntry {
  readonly name: string;
  readonly calls: ReadonlySet<string>;
  /** Functions that it may hand on as arguments. */
  readonly mentions: ReadonlySet<string>;
  /** Properties that it reads, which may be getters. */
  readonly reads: ReadonlySet<string>;
  /** The names that stand for the same thing, in a variable or field: `const save = store.save`. */
  readonly aliases: ReadonlySet<string>;
  /** Classes and interfaces that it is declared with, or that are constructed in it. */
  readonly types: ReadonlySet<string>;
  readonly isGetter: boolean;
  /** It is a variable, field or parameter that isn't written as a function: calling it calls what it holds. */
  readonly holds: boolean;
}

const outlines = new WeakMap<ts.SourceFile, readonly OutlineEntry[]>();

export const isOutlined = (source: ts.SourceFile): boolean => outlines.has(source);

/** Which names the functions of a file call, by names alone. Only asked for files that matter. */
export function outlineFile(source: ts.SourceFile): readonly OutlineEntry[] {
  let outline = outlines.get(source);
  if (!outline) outlines.set(source, (outline = outlineTree(source)));
  return outline;
}

function outlineTree(source: ts.SourceFile): OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  const visit = (node: ts.Node, into: readonly MutableEntry[]): void => {
    const name = definedName(node);
    let inner = into;
    if (name !== undefined) {
      const entry: MutableEntry = {
        name, calls: new Set(), mentions: new Set(), reads: new Set(), aliases: new Set(), types: new Set(), isGetter: ts.isGetAccessor(node),
        holds: !ts.isFunctionLike(node) && !isFunctionValued(node),
      };
      entries.push(entry);
      inner = [...into, entry];
    }
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) note(node, inner);
    ts.forEachChild(node, (child) => { visit(child, inner); });
  };
  for (const statement of source.statements) visit(statement, []);
  return entries;
}

interface MutableEntry extends OutlineEntry {
  readonly calls: Set<string>;
  readonly mentions: Set<string>;
  readonly reads: Set<string>;
  readonly aliases: Set<string>;
  readonly types: Set<string>;
}

/** What is constructed runs its constructor, but the object isn't a function that could be called. */
function note(node: ts.Identifier | ts.PrivateIdentifier, into: readonly MutableEntry[]): void {
  const { parent, text } = node;
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) for (const entry of into) entry.types.add(text);
  const value = ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node;
  const user = value.parent;
  if (ts.isNewExpression(user) && user.expression === value) {
    for (const entry of into) {
      entry.types.add(text);
      if (!entry.holds) entry.calls.add(text);
    }
  } else if (ts.isCallExpression(user) && user.expression === value) for (const entry of into) entry.calls.add(text);
  else if (isAlias(value, user)) for (const entry of into) (entry.holds ? entry.aliases : entry.mentions).add(text);
  else if (isHanded(user)) for (const entry of into) entry.mentions.add(text);
  if (value !== node) for (const entry of into) entry.reads.add(text);
}

const isFunctionValued = (node: ts.Node): boolean =>
  (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) && node.initializer !== undefined && ts.isFunctionLike(node.initializer);

function definedName(node: ts.Node): string | undefined {
  if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) return node.propertyName && node.name.text;
  if (ts.isConstructorDeclaration(node)) return node.parent.name?.text;
  const named = ts.isFunctionLike(node) || ts.isParameter(node) || ts.isPropertySignature(node) || ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)
    || (ts.isBindingElement(node) && node.propertyName !== undefined);
  if (!named) return undefined;
  const { name } = node as ts.NamedDeclaration;
  return name && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

/** Operators whose result may be one of their operands. */
const YIELDING: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.CommaToken,
  ts.SyntaxKind.BarBarEqualsToken, ts.SyntaxKind.QuestionQuestionEqualsToken, ts.SyntaxKind.AmpersandAmpersandEqualsToken,
]);

/** The value of a declaration, or what an expression yields as it is. */
function isAlias(value: ts.Node, user: ts.Node): boolean {
  if (ts.isImportSpecifier(user) || ts.isExportSpecifier(user) || ts.isBindingElement(user)) return user.propertyName === value;
  if (ts.isVariableDeclaration(user) || ts.isPropertyAssignment(user) || ts.isPropertyDeclaration(user)) return user.initializer === value;
  return ts.isShorthandPropertyAssignment(user) || (ts.isBinaryExpression(user) && YIELDING.has(user.operatorToken.kind)) || ts.isConditionalExpression(user) || ts.isReturnStatement(user) || ts.isArrowFunction(user);
}

const isHanded = (user: ts.Node): boolean => ts.isCallExpression(user) || ts.isNewExpression(user) || ts.isArrayLiteralExpression(user);
