import ts = require("typescript");

/** The names of the types that a declaration has by its text, those of the platform left out; undefined if the text doesn't say. */
export type DeclaredType = readonly string[] | undefined;

/** Types of the platform that have no method which runs anything of the program but what it is given as an argument. */
const BUILT_IN: ReadonlySet<string> = new Set([
  "Map", "Set", "WeakMap", "WeakSet", "ReadonlyMap", "ReadonlySet", "Array", "ReadonlyArray", "Promise", "PromiseLike", "Date", "RegExp", "Buffer", "ArrayBuffer", "DataView",
  "Uint8Array", "Uint16Array", "Uint32Array", "Int8Array", "Int16Array", "Int32Array", "Float32Array", "Float64Array", "Error", "URL", "URLSearchParams", "String", "Number", "Boolean",
]);

/** Methods that give a text or a list, whatever they are called on; builders of queries have a `map`, `filter` or `values`, too. */
export const LISTED: ReadonlySet<string> = new Set([
  "split", "join", "trim", "toLowerCase", "toUpperCase", "toString", "padStart", "padEnd", "slice", "subarray", "toISOString", "toSorted", "toReversed", "flatMap",
]);

/** Methods that lists have and give lists, and builders of queries have, too: one of them called on the result of another is taken to be a list's. */
export const CHAINED: ReadonlySet<string> = new Set([...LISTED, "map", "filter", "find", "concat", "keys", "values", "entries", "from", "sort", "reverse", "flat", "reduce", "at", "has"]);

/** Methods that hardly anything but the platform has: whoever calls them on something else says so in its type. */
export const PLAIN: ReadonlySet<string> = new Set([
  ...LISTED, "push", "includes", "forEach", "some", "every", "indexOf", "reduce", "startsWith", "endsWith", "localeCompare", "charCodeAt", "bind", "apply", "hasOwnProperty",
  "then", "catch", "finally", "unshift", "pop", "shift", "splice", "sort", "reverse", "flat", "replaceAll",
]);

/** Expressions that make something of the platform. */
export const OF_PLATFORM: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ArrayLiteralExpression, ts.SyntaxKind.StringLiteral, ts.SyntaxKind.NoSubstitutionTemplateLiteral, ts.SyntaxKind.TemplateExpression, ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.RegularExpressionLiteral, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword,
]);

const NOTHING: readonly string[] = [];

/** Wrappers in the types that change no method. */
const TRANSPARENT: ReadonlySet<string> = new Set(["Readonly", "Required", "NonNullable", "Partial"]);

export function unwrapped(node: ts.Expression): ts.Expression {
  let at = node;
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at)) at = at.expression;
  return at;
}

/** `builtins`: names that stand for something of the platform. */
export function typeOfDeclaration(node: ts.Node, builtins: ReadonlySet<string>): DeclaredType {
  if (!ts.isVariableDeclaration(node) && !ts.isParameter(node) && !ts.isPropertyDeclaration(node) && !ts.isPropertySignature(node) && !ts.isPropertyAssignment(node)) return undefined;
  if (!ts.isPropertyAssignment(node)) {
    if (node.type) return node.type.kind === ts.SyntaxKind.AnyKeyword ? undefined : written(node.type);
    if (ts.isParameter(node) && (node.dotDotDotToken ?? !node.initializer)) return undefined;
  }
  return !ts.isPropertySignature(node) && node.initializer ? made(node.initializer, builtins) : undefined;
}

function written(type: ts.TypeNode): DeclaredType {
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword: case ts.SyntaxKind.NumberKeyword: case ts.SyntaxKind.BooleanKeyword: case ts.SyntaxKind.BigIntKeyword: case ts.SyntaxKind.UndefinedKeyword:
    case ts.SyntaxKind.LiteralType: case ts.SyntaxKind.ArrayType: case ts.SyntaxKind.TupleType: case ts.SyntaxKind.TemplateLiteralType: return NOTHING;
    case ts.SyntaxKind.ParenthesizedType: case ts.SyntaxKind.TypeOperator: return written((type as ts.ParenthesizedTypeNode).type);
    case ts.SyntaxKind.UnionType: case ts.SyntaxKind.IntersectionType: return together((type as ts.UnionTypeNode).types.map(written));
    case ts.SyntaxKind.TypeReference: {
      const { typeName, typeArguments } = type as ts.TypeReferenceNode;
      const name = ts.isIdentifier(typeName) ? typeName.text : typeName.right.text;
      const [of] = typeArguments ?? [];
      return TRANSPARENT.has(name) && of ? written(of) : BUILT_IN.has(name) ? NOTHING : [name];
    }
    default: return undefined;
  }
}

function together(types: readonly DeclaredType[]): DeclaredType {
  const found: string[] = [];
  for (const type of types) {
    if (!type) return undefined;
    found.push(...type);
  }
  return found;
}

function made(value: ts.Expression, builtins: ReadonlySet<string>): DeclaredType {
  if (ts.isAsExpression(value)) return ts.isTypeReferenceNode(value.type) && ts.isIdentifier(value.type.typeName) && value.type.typeName.text === "const" ? made(value.expression, builtins) : written(value.type);
  const of = unwrapped(value);
  if (OF_PLATFORM.has(of.kind)) return NOTHING;
  if (ts.isNewExpression(of) && ts.isIdentifier(of.expression)) return BUILT_IN.has(of.expression.text) ? NOTHING : [of.expression.text];
  if (!ts.isCallExpression(of)) return undefined;
  const { expression: callee } = of;
  const from = ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  return (ts.isPropertyAccessExpression(callee) && LISTED.has(callee.name.text)) || (ts.isIdentifier(from) && builtins.has(from.text)) ? NOTHING : undefined;
}
