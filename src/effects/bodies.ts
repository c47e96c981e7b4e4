import { type Body, type ClassInfo, type Declaration, type Expression, PASSING_ON } from "./ir.js";
import type { Entity } from "./port.js";

/** The class in whose text a body stands. */
export function enclosingClass(body: Body | undefined): ClassInfo | undefined {
  for (let at = body; at; at = at.parent) if (at.owner) return at.owner;
  return undefined;
}

/** The class whose `this` a body sees: its own, or through arrows the one around it. */
export function classOfThis(body: Body): ClassInfo | undefined {
  for (let at: Body | undefined = body; at; at = at.parent) {
    if (at.owner) return at.owner;
    if (at.kind !== "arrow") return undefined;
  }
  return undefined;
}

/** The function that a name was declared as. */
export const bodyOfDeclaration = ({ functionBody, init, path }: Declaration): Body | undefined =>
  functionBody ?? (init?.k === "function" && path.length === 0 ? init.body : undefined);

/** A function that is written there, or named there and written in the same file. */
export function bodyOfFunction(e: Expression | undefined): Body | undefined {
  if (e?.k === "function") return e.body;
  return e?.k === "name" && e.declaration ? bodyOfDeclaration(e.declaration) : undefined;
}

/** The function that a call, or a name, leads to. */
export function bodyOfEntity(entity: Entity): Body | undefined {
  switch (entity.kind) {
    case "body": return entity.body;
    case "member": return entity.member.body && entity.member.kind === "method" ? entity.member.body : entity.member.init?.k === "function" ? entity.member.init.body : undefined;
    case "declaration": return bodyOfDeclaration(entity.declaration);
    default: return undefined;
  }
}

/** The method of `lock.acquire.bind(lock)`, by the callee of that call. */
export const passedOn = (callee: Expression): string | undefined =>
  callee.k === "member" && callee.object.k === "member" && PASSING_ON.has(callee.name) ? callee.object.name : undefined;

/** Does a body stand in another, or is it the same? */
export function encloses(outer: Body, inner: Body | undefined): boolean {
  for (let at = inner; at; at = at.parent) if (at === outer) return true;
  return false;
}
