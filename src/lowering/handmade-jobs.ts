import type { Body, Expression } from "../effects/ir.js";
import { asksContext, joinedIn, parameterOf, type Use, usesOf } from "./handmade-callbacks.js";
import { type Facts, factsOf, factsWithHelpers, functionOf, isInside, type Seen } from "./handmade-facts.js";
import type { Handmade } from "./handmade.js";
import { lockOf, type Place, placeOf, samePlace } from "./handmade-places.js";
import { capacityOf, type StateWrite, takeAndGive } from "./handmade-state.js";
import { isChaining, isNewPromise, runsOfTaken, sourcesOf } from "./handmade-values.js";
import { resolverIn, takingOf } from "./handmade-waiters.js";

/** What is put into a list of jobs. */
interface Pushed {
  readonly list: Place;
  readonly value: Expression;
  readonly parameter: number;
  /** The property that holds the callback, if an object was put there. */
  readonly property: string | undefined;
  /** The function that runs the callback, if one was put there. */
  readonly job: Body | undefined;
}

/** A list of jobs, and a loop or a `shift()` that works it off one by one, or so many at a time. */
export function jobQueue(home: Body): Handmade | undefined {
  const facts = factsOf(home);
  const all = factsWithHelpers(home, (helper) => takingOf(helper) !== undefined);
  for (const pushed of all.flatMap((each) => each === facts ? pushedJobs(facts) : [])) {
    const lock = lockOf(pushed.list, home);
    const limit = lock && !asksContext(all) ? limitOf(pushed, all) : undefined;
    if (limit) return { do: "run", ...lock, callback: pushed.parameter, capacity: limit.capacity, awaited: isAnswered(pushed, facts) };
  }
  return undefined;
}

const ADDING = new Set(["push", "unshift", "add", "enqueue"]);

function pushedJobs(facts: Facts): Pushed[] {
  const uses = usesOf(facts);
  return facts.calls.flatMap(({ what }): Pushed[] => {
    if (what.callee.k !== "member" || !ADDING.has(what.callee.name)) return [];
    const list = placeOf(what.callee.object, facts.home);
    const value = what.args[0];
    const job = list && value && jobIn(resolved(value, facts.home), facts.home, uses);
    return job ? [{ list, value: resolved(value, facts.home), ...job }] : [];
  });
}

function resolved(e: Expression, home: Body): Expression {
  const init = e.k === "name" && e.declaration && isInside(e.declaration.body, home) ? e.declaration.init : undefined;
  return init?.k === "object" || init?.k === "array" || init?.k === "function" ? init : e;
}

function jobIn(e: Expression, home: Body, uses: readonly Use[], property?: string): Omit<Pushed, "list" | "value"> | undefined {
  const direct = parameterOf(e, home);
  if (direct !== undefined) return { parameter: direct, property, job: undefined };
  if (e.k === "object") {
    return e.entries.map(({ key, value }) => jobIn(value, home, uses, typeof key === "string" ? key : undefined)).find((job) => job !== undefined);
  }
  const job = functionOf(e, home);
  const use = job && uses.find(({ body }) => isInside(body, job));
  return use && { parameter: use.parameter, property, job };
}

/** Whether jobs are run, and how many at once; undefined if nothing runs them or nothing bounds them. */
function limitOf(pushed: Pushed, all: readonly Facts[]): { capacity: number | undefined } | undefined {
  const runs = all.flatMap((facts) => runsOfTaken(facts, all).filter(({ place, seen }) => samePlace(place, pushed.list) && isRunOf(pushed, seen))
    .map(({ seen }) => ({ facts, seen })));
  if (runs.length === 0) return undefined;
  const state = takeAndGive(pushed.list, all);
  if (!state || !runs.some((run) => endsBefore(run, state.give, pushed))) return undefined;
  return { capacity: capacityOf(state.take, all) };
}

/** An object's callback must be what is called; a resolver beside it may be called, too, and proves nothing. */
function isRunOf({ property }: Pushed, { what }: Seen<import("../effects/ir.js").CallExpression>): boolean {
  if (property === undefined) return true;
  const { callee, args } = what;
  return [callee, ...args].some((e) => (e.k === "member" && e.name === property) || (e.k === "name" && e.declaration?.path.at(-1) === property));
}

/** The flag or permit is given back when the job has ended: after it was awaited, in a handler of it, or by the job itself. */
function endsBefore(run: { facts: Facts; seen: Seen<Expression> }, give: StateWrite, pushed: Pushed): boolean {
  if (pushed.job && isInside(give.body, pushed.job)) return true;
  if (!joinedIn(run.facts).has(run.seen.what)) return false;
  return give.facts !== run.facts || give.order > run.seen.order;
}

/** The caller's promise is settled by the job. */
function isAnswered(pushed: Pushed, facts: Facts): boolean {
  const { home } = facts;
  const results = new Set([...facts.returns, ...facts.awaits].filter(({ body }) => body === home).flatMap(({ what }) => [...sourcesOf(what, facts)]));
  const made = resolverIn(pushed.value, home);
  return (made !== undefined && results.has(made)) || (pushed.job !== undefined && [...results].some((e) => isNewPromise(e) && isPassedOn(pushed.job as Body, e)));
}

/** `job().then(resolve, reject)` */
function isPassedOn(job: Body, promise: Expression): boolean {
  const [executor] = promise.k === "new" ? promise.args : [];
  return executor?.k === "function" && isInside(job, executor.body)
    && factsOf(job).calls.some(({ what }) => (isChaining(what) ? what.args : [what.callee]).some((e) => parameterOf(e, executor.body) === 0));
}
