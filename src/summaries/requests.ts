import type { Acquire, ArgRef, Mode, Ref, Run } from "../catalogue/types.js";
import { argument, refValue } from "./arguments.js";
import { type Call, isAroundRoot } from "./calls.js";
import { keyOf } from "./collections.js";
import type { Evaluator } from "./evaluator.js";
import type { AcquireSite, Resource } from "./events.js";
import { classOf, findMember } from "./names.js";
import type { State } from "./state.js";
import { type Key, type ObjectValue, UNKNOWN, type Value } from "./values.js";

interface Request {
  readonly mode: Mode;
  readonly weight?: ArgRef | undefined;
  readonly passesWriters?: true | undefined;
  readonly bounded: boolean;
  readonly byResource: boolean;
  readonly site: AcquireSite;
}

/** Asks for a permit of an identified resource; whatever isn't identified is neither waited for nor held. */
export function request(ev: Evaluator, call: Call, resource: Resource | undefined, request: Request, state: State): { state: State; id: string | undefined } {
  const place = ev.place(call.expression.span, call.activation.body);
  if (ev.quiet === 0) ev.tally.resource(call.expression, resource ? "known" : "unknown", place);
  if (!resource || isUnlimited(resource)) return { state, id: undefined };
  const chosen = resource.object.parameter ?? resource.object.owner?.parameter;
  if (chosen && isAroundRoot(ev, chosen.body)) ev.notes.parametric = true;
  const weight = request.weight && call.args[request.weight.arg];
  const permit = ev.newPermit(request.bounded && !resource.object.waits ? { ...resource, object: { ...resource.object, waits: "bounded" } } : resource, {
    mode: request.mode, weight: weight?.v === "literal" && typeof weight.value === "number" ? weight.value : 1, byResource: request.byResource, operation: request.site,
    place, ...(request.passesWriters && { passesWriters: true }),
  }, state);
  return { state: { ...state, held: [...state.held, permit] }, id: permit.id };
}

export function siteOf(call: Call, how: AcquireSite["how"], more: Partial<AcquireSite> = {}): AcquireSite {
  return { call: call.expression, how, ...more };
}

export function modeOf(ev: Evaluator, call: Call, effect: Run | Acquire, state: State): Mode {
  if (!effect.sharedIf) return effect.mode;
  const value = keyArgument(ev, call, effect.sharedIf.at, state);
  return value.v === "literal" && value.value === effect.sharedIf.is ? "shared" : effect.mode;
}

const isUnlimited = ({ object }: Resource): boolean =>
  object.creation?.capacity === Infinity || object.creation?.reentrant === true || object.waits === "try" || object.handle !== undefined;

/** The pool or lock that an object stands for: a builder stands for what it was made from. */
export const rootOf = (object: ObjectValue): ObjectValue => object.derivedFrom ?? object;

/** Resources of a call: several when keys are given as an array, none when nothing identifies it. */
export function resourcesOf(ev: Evaluator, call: Call, of: Ref, key: ArgRef | undefined, state: State): readonly (Resource | undefined)[] {
  const value = refValue(ev, call, of);
  if (value.v !== "object" || value.many || value.unstable) return [undefined];
  const object = located(ev, rootOf(value));
  if (!key) return [{ object, key: undefined }];
  const given = keyArgument(ev, call, key, state);
  const contents = given.v === "list" ? state.lists.get(given.id) : undefined;
  const ordered = contents?.sorted;
  const values = contents ? contents.items : [given];
  const keys = values.map((each): Key => keyOf(each) ?? { name: "key", open: true }).map((each): Key => ordered ? { ...each, ordered: true } : each);
  if (given.v === "object" && given.array) return [undefined];
  return keys.map((each) => ({ object, key: each }));
}

/** An item of an array that is written out in the call is a key as well as a property of an object. */
function keyArgument(ev: Evaluator, call: Call, key: ArgRef, state: State): Value {
  const value = argument(call, key);
  return value.v === "list" && key.property !== undefined ? state.lists.get(value.id)?.items[Number(key.property)] ?? UNKNOWN : refValue(ev, call, key);
}

/** A lock in a field of an object that is known by its type alone belongs to the class that declares the field. */
function located(ev: Evaluator, object: ObjectValue): ObjectValue {
  const { owner } = object;
  if (object.declaredBy || !owner || owner.info || object.lifetime !== "open" || object.key) return object;
  const info = classOf(ev, owner);
  const { member } = info ? findMember(ev, info, object.name) : {};
  return info && member ? { ...object, owner: { ...owner, info }, declaredBy: member.owner } : object;
}

/** Where an entry of a keyed lock or of a collection of locks belongs, and what it is found under there. */
interface Entry {
  readonly of: string;
  readonly key: Key;
}

export function entryOf({ object, key }: Resource): Entry | undefined {
  if (key) return { of: object.id, key };
  let path = "";
  for (let at: ObjectValue | undefined = object; at; at = at.owner) {
    if (at.key && at.owner) return { of: `${at.owner.id}${path}`, key: at.key };
    path = `.${at.name}${path}`;
  }
  return undefined;
}

/** What is given back under one key may have been taken under another name for it. */
export const mayBe = (a: Entry | undefined, b: Entry): boolean => a?.of === b.of && (a.key.text === undefined || b.key.text === undefined || a.key.text === b.key.text);
