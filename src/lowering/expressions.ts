import ts = require("typescript");

import { passedOn } from "../effects/bodies.js";
import { ANONYMOUS, type At, type CallExpression, type Expression, type NewExpression, type ObjectEntry } from "../effects/ir.js";
import { lowerClass } from "./classes.js";
import { at, type Context } from "./context.js";
import { lowerFunction } from "./functions.js";
import { indexText } from "./names.js";
import { assignmentPattern, noteAddition, noteWrite } from "./patterns.js";

export function optionalExpression(node: ts.Expression | undefined, context: Context, name?: string): Expression | undefined {
  return node && lowerExpression(node, context, name);
}

type Lower<T extends ts.Expression = ts.Expression> = (node: T, here: At, context: Context, name: string | undefined) => Expression;

/** `name` is what a function or class without a name of its own is called, from what it is assigned to. */
export function lowerExpression(node: ts.Expression, context: Context, name?: string): Expression {
  let inner = node;
  while (TRANSPARENT.has(inner.kind)) inner = (inner as ts.ParenthesizedExpression).expression;
  return (LOWERINGS[inner.kind] ?? lowerParts)(inner, at(inner, context), context, name);
}

/** What changes only the type. */
const TRANSPARENT: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ParenthesizedExpression, ts.SyntaxKind.AsExpression, ts.SyntaxKind.NonNullExpression, ts.SyntaxKind.SatisfiesExpression, ts.SyntaxKind.TypeAssertionExpression,
]);

const lowerName: Lower<ts.Identifier> = (node, here, context) => {
  if (node.text === "undefined") return { k: "literal", value: undefined, ...here };
  const declaration = context.scope.find(node.text);
  if (declaration) context.body.mentions.add(declaration);
  return { k: "name", name: node.text, declaration, ...here };
};

const lowerFunctionExpression = (kind: "arrow" | "function"): Lower<ts.ArrowFunction | ts.FunctionExpression> => (node, here, context, name) =>
  ({ k: "function", body: lowerFunction(node, node.name?.text ?? name ?? ANONYMOUS, kind, context), ...here });

const lowerElement: Lower<ts.ElementAccessExpression> = (node, here, context) => {
  const object = lowerExpression(node.expression, context);
  const optional = node.questionDotToken !== undefined;
  const name = indexText(node.argumentExpression);
  if (name !== undefined) return { k: "member", object, name, optional, ...here };
  return { k: "index", object, index: lowerExpression(node.argumentExpression, context), optional, ...here };
};

function lowerArgument(node: ts.Expression, context: Context): Expression {
  if (ts.isSpreadElement(node)) return { k: "spread", value: lowerExpression(node.expression, context), ...at(node, context) };
  if (ts.isOmittedExpression(node)) return { k: "literal", value: undefined, ...at(node, context) };
  return lowerExpression(node, context);
}

/** Methods that put their last argument into their receiver. */
const ADDING = new Set(["push", "unshift", "add", "set", "enqueue"]);

const lowerCall: Lower<ts.CallExpression> = (node, here, context) => {
  const callee: Expression = node.expression.kind === ts.SyntaxKind.ImportKeyword
    ? { k: "name", name: "import", declaration: undefined, ...at(node.expression, context) }
    : lowerExpression(node.expression, context);
  const args = node.arguments.map((arg) => lowerArgument(arg, context));
  if (callee.k === "name" || callee.k === "member") context.body.ownCalls.add(callee.name);
  const method = passedOn(callee);
  if (method !== undefined) context.body.ownCalls.add(method);
  if (callee.k === "super") context.body.ownCalls.add("super");
  if (callee.k === "member" && ADDING.has(callee.name)) {
    const last = args.at(-1);
    if (last) noteAddition(callee.object, last, context);
  }
  return noteCall({ k: "call", callee, args, optional: node.questionDotToken !== undefined, ...here }, context);
};

function noteCall<T extends CallExpression | NewExpression>(call: T, context: Context): T {
  context.out.calls.push({ call, body: context.body });
  if (call.k === "new" && (call.callee.k === "name" || call.callee.k === "member")) context.body.ownCalls.add(call.callee.name);
  return call;
}

function lowerEntries(node: ts.ObjectLiteralExpression, context: Context): ObjectEntry[] {
  return node.properties.flatMap((property): ObjectEntry[] => {
    if (ts.isSpreadAssignment(property)) return [{ key: undefined, value: lowerExpression(property.expression, context) }];
    const key = entryKey(property.name, context);
    const plain = typeof key === "string" ? key : undefined;
    if (ts.isPropertyAssignment(property)) return [{ key, value: lowerExpression(property.initializer, context, plain) }];
    if (ts.isShorthandPropertyAssignment(property)) return [{ key, value: lowerExpression(property.name, context) }];
    if (ts.isMethodDeclaration(property)) {
      return [{ key, value: { k: "function", body: lowerFunction(property, plain ?? "method", "function", context), ...at(property, context) } }];
    }
    // It is called, and not read: what has the object may do so at any time.
    const here = at(property, context);
    return [{ key: { k: "opaque", parts: [], ...here }, value: { k: "function", body: lowerFunction(property, plain ?? "accessor", "function", context), ...here } }];
  });
}

function entryKey(name: ts.PropertyName, context: Context): string | Expression {
  if (ts.isComputedPropertyName(name)) return indexText(name.expression) ?? lowerExpression(name.expression, context);
  return name.text;
}

const ASSIGNMENTS = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsToken, "="], [ts.SyntaxKind.QuestionQuestionEqualsToken, "??="],
  [ts.SyntaxKind.BarBarEqualsToken, "||="], [ts.SyntaxKind.AmpersandAmpersandEqualsToken, "&&="],
]);
const LOGICAL = new Map<ts.SyntaxKind, "&&" | "||" | "??">([
  [ts.SyntaxKind.AmpersandAmpersandToken, "&&"], [ts.SyntaxKind.BarBarToken, "||"], [ts.SyntaxKind.QuestionQuestionToken, "??"],
]);

const lowerTagged: Lower<ts.TaggedTemplateExpression> = (node, here, context) => {
  const parts = ts.isTemplateExpression(node.template) ? node.template.templateSpans.map((span) => lowerExpression(span.expression, context)) : [];
  return { k: "call", callee: lowerExpression(node.tag, context), args: [{ k: "opaque", parts: [], ...here }, ...parts], optional: false, ...here };
};

const lowerPlainUnary = (op: string): Lower<ts.VoidExpression> => (node, here, context) => ({ k: "unary", op, value: lowerExpression(node.expression, context), ...here });

const lowerBinary: Lower<ts.BinaryExpression> = (node, here, context) => {
  const kind = node.operatorToken.kind;
  const logical = LOGICAL.get(kind);
  if (logical) return { k: "logical", op: logical, left: lowerExpression(node.left, context), right: lowerExpression(node.right, context), ...here };
  if (kind === ts.SyntaxKind.CommaToken) return { k: "sequence", items: [lowerExpression(node.left, context), lowerExpression(node.right, context)], ...here };
  if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment) {
    const target = assignmentPattern(node.left, context);
    const name = ts.isIdentifier(node.left) ? node.left.text : ts.isPropertyAccessExpression(node.left) ? node.left.name.text : undefined;
    const value = lowerExpression(node.right, context, name);
    noteWrite(target, value, context);
    return { k: "assign", op: ASSIGNMENTS.get(kind) ?? node.operatorToken.getText(context.out.source), target, value, ...here };
  }
  return {
    k: "binary", op: node.operatorToken.getText(context.out.source), left: lowerExpression(node.left, context), right: lowerExpression(node.right, context), ...here,
  };
};

const lowerUnary: Lower<ts.PrefixUnaryExpression | ts.PostfixUnaryExpression> = (node, here, context) => {
  const value = lowerExpression(node.operand, context);
  const op = ts.tokenToString(node.operator) ?? "";
  if (op === "-" && value.k === "literal" && typeof value.value === "number") return { ...value, value: -value.value };
  if (op !== "++" && op !== "--") return { k: "unary", op, value, ...here };
  const target = assignmentPattern(node.operand, context);
  const one: Expression = { k: "literal", value: 1, ...here };
  noteWrite(target, { k: "opaque", parts: [], ...here }, context);
  return { k: "assign", op: op === "++" ? "+=" : "-=", target, value: one, ...here };
};

/** JSX, regular expressions, `import.meta`…: only what is evaluated inside is kept. */
const lowerParts: Lower = (node, here, context) => {
  const parts: Expression[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isJsxExpression(child) || ts.isJsxSpreadAttribute(child)) {
      if (child.expression) parts.push(lowerExpression(child.expression, context));
    } else if (!ts.isTypeNode(child)) ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return { k: "opaque", parts, ...here };
};

const lowerText: Lower<ts.StringLiteralLike> = (node, here) => ({ k: "literal", value: node.text, ...here });
const lowerConstant = (value: boolean | null): Lower => (_, here) => ({ k: "literal", value, ...here });

/** By kind, because every expression comes here; a list, because it is asked for most of all. */
const LOWERINGS: readonly (Lower | undefined)[] = table([
  [ts.SyntaxKind.Identifier, lowerName],
  [ts.SyntaxKind.PropertyAccessExpression, (node: ts.PropertyAccessExpression, here, context) =>
    ({ k: "member", object: lowerExpression(node.expression, context), name: node.name.text, optional: node.questionDotToken !== undefined, ...here })],
  [ts.SyntaxKind.ElementAccessExpression, lowerElement],
  [ts.SyntaxKind.CallExpression, lowerCall],
  [ts.SyntaxKind.NewExpression, (node: ts.NewExpression, here, context) =>
    noteCall({ k: "new", callee: lowerExpression(node.expression, context), args: (node.arguments ?? []).map((arg) => lowerArgument(arg, context)), ...here }, context)],
  [ts.SyntaxKind.ArrowFunction, lowerFunctionExpression("arrow")],
  [ts.SyntaxKind.FunctionExpression, lowerFunctionExpression("function")],
  [ts.SyntaxKind.ClassExpression, (node: ts.ClassExpression, here, context, name) => ({ k: "class", info: lowerClass(node, node.name?.text ?? name ?? "class", context), ...here })],
  [ts.SyntaxKind.ObjectLiteralExpression, (node: ts.ObjectLiteralExpression, here, context) => ({ k: "object", entries: lowerEntries(node, context), ...here })],
  [ts.SyntaxKind.ArrayLiteralExpression, (node: ts.ArrayLiteralExpression, here, context) => ({ k: "array", items: node.elements.map((item) => lowerArgument(item, context)), ...here })],
  [ts.SyntaxKind.AwaitExpression, (node: ts.AwaitExpression, here, context) => ({ k: "await", value: lowerExpression(node.expression, context), ...here })],
  [ts.SyntaxKind.YieldExpression, (node: ts.YieldExpression, here, context) =>
    ({ k: "yield", value: optionalExpression(node.expression, context), delegate: node.asteriskToken !== undefined, ...here })],
  [ts.SyntaxKind.ConditionalExpression, (node: ts.ConditionalExpression, here, context) => ({
    k: "branch", test: lowerExpression(node.condition, context), then: lowerExpression(node.whenTrue, context), else: lowerExpression(node.whenFalse, context), ...here,
  })],
  [ts.SyntaxKind.BinaryExpression, lowerBinary],
  [ts.SyntaxKind.PrefixUnaryExpression, lowerUnary], [ts.SyntaxKind.PostfixUnaryExpression, lowerUnary],
  [ts.SyntaxKind.TypeOfExpression, lowerPlainUnary("typeof")], [ts.SyntaxKind.VoidExpression, lowerPlainUnary("void")], [ts.SyntaxKind.DeleteExpression, lowerPlainUnary("delete")],
  [ts.SyntaxKind.TaggedTemplateExpression, lowerTagged],
  [ts.SyntaxKind.StringLiteral, lowerText], [ts.SyntaxKind.NoSubstitutionTemplateLiteral, lowerText],
  [ts.SyntaxKind.NumericLiteral, (node: ts.NumericLiteral, here) => ({ k: "literal", value: Number(node.text), ...here })],
  [ts.SyntaxKind.TemplateExpression, (node: ts.TemplateExpression, here, context) => ({
    k: "template", parts: [node.head.text, ...node.templateSpans.flatMap((span) => [lowerExpression(span.expression, context), span.literal.text])], ...here,
  })],
  [ts.SyntaxKind.TrueKeyword, lowerConstant(true)], [ts.SyntaxKind.FalseKeyword, lowerConstant(false)], [ts.SyntaxKind.NullKeyword, lowerConstant(null)],
  [ts.SyntaxKind.ThisKeyword, (_, here) => ({ k: "this", ...here })], [ts.SyntaxKind.SuperKeyword, (_, here) => ({ k: "super", ...here })],
]);

// The kind says which type a node has.
function table(rows: readonly (readonly [ts.SyntaxKind, Lower<never>])[]): readonly (Lower | undefined)[] {
  const list: (Lower | undefined)[] = [];
  for (const [kind, lower] of rows) list[kind] = lower as Lower;
  return list;
}
