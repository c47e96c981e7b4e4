import type { ClassInfo } from "../effects/ir.js";
import type { Evaluator } from "./evaluator.js";
import { someInstance } from "./names.js";
import type { State } from "./state.js";
import { asksForNothing, choice, type ObjectValue, optionsOf, UNKNOWN, type Value } from "./values.js";

/**
 * What callers need to know of a value that is no lock and leads to none: its class, so that calls of its methods find their
 * bodies. Undefined if it matters which object it is.
 */
export function dulled(ev: Evaluator, value: Value, state: State): Value | undefined {
  const options: Value[] = [];
  for (const option of optionsOf(value)) {
    const known = dulledOption(ev, option, state);
    if (!known) return undefined;
    options.push(known);
  }
  return choice(options);
}

function dulledOption(ev: Evaluator, value: Value, state: State): Value | undefined {
  switch (value.v) {
    case "literal": return value;
    case "unknown": return UNKNOWN;
    case "text": return value.ordered ? undefined : UNKNOWN;
    case "promise": {
      const given = value.grants.length === 0 && asksForNothing(value) ? dulled(ev, value.value, state) : undefined;
      return given && { ...value, value: given };
    }
    case "list": {
      const contents = state.lists.get(value.id);
      return contents && !contents.sorted && state.compared.size === 0 && contents.items.every((item) => dulled(ev, item, state)) ? UNKNOWN : undefined;
    }
    case "object": return dulledObject(ev, value, state);
    default: return undefined;
  }
}

const COLLECTIONS: ReadonlySet<string> = new Set(["Map", "Set", "WeakMap", "Array"]);

function dulledObject(ev: Evaluator, value: ObjectValue, state: State): Value | undefined {
  if (value.creation ?? value.handle ?? value.derivedFrom ?? value.waits ?? value.window ?? value.elements ?? value.limit ?? value.parameter ?? value.sorted ?? value.ordered) return undefined;
  if (value.library) return value.fresh && value.library.package === "platform" && COLLECTIONS.has(value.library.name) ? UNKNOWN : undefined;
  if (value.info) {
    if (value.id === someInstance(value.info).id) return value;
    return keepsLocks(ev, value.info) ? undefined : { v: "object", id: value.id, lifetime: "open", many: true, info: value.info, name: value.name };
  }
  if (value.properties) return [...value.properties.values(), ...value.spreads ?? []].every((part) => dulled(ev, part, state)) ? UNKNOWN : undefined;
  if (value.literal) return undefined;
  const holder = value.declaredBy ?? value.owner?.info;
  return holder && !keepsLocks(ev, holder) ? UNKNOWN : undefined;
}

/** May an object of the class be a lock, or have one in its fields, as far as names and imports tell? */
function keepsLocks(ev: Evaluator, info: ClassInfo): boolean {
  return ev.port.keepsLocks(info.file) || [...info.body.callNames].some((name) => ev.follow(name)) || (info.extends !== undefined && ev.port.mayWait(info.body));
}
