import type { Body, ClassInfo, Member, Write } from "../effects/ir.js";

/** The class of this file that a class extends. */
export const baseOf = ({ extends: base }: ClassInfo): ClassInfo | undefined => base?.k === "name" ? base.declaration?.classInfo : undefined;

function lineOf(info: ClassInfo | undefined): readonly ClassInfo[] {
  const found = new Set<ClassInfo>();
  for (let at = info; at && !found.has(at); at = baseOf(at)) found.add(at);
  return [...found];
}

/** A member of a class or of one of its bases in the file, nearest first. */
export function memberOf(info: ClassInfo | undefined, name: string): Member | undefined {
  for (const { members, statics } of lineOf(info)) {
    const member = members.get(name) ?? statics.get(name);
    if (member) return member;
  }
  return undefined;
}

/** A class with those that share its objects, as far as they stand in the file: its bases, and what extends any of them. */
export function familyOf(info: ClassInfo | undefined): readonly ClassInfo[] {
  const found = new Set<ClassInfo>(lineOf(info).slice(-1));
  for (const each of found) for (const sub of each.subclasses) found.add(sub);
  return [...found];
}

/** The bodies of all members that see a field of the class. */
export const bodiesOf = (info: ClassInfo | undefined): Body[] => familyOf(info).flatMap(({ members }) => [...members.values()].flatMap(({ body }) => body ?? []));

/** What the family puts into a field. */
export const additionsTo = (info: ClassInfo | undefined, name: string): readonly Write[] => familyOf(info).flatMap(({ additions }) => additions.get(name) ?? []);
