import type { Expression } from "../effects/ir.js";
import { invoke } from "./invocations.js";
import type { Evaluator } from "./evaluator.js";
import { adopt, evaluateOpen, openActivation } from "./names.js";
import { originsOfParameter } from "./origins.js";
import { leadsTo } from "./ownership.js";
import { type Outcome, START, type State, withEntry } from "./state.js";
import { type Contents, type Key, type ObjectValue, optionsOf, UNDEFINED, UNKNOWN, type Value, valueKey } from "./values.js";
import { newList, settled } from "./waits.js";

/** How a value serves as a key; undefined when nothing is known of it. */
export function keyOf(value: Value): Key | undefined {
  switch (value.v) {
    case "literal": return { text: String(value.value), name: typeof value.value === "string" ? JSON.stringify(value.value) : String(value.value), ...(value.ordered && { ordered: true as const }) };
    case "text": return { prefix: value.prefix, value: value.id, name: value.prefix === "" ? "key" : `${value.prefix}…`, ...(value.ordered && { ordered: true as const }), ...(value.open && { open: true as const }) };
    case "object": {
      const ordered = value.ordered ?? value.key?.ordered;
      if (value.bound) return { value: value.bound.id, name: value.name, open: true };
      return value.many || value.unstable ? undefined : { value: value.id, name: value.name, ...(ordered && { ordered: true as const }) };
    }
    case "unknown": return value.bound && { value: value.bound.id, name: value.bound.name, open: true };
    default: return undefined;
  }
}

/** How many places that fill a collection are looked at. */
const MOST_ADDITIONS = 4;

const keyId = (key: Key): string => key.text === undefined ? `:${key.value ?? "?"}` : `=${key.text}`;

/** The element of a collection at a key. Literal collections are looked into, others have an element at each key. */
export function elementOf(ev: Evaluator, collection: Value, keyValue: Value, name: string): Value {
  if (collection.v !== "object") return UNKNOWN;
  const key = keyOf(keyValue);
  if (!key) return UNKNOWN;
  const ordered = collection.sorted === true || key.ordered === true;
  const base: ObjectValue = {
    v: "object", id: `${collection.id}[${keyId(key)}]`, lifetime: collection.lifetime, owner: collection, key, name: collection.name, maybeUndefined: true,
    ...(ordered && { ordered: true as const }),
  };
  const stored = storedFunctions(ev, collection);
  if (stored) return stored;
  const model = modelOf(ev, collection);
  if (!model) return { ...base, name: collection.array ? name : base.name };
  return { ...adopt(model, base.id, collection.name, collection.lifetime, collection), key, ...(ordered && { ordered: true as const }) };
}

/** What the elements of a collection are like, from how the collection was made or filled. */
function modelOf(ev: Evaluator, collection: ObjectValue): ObjectValue | undefined {
  const { elements, literal } = collection;
  const value = ev.lazily(`${collection.id}[]`, () => {
    if (elements) return invoke(ev, elements, [UNKNOWN, UNKNOWN], { callback: true, awaited: true, call: undefined }, START);
    const first = literal?.expression.k === "array" ? literal.expression.items[0] : literal?.expression.entries[0]?.value;
    if (!literal || !first || first.k === "spread") return [{ state: START, value: UNKNOWN }];
    const pair = first.k === "array" ? first.items[1] : undefined;
    return [{ state: START, value: evaluateOpen(ev, pair ?? first, literal.activation) }];
  });
  return value.v === "object" && value.fresh ? value : undefined;
}

/** Every function that the program puts into a collection may be what comes out. */
function storedFunctions(ev: Evaluator, { id, additions, owner }: ObjectValue): Value | undefined {
  if (!additions || additions.length > MOST_ADDITIONS) return undefined;
  const stored = ev.lazily(`${id}[stored]`, () => additions.map(({ body, value }) => {
    const open = openActivation(ev, body);
    const self = owner && open ? { ...open, self: owner, id: `${open.id}${owner.id}` } : open;
    const put = evaluateOpen(ev, value, self);
    const origin = put.v === "object" && put.parameter ? originsOfParameter(ev, put.parameter.body, put.parameter.index) : undefined;
    return { state: START, value: origin ?? put };
  }));
  return optionsOf(stored).every((option) => option.v === "function") ? stored : undefined;
}

export function contentsOf(value: Value, state: State): Contents | undefined {
  return value.v === "list" ? state.lists.get(value.id) : undefined;
}

/** A collection of at most so many elements is followed element by element. */
export const MOST_FOLLOWED = 4;

/** How many elements there are, when that is known and small. */
export function sizeOf(value: Value, state: State): number | undefined {
  const count = countOf(value, state);
  return count <= MOST_FOLLOWED ? count : undefined;
}

/** How many elements there are; infinite when that isn't known, or when there are more than a list remembers. */
export function countOf(value: Value | undefined, state: State): number {
  const contents = value && contentsOf(value, state);
  return contents && !contents.open && contents.items.length < MOST_ITEMS ? contents.items.length : Infinity;
}

/** How many items a list remembers. */
export const MOST_ITEMS = 8;

/** The element that a round of a loop works on; each round has another one. */
export function elementsOf(ev: Evaluator, iterable: Value | undefined, state: State, round: number, mode: "plain" | "awaited", at: Expression): Value {
  const contents = iterable && contentsOf(iterable, state);
  const item = contents?.items[round] ?? (contents && contents.items.length > 0 ? contents.items[0] : undefined);
  // Two locks of a list of any length are never taken for one; of channels and of what was taken, what holds for two of them holds for all.
  if (item && (!contents?.open || item.v !== "object" || ev.traffic || state.held.some(({ id }) => leadsTo(item, id, state)))) {
    const value = mode === "awaited" ? settled(item) : item;
    return contents?.sorted ? inOrder(value) : value;
  }
  const sorted = contents?.sorted;
  const collection: ObjectValue = iterable?.v === "object" ? iterable
    : { v: "object", id: `items:${iterable && iterable.v !== "unknown" ? valueKey(iterable) : `${String(at.span.start)}@${ev.steps.map((step) => step.body.id).join(">")}`}`, lifetime: "open", name: "item", ...(sorted && { sorted: true as const }) };
  const value = elementOf(ev, collection, { v: "text", prefix: "", id: `#${String(round)}` }, "item");
  return value.v === "object" ? { ...value, name: value.creation ? value.name : "item" } : value;
}

const inOrder = (value: Value): Value => value.v === "object" || value.v === "text" || value.v === "literal" ? { ...value, ordered: true } : value;

/** One position of a value that is taken apart like an array. */
export function listOf(ev: Evaluator, value: Value, index: number, state: State): Value {
  const contents = contentsOf(value, state);
  if (contents) {
    const item = contents.items[index];
    return item ? (contents.sorted ? inOrder(item) : item) : contents.open ? someItem(ev, value, contents, { v: "literal", value: index }) : UNDEFINED;
  }
  return value.v === "object" ? elementOf(ev, value, { v: "literal", value: index }, `${value.name}[${String(index)}]`) : UNKNOWN;
}

/** What a list has in a place of which nothing is known, but that it was sorted. */
export const someItem = (ev: Evaluator, list: Value, { sorted }: Pick<Contents, "sorted">, index: Value): Value =>
  sorted ? elementOf(ev, { v: "object", id: `items:${valueKey(list)}`, lifetime: "open", name: "item", sorted: true }, index, "item") : UNKNOWN;

export function restOf(ev: Evaluator, value: Value, index: number, state: State): Outcome {
  const contents = contentsOf(value, state);
  if (contents) return newList(ev, contents.items.slice(index), state, contents);
  return value.v === "object" && value.sorted ? newList(ev, [], state, { open: true, sorted: true }) : { state, value: UNKNOWN };
}

export function setContents(id: string, contents: Contents, state: State): State {
  return { ...state, lists: withEntry(state.lists, id, contents) };
}
