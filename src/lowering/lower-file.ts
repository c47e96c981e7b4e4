import ts = require("typescript");

import type { LoweredFile } from "../effects/ir.js";
import { type Context, makeBody, type Output, Scope } from "./context.js";
import { hoist, lowerStatements } from "./statements.js";

const lowered = new WeakMap<ts.SourceFile, LoweredFile>();

/** Lowers a file once for as long as its syntax tree lives. */
export function lowerFile(source: ts.SourceFile): LoweredFile {
  let result = lowered.get(source);
  if (!result) lowered.set(source, (result = lower(source)));
  return result;
}

function lower(source: ts.SourceFile): LoweredFile {
  const out: Output = {
    source, file: source.fileName, bodies: [], classes: [], calls: [], declarations: [], exports: new Map(), orders: [], badTags: [],
    bodyAt: new Map(), classAt: new Map(), declarationAt: new Map(), ordinals: new Map(),
  };
  const body = makeBody({ node: source, name: "module", kind: "module", async: true }, undefined, out);
  const context: Context = { out, body, scope: new Scope(undefined, body), owner: undefined };
  hoist(source.statements, context);
  body.statements = lowerStatements(source.statements, context);
  markExported(out);
  for (const each of [...out.bodies].reverse()) {
    for (const name of each.ownCalls) each.callNames.add(name);
    for (const name of each.callNames) each.parent?.callNames.add(name);
    for (const declaration of each.mentions) each.parent?.mentions.add(declaration);
  }
  return {
    file: out.file, module: body, bodies: out.bodies, classes: out.classes, calls: out.calls, declarations: out.declarations, exports: out.exports,
    orders: out.orders, badTags: out.badTags, bodyAt: out.bodyAt, classAt: out.classAt, declarationAt: out.declarationAt,
    lineOf: (offset) => ts.getLineAndCharacterOfPosition(source, offset).line + 1,
  };
}

/** A declaration's `exported` is known when it is met; lists (`export { a }`) and members follow here. */
function markExported(out: Output): void {
  for (const exported of out.exports.values()) if ("kind" in exported) exported.exported = true;
  for (const declaration of out.declarations) {
    if (!declaration.exported) continue;
    if (declaration.functionBody) declaration.functionBody.exported = true;
    if (declaration.init?.k === "function") declaration.init.body.exported = true;
    const info = declaration.classInfo;
    if (!info) continue;
    for (const member of [...info.members.values(), ...info.statics.values()]) {
      if (member.private || !member.body) continue;
      member.body.exported = true;
      if (member.init?.k === "function") member.init.body.exported = true;
    }
  }
}
