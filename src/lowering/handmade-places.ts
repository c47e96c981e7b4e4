import type { Body, CallExpression, Declaration, Expression } from "../effects/ir.js";
import { type Facts, isInside, type Seen } from "./handmade-facts.js";

/** Where a lock's state lives between calls: a field of `this` or a variable from outside the function, maybe one entry of it. */
export interface Place {
  readonly root: { readonly field: string } | { readonly declaration: Declaration };
  readonly path: readonly string[];
  readonly key: Expression | undefined;
}

export function samePlace(a: Place, b: Place): boolean {
  const roots = "field" in a.root ? "field" in b.root && a.root.field === b.root.field : "declaration" in b.root && a.root.declaration === b.root.declaration;
  return roots && a.path.join() === b.path.join() && (a.key === undefined) === (b.key === undefined)
    && (!a.key || !b.key || sameText(a.key, b.key));
}

/** Keys are one if they are the same names read the same way. */
function sameText(a: Expression, b: Expression): boolean {
  if (a.k === "name" && b.k === "name") return a.name === b.name && a.declaration === b.declaration;
  if (a.k === "literal" && b.k === "literal") return a.value === b.value;
  if (a.k === "this") return b.k === "this";
  if (a.k === "member" && b.k === "member") return a.name === b.name && sameText(a.object, b.object);
  return false;
}

const isVariable = ({ kind }: Declaration): boolean => kind === "const" || kind === "let" || kind === "parameter";
const isShared = (declaration: Declaration, home: Body): boolean => isVariable(declaration) && !isInside(declaration.body, home);

/** The place that an expression reads, through local names. `home` is the function that is judged. */
export function placeOf(e: Expression | undefined, home: Body): Place | undefined {
  switch (e?.k) {
    case "name": {
      const { declaration } = e;
      if (!declaration) return undefined;
      if (isShared(declaration, home)) return { root: { declaration }, path: [], key: undefined };
      return isVariable(declaration) ? aliased(declaration, home) : undefined;
    }
    case "member": return memberPlace(e.object, e.name, home);
    case "index": return entry(placeOf(e.object, home), e.index);
    case "call": return e.callee.k === "member" && e.callee.name === "get" && e.args[0] ? entry(placeOf(e.callee.object, home), e.args[0]) : undefined;
    case "logical": return e.op === "&&" ? undefined : placeOf(e.left, home);
    case "assign": return e.target.p === "target" && e.op !== "=" ? placeOf(e.target.expression, home) : undefined;
    default: return undefined;
  }
}

/** What is being followed: half-written code may say that a name is itself. */
const following = new Set<Declaration>();

function aliased(declaration: Declaration, home: Body): Place | undefined {
  const [step, ...rest] = declaration.path;
  if (!declaration.init || rest.length > 0 || typeof step === "number" || following.has(declaration)) return undefined;
  following.add(declaration);
  const place = step === undefined ? placeOf(declaration.init, home) : memberPlace(declaration.init, step, home);
  following.delete(declaration);
  return place;
}

function memberPlace(object: Expression, name: string, home: Body): Place | undefined {
  if (object.k === "this") return { root: { field: name }, path: [], key: undefined };
  const outer = placeOf(object, home);
  return outer && { ...outer, path: [...outer.path, name] };
}

const entry = (map: Place | undefined, key: Expression): Place | undefined =>
  map?.path.length === 0 && !map.key ? { ...map, key } : undefined;

/** The place an expression names itself, so that a copy taken earlier keeps its own position. */
export const directPlace = (e: Expression, home: Body): Place | undefined =>
  e.k === "name" && e.declaration && !isShared(e.declaration, home) ? undefined : placeOf(e, home);

/** What an assignment does to a flag, a counter or a slot. */
export type Direction = "on" | "off" | "up" | "down" | "value";
const OPPOSITES: Readonly<Record<Direction, readonly Direction[]>> = { on: ["off"], off: ["on", "value"], up: ["down"], down: ["up"], value: ["off"] };
export const isOpposite = (a: Direction, b: Direction): boolean => OPPOSITES[a].includes(b);

export interface PlaceWrite extends Seen<Expression> {
  readonly place: Place;
  readonly direction: Direction;
}

const written = new WeakMap<Facts, readonly PlaceWrite[]>();

export function writesOf(facts: Facts): readonly PlaceWrite[] {
  let writes = written.get(facts);
  if (!writes) written.set(facts, (writes = findWrites(facts)));
  return writes;
}

function findWrites(facts: Facts): PlaceWrite[] {
  const { home } = facts;
  const assigned = facts.assigns.flatMap((seen): PlaceWrite[] => {
    const { target, op, value } = seen.what;
    const expression = target.p === "target" ? target.expression : undefined;
    const place = expression && directPlace(expression, home);
    return place ? [{ ...seen, what: value, place, direction: directionOf(op, value, place, home) }] : [];
  });
  return [...assigned, ...facts.calls.flatMap((seen) => entryWrite(seen, home))].sort((a, b) => a.order - b.order);
}

function entryWrite(seen: Seen<CallExpression>, home: Body): PlaceWrite[] {
  const { callee, args: [key, value] } = seen.what;
  if (callee.k !== "member" || !key) return [];
  const place = entry(placeOf(callee.object, home), key);
  if (!place) return [];
  if (callee.name === "set" && value) return [{ ...seen, what: value, place, direction: directionOf("=", value, place, home) }];
  if (callee.name === "delete") return [{ ...seen, what: seen.what, place, direction: "off" }];
  return callee.name === "add" ? [{ ...seen, what: key, place, direction: "on" }] : [];
}

function directionOf(op: string, value: Expression, place: Place, home: Body): Direction {
  if (op === "+=") return isStep(value) ? "up" : "value";
  if (op === "-=") return isStep(value) ? "down" : "value";
  if (value.k === "literal") return value.value === true ? "on" : value.value === false || value.value === null || value.value === undefined ? "off" : "value";
  return stepOf(value, place, home) ?? "value";
}

/** One permit, or as many as a parameter says; what time has refilled is no step. */
const isStep = (e: Expression): boolean => e.k === "literal" || (e.k === "name" && e.declaration?.kind === "parameter");

/** `count - 1`, `Math.max(0, count - 1)`, `Math.min(max, count + 1)`. */
function stepOf(value: Expression, place: Place, home: Body): Direction | undefined {
  if (value.k === "call" && value.callee.k === "member" && value.callee.object.k === "name" && value.callee.object.name === "Math") {
    return value.args.map((arg) => stepOf(arg, place, home)).find((step) => step !== undefined);
  }
  if (value.k !== "binary" || (value.op !== "+" && value.op !== "-") || !isStep(value.right)) return undefined;
  const left = placeOf(value.left, home);
  return left && samePlace(left, place) ? (value.op === "+" ? "up" : "down") : undefined;
}

/** Parameter of `home` that a key is made of; none if it is made of several, or of something else. */
export function keyParameter(key: Expression, home: Body): number | undefined {
  const found = new Set<number | undefined>();
  const visit = (e: Expression, depth: number): void => {
    if (e.k === "name" && e.declaration && depth < 4) {
      const { declaration } = e;
      if (declaration.kind === "parameter" && declaration.body === home) found.add(declaration.parameter);
      else if (isInside(declaration.body, home) && declaration.init) visit(declaration.init, depth + 1);
      else if (isVariable(declaration) && !declaration.init) found.add(undefined);
    } else if (e.k === "member") visit(e.object, depth);
    else if (e.k === "template") for (const part of e.parts) if (typeof part !== "string") visit(part, depth);
    if (e.k === "call") for (const arg of e.args) visit(arg, depth);
    if (e.k === "call" && e.callee.k === "member") visit(e.callee.object, depth);
    if (e.k === "logical") visit(e.left, depth);
    if (e.k === "this") found.add(undefined);
  };
  visit(key, 0);
  return found.size === 1 ? [...found][0] : undefined;
}

/** What a lock is called outside; nothing where the place is part of a bigger thing or its key can't be told. */
export function lockOf(place: Place, home: Body): { of: Place["root"]; key?: number } | undefined {
  if (!place.key) return place.path.length === 0 ? { of: place.root } : undefined;
  const key = keyParameter(place.key, home);
  return key === undefined ? undefined : { of: place.root, key };
}

