import type { Declaration, Expression } from "../effects/ir.js";
import { askCompared } from "./asked-context.js";
import type { Evaluator } from "./evaluator.js";
import { evaluate } from "./expressions.js";
import { type State, withEntry } from "./state.js";
import { type Activation, nullishness, type ObjectValue, truthiness, type Value, valueKey } from "./values.js";
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
  const question = test.k === "name" ? questionOf(test.declaration, activation) : undefined;
  if (question) return evaluateTest(ev, question, activation, state);
  return evaluate(ev, test, activation, state).flatMap((outcome) => askTruth(outcome.value, outcome.state));
}

/** What a name that never changes was asked for: `const owns = !client` is as true later as `!client` is. */
function questionOf(declaration: Declaration | undefined, { body }: Activation): Expression | undefined {
  const init = isSettled(declaration) && declaration.body === body && declaration.kind !== "parameter" && declaration.path.length === 0 ? declaration.init : undefined;
  return init && (init.k === "unary" || init.k === "binary" || init.k === "logical") && isQuestion(init) ? init : undefined;
}

const isSettled = (declaration: Declaration | undefined): declaration is Declaration =>
  declaration !== undefined && !declaration.reassigned && (declaration.kind === "const" || declaration.kind === "let" || declaration.kind === "parameter");

/** Does it ask for nothing but names that stay what they are? */
function isQuestion(e: Expression): boolean {
  if (e.k === "unary") return e.op === "!" && isQuestion(e.value);
  if (e.k === "logical") return e.op !== "??" && isQuestion(e.left) && isQuestion(e.right);
  if (e.k === "binary") return EQUALITIES.has(e.op) && isQuestion(e.left) && isQuestion(e.right);
  return e.k === "literal" || (e.k === "name" && (e.name === "undefined" || isSettled(e.declaration)));
}

function evaluateComparison(ev: Evaluator, test: Expression & { k: "binary" }, activation: Activation, state: State): TestOutcome[] {
  return evaluate(ev, test.left, activation, state).flatMap((left) => evaluate(ev, test.right, activation, left.state).flatMap((right) => {
    const asked = askCompared([left.value, right.value], right.state), after = COMPARISONS.has(test.op) ? compare(left.value, right.value, asked) : asked;
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

/** Are two values the same? Splits the path if that is open. */
export function askEqual(left: Value, right: Value, state: State): TestOutcome[] {
  if (left.v === "literal" && right.v === "literal") return [{ state, truth: left.value === right.value }];
  const same = left.v === "object" && right.v === "object" ? sameClient(left, right) : undefined;
  if (same !== undefined) return [{ state, truth: same }];
  const [value, literal] = left.v === "literal" ? [right, left] : [left, right];
  if (literal.v !== "literal") return askFact(`${valueKey(value)}==${valueKey(literal)}`, value, state);
  if (literal.value === undefined || literal.value === null) {
    const known = nullishness(value) ?? whereTruthy(value, state);
    return known === undefined ? askNullish(value, state) : [{ state, truth: known }];
  }
  if (typeof literal.value === "boolean") return askTruth(value, state).map((outcome) => ({ ...outcome, truth: outcome.truth === literal.value }));
  return value.v === "unknown" || value.v === "object" || value.v === "text" || value.v === "choice"
    ? askFact(`${valueKey(value)}=${valueKey(literal)}`, value, state) : [{ state, truth: false }];
}

/** A client that was taken here is itself, and nothing that somebody handed in before. */
function sameClient(left: ObjectValue, right: ObjectValue): boolean | undefined {
  const taken = left.handle ?? right.handle;
  if (!taken || left.derivedFrom || right.derivedFrom) return undefined;
  if (left.handle && right.handle) return left.handle.permit === right.handle.permit;
  return left.parameter || right.parameter ? false : undefined;
}

export function askTruth(value: Value, state: State): TestOutcome[] {
  // What is the one or the other of several conditions is as true later as it is now.
  if (value.v === "choice" && value.options.every(({ v }) => v === "text")) return askFact(`t:${valueKey(value)}`, undefined, state);
  if (value.v === "choice") return value.options.flatMap((option) => askTruth(option, state)).map((outcome) => outcome.truth ? outcome : { ...outcome, state: withoutHandles(value, outcome.state) });
  const known = truthiness(value) ?? whereNullish(value, state);
  return known === undefined ? askFact(`t:${valueKey(value)}`, value, state) : [{ state, truth: known }];
}

/** What has turned out to be null or undefined is false, and an object that has not is true. */
function whereNullish(value: Value, state: State): boolean | undefined {
  if (isInForce(value, state)) return true;
  const nullish = state.facts.size === 0 ? undefined : state.facts.get(`n:${valueKey(value)}`);
  return nullish === true || (nullish === false && value.v === "object") ? !nullish : undefined;
}

/** A lock that is held here, or what it is part of: nobody has it removed from where it is looked up. */
const isInForce = (value: Value, { held }: State): boolean =>
  value.v === "object" && held.some(({ resource: { object } }) => object.id === value.id || object.id.startsWith(`${value.id}.`));

/** What has turned out to be true is there; what has not is taken not to be, as of an object that may be missing. */
function whereTruthy(value: Value, state: State): boolean | undefined {
  const { facts } = state;
  if (isInForce(value, state)) return false;
  const truth = facts.size === 0 ? undefined : facts.get(`t:${valueKey(value)}`);
  return truth === undefined ? undefined : !truth;
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
  if (isInForce(value, state) || state.facts.get(`t:${valueKey(value)}`) === true) return [{ state, truth: false }];
  return askFact(`n:${valueKey(value)}`, value, state).map((outcome) => outcome.truth ? { ...outcome, state: withoutHandles(value, outcome.state) } : outcome);
}

/** Where what may be a handle is nothing, what the handle stands for was not taken. */
function withoutHandles(value: Value, state: State): State {
  if (value.v !== "choice" || state.held.length === 0) return state;
  const handles = new Set(value.options.flatMap((option) => option.v === "releaser" ? option.permits : option.v === "object" && option.handle ? [option.handle.permit] : []));
  return handles.size === 0 ? state : { ...state, held: state.held.filter(({ id }) => !handles.has(id)) };
}
