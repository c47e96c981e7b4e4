import type { Resource } from "../summaries/events.js";
import { type Key, type ObjectValue, sameKey } from "../summaries/values.js";

/** A lock as a node of the lock graph. */
export interface LockNode {
  readonly id: string;
  /** Stands for the lock of whatever object: this class's field, not this object's. */
  readonly generic: boolean;
  /** A caller may know more of it: whose lock it is, or which key. */
  readonly open: boolean;
  readonly resource: Resource;
}

function keyPart(key: Key | undefined): string {
  if (!key) return "";
  return key.text === undefined ? `[${key.prefix === undefined || key.prefix === "" ? "*" : JSON.stringify(key.prefix)}]` : `[=${key.text}]`;
}

/** The entry of a collection that an object is, or is a part of. */
function entryAround(object: ObjectValue): ObjectValue | undefined {
  for (let at: ObjectValue | undefined = object; at; at = at.owner) if (at.key) return at;
  return undefined;
}

/** The key that tells a lock from its like: its own, or that of the entry it is a part of. */
export const keyAround = ({ object, key }: Resource): Key | undefined => key ?? entryAround(object)?.key;

/** The object without the key that it was found under: one entry of a collection of locks is like another. */
function objectPart(object: ObjectValue): { id: string; generic: boolean } | undefined {
  if (object.unstable || object.many) return undefined;
  if (object.key && object.owner) {
    const owner = objectPart(object.owner);
    return owner && { id: `${owner.id}${keyPart(object.key)}`, generic: owner.generic };
  }
  const owner = !object.declaredBy && !object.owner?.info && object.owner && entryAround(object.owner) ? objectPart(object.owner) : undefined;
  if (owner) return { id: `${owner.id}.${object.name}`, generic: owner.generic };
  if (object.lifetime !== "open") return { id: object.id, generic: false };
  if (object.declaredBy) return { id: `${object.declaredBy.id}*.${object.name}`, generic: true };
  if (object.owner?.info) return { id: `${object.owner.info.id}*.${object.name}`, generic: true };
  return undefined;
}

/** Undefined for locks that only a caller can tell: a parameter, or what is reached from one. */
export function nodeOf(resource: Resource): LockNode | undefined {
  const part = objectPart(resource.object);
  const key = keyAround(resource);
  return part && { id: `${part.id}${keyPart(resource.key)}`, generic: part.generic, open: part.generic || (key !== undefined && key.text === undefined), resource };
}

/** The object that a lock belongs to: two locks of one class are those of one object only if this is the same. */
export function ownerOf({ object }: Resource): ObjectValue | undefined {
  return object.key ? object.owner?.owner : object.owner;
}

/** One lock, under one key. */
export function sameResource(a: Resource, b: Resource): boolean {
  return a.object.id === b.object.id && sameKey(a.key, b.key) && !isOpenKey(a);
}

/** A key of which nothing is known is no key. */
const isOpenKey = ({ key }: Resource): boolean => key !== undefined && key.text === undefined && key.value === undefined;

/** How a lock is called in a message. */
export function displayName({ object, key }: Resource): string {
  const whole = entryAround(object);
  const named = whole?.owner ?? object;
  const owner = named.owner && named.owner.name !== "this" && named.owner.name !== named.name && named.owner.lifetime === "program" ? `${named.owner.name}.` : "";
  const entry = whole?.key ?? key;
  return `${owner}${named.name}${entry ? `[${entry.name}]` : ""}${whole && whole !== object ? `.${object.name}` : ""}`;
}
