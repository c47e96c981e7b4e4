import type { Body, CallExpression, Declaration, Expression } from "../effects/ir.js";
import { factsOf, type Facts, functionOf, type Seen } from "./handmade-facts.js";
import { isChaining, isNewPromise, type Made, settlings, sourcesOf } from "./handmade-values.js";

/** A place where a function runs work that it was given as a parameter. */
export interface Use extends Seen<CallExpression> {
  readonly parameter: number;
}

/** Calls of the home's own parameters: directly, as the handler of a promise, or by a helper that is given the parameter. */
export function usesOf(facts: Facts, depth = 0): Use[] {
  return facts.calls.flatMap((seen): Use[] => {
    const parameter = calledParameter(seen, facts.home, depth);
    return parameter === undefined ? [] : [{ ...seen, parameter }];
  });
}

function calledParameter({ what, body }: Seen<CallExpression>, home: Body, depth: number): number | undefined {
  const { callee, args } = what;
  const called = callee.k === "member" && (callee.name === "call" || callee.name === "apply") ? callee.object : callee;
  const direct = parameterOf(called, home) ?? (isChaining(what) ? args.map((arg) => parameterOf(arg, home)).find((index) => index !== undefined) : undefined);
  if (direct !== undefined || depth > 2) return direct;
  const helper = functionOf(callee, body);
  if (!helper || helper === home) return undefined;
  const index = args.findIndex((arg) => parameterOf(arg, home) !== undefined);
  const runs = index >= 0 && usesOf(factsOf(helper), depth + 1).some((use) => use.parameter === index);
  return runs ? parameterOf(args[index] as Expression, home) : undefined;
}

/** Index of the parameter of `home` that an expression names. */
export function parameterOf(e: Expression, home: Body): number | undefined {
  return e.k === "name" && e.declaration ? ownParameter(e.declaration, home) : undefined;
}

function ownParameter(declaration: Declaration, home: Body): number | undefined {
  if (declaration.body !== home || declaration.path.length > 0) return undefined;
  if (declaration.kind === "parameter") return declaration.parameter;
  return declaration.init?.k === "name" && declaration.init.declaration && !declaration.reassigned ? ownParameter(declaration.init.declaration, home) : undefined;
}

/**
 * Everything that somebody in the home waits for: awaited, or returned where no `finally` gets in before its end, or the start of a
 * chain that goes on after it.
 */
export function joinedIn(facts: Facts): ReadonlySet<Expression> {
  const joined = new Set<Expression>();
  const add = (e: Expression): void => { for (const each of sourcesOf(e, facts)) joined.add(each); };
  for (const { what } of facts.awaits) add(what);
  for (const { what, guarded } of facts.returns) if (!guarded) add(what);
  for (const { what } of facts.calls) if (isChaining(what) && what.callee.k === "member") add(what.callee.object);
  return joined;
}

/** Whether the caller's promise ends with the work: it comes from it, the body awaits it, or the work settles it. */
export function isAwaitedByCaller(use: Use, facts: Facts): boolean {
  const { home } = facts;
  const results = new Set(facts.returns.filter(({ body }) => body === home).flatMap(({ what }) => [...sourcesOf(what, facts)]));
  if (results.has(use.what) || [...results].some((e) => isNewPromise(e) && settledNear(e, facts))) return true;
  return facts.awaits.some(({ what, body }) => body === home && sourcesOf(what, facts).has(use.what));
}

const settledNear = (made: Made, facts: Facts): boolean => settlings(made, facts).length > 0;

/** Reentrant locks ask who is asking: the asynchronous context, or a token that the lock has kept. */
export const asksContext = (all: readonly Facts[]): boolean =>
  all.some(({ calls }) => calls.some(({ what }) => what.callee.k === "member" && what.callee.name === "getStore"));
