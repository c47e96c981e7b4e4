import ts = require("typescript");

import type { Declaration, DeclarationKind, Expression, Pattern, PatternItem, PatternProperty, Write } from "../effects/ir.js";
import { type Context, declare } from "./context.js";
import { nameText } from "./names.js";
import { lowerExpression, optionalExpression } from "./expressions.js";

type Path = readonly (string | number)[];

/** Declares the names of a binding pattern. The identifier is the declaration's ticket. */
export function declarePattern(name: ts.BindingName, kind: DeclarationKind, context: Context, exported: boolean, path: Path = []): Declaration[] {
  if (ts.isIdentifier(name)) {
    const known = context.scope.own(name.text);
    if (known && kind === "let" && known.kind !== "import") return [known];
    const declaration = declare(name, name.text, kind, context, { exported, path });
    if (exported) context.out.exports.set(name.text, declaration);
    return [declaration];
  }
  return name.elements.flatMap((element, index) => {
    if (ts.isOmittedExpression(element)) return [];
    const step = ts.isObjectBindingPattern(name) ? propertyName(element) ?? "?" : index;
    return declarePattern(element.name, kind, context, exported, [...path, element.dotDotDotToken ? "..." : step]);
  });
}

const propertyName = ({ propertyName: property, name }: ts.BindingElement): string | undefined => nameText(property ?? name);

/** The pattern whose names `declarePattern` has declared; tells each declaration its initialiser. */
export function bindPattern(name: ts.BindingName, context: Context, init: Expression | undefined): Pattern {
  if (ts.isIdentifier(name)) {
    const declaration = context.scope.find(name.text);
    if (!declaration) throw new Error(`undeclared ${name.text}`);
    if (declaration.ticket === name) declaration.init = init;
    else if (init) note(declaration.writes, init, context, declaration);
    return { p: "name", declaration };
  }
  if (ts.isObjectBindingPattern(name)) {
    const properties: PatternProperty[] = [];
    let rest: Pattern | undefined;
    for (const element of name.elements) {
      const pattern = bindPattern(element.name, context, init);
      if (element.dotDotDotToken) rest = pattern;
      else properties.push({ key: propertyName(element), pattern, default: optionalExpression(element.initializer, context) });
    }
    return { p: "object", properties, rest };
  }
  return { p: "array", items: name.elements.map((element) => bindItem(element, context, init)) };
}

function bindItem(element: ts.ArrayBindingElement, context: Context, init: Expression | undefined): PatternItem | undefined {
  if (ts.isOmittedExpression(element)) return undefined;
  return {
    pattern: bindPattern(element.name, context, init), default: optionalExpression(element.initializer, context),
    rest: element.dotDotDotToken !== undefined,
  };
}

/** What stands left of `=`. */
export function assignmentPattern(node: ts.Expression, context: Context): Pattern {
  if (ts.isParenthesizedExpression(node)) return assignmentPattern(node.expression, context);
  if (ts.isArrayLiteralExpression(node)) {
    return { p: "array", items: node.elements.map((element) => ts.isOmittedExpression(element) ? undefined : assignmentItem(element, context)) };
  }
  if (ts.isObjectLiteralExpression(node)) {
    const properties: PatternProperty[] = [];
    let rest: Pattern | undefined;
    for (const property of node.properties) {
      if (ts.isShorthandPropertyAssignment(property)) {
        properties.push({ key: property.name.text, pattern: target(property.name, context), default: optionalExpression(property.objectAssignmentInitializer, context) });
      } else if (ts.isPropertyAssignment(property)) {
        const item = assignmentItem(property.initializer, context);
        properties.push({ key: nameText(property.name), pattern: item.pattern, default: item.default });
      } else if (ts.isSpreadAssignment(property)) rest = assignmentPattern(property.expression, context);
    }
    return { p: "object", properties, rest };
  }
  return target(node, context);
}

function assignmentItem(node: ts.Expression, context: Context): PatternItem {
  if (ts.isSpreadElement(node)) return { pattern: assignmentPattern(node.expression, context), default: undefined, rest: true };
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return { pattern: assignmentPattern(node.left, context), default: lowerExpression(node.right, context), rest: false };
  }
  return { pattern: assignmentPattern(node, context), default: undefined, rest: false };
}

const target = (node: ts.Expression, context: Context): Pattern => ({ p: "target", expression: lowerExpression(node, context) });

/** Remembers a write with the name or the field of `this` that it changes. */
export function noteWrite(pattern: Pattern, value: Expression, context: Context): void {
  switch (pattern.p) {
    case "name": note(pattern.declaration.writes, value, context, pattern.declaration); return;
    case "array": for (const item of pattern.items) if (item) noteWrite(item.pattern, unknownPart(value), context); return;
    case "object":
      for (const property of pattern.properties) noteWrite(property.pattern, unknownPart(value), context);
      if (pattern.rest) noteWrite(pattern.rest, unknownPart(value), context);
      return;
    case "target": noteTarget(pattern.expression, value, context);
  }
}

const unknownPart = (value: Expression): Expression => ({ k: "opaque", parts: [], ticket: value.ticket, span: value.span });

function noteTarget(target: Expression, value: Expression, context: Context): void {
  if (target.k === "name" && target.declaration) note(target.declaration.writes, value, context, target.declaration);
  else if (target.k === "member" && target.object.k === "this" && context.owner) add(context.owner.writes, target.name, value, context);
  else if (target.k === "index") noteAddition(target.object, value, context);
}

/** Remembers that a value is put into a collection that is a name or a field of `this`. */
export function noteAddition(collection: Expression, value: Expression, context: Context): void {
  if (collection.k === "name" && collection.declaration) note(collection.declaration.additions, value, context);
  else if (collection.k === "member" && collection.object.k === "this" && context.owner) {
    add(context.owner.additions, collection.name, value, context);
  }
}

function add(map: Map<string, Write[]>, name: string, value: Expression, context: Context): void {
  const list = map.get(name);
  if (list) note(list, value, context);
  else map.set(name, [{ body: context.body, value }]);
}

function note(list: Write[], value: Expression, context: Context, reassigns?: Declaration): void {
  list.push({ body: context.body, value });
  if (reassigns) reassigns.reassigned = true;
}
