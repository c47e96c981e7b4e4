import ts = require("typescript");

import type { Body, ClassInfo, Expression, Member } from "../effects/ir.js";
import { baseOf } from "./class-family.js";
import { at, type Context, makeBody, Scope, spanOf, unique } from "./context.js";
import { lowerExpression } from "./expressions.js";
import { lowerFunction } from "./functions.js";
import { nameText } from "./names.js";
import { hoist, lowerStatements } from "./statements.js";
import { readTags } from "./tags.js";

const has = (node: ts.Node, ...kinds: ts.SyntaxKind[]): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => kinds.includes(modifier.kind));

export function lowerClass(node: ts.ClassLikeDeclaration, name: string, context: Context): ClassInfo {
  const { out } = context;
  const heritage = (kind: ts.SyntaxKind): readonly ts.ExpressionWithTypeArguments[] =>
    node.heritageClauses?.find((clause) => clause.token === kind)?.types ?? [];
  const [base] = heritage(ts.SyntaxKind.ExtendsKeyword);
  const info: ClassInfo = {
    id: unique(`${context.body.id}${context.body.kind === "module" ? "" : "/"}${name}`, out), name, file: out.file, ticket: node, span: spanOf(node, out),
    extends: base && lowerExpression(base.expression, context),
    subclasses: [], implements: heritage(ts.SyntaxKind.ImplementsKeyword).map((type) => type.expression),
    exported: has(node, ts.SyntaxKind.ExportKeyword), abstract: has(node, ts.SyntaxKind.AbstractKeyword),
    members: new Map(), statics: new Map(), setters: new Map(), body: context.body, constructorBody: undefined, writes: new Map(), additions: new Map(),
    orders: readTags(node, out).orders,
  };
  out.classes.push(info);
  baseOf(info)?.subclasses.push(info);
  out.classAt.set(node, info);
  const inner: Context = { ...context, owner: info };
  for (const member of node.members) lowerMember(member, info, inner);
  return info;
}

function lowerMember(node: ts.ClassElement, info: ClassInfo, context: Context): void {
  if (ts.isConstructorDeclaration(node)) {
    if (node.body) lowerConstructor(node, info, context);
    return;
  }
  if (ts.isClassStaticBlockDeclaration(node)) {
    const body = initializerBody(node, "static", info, context, true);
    const inner: Context = { ...context, body, scope: new Scope(context.scope, body) };
    hoist(node.body.statements, inner);
    body.statements = lowerStatements(node.body.statements, inner);
    return;
  }
  const name = node.name && nameText(node.name);
  if (name === undefined || ts.isIndexSignatureDeclaration(node) || ts.isSemicolonClassElement(node)) return;
  if (ts.isPropertyDeclaration(node)) addField(node, name, info, context);
  else if (ts.isMethodDeclaration(node) || ts.isGetAccessorDeclaration(node) || ts.isSetAccessorDeclaration(node)) addMethod(node, name, info, context);
}

function addMethod(
  node: ts.MethodDeclaration | ts.AccessorDeclaration, name: string, info: ClassInfo, context: Context,
): void {
  const kind = ts.isMethodDeclaration(node) ? "method" : ts.isGetAccessorDeclaration(node) ? "getter" : "setter";
  const known = mapOf(node, info).get(name);
  if (!node.body && known) return;
  const body = node.body && lowerFunction(node, name, kind, context, info);
  if (kind === "setter" && body && mapOf(node, info) === info.members) info.setters.set(name, body);
  if (kind === "setter" && known) return;
  mapOf(node, info).set(name, member(node, name, kind, info, context, { body, init: undefined }));
}

const mapOf = (node: ts.Node, info: ClassInfo): Map<string, Member> => has(node, ts.SyntaxKind.StaticKeyword) ? info.statics : info.members;

function member(
  node: ts.ClassElement | ts.ParameterDeclaration, name: string, kind: Member["kind"], info: ClassInfo, context: Context,
  value: { body: Body | undefined; init: Expression | undefined; parameter?: number },
): Member {
  return {
    name, kind, static: has(node, ts.SyntaxKind.StaticKeyword),
    private: name.startsWith("#") || has(node, ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword),
    readonly: has(node, ts.SyntaxKind.ReadonlyKeyword), abstract: has(node, ts.SyntaxKind.AbstractKeyword),
    owner: info, ticket: node, span: spanOf(node, context.out), body: value.body, init: value.init, constructorParameter: value.parameter,
  };
}

function initializerBody(node: ts.Node, name: string, info: ClassInfo, context: Context, isStatic: boolean): Body {
  return makeBody({ node, name, kind: "initializer", owner: info, static: isStatic }, context.body, context.out);
}

function addField(node: ts.PropertyDeclaration, name: string, info: ClassInfo, context: Context): void {
  let body: Body | undefined, init: Expression | undefined;
  if (node.initializer) {
    body = initializerBody(node, name, info, context, has(node, ts.SyntaxKind.StaticKeyword));
    const inner: Context = { ...context, body, scope: new Scope(context.scope, body) };
    init = lowerExpression(node.initializer, inner, name);
    body.statements = [{ s: "return", value: init, ...at(node.initializer, inner) }];
  }
  mapOf(node, info).set(name, member(node, name, "field", info, context, { body, init }));
}

function lowerConstructor(node: ts.ConstructorDeclaration, info: ClassInfo, context: Context): void {
  info.constructorBody = lowerFunction(node, "constructor", "constructor", context, info);
  node.parameters.forEach((parameter, index) => {
    if (!ts.isParameterPropertyDeclaration(parameter, node) || !ts.isIdentifier(parameter.name)) return;
    const { text } = parameter.name;
    info.members.set(text, member(parameter, text, "field", info, context, { body: undefined, init: undefined, parameter: index }));
  });
}
