import type { State } from "./state.js";
import { type ObjectValue, optionsOf, type Value, valueKey } from "./values.js";

/** Members that tell whether a collection holds something. */
const ANSWERS: ReadonlySet<string> = new Set(["has", "includes"]);

/**
 * Code that looks itself up in what its task carries along (`AsyncLocalStorage`) may learn from it what is held already. The answer isn't
 * computed, so whether it goes on as if it held nothing can't be told.
 */
export function askContext(name: string | undefined, receiver: Value, state: State): State {
  if (state.context.size === 0 || name === undefined || !ANSWERS.has(name)) return state;
  const carried = [...state.context.values()].flatMap(optionsOf);
  if (!optionsOf(receiver).some((option) => carried.some((value) => isPartOf(option, value)))) return state;
  return { ...state, asked: true };
}

/** The same of a comparison with what the task carries along. */
export function askCompared(operands: readonly Value[], state: State): State {
  if (state.context.size === 0) return state;
  const carried = new Set([...state.context.values()].flatMap((value) => value.v === "literal" || (value.v === "unknown" && !value.bound) ? [] : valueKey(value)));
  return operands.some((operand) => operand.v !== "literal" && carried.has(valueKey(operand))) ? { ...state, asked: true } : state;
}

/** The value itself, or something in a property of it. */
function isPartOf(part: Value, whole: Value): boolean {
  if (part.v === "unknown" || part.v === "literal") return false;
  const key = valueKey(part);
  if (key === valueKey(whole)) return true;
  if (whole.v !== "object") return false;
  if ([...whole.properties?.values() ?? []].flatMap(optionsOf).some((property) => valueKey(property) === key)) return true;
  for (let at: ObjectValue | undefined = part.v === "object" ? part.owner : undefined; at; at = at.owner) if (at.id === whole.id) return true;
  return false;
}
