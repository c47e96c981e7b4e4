import ts = require("typescript");

/** What the language itself calls by a symbol. */
const PROTOCOLS: ReadonlySet<string> = new Set(["Symbol.iterator", "Symbol.asyncIterator", "Symbol.dispose", "Symbol.asyncDispose"]);

/** The name under which a member is kept: `a`, `#a`, `"a"`, `["a"]` by its text, `[Symbol.dispose]` as it is written. Undefined if it is computed otherwise. */
export function nameText(name: ts.Node): string | undefined {
  if (ts.isComputedPropertyName(name)) return indexText(name.expression);
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : undefined;
}

/** The name of the member that an index stands for. */
export function indexText(index: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(index)) return index.text;
  return ts.isPropertyAccessExpression(index) && PROTOCOLS.has(index.getText()) ? `[${index.getText()}]` : undefined;
}
