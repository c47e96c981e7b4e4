import ts = require("typescript");

import type { TypeFacts } from "../effects/port.js";
import type { ClassInfo, Ticket } from "../effects/ir.js";
import { packageOf } from "./declarations.js";

const NOTHING: TypeFacts = { library: [], classes: [], interfaces: [], array: false, promise: false, callable: false, any: false };
const LIMIT = 4;

/** Reads what an analysis may know from a type. `classAt` finds the lowered class of a declaration of the project. */
export function readType(checker: ts.TypeChecker, type: ts.Type, classAt: (node: ts.Node) => ClassInfo | undefined): TypeFacts {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return { ...NOTHING, any: true };
  const parts = partsOf(checker, checker.getNonNullableType(type));
  if (parts.length > LIMIT) return NOTHING;
  const library: { package: string; name: string }[] = [], classes: ClassInfo[] = [], interfaces: Ticket[] = [];
  let array = false, promise = false, callable = false;
  for (const part of parts) {
    array ||= checker.isArrayType(part) || checker.isTupleType(part);
    callable ||= part.getCallSignatures().length > 0;
    for (const declaration of declarationsOf(part)) {
      const name = ts.getNameOfDeclaration(declaration as ts.Declaration);
      const text = name && ts.isIdentifier(name) ? name.text : "default";
      const from = packageOf(declaration.getSourceFile());
      const info = ts.isClassLike(declaration) ? classAt(declaration) : undefined;
      if (info) classes.push(info);
      else if (from !== undefined) library.push({ package: from, name: text });
      else if (ts.isInterfaceDeclaration(declaration)) interfaces.push(declaration);
      promise ||= from === "platform" && (text === "Promise" || text === "PromiseLike");
    }
  }
  return { library, classes, interfaces, array, promise, callable, any: false };
}

function partsOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] {
  if (type.flags & ts.TypeFlags.TypeParameter) {
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint && constraint !== type ? partsOf(checker, constraint) : [];
  }
  if (type.isUnion()) return type.types.flatMap((part) => partsOf(checker, checker.getNonNullableType(part)));
  return type.isIntersection() ? [...type.types, type] : [type];
}

/** A type alias of a library (`LimitFunction`) names the type as well as the symbol of its literal does not. */
function declarationsOf(type: ts.Type): readonly ts.Node[] {
  const alias = type.aliasSymbol?.declarations ?? [];
  const named = alias.filter((node) => packageOf(node.getSourceFile()) !== undefined);
  const own = type.getSymbol()?.declarations ?? [];
  return [...new Map([...named, ...own].map((node) => [ts.getNameOfDeclaration(node)?.getText() ?? node, node])).values()];
}
