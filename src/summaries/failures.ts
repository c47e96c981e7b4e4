import type { Effect } from "../catalogue/types.js";
import type { Body, CallExpression, Expression, NewExpression, Statement } from "../effects/ir.js";
import { partsOf } from "../effects/walk.js";
import type { Strength } from "./causes.js";
import type { Evaluator } from "./evaluator.js";
import type { Value } from "./values.js";

/** What a call turned out to be: something the language or the platform has, an operation of a library, a function of the program. */
export interface Met {
  readonly builtin?: true;
  readonly effect?: Effect;
  readonly body?: Body;
}

/** Methods of strings, arrays, maps, sets and promises, whatever they are called on. */
const HARMLESS: ReadonlySet<string> = new Set([
  "get", "set", "has", "add", "delete", "clear", "keys", "values", "entries", "forEach", "push", "pop", "shift", "unshift", "slice", "splice", "concat", "join", "map", "filter", "find",
  "findIndex", "some", "every", "includes", "indexOf", "at", "sort", "reverse", "flat", "flatMap", "fill", "then", "catch", "finally", "toString", "trim", "split", "replace", "replaceAll",
  "startsWith", "endsWith", "toLowerCase", "toUpperCase", "padStart", "padEnd", "on", "once", "off", "emit", "addEventListener", "removeEventListener", "abort", "unref", "ref", "now",
  "log", "info", "warn", "error", "debug", "trace",
]);

/** Functions of the platform that refuse some of what they are given. */
const REFUSING: ReadonlySet<string> = new Set(["parse", "atob", "decodeURIComponent", "decodeURI", "structuredClone", "BigInt"]);

const UNKNOWN_CODE: Strength = 1, AWAITED: Strength = 2;

/** How sure it is that a call throws before it gives a promise or anything else. */
export function failureOfCall(ev: Evaluator, e: CallExpression, receiver: Value | undefined, met: Met | undefined): Strength {
  const { callee } = e;
  if (met?.builtin ?? met?.effect) return 0;
  if (met?.body) return met.body.async || met.body.generator ? 0 : failureOf(ev, met.body);
  if (callee.k === "super") return 0;
  const name = callee.k === "name" || callee.k === "member" ? callee.name : "";
  if ((receiver?.v === "library" && receiver.entity.package === "platform") || (callee.k === "name" && !callee.declaration)) return REFUSING.has(name) ? UNKNOWN_CODE : 0;
  return (callee.k === "member" && HARMLESS.has(name)) || chained.has(e) ? 0 : UNKNOWN_CODE;
}

const SETTLING: ReadonlySet<string> = new Set(["then", "catch", "finally"]);

/** Calls whose value is used as a promise on the spot: what fails in there is told by that. */
const chained = new WeakSet<Expression>();

export function noteChain({ callee }: CallExpression): void {
  if (callee.k === "member" && SETTLING.has(callee.name)) chained.add(callee.object);
}

/** How sure it is that what is awaited fails. `met`: of the call that is awaited, unless its body was followed. */
export function failureOfAwait(value: Value, operand: Expression, met: Met | undefined, entered: boolean, ev: Evaluator): Strength {
  switch (value.v) {
    case "literal": case "function": case "list": case "releaser": case "text": case "class": return 0;
    case "promise": {
      if (value.value.v === "promise") return failureOfAwait(value.value, operand, undefined, true, ev);
      const granted = value.grants.some((id) => isRemote(ev.requests.get(id)?.resource.object.creation?.what, met?.effect)) ? AWAITED : 0;
      return Math.max(granted, ...value.tasks.map((task) => task.fails)) as Strength;
    }
    default:
  }
  if (operand.k !== "call" && operand.k !== "new") return AWAITED;
  const handled = operand.k === "call" ? failureOfHandled(ev, operand) : undefined;
  if (handled !== undefined) return handled;
  if (entered) return 0;
  if (met?.builtin) return 0;
  if (met?.body) return failureOf(ev, met.body);
  return met?.effect ? failureOfEffect(met.effect) : AWAITED;
}

/** How sure it is that a handler of a promise fails; undefined where one of the ways has none. */
export function failureOfHandled(ev: Evaluator, call: CallExpression): Strength | undefined {
  const handlers = handlersOf(call);
  return handlers.length > 0 ? Math.max(...handlers.map((handler) => failureOf(ev, handler))) as Strength : undefined;
}

/** The functions of which one has run when a promise is settled, where each way has its handler. */
function handlersOf({ callee, args }: CallExpression): readonly Body[] {
  const name = callee.k === "member" ? callee.name : undefined;
  const all = name === "catch" ? args.slice(0, 1) : name === "then" && args.length === 2 ? args : [];
  return all.every((arg) => arg.k === "function") ? all.map(({ body }) => body) : [];
}

/** A lock of this process is got some time; a connection may be refused. */
const isRemote = (what: string | undefined, effect: Effect | undefined): boolean =>
  what === "pool" || what === "database" || (what === undefined && effect?.do === "acquire" && effect.gives === "handle");

function failureOfEffect(effect: Effect): Strength {
  const { do: what } = effect;
  if (what === "bound" && effect.opens) return 0;
  return what === "borrow" || what === "bound" || what === "external" || what === "derive" ? AWAITED : 0;
}

const known = new WeakMap<Body, Strength>();

/** How sure it is that a call of a function of the program fails, by what is written in it. */
function failureOf(ev: Evaluator, body: Body, depth = 0): Strength {
  const before = known.get(body);
  if (before !== undefined) return before;
  if (depth > MOST_DEPTH) return UNKNOWN_CODE;
  known.set(body, 0);
  const strength = body.asserts ? UNKNOWN_CODE : failureOfStatements(ev, body.statements, body, depth);
  known.set(body, strength);
  return strength;
}

const MOST_DEPTH = 4;

function failureOfStatements(ev: Evaluator, statements: readonly Statement[], body: Body, depth: number): Strength {
  let worst: Strength = 0;
  for (const statement of statements) worst = max(worst, failureOfStatement(ev, statement, body, depth));
  return worst;
}

const max = (a: Strength, b: Strength): Strength => a > b ? a : b;

function failureOfStatement(ev: Evaluator, statement: Statement, body: Body, depth: number): Strength {
  const of = (e: Expression | undefined): Strength => e ? failureOfExpression(ev, e, body, depth) : 0;
  const all = (list: readonly Statement[]): Strength => failureOfStatements(ev, list, body, depth);
  switch (statement.s) {
    case "expression": return of(statement.value);
    case "declare": return of(statement.init);
    case "return": return of(statement.value);
    case "throw": return AWAITED;
    case "break": case "continue": return 0;
    case "if": return max(of(statement.test), max(all(statement.then), all(statement.else)));
    case "block": return all(statement.statements);
    case "loop": return max(max(all(statement.before), of(statement.test)), max(of(statement.after), all(statement.body)));
    case "for-of": return max(statement.awaits ? AWAITED : of(statement.iterable), all(statement.body));
    case "switch": return max(of(statement.value), all(statement.cases.flatMap((each) => each.body)));
    case "try": return max(statement.handler ? all(statement.handler) : all(statement.block), all(statement.finalizer ?? []));
  }
}

function failureOfExpression(ev: Evaluator, e: Expression, body: Body, depth: number): Strength {
  let worst: Strength = 0;
  if (e.k === "await") {
    if (e.value.k !== "call") return AWAITED;
    const target = targetOf(ev, e.value, body);
    worst = target ? failureOf(ev, target, depth + 1) : isHarmless(e.value) ? 0 : AWAITED;
    for (const part of partsOf(e.value)) worst = max(worst, failureOfExpression(ev, part, body, depth));
    return worst;
  }
  if (e.k === "call") {
    const target = targetOf(ev, e, body);
    worst = target ? target.async || target.generator ? 0 : failureOf(ev, target, depth + 1) : isHarmless(e) ? 0 : UNKNOWN_CODE;
  }
  for (const part of partsOf(e)) worst = max(worst, failureOfExpression(ev, part, body, depth));
  return worst;
}

function isHarmless({ callee }: CallExpression): boolean {
  if (callee.k === "name") return !callee.declaration && !REFUSING.has(callee.name);
  if (callee.k !== "member") return callee.k === "super";
  return HARMLESS.has(callee.name) || (callee.object.k === "name" && !callee.object.declaration && !REFUSING.has(callee.name));
}

/** The function of the program that a call names, where the text says which. */
function targetOf(ev: Evaluator, { callee }: CallExpression | NewExpression, body: Body): Body | undefined {
  if (callee.k === "member" && callee.object.k === "this") {
    let at: Body | undefined = body;
    while (at && !at.owner) at = at.parent;
    const member = at?.owner?.members.get(callee.name);
    return member?.kind === "method" ? member.body : undefined;
  }
  const declaration = callee.k === "name" ? callee.declaration : undefined;
  if (!declaration) return undefined;
  if (declaration.kind !== "import") return declaration.functionBody ?? (declaration.init?.k === "function" ? declaration.init.body : undefined);
  const entity = ev.port.entityOf(declaration.ticket);
  if (entity?.kind === "body") return entity.body;
  return entity?.kind === "declaration" ? entity.declaration.functionBody ?? (entity.declaration.init?.k === "function" ? entity.declaration.init.body : undefined) : undefined;
}
