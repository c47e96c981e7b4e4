import ts = require("typescript");

import type { Body, BodyKind, ClassInfo, Parameter } from "../effects/ir.js";
import { at, type Context, declare, makeBody, Scope } from "./context.js";
import { lowerExpression, optionalExpression } from "./expressions.js";
import { bindPattern, declarePattern } from "./patterns.js";
import { hoist, lowerStatements } from "./statements.js";
import { readTags } from "./tags.js";

type FunctionNode = ts.FunctionLikeDeclaration;

const hasModifier = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);

/** The statement that a function expression is the value of, so that the text before it is found. */
function documented(node: ts.Node): ts.Node {
  const parent = node.parent;
  if (ts.isVariableDeclaration(parent)) return parent.parent.parent;
  return ts.isPropertyDeclaration(parent) ? parent : node;
}

export function lowerFunction(
  node: FunctionNode, name: string, kind: BodyKind, context: Context, owner?: ClassInfo,
): Body {
  const body = makeBody({
    node, name, kind, owner,
    async: hasModifier(node, ts.SyntaxKind.AsyncKeyword),
    generator: node.asteriskToken !== undefined,
    asserts: node.type !== undefined && ts.isTypePredicateNode(node.type) && node.type.assertsModifier !== undefined,
    static: hasModifier(node, ts.SyntaxKind.StaticKeyword),
    tags: readTags(documented(node), context.out).locks,
  }, context.body, context.out);
  const inner: Context = {
    out: context.out, body, scope: new Scope(context.scope, body), owner: owner ?? (kind === "function" ? undefined : context.owner),
  };
  if (ts.isFunctionExpression(node) && node.name) declare(node.name, node.name.text, "function", inner).functionBody = body;
  body.parameters = lowerParameters(node.parameters, inner);
  if (!node.body) return body;
  if (ts.isBlock(node.body)) {
    hoist(node.body.statements, inner);
    body.statements = lowerStatements(node.body.statements, inner);
  } else body.statements = [{ s: "return", value: lowerExpression(node.body, inner), ...at(node.body, inner) }];
  return body;
}

function lowerParameters(nodes: readonly ts.ParameterDeclaration[], context: Context): Parameter[] {
  const real = nodes.filter((node) => !(ts.isIdentifier(node.name) && node.name.text === "this"));
  return real.map((node, index) => {
    for (const declaration of declarePattern(node.name, "parameter", context, false)) declaration.parameter = index;
    return {
      pattern: bindPattern(node.name, context, undefined), default: optionalExpression(node.initializer, context),
      rest: node.dotDotDotToken !== undefined, optional: node.questionToken !== undefined || node.initializer !== undefined,
      ticket: node, name: ts.isIdentifier(node.name) ? node.name.text : undefined,
    };
  });
}
