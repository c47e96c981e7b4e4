import type { Declaration, Expression, Pattern } from "../effects/ir.js";
import { contentsOf, listOf, restOf } from "./collections.js";
import { escape } from "./escapes.js";
import type { Evaluator } from "./evaluator.js";
import { evaluate } from "./expressions.js";
import { adopt, readMember } from "./names.js";
import { handOut } from "./ownership.js";
import { mergeMany, type Outcome, type State, withEntry, withVariable } from "./state.js";
import { type Activation, nullishness, UNKNOWN, type Value } from "./values.js";

/** Gives the names of a pattern their parts of a value. */
export function bindPattern(ev: Evaluator, pattern: Pattern, value: Value, activation: Activation, state: State): Outcome[] {
  switch (pattern.p) {
    case "name": return [bindName(ev, pattern.declaration, value, activation, state)];
    case "target": return assign(ev, pattern.expression, value, activation, state);
    case "object": {
      let states: readonly State[] = [state];
      for (const property of pattern.properties) {
        states = mergeMany(states.flatMap((at) => partOf(ev, value, property.key, activation, at)
          .flatMap((part) => withDefault(ev, property.default, part, activation))
          .flatMap((part) => bindPattern(ev, property.pattern, part.value, activation, part.state).map((outcome) => outcome.state))));
      }
      if (pattern.rest) states = states.flatMap((at) => bindPattern(ev, pattern.rest as Pattern, value, activation, at).map((o) => o.state));
      return states.map((at) => ({ state: at, value }));
    }
    case "array": {
      let states: readonly State[] = [state];
      pattern.items.forEach((item, index) => {
        if (!item) return;
        states = mergeMany(states.flatMap((at) => {
          const part = item.rest ? restOf(ev, value, index, at) : { state: at, value: listOf(ev, value, index, at) };
          return withDefault(ev, item.default, part, activation)
            .flatMap((each) => bindPattern(ev, item.pattern, each.value, activation, each.state).map((outcome) => outcome.state));
        }));
      });
      return states.map((at) => ({ state: at, value }));
    }
  }
}

function partOf(ev: Evaluator, value: Value, key: string | undefined, activation: Activation, state: State): Outcome[] {
  // It may be any part.
  if (key === undefined) return [{ state: handOut(value, state), value: UNKNOWN }];
  return /^\d+$/.test(key) && contentsOf(value, state) ? [{ state, value: listOf(ev, value, Number(key), state) }] : readMember(ev, value, key, undefined, activation, state);
}

export function withDefault(ev: Evaluator, fallback: Expression | undefined, part: Outcome, activation: Activation): Outcome[] {
  if (!fallback || nullishness(part.value) === false) return [part];
  const otherwise = evaluate(ev, fallback, activation, part.state);
  return nullishness(part.value) === true ? otherwise : [part, ...otherwise];
}

function bindName(ev: Evaluator, declaration: Declaration, value: Value, activation: Activation, state: State): Outcome {
  const owner = ownerActivation(activation, declaration);
  const named = owner.once && !declaration.reassigned && value.v === "object" && value.fresh
    ? adopt(value, declaration.id, declaration.name, "program")
    : isOpen(value) && !mayReach(value) ? bind(ev, declaration, activation) : nameIt(value, declaration);
  return { state: withVariable(state, owner.id, declaration.id, named), value: named };
}

/** Nothing is known of it, or only that it is true or false. */
const isOpen = (value: Value): boolean => value.v === "unknown" || (value.v === "choice" && value.options.every((option) => option.v === "literal" && typeof option.value === "boolean"));

const mayReach = (value: Value): boolean => value.v === "unknown" && value.among !== undefined;

function ownerActivation(activation: Activation, declaration: Declaration): Activation {
  let at = activation;
  while (at.body !== declaration.body && at.parent) at = at.parent;
  return at;
}

/** A constant is equal to itself, whatever it is; in each round of a loop it is another one. What is taken out of something may be put in order there. */
function bind(ev: Evaluator, declaration: Declaration, activation: Activation): Value {
  if (declaration.reassigned || (declaration.kind !== "const" && declaration.kind !== "let") || declaration.path.length > 0) return UNKNOWN;
  return { v: "unknown", bound: { id: ev.made(activation, declaration.span), name: declaration.name } };
}

/** A nameless object is called what it is first bound to, and its type is asked for at that name. */
function nameIt(value: Value, declaration: Declaration): Value {
  if (value.v !== "object") return value;
  if (value.fresh) return { ...value, name: declaration.name };
  return value.ticket || value.info || value.library ? value : { ...value, ticket: declaration.ticket };
}

/** Stores into a name, a field, an element. */
export function assign(ev: Evaluator, target: Expression, value: Value, activation: Activation, state: State): Outcome[] {
  if (target.k === "name") return [target.declaration ? assignName(target.declaration, value, activation, keptElsewhere(ev, target.declaration, value, state)) : { state, value }];
  if (target.k === "member") {
    return evaluate(ev, target.object, activation, state).map(({ state: at, value: object }) => {
      if (ev.traffic && !(object.v === "object" && object.pinned)) {
        ev.traffic.isLeft ||= target.object.k === "this" && value.v === "object" && ev.traffic.made.has(value.view?.of.id ?? value.id);
        const given = escape(ev, [value], at);
        // Options that are completed before they are used.
        return { state: object.v === "object" && object.properties ? { ...given, fields: withEntry(given.fields, `${object.id}.${target.name}`, value) } : given, value };
      }
      if (object.v !== "object") return { state: handOut(value, at), value };
      const key = `${object.id}.${target.name}`;
      const stored = value.v === "object" && value.fresh ? adopt(value, key, target.name, object.lifetime, object) : value;
      // What one round of a loop stores, another one or another method gives back.
      const kept = ev.repeated > 0 ? handOut(value, at) : at;
      return { state: replace(value, stored, { ...kept, fields: withEntry(kept.fields, key, stored) }), value: stored };
    });
  }
  if (target.k === "index") {
    return evaluate(ev, target.object, activation, state)
      .flatMap(({ state: at }) => evaluate(ev, target.index, activation, at).map((outcome) => ({ state: ev.traffic ? escape(ev, [value], outcome.state) : handOut(value, outcome.state), value })));
  }
  return evaluate(ev, target, activation, state).map((outcome) => ({ state: outcome.state, value }));
}

/** What is put into a variable of a module is there for everybody. */
const keptElsewhere = (ev: Evaluator, { body }: Declaration, value: Value, state: State): State =>
  ev.traffic && body.kind === "module" && !ev.traffic.modules.has(body) ? escape(ev, [value], state) : state;

function assignName(declaration: Declaration, value: Value, activation: Activation, state: State): Outcome {
  const owner = ownerActivation(activation, declaration);
  const stored = owner.once && value.v === "object" && value.fresh ? adopt(value, declaration.id, declaration.name, "program") : value;
  return { state: withVariable(state, owner.id, declaration.id, stored), value: stored };
}

/** An object that gets its place by being stored is known by it in every variable that holds it. */
export function replace(old: Value, now: Value, state: State): State {
  if (old === now || old.v !== "object") return state;
  const renamed = (value: Value): Value => value.v === "object" && value.id === old.id ? now : value;
  const variables = new Map([...state.variables].map(([id, own]) => [id, new Map([...own].map(([key, value]) => [key, renamed(value)]))]));
  return { ...state, variables };
}
