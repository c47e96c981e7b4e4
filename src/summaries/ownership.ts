import type { Call } from "./calls.js";
import type { Evaluator } from "./evaluator.js";
import type { State } from "./state.js";
import type { Activation, FunctionValue, Value } from "./values.js";

/** How far values are looked into for what gives a permit back. */
const MOST_DEPTH = 5;

/** Could whoever has the value give the permit back? */
export function leadsTo(value: Value, permit: string, state: State, depth = 0): boolean {
  if (depth > MOST_DEPTH) return true;
  const inner = (part: Value): boolean => leadsTo(part, permit, state, depth + 1);
  switch (value.v) {
    case "releaser": return value.permits.includes(permit);
    case "promise": return value.grants.includes(permit) || inner(value.value) || value.tasks.some((task) => task.keeps.some(({ id }) => id === permit));
    case "choice": return value.options.some(inner);
    case "list": return state.lists.get(value.id)?.items.some(inner) ?? false;
    case "bound": return inner(value.object) || value.args.some(inner);
    case "generator": return inner(value.target) || value.args.some(inner);
    case "function": return closesOver(value, permit, state, depth);
    case "object": {
      // What a client answered is not the client.
      if (value.handle?.permit === permit) return value.derivedFrom === undefined;
      if ([...value.properties?.values() ?? [], ...value.spreads ?? [], ...value.made?.args ?? []].some(inner)) return true;
      for (const [key, part] of state.fields) if (key.startsWith(`${value.id}.`) && inner(part)) return true;
      return false;
    }
    default: return false;
  }
}

/** Names by which locks are given back. */
export const RELEASING = /release|unlock|leave|dispose|shift/i;
const ENDING = /^(?:close|commit|destroy|done|end|free|release|return|rollback)(?![a-z])/;

/** What a call that isn't described may give back: its arguments, and a client whose declared type tells nothing (`{ release(): void }`). */
export function handedOn({ args, receiver, name = "" }: Call): readonly Value[] {
  return receiver?.v === "object" && receiver.handle && receiver.derivedFrom === undefined && ENDING.test(name) ? [receiver, ...args] : args;
}

function closesOver({ body, activation, self }: FunctionValue, permit: string, state: State, depth: number): boolean {
  if ([...body.callNames].some((name) => RELEASING.test(name))) return true;
  if (self?.v === "object" && depth < 2 && leadsTo(self, permit, state, depth + 1)) return true;
  for (const declaration of body.mentions) {
    for (let at: Activation | undefined = activation; at; at = at.parent) {
      const value = state.variables.get(at.id)?.get(declaration.id);
      if (value && leadsTo(value, permit, state, depth + 1)) return true;
    }
  }
  return false;
}

/** Is it in a field, or in a variable of a body around the one that is being left? Somebody may give it back from there. */
export function keepsElsewhere(ev: Evaluator, permit: string, depth: number, state: State): boolean {
  for (const value of state.fields.values()) if (leadsTo(value, permit, state, 1)) return true;
  const own = ev.steps[depth - 1]?.activation ?? "";
  for (const [activation, names] of state.variables) {
    // Runs are named after those that started them.
    if (activation === own || activation.includes(`@${own}:`)) continue;
    for (const value of names.values()) if (leadsTo(value, permit, state, 1)) return true;
  }
  return false;
}

/** The value goes to somebody who has what it gives back from here on. */
export const handOut = (value: Value, state: State): State => leave(state.held.map(({ id }) => id).filter((id) => leadsTo(value, id, state)), state);

/** What becomes of these permits is nobody's affair here from now on. */
export const leave = (permits: readonly string[], state: State): State => permits.length === 0 ? state : { ...state, gone: new Set([...state.gone ?? [], ...permits]) };
