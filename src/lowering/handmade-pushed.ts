import type { Body, CallExpression, Expression } from "../effects/ir.js";
import { parameterOf, type Use, usesOf } from "./handmade-callbacks.js";
import { type Facts, functionOf, isInside, type Seen } from "./handmade-facts.js";
import { type Place, placeOf } from "./handmade-places.js";
import { type Made, settles } from "./handmade-values.js";

/** What is put into a list of jobs. */
export interface Pushed {
  readonly list: Place;
  readonly value: Expression;
  readonly parameter: number;
  /** The property that holds the callback, if an object was put there. */
  readonly property: string | undefined;
  /** The function that runs the callback, if one was put there. */
  readonly job: Body | undefined;
}

/** Methods that put something into a list. */
export const ADDING = new Set(["push", "unshift", "add", "enqueue"]);

/** What the body puts into a list and that runs one of its parameters. */
export function pushedJobs(facts: Facts): Pushed[] {
  const uses = usesOf(facts);
  return facts.calls.flatMap(({ what }): Pushed[] => {
    if (what.callee.k !== "member" || !ADDING.has(what.callee.name)) return [];
    const list = placeOf(what.callee.object, facts.home);
    const value = what.args[0];
    if (!list || !value) return [];
    const whole = resolved(value, facts.home);
    return jobsIn(whole, facts.home, uses).map((job) => ({ list, value: whole, ...job }));
  });
}

function resolved(e: Expression, home: Body): Expression {
  const init = e.k === "name" && e.declaration && isInside(e.declaration.body, home) ? e.declaration.init : undefined;
  return init?.k === "object" || init?.k === "array" || init?.k === "function" ? init : e;
}

/** What could be the job in a pushed value: any property of an object may be. */
function jobsIn(e: Expression, home: Body, uses: readonly Use[], property?: string): Omit<Pushed, "list" | "value">[] {
  const direct = parameterOf(e, home);
  if (direct !== undefined) return [{ parameter: direct, property, job: undefined }];
  if (e.k === "object") return e.entries.flatMap(({ key, value }) => jobsIn(value, home, uses, typeof key === "string" ? key : undefined));
  const job = functionOf(e, home);
  const use = job && uses.find(({ body }) => isInside(body, job));
  return use ? [{ parameter: use.parameter, property, job }] : [];
}

/** A resolver in a list that outlives the body, and what is done on the ways on which it waits there. */
export interface Waiter {
  readonly list: Place;
  readonly promise: Made;
  readonly waits: Seen<Expression>;
}

/** Resolvers of promises that the body puts into a list that outlives it. */
export function pushedResolvers(facts: Facts): Waiter[] {
  return facts.calls.flatMap((push) => {
    const { what } = push;
    if (what.callee.k !== "member" || !ADDING.has(what.callee.name)) return [];
    const list = placeOf(what.callee.object, facts.home);
    if (!list) return [];
    const promise = what.args.map((arg) => resolverIn(arg, facts.home)).find((made) => made !== undefined);
    return promise ? [{ list, promise, waits: push }] : what.args.flatMap((arg) => resolversSetIn(arg, facts).map((set) => ({ list, ...set })));
  });
}

/** The pushed object gets its resolver later, if it has to wait at all: `job.start = resolve`. */
function resolversSetIn(pushed: Expression, { assigns, home }: Facts): Omit<Waiter, "list">[] {
  const declaration = pushed.k === "name" ? pushed.declaration : undefined;
  if (!declaration || !isInside(declaration.body, home)) return [];
  return assigns.flatMap((waits) => {
    const { target, value } = waits.what, set = target.p === "target" && target.expression.k === "member" ? target.expression.object : undefined;
    const promise = set?.k === "name" && set.declaration === declaration ? settles(value, home) : undefined;
    return promise ? [{ promise, waits }] : [];
  });
}

/** The promise that a pushed value settles: a resolver, a function that calls it, or an object or array that holds one. */
export function resolverIn(e: Expression, home: Body): Made | undefined {
  const parts = e.k === "object" ? e.entries.map(({ value }) => value) : e.k === "array" ? e.items : undefined;
  if (parts) return parts.map((part) => resolverIn(part, home)).find((made) => made !== undefined);
  if (e.k === "name" && e.declaration && isInside(e.declaration.body, home)) {
    const { init } = e.declaration;
    if (init?.k === "object" || init?.k === "array") return resolverIn(init, home);
  }
  return settles(e, home);
}

/** An object's callback must be what is called; a resolver beside it may be called, too, and proves nothing. */
export function isRunOf({ property }: Pushed, { what }: Seen<CallExpression>): boolean {
  if (property === undefined) return true;
  const { callee, args } = what;
  return [callee, ...args].some((e) => (e.k === "member" && e.name === property) || (e.k === "name" && e.declaration?.path.at(-1) === property));
}
