import type { Expression, ObjectExpression } from "../effects/ir.js";
import { assign, bindPattern } from "./patterns.js";
import type { Cause } from "./causes.js";
import { awaitProperty } from "./channels.js";
import { evaluateCall, evaluateNew } from "./calls.js";
import { elementOf, someItem } from "./collections.js";
import { suspend, suspendForEach } from "./consuming.js";
import type { Evaluator } from "./evaluator.js";
import { escape } from "./escapes.js";
import { failureOfAwait } from "./failures.js";
import { lostIn, noteDropped, releaseAll, retake, sparedBy } from "./handed.js";
import { invokeGenerator } from "./invocations.js";
import { readMember, readName, superClass } from "./names.js";
import { yieldsOf } from "./outside.js";
import { handOut } from "./ownership.js";
import { awaitLazy } from "./pools.js";
import { mergeOutcomes, mergeValues, type Outcome, type State, thrown, type Values } from "./state.js";
import { askNullish, askTruth, evaluateTest } from "./tests.js";
import { type Activation, choice, type Contents, lifetimeOf, type ObjectValue, UNDEFINED, UNKNOWN, type Value, valueKey } from "./values.js";
import { awaitValue, newList } from "./waits.js";

export function evaluate(ev: Evaluator, e: Expression, activation: Activation, state: State): Outcome[] {
  const just = (value: Value): Outcome[] => [{ state, value }];
  switch (e.k) {
    case "literal": return just({ v: "literal", value: e.value });
    case "name": return just(e.declaration ? readName(ev, e.declaration, activation, state) : { v: "library", entity: { kind: "library", package: "platform", on: "module", member: e.name } });
    case "this": case "super": return just(activation.self.v === "object" ? { ...activation.self, exists: true } : activation.self);
    case "member": return evaluate(ev, e.object, activation, state).flatMap((outcome) => readMember(ev, e.object.k === "super" ? asBase(ev, outcome.value, activation) : outcome.value, e.name, e, activation, outcome.state));
    case "index": return evaluateIndex(ev, e, activation, state);
    case "call": return evaluateCall(ev, e, activation, state, false);
    case "new": return evaluateNew(ev, e, activation, state);
    case "function": return just({ v: "function", body: e.body, activation, self: e.body.kind === "arrow" ? activation.self : undefined });
    case "class": return just({ v: "class", info: e.info, activation });
    case "object": return evaluateObject(ev, e, activation, state);
    case "array": return evaluateArray(ev, e, activation, state);
    case "spread": return evaluate(ev, e.value, activation, state);
    case "await": return evaluateAwait(ev, e, activation, state);
    case "yield": return evaluateYield(ev, e, activation, state);
    case "branch":
      return mergeOutcomes(evaluateTest(ev, e.test, activation, state)
        .flatMap((outcome) => evaluate(ev, outcome.truth ? e.then : e.else, activation, outcome.state)));
    case "logical": return evaluateLogical(ev, e, activation, state);
    case "assign": return evaluateAssign(ev, e, activation, state);
    case "unary": return evaluateUnary(ev, e, activation, state);
    case "binary": return evaluateBinary(ev, e, activation, state);
    case "template": return evaluateTemplate(ev, e, activation, state);
    case "sequence": return evaluateAll(ev, e.items, activation, state).map(({ state: at, values }) => ({ state: at, value: values.at(-1) ?? UNDEFINED }));
    case "opaque":
      return evaluateAll(ev, e.parts, activation, state).map(({ state: at, values }) => ({ state: escape(ev, values, at), value: UNKNOWN }));
  }
}

/** `super.x` is the base class's `x` of the same object: an override that reads it doesn't read itself. */
function asBase(ev: Evaluator, self: Value, activation: Activation): Value {
  const info = self.v === "object" ? superClass(ev, activation) : undefined;
  return self.v === "object" && info ? { ...self, info } : self;
}

/** Evaluates one after another, left to right. */
export function evaluateAll(ev: Evaluator, items: readonly Expression[], activation: Activation, state: State): Values[] {
  let all: Values[] = [{ state, values: [] }];
  for (const item of items) {
    all = mergeValues(all.flatMap(({ state: at, values }) => evaluate(ev, item, activation, at).map((outcome) => ({ state: outcome.state, values: [...values, outcome.value] }))));
  }
  return all;
}

function evaluateIndex(ev: Evaluator, e: Expression & { k: "index" }, activation: Activation, state: State): Outcome[] {
  return evaluateAll(ev, [e.object, e.index], activation, state).flatMap(({ state: at, values: [object = UNKNOWN, index = UNKNOWN] }) => {
    if (object.v === "choice") return [{ state: at, value: choice(object.options.map((option) => itemAt(ev, option, index, e, at))) }];
    if (index.v === "literal" && typeof index.value === "string") return readMember(ev, object, index.value, e, activation, at);
    // One output or the other.
    if (ev.traffic && object.v === "object" && object.outputs) return [{ state: escape(ev, [object], at), value: UNKNOWN }];
    return [{ state: at, value: itemAt(ev, object, index, e, at) }];
  });
}

function itemAt(ev: Evaluator, object: Value, index: Value, e: Expression, state: State): Value {
  if (object.v === "list") {
    const contents = state.lists.get(object.id), item = listItem(contents, index);
    return contents?.sorted && item.v === "unknown" ? someItem(ev, object, contents, index) : item;
  }
  const element = elementOf(ev, object, index, "element");
  return element.v === "object" && !element.creation ? { ...element, ticket: e.ticket } : element;
}

/** Of a list of any length the last item stands for those after the first, as it does in a loop. */
function listItem(contents: Contents | undefined, index: Value): Value {
  const { items = [], open = true, sorted = false } = contents ?? {};
  if (index.v === "literal" && typeof index.value === "number") return inOrder(items[index.value] ?? UNKNOWN, sorted);
  return inOrder((open ? items.at(-1) : choice(items)) ?? UNKNOWN, sorted);
}

const inOrder = (value: Value, sorted: boolean): Value => sorted && value.v === "object" ? { ...value, ordered: true } : value;

function evaluateObject(ev: Evaluator, e: ObjectExpression, activation: Activation, state: State): Outcome[] {
  const values = e.entries.map((entry) => entry.value);
  return evaluateAll(ev, values, activation, state).map(({ state: at, values: parts }) => {
    const id = ev.made(activation, e.span);
    const object: ObjectValue = { v: "object", id, lifetime: lifetimeOf(activation), name: "object", literal: { expression: e, activation } };
    if (activation.once && !ev.traffic) return { state: at, value: { ...object, fresh: true } };
    const properties = new Map<string, Value>();
    const spreads: Value[] = [];
    e.entries.forEach((entry, index) => {
      const part = parts[index];
      if (entry.key === undefined && part) spreads.push(part);
      if (typeof entry.key === "object" && part && (!ev.traffic || part.v === "function")) properties.set(`[${String(index)}]`, part);
      if (typeof entry.key === "string" && part && (ev.traffic ?? !(part.v === "object" && part.fresh))) properties.set(entry.key, part);
    });
    return { state: at, value: { ...object, properties, ...(spreads.length > 0 && { spreads }) } };
  });
}

/** At module level an array is an object that other code finds again; inside a run it is a list whose contents are followed. */
function evaluateArray(ev: Evaluator, e: Expression & { k: "array" }, activation: Activation, state: State): Outcome[] {
  return evaluateAll(ev, e.items, activation, state).map(({ state: at, values }) => {
    if (activation.once && !ev.traffic && e.items.length > 0 && e.items.every((item) => item.k === "new")) {
      return { state: at, value: { v: "object", id: ev.made(activation, e.span), lifetime: "program", name: "array", array: true, literal: { expression: e, activation }, fresh: true } };
    }
    const items: Value[] = [];
    let open = false, sorted = false;
    values.forEach((value, index) => {
      if (e.items[index]?.k !== "spread") items.push(value);
      else {
        const contents = value.v === "list" ? at.lists.get(value.id) : undefined;
        items.push(...contents?.items ?? []);
        open ||= contents?.open ?? true;
        sorted = e.items.length === 1 && (contents?.sorted ?? (value.v === "object" && value.sorted === true));
      }
    });
    const [only] = values;
    if (e.items.length === 1 && e.items[0]?.k === "spread" && only?.v === "object") return { state: at, value: only };
    return newList(ev, items, at, { open, sorted });
  });
}

function evaluateAwait(ev: Evaluator, e: Expression & { k: "await" }, activation: Activation, state: State): Outcome[] {
  const operand = e.value;
  const { entered } = ev;
  const outcomes = operand.k === "call" ? evaluateCall(ev, operand, activation, state, true) : evaluate(ev, operand, activation, state);
  return mergeOutcomes(outcomes.map((outcome) => {
    const cause: Cause = { how: "await", place: ev.place(e.span, activation.body), strength: failureOfAwait(outcome.value, operand, ev.met, ev.entered > entered, ev), ...asksFor(ev, outcome.value) };
    const before = ev.traffic ? awaitProperty(ev, outcome.value, operand, activation, outcome.state) : outcome.state;
    const after = awaitValue(ev, outcome.value, operand.span, activation, before);
    const done = awaitLazy(ev, after, operand, activation);
    const lost = lostIn(outcome.value);
    const failed = thrown(withoutGrants(done.state, outcome.value), state);
    ev.mayThrow(retake(ev, lost, outcome.value.v === "promise" ? releaseAll(sparedBy(outcome.value), failed) : failed), lost.length > 0 ? { ...cause, strength: 2 } : cause);
    return done;
  }));
}

/** Whoever asked before and waits for the grant now has nothing if that fails. */
const withoutGrants = (state: State, value: Value): State =>
  value.v === "promise" && value.grants.length > 0 && !value.first ? { ...state, held: state.held.filter(({ id }) => !value.grants.includes(id)) } : state;

function asksFor(ev: Evaluator, value: Value): { readonly asks?: readonly string[] } {
  const ids = value.v === "promise" ? value.grants.flatMap((id) => ev.requests.get(id)?.resource.object.id ?? []) : [];
  return ids.length > 0 ? { asks: ids } : {};
}

function evaluateYield(ev: Evaluator, e: Expression & { k: "yield" }, activation: Activation, state: State): Outcome[] {
  yieldsOf(ev, e, activation, state);
  if (!e.value) {
    mayStay(ev, e, activation, state);
    return suspend(ev, UNDEFINED, state);
  }
  const operand = e.value;
  return evaluate(ev, operand, activation, state).flatMap((outcome) => {
    if (e.delegate && outcome.value.v === "generator") return invokeGenerator(ev, outcome.value, operand, activation, outcome.state);
    const after = ev.traffic ?? activation.body.async ? awaitValue(ev, outcome.value, operand.span, activation, outcome.state) : outcome;
    if (ev.traffic) return [{ state: escape(ev, [outcome.value], after.state), value: UNKNOWN }];
    const given = handOut(after.value, after.state);
    mayStay(ev, e, activation, given);
    return e.delegate ? suspendForEach(ev, after.value, operand, given) : suspend(ev, after.value, given);
  });
}

/** The consumer may never come back: then only `finally` runs, if anything does. */
function mayStay(ev: Evaluator, { span }: Expression, { body }: Activation, state: State): void {
  if (state.held.length > 0 && !ev.consumers.at(-1)) ev.mayThrow(state, { how: "yield", place: ev.place(span, body), strength: 2 });
}

function evaluateLogical(ev: Evaluator, e: Expression & { k: "logical" }, activation: Activation, state: State): Outcome[] {
  if (e.op !== "??") {
    return mergeOutcomes(evaluate(ev, e.left, activation, state).flatMap((left) => decide(ev, left, e.op === "||", e.right, activation)));
  }
  return mergeOutcomes(evaluate(ev, e.left, activation, state).flatMap((left) => askNullish(left.value, left.state)
    .flatMap((asked) => asked.truth ? evaluate(ev, e.right, activation, asked.state) : [{ state: asked.state, value: left.value }])));
}

/** `a || b`, `a && b`: the left value where it decides, the right one elsewhere. */
function decide(ev: Evaluator, left: Outcome, stopsOnTrue: boolean, right: Expression, activation: Activation): Outcome[] {
  return askTruth(left.value, left.state).flatMap(({ state, truth }) => truth === stopsOnTrue ? [{ state, value: left.value }] : evaluate(ev, right, activation, state));
}

function evaluateAssign(ev: Evaluator, e: Expression & { k: "assign" }, activation: Activation, state: State): Outcome[] {
  if (e.op === "=") {
    return evaluate(ev, e.value, activation, state).flatMap((outcome) => e.target.p === "target"
      ? assign(ev, e.target.expression, outcome.value, activation, outcome.state)
      : bindPattern(ev, e.target, outcome.value, activation, outcome.state));
  }
  if (e.target.p !== "target") return [{ state, value: UNKNOWN }];
  const { expression } = e.target;
  if (e.op !== "??=" && e.op !== "||=" && e.op !== "&&=") {
    return evaluate(ev, e.value, activation, state).flatMap((outcome) => assign(ev, expression, UNKNOWN, activation, outcome.state));
  }
  const before = evaluate(ev, expression, activation, state);
  return mergeOutcomes(before.flatMap((current) => {
    const settled = current.value.v === "object" && current.value.creation !== undefined;
    if (settled && e.op !== "&&=") return [current];
    const questions = e.op === "??=" ? askNullish(current.value, current.state) : askTruth(current.value, current.state).map((o) => ({ ...o, truth: o.truth === (e.op === "&&=") }));
    return questions.flatMap((asked) => asked.truth
      ? evaluate(ev, e.value, activation, asked.state).flatMap((outcome) => assign(ev, expression, outcome.value, activation, outcome.state))
      : [{ state: asked.state, value: current.value }]);
  }));
}

function evaluateUnary(ev: Evaluator, e: Expression & { k: "unary" }, activation: Activation, state: State): Outcome[] {
  return evaluate(ev, e.value, activation, state).map((outcome) => {
    if (e.op === "void") {
      noteDropped(ev, outcome.value);
      return { state: outcome.state, value: UNDEFINED };
    }
    if (e.op === "!" && outcome.value.v === "literal") return { state: outcome.state, value: { v: "literal", value: !outcome.value.value } };
    return { state: outcome.state, value: UNKNOWN };
  });
}

const ORDERINGS: ReadonlySet<string> = new Set(["<", ">", "<=", ">="]);

/** A sum of many parts nests to its left, deeper than functions can call each other: the nest is worked off from within. */
function evaluateBinary(ev: Evaluator, e: Expression & { k: "binary" }, activation: Activation, state: State): Outcome[] {
  if (ORDERINGS.has(e.op)) return mergeOutcomes(evaluateTest(ev, e, activation, state).map((outcome) => ({ state: outcome.state, value: { v: "literal", value: outcome.truth } })));
  const nest = [e];
  let first = e.left;
  for (; first.k === "binary" && !ORDERINGS.has(first.op); first = first.left) nest.push(first);
  return nest.reduceRight((outcomes, { op, right }) => outcomes.flatMap(({ state: at, value: left }) =>
    evaluate(ev, right, activation, at).map((outcome) => ({ state: outcome.state, value: putTogether(ev, op, left, outcome.value) }))), evaluate(ev, first, activation, state));
}

/** The place before or after another one in a list: what recursion goes on with. */
function numberOf(op: string, left: Value, right: Value): number | undefined {
  if (left.v !== "literal" || right.v !== "literal" || typeof left.value !== "number" || typeof right.value !== "number") return undefined;
  return op === "+" ? left.value + right.value : op === "-" ? left.value - right.value : undefined;
}

/** Strings and numbers that are put together are told apart by what they are made of. */
function putTogether(ev: Evaluator, op: string, left: Value, right: Value): Value {
  const next = numberOf(op, left, right);
  if (next !== undefined) return { v: "literal", value: next };
  const text = op === "+" && left.v === "literal" && typeof left.value === "string" ? left.value : undefined;
  if (left.v === "unknown" || right.v === "unknown") return text === undefined ? UNKNOWN : { v: "text", prefix: text, id: ev.id("text"), open: true };
  const prefix = text ?? (left.v === "text" && op === "+" ? left.prefix : "");
  return textOf(ev, prefix, `${valueKey(left)}${op}${valueKey(right)}`, [left, right].some(isOpen));
}

/** What is put together again and again, as in a loop, would double each time. */
const MOST_LETTERS = 2000;

const textOf = (ev: Evaluator, prefix: string, id: string, open: boolean): Value =>
  id.length > MOST_LETTERS ? { v: "text", prefix, id: ev.id("text"), open: true } : { v: "text", prefix, id, ...(open && { open }) };

const isOpen = (value: Value): boolean => value.v === "unknown" || (value.v === "text" && value.open === true);

function evaluateTemplate(ev: Evaluator, e: Expression & { k: "template" }, activation: Activation, state: State): Outcome[] {
  const expressions = e.parts.filter((part): part is Expression => typeof part !== "string");
  return evaluateAll(ev, expressions, activation, state).map(({ state: at, values }) => {
    let index = 0, prefix = "", whole = true;
    const ids: string[] = [];
    for (const part of e.parts) {
      const value: Value = typeof part === "string" ? { v: "literal", value: part } : values[index++] ?? UNKNOWN;
      const text = value.v === "literal" ? String(value.value) : undefined;
      if (text === undefined) {
        if (whole && value.v === "text") prefix += value.prefix;
        whole = false;
      } else if (whole) prefix += text;
      ids.push(value.v === "unknown" && !value.bound ? ev.id("?") : valueKey(value));
    }
    return { state: at, value: whole ? { v: "literal", value: prefix } : textOf(ev, prefix, ids.join("+"), values.some(isOpen)) };
  });
}
