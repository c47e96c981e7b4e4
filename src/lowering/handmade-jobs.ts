import type { Body, Expression } from "../effects/ir.js";
import { asksContext, joinedIn, parameterOf } from "./handmade-callbacks.js";
import { type Facts, factsOf, factsWithHelpers, isInside, type Seen } from "./handmade-facts.js";
import type { Handmade } from "./handmade.js";
import { lockOf, samePlace } from "./handmade-places.js";
import { isRunOf, type Pushed, pushedJobs, resolverIn } from "./handmade-pushed.js";
import { capacityOf, type StateWrite, takeAndGive } from "./handmade-state.js";
import { isChaining, isNewPromise, runsOfTaken, sourcesOf } from "./handmade-values.js";
import { takingOf } from "./handmade-waiters.js";

/** A list of jobs, and a loop or a `shift()` that works it off one by one, or so many at a time. */
export function jobQueue(home: Body): Handmade | undefined {
  const facts = factsOf(home);
  const all = factsWithHelpers(home, (helper) => takingOf(helper) !== undefined);
  for (const pushed of all.flatMap((each) => each === facts ? pushedJobs(facts) : [])) {
    const lock = lockOf(pushed.list, home);
    const limit = asksContext(all) ? undefined : limitOf(pushed, all);
    if (lock && limit) return { do: "run", ...lock, callback: pushed.parameter, capacity: limit.capacity, awaited: isAnswered(pushed, facts) };
  }
  return undefined;
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
