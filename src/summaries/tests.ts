import type { Expression } from "../effects/ir.js";
import type { Evaluator } from "./evaluator.js";
import { evaluate } from "./expressions.js";
import { type State, withEntry } from "./state.js";
import { type Activation, nullishness, truthiness, type Value, valueKey } from "./values.js";
import { comparison } from "./waits.js";

export interface TestOutcome {
  readonly state: State;
  readonly truth: boolean;
}

const COMPARISONS = new Set(["<", ">", "<=", ">="]);
const EQUALITIES = new Map([["===", true], ["==", true], ["!==", false], ["!=", false]]);

/** Follows a condition both ways, unless the values decide it. The same open question gets the same answer later on. */
export function evaluateTest(ev: Evaluator, test: Expression, activation: Activation, state: State): TestOutcome[] {
  if (test.k === "unary" && test.op === "!") return evaluateTest(ev, test.value, activation, state).map((outcome) => ({ ...outcome, truth: !outcome.truth }));
  if (test.k === "logical" && test.op !== "??") {
    const stops = test.op === "||";
    return evaluateTest(ev, test.left, activation, state)
      .flatMap((left) => left.truth === stops ? [left] : evaluateTest(ev, test.right, activation, left.state));
  }
  if (test.k === "binary") return evaluateComparison(ev, test, activation, state);
  return evaluate(ev, test, activation, state).flatMap((outcome) => askTruth(outcome.value, outcome.state));
}

function evaluateComparison(ev: Evaluator, test: Expression & { k: "binary" }, activation: Activation, state: State): TestOutcome[] {
  return evaluate(ev, test.left, activation, state).flatMap((left) => evaluate(ev, test.right, activation, left.state).flatMap((right) => {
    const after = COMPARISONS.has(test.op) ? compare(left.value, right.value, right.state) : right.state;
    const equality = EQUALITIES.get(test.op);
    if (equality === undefined) return both(after);
    return askEqual(left.value, right.value, after).map((outcome) => ({ ...outcome, truth: outcome.truth === equality }));
  }));
}

const both = (state: State): TestOutcome[] => [{ state, truth: true }, { state, truth: false }];

/** Remembers that two values were compared by size, and so the objects that they are fields of. */
export function compare(left: Value, right: Value, state: State): State {
  const pairs = [comparison(identity(left), identity(right))];
  if (left.v === "object" && right.v === "object" && left.owner && right.owner) pairs.push(comparison(left.owner.id, right.owner.id));
  return { ...state, compared: new Set([...state.compared, ...pairs]) };
}

function identity(value: Value): string {
  if (value.v === "object" || value.v === "unknown") return value.bound?.id ?? (value.v === "object" ? value.id : valueKey(value));
  return value.v === "text" ? value.id : valueKey(value);
}

function askEqual(left: Value, right: Value, state: State): TestOutcome[] {
  if (left.v === "literal" && right.v === "literal") return [{ state, truth: left.value === right.value }];
  const [value, literal] = left.v === "literal" ? [right, left] : [left, right];
  if (literal.v !== "literal") return askFact(`${valueKey(value)}==${valueKey(literal)}`, value, state);
  if (literal.value === undefined || literal.value === null) {
    const known = nullishness(value);
    return known === undefined ? askFact(`n:${valueKey(value)}`, value, state) : [{ state, truth: known }];
  }
  if (typeof literal.value === "boolean") return askTruth(value, state).map((outcome) => ({ ...outcome, truth: outcome.truth === literal.value }));
  return value.v === "unknown" || value.v === "object" || value.v === "text" || value.v === "choice"
    ? askFact(`${valueKey(value)}=${valueKey(literal)}`, value, state) : [{ state, truth: false }];
}

export function askTruth(value: Value, state: State): TestOutcome[] {
  // What is the one or the other of several conditions is as true later as it is now.
  if (value.v === "choice" && value.options.every(({ v }) => v === "text")) return askFact(`t:${valueKey(value)}`, undefined, state);
  if (value.v === "choice") return value.options.flatMap((option) => askTruth(option, state));
  const known = truthiness(value) ?? whereNullish(value, state);
  return known === undefined ? askFact(`t:${valueKey(value)}`, value, state) : [{ state, truth: known }];
}

/** What has turned out to be null or undefined is false, and an object that has not is true. */
function whereNullish(value: Value, state: State): boolean | undefined {
  const nullish = state.facts.size === 0 ? undefined : state.facts.get(`n:${valueKey(value)}`);
  return nullish === true || (nullish === false && value.v === "object") ? !nullish : undefined;
}

/** A question about an identified value is answered once on a path. */
function askFact(question: string, value: Value | undefined, state: State): TestOutcome[] {
  if ((value?.v === "unknown" && !value.bound) || value?.v === "choice") return both(state);
  const known = state.facts.get(question) ?? (isAnother(question, state) ? false : undefined);
  if (known !== undefined) return [{ state, truth: known }];
  return both(state).map((outcome) => ({ ...outcome, state: { ...state, facts: withEntry(state.facts, question, outcome.truth) } }));
}

/** Whether something equals a literal: it does not, if it is known to equal another one. */
const EQUALS = /^(.*?)==(?:string|number|boolean|bigint):/s;

function isAnother(question: string, { facts }: State): boolean {
  const [start] = EQUALS.exec(question) ?? [];
  return start !== undefined && facts.size > 0 && [...facts].some(([other, truth]) => truth && other !== question && EQUALS.exec(other)?.[0] === start);
}

/** Is the value null or undefined on this path? Splits the path if that is open. */
export function askNullish(value: Value, state: State): TestOutcome[] {
  const known = nullishness(value);
  if (known !== undefined) return [{ state, truth: known }];
  if (state.facts.get(`t:${valueKey(value)}`) === true) return [{ state, truth: false }];
  return askFact(`n:${valueKey(value)}`, value, state);
}
