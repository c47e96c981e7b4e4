import ts from "typescript";

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
}

const IMPORT = /(?:^|[;\n])[ \t]*(?:import|export)\b([^"'`;=()]*)["']([^"'\n]+)["']|\b(?:require|import)\s*\(\s*["']([^"'\n]+)["']/g;
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
    imports: Array.from(text.matchAll(IMPORT), ([, names, from, dynamic]) => ({ specifier: from ?? dynamic ?? "", names: names?.match(/[\w$]+/g) ?? [] })),
    getters: firsts(text, GETTER),
    heritage: new Set(firsts(text, HERITAGE).flatMap((list) => list.match(/[\w$]+/g) ?? [])),
    handmade: HANDMADE.test(text) && /\bPromise\b|\bwithResolvers\b/.test(text),
    tagged: text.includes("@lock"),
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
  /** It is a variable, field or parameter that isn't written as a function: calling it calls what it holds. */
  readonly holds: boolean;
}

const outlines = new WeakMap<ts.SourceFile, readonly OutlineEntry[]>();

/** Which names the functions of a file call, by names alone. Only asked for files that matter. */
export function outlineFile(source: ts.SourceFile): readonly OutlineEntry[] {
  let outline = outlines.get(source);
  if (!outline) outlines.set(source, (outline = outlineTree(source)));
  return outline;
}

function outlineTree(source: ts.SourceFile): OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  const visit = (node: ts.Node, into: readonly Set<string>[]): void => {
    const name = definedName(node);
    let inner = into;
    if (name !== undefined) {
      const calls = new Set<string>();
      entries.push({ name, calls, holds: !ts.isFunctionLike(node) && !isFunctionValued(node) });
      inner = [...into, calls];
    }
    const called = calledName(node);
    if (called !== undefined) for (const calls of inner) calls.add(called);
    ts.forEachChild(node, (child) => { visit(child, inner); });
  };
  for (const statement of source.statements) visit(statement, []);
  return entries;
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

/** Any mention may be a call: a function handed on as a value, a getter that is read. */
function calledName(node: ts.Node): string | undefined {
  if (!ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) return undefined;
  const { parent } = node;
  // A name declared with a library's type may be called like what it holds.
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return node.text;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node || ts.isCallExpression(parent.parent) ? node.text : undefined;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return node.text;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isBindingElement(parent)) return parent.propertyName === node ? node.text : undefined;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.initializer === node ? node.text : undefined;
  return ts.isShorthandPropertyAssignment(parent) || ts.isArrayLiteralExpression(parent) || ts.isBinaryExpression(parent)
    || ts.isConditionalExpression(parent) || ts.isReturnStatement(parent) || ts.isArrowFunction(parent) ? node.text : undefined;
}
