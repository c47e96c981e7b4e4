import ts = require("typescript");

import type { LoweredFile } from "../effects/ir.js";
import type { CallTargets, Entity } from "../effects/port.js";
import { libraryEntity } from "./declarations.js";

type Lowered = (file: ts.SourceFile) => LoweredFile | undefined;

/** The symbol behind imports and re-exports. */
export function realSymbol(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The entity that a declaration is; overloads lead to the implementation, a type query to nothing. */
function entityOfDeclaration(node: ts.Node, lowered: Lowered): Entity | undefined {
  const file = lowered(node.getSourceFile());
  if (!file) return libraryEntity(node);
  if (ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isParameter(node)) {
    const declaration = file.declarationAt.get(node.name);
    return declaration && { kind: "declaration", declaration };
  }
  const info = ts.isClassLike(node) ? file.classAt.get(node) : undefined;
  if (info) return { kind: "class", info };
  if (ts.isClassElement(node) && ts.isClassLike(node.parent)) return memberEntity(node, file);
  const body = file.bodyAt.get(node);
  if (body) return { kind: "body", body };
  if (ts.isExportAssignment(node)) return exportEntity(file, node.isExportEquals ? "=" : "default");
  if (ts.isPropertyAssignment(node)) {
    const value = ts.isFunctionLike(node.initializer) ? file.bodyAt.get(node.initializer) : undefined;
    return value && { kind: "body", body: value };
  }
  return undefined;
}

function memberEntity(node: ts.ClassElement, file: LoweredFile): Entity | undefined {
  const info = file.classAt.get(node.parent);
  const name = node.name && (ts.isIdentifier(node.name) || ts.isPrivateIdentifier(node.name) || ts.isStringLiteral(node.name)) ? node.name.text : undefined;
  const member = name === undefined ? undefined : info?.members.get(name) ?? info?.statics.get(name);
  return member && { kind: "member", member };
}

export function exportEntity(file: LoweredFile, name: string): Entity | undefined {
  const exported = file.exports.get(name);
  if (!exported) return undefined;
  if (!("k" in exported)) return { kind: "declaration", declaration: exported };
  return { kind: "expression", file: file.file, expression: exported, body: file.module };
}

export function entityOfSymbol(symbol: ts.Symbol, lowered: Lowered): Entity | undefined {
  const declarations = symbol.declarations ?? [];
  const withBody = declarations.find((node) => ts.isFunctionLike(node) && "body" in node && node.body !== undefined);
  const node = withBody ?? symbol.valueDeclaration ?? declarations[0];
  if (!node) return undefined;
  if (ts.isSourceFile(node)) {
    const file = lowered(node);
    return { kind: "namespace", file: file?.file, package: file ? undefined : libraryEntity(node)?.package };
  }
  return entityOfDeclaration(node, lowered);
}

/**
 * Where a call goes by the type of its callee: the declaration of its signature, or the value that the callee names. To resolve a
 * signature the checker has to look at the arguments, so it's asked only where the name leaves a choice. `isDescribed`: packages
 * of which anything is known.
 */
export function callTargets(checker: ts.TypeChecker, call: ts.Node, lowered: Lowered, isDescribed: (name: string) => boolean): CallTargets & { readonly abstract?: ts.Declaration } {
  if (!ts.isCallExpression(call) && !ts.isNewExpression(call) && !ts.isTaggedTemplateExpression(call)) return { entities: [], status: "unresolved" };
  const callee = ts.isTaggedTemplateExpression(call) ? call.tag : call.expression;
  const symbol = symbolOfCallee(checker, callee);
  const byValue = symbol && entityOfSymbol(symbol, lowered);
  if (byValue && isFunctionLike(byValue)) return { entities: [byValue], status: "resolved" };
  if (byValue?.kind === "library" && !ts.isNewExpression(call) && (!isDescribed(byValue.package) || symbol?.declarations?.some(ts.isFunctionLike))) {
    return { entities: [byValue], status: "resolved" };
  }
  const union = unionTargets(checker, callee, lowered);
  if (union.length > 1) return { entities: union, status: "resolved" };
  const declaration = checker.getResolvedSignature(call)?.declaration;
  const entity = declaration && !ts.isJSDocSignature(declaration) ? entityOfDeclaration(declaration, lowered) : undefined;
  if (entity && (entity.kind === "library" || isFunctionLike(entity))) return { entities: [entity], status: "resolved" };
  const abstract = symbol?.declarations?.find((node) => ts.isMethodSignature(node) || ts.isPropertySignature(node) || ts.isMethodDeclaration(node));
  if (abstract && lowered(abstract.getSourceFile())) return { entities: [], status: "interface", abstract };
  return { entities: [], status: "unresolved" };
}

/** A variable or field that holds something callable says nothing of what it does; a function written there does. */
function isFunctionLike(entity: Entity): boolean {
  switch (entity.kind) {
    case "body": case "class": return true;
    case "member": return entity.member.body !== undefined && (entity.member.kind !== "field" || entity.member.init?.k === "function");
    case "declaration": return entity.declaration.functionBody !== undefined || entity.declaration.init?.k === "function" || entity.declaration.classInfo !== undefined;
    default: return false;
  }
}

function symbolOfCallee(checker: ts.TypeChecker, callee: ts.Node): ts.Symbol | undefined {
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  const symbol = checker.getSymbolAtLocation(name);
  return symbol && realSymbol(checker, symbol);
}

/** The checker names one constituent of a union; all of them may be called. */
function unionTargets(checker: ts.TypeChecker, callee: ts.Node, lowered: Lowered): Entity[] {
  if (!ts.isPropertyAccessExpression(callee)) return [];
  const type = checker.getNonNullableType(checker.getTypeAtLocation(callee.expression));
  if (!type.isUnion() || type.types.length > 4) return [];
  return type.types.flatMap((part) => {
    const property = checker.getPropertyOfType(part, callee.name.text);
    return (property && entityOfSymbol(property, lowered)) ?? [];
  });
}
