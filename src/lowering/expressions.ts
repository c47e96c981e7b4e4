import ts from "typescript";

import { ANONYMOUS, type CallExpression, type Expression, type NewExpression, type ObjectEntry } from "../effects/ir.js";
import { lowerClass } from "./classes.js";
import { at, type Context } from "./context.js";
import { lowerFunction } from "./functions.js";
import { assignmentPattern, noteAddition, noteWrite } from "./patterns.js";

export function optionalExpression(node: ts.Expression | undefined, context: Context, name?: string): Expression | undefined {
  return node && lowerExpression(node, context, name);
}

/** `name` is what a function or class without a name of its own is called, from what it is assigned to. */
export function lowerExpression(node: ts.Expression, context: Context, name?: string): Expression {
  const here = at(node, context);
  if (ts.isIdentifier(node)) {
    if (node.text === "undefined") return { k: "literal", value: undefined, ...here };
    const declaration = context.scope.find(node.text);
    if (declaration) context.body.mentions.add(declaration);
    return { k: "name", name: node.text, declaration, ...here };
  }
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)
    || ts.isSatisfiesExpression(node) || ts.isTypeAssertionExpression(node)) return lowerExpression(node.expression, context, name);
  if (ts.isPropertyAccessExpression(node)) {
    return { k: "member", object: lowerExpression(node.expression, context), name: node.name.text, optional: node.questionDotToken !== undefined, ...here };
  }
  if (ts.isElementAccessExpression(node)) return lowerElement(node, context);
  if (ts.isCallExpression(node)) return lowerCall(node, context);
  if (ts.isNewExpression(node)) {
    return noteCall({ k: "new", callee: lowerExpression(node.expression, context), args: (node.arguments ?? []).map((arg) => lowerArgument(arg, context)), ...here }, context);
  }
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
    const kind = ts.isArrowFunction(node) ? "arrow" : "function";
    return { k: "function", body: lowerFunction(node, node.name?.text ?? name ?? ANONYMOUS, kind, context), ...here };
  }
  if (ts.isClassExpression(node)) return { k: "class", info: lowerClass(node, node.name?.text ?? name ?? "class", context), ...here };
  if (ts.isObjectLiteralExpression(node)) return { k: "object", entries: lowerEntries(node, context), ...here };
  if (ts.isArrayLiteralExpression(node)) return { k: "array", items: node.elements.map((item) => lowerArgument(item, context)), ...here };
  return lowerOperator(node, context) ?? lowerLiteral(node, context) ?? lowerParts(node, context);
}

function lowerElement(node: ts.ElementAccessExpression, context: Context): Expression {
  const here = at(node, context);
  const object = lowerExpression(node.expression, context);
  const optional = node.questionDotToken !== undefined;
  if (ts.isStringLiteralLike(node.argumentExpression)) return { k: "member", object, name: node.argumentExpression.text, optional, ...here };
  return { k: "index", object, index: lowerExpression(node.argumentExpression, context), optional, ...here };
}

function lowerArgument(node: ts.Expression, context: Context): Expression {
  if (ts.isSpreadElement(node)) return { k: "spread", value: lowerExpression(node.expression, context), ...at(node, context) };
  if (ts.isOmittedExpression(node)) return { k: "literal", value: undefined, ...at(node, context) };
  return lowerExpression(node, context);
}

/** Methods that put their last argument into their receiver. */
const ADDING = new Set(["push", "unshift", "add", "set", "enqueue"]);

function lowerCall(node: ts.CallExpression, context: Context): Expression {
  const callee: Expression = node.expression.kind === ts.SyntaxKind.ImportKeyword
    ? { k: "name", name: "import", declaration: undefined, ...at(node.expression, context) }
    : lowerExpression(node.expression, context);
  const args = node.arguments.map((arg) => lowerArgument(arg, context));
  if (callee.k === "name" || callee.k === "member") context.body.ownCalls.add(callee.name);
  if (callee.k === "super") context.body.ownCalls.add("super");
  if (callee.k === "member" && ADDING.has(callee.name)) {
    const last = args.at(-1);
    if (last) noteAddition(callee.object, last, context);
  }
  return noteCall({ k: "call", callee, args, optional: node.questionDotToken !== undefined, ...at(node, context) }, context);
}

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
    return [];
  });
}

function entryKey(name: ts.PropertyName, context: Context): string | Expression {
  if (ts.isComputedPropertyName(name)) {
    return ts.isStringLiteralLike(name.expression) ? name.expression.text : lowerExpression(name.expression, context);
  }
  return name.text;
}

const ASSIGNMENTS = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsToken, "="], [ts.SyntaxKind.QuestionQuestionEqualsToken, "??="],
  [ts.SyntaxKind.BarBarEqualsToken, "||="], [ts.SyntaxKind.AmpersandAmpersandEqualsToken, "&&="],
]);
const LOGICAL = new Map<ts.SyntaxKind, "&&" | "||" | "??">([
  [ts.SyntaxKind.AmpersandAmpersandToken, "&&"], [ts.SyntaxKind.BarBarToken, "||"], [ts.SyntaxKind.QuestionQuestionToken, "??"],
]);

function lowerOperator(node: ts.Expression, context: Context): Expression | undefined {
  const here = at(node, context);
  if (ts.isAwaitExpression(node)) return { k: "await", value: lowerExpression(node.expression, context), ...here };
  if (ts.isYieldExpression(node)) {
    return { k: "yield", value: optionalExpression(node.expression, context), delegate: node.asteriskToken !== undefined, ...here };
  }
  if (ts.isConditionalExpression(node)) {
    return {
      k: "branch", test: lowerExpression(node.condition, context), then: lowerExpression(node.whenTrue, context), else: lowerExpression(node.whenFalse, context), ...here,
    };
  }
  if (ts.isBinaryExpression(node)) return lowerBinary(node, context);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return lowerUnary(node, context);
  if (ts.isTypeOfExpression(node)) return { k: "unary", op: "typeof", value: lowerExpression(node.expression, context), ...here };
  if (ts.isVoidExpression(node)) return { k: "unary", op: "void", value: lowerExpression(node.expression, context), ...here };
  if (ts.isDeleteExpression(node)) return { k: "unary", op: "delete", value: lowerExpression(node.expression, context), ...here };
  if (ts.isTaggedTemplateExpression(node)) {
    const parts = ts.isTemplateExpression(node.template) ? node.template.templateSpans.map((span) => lowerExpression(span.expression, context)) : [];
    return { k: "call", callee: lowerExpression(node.tag, context), args: [{ k: "opaque", parts: [], ...here }, ...parts], optional: false, ...here };
  }
  return undefined;
}

function lowerBinary(node: ts.BinaryExpression, context: Context): Expression {
  const here = at(node, context);
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
}

function lowerUnary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, context: Context): Expression {
  const here = at(node, context);
  const value = lowerExpression(node.operand, context);
  const op = ts.tokenToString(node.operator) ?? "";
  if (op === "-" && value.k === "literal" && typeof value.value === "number") return { ...value, value: -value.value };
  if (op !== "++" && op !== "--") return { k: "unary", op, value, ...here };
  const target = assignmentPattern(node.operand, context);
  const one: Expression = { k: "literal", value: 1, ...here };
  noteWrite(target, { k: "opaque", parts: [], ...here }, context);
  return { k: "assign", op: op === "++" ? "+=" : "-=", target, value: one, ...here };
}

function lowerLiteral(node: ts.Expression, context: Context): Expression | undefined {
  const here = at(node, context);
  if (ts.isStringLiteralLike(node)) return { k: "literal", value: node.text, ...here };
  if (ts.isNumericLiteral(node)) return { k: "literal", value: Number(node.text), ...here };
  if (ts.isTemplateExpression(node)) {
    return {
      k: "template", parts: [node.head.text, ...node.templateSpans.flatMap((span) => [lowerExpression(span.expression, context), span.literal.text])], ...here,
    };
  }
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword: return { k: "literal", value: true, ...here };
    case ts.SyntaxKind.FalseKeyword: return { k: "literal", value: false, ...here };
    case ts.SyntaxKind.NullKeyword: return { k: "literal", value: null, ...here };
    case ts.SyntaxKind.ThisKeyword: return { k: "this", ...here };
    case ts.SyntaxKind.SuperKeyword: return { k: "super", ...here };
    default: return undefined;
  }
}

/** JSX, regular expressions, `import.meta`…: only what is evaluated inside is kept. */
function lowerParts(node: ts.Node, context: Context): Expression {
  const parts: Expression[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isJsxExpression(child) || ts.isJsxSpreadAttribute(child)) {
      if (child.expression) parts.push(lowerExpression(child.expression, context));
    } else if (!ts.isTypeNode(child)) ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return { k: "opaque", parts, ...at(node, context) };
}
