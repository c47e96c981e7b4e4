import type { Body, Expression } from "../effects/ir.js";
import { asksContext, parameterOf } from "./handmade-callbacks.js";
import { callAround, type Facts, factsOf, factsWithHelpers, isInside, type Seen } from "./handmade-facts.js";
import type { Handmade } from "../effects/handmade.js";
import { lockOf, samePlace } from "./handmade-places.js";
import { isRunOf, type Pushed, pushedJobs, resolverIn } from "./handmade-pushed.js";
import { capacityOf, type StateWrite, takesAndGives } from "./handmade-state.js";
import { isChaining, isNewPromise, runsOfTaken, sourcesOf } from "./handmade-values.js";
import { takingOf } from "./handmade-waiters.js";

/** A list of jobs, and a loop or a `shift()` that works it off one by one, or so many at a time. */
export function jobQueue(home: Body): Handmade | undefined {
  const facts = factsOf(home), jobs = pushedJobs(facts);
  if (jobs.length === 0) return undefined;
  const all = factsWithHelpers(home, (helper) => takingOf(helper) !== undefined);
  for (const pushed of jobs) {
    const lock = lockOf(pushed.list, home);
    const limit = asksContext(all) ? undefined : limitOf(pushed, all);
    if (lock && limit) return { do: "run", ...lock, callback: pushed.parameter, capacity: limit.capacity, awaited: isAnswered(pushed, facts) };
  }
  return undefined;
}

interface Run {
  readonly facts: Facts;
  readonly seen: Seen<Expression>;
}

/** Whether jobs are run, and how many at once; undefined if nothing runs them or nothing bounds them. */
function limitOf(pushed: Pushed, all: readonly Facts[]): { capacity: number | undefined } | undefined {
  const runs = all.flatMap((facts) => runsOfTaken(facts, all).filter(({ place, seen }) => samePlace(place, pushed.list) && isRunOf(pushed, seen))
    .map(({ seen }) => ({ facts, seen })));
  if (runs.length === 0) return undefined;
  const state = takesAndGives(pushed.list, all).find(({ give }) => runs.some((run) => endsBefore(run, give, pushed)));
  return state && { capacity: capacityOf(state.take, all) };
}

/** The flag or permit is given back when the job has ended: by the job itself, after it was awaited, or in a handler of its promise. */
function endsBefore({ facts, seen }: Run, give: StateWrite, { job }: Pushed): boolean {
  if (job && isInside(give.body, job)) return true;
  if (isAwaited(seen, facts)) return give.facts !== facts || give.order > seen.order;
  return facts.calls.some(({ what }) => isChaining(what) && what.callee.k === "member" && sourcesOf(what.callee.object, facts).has(seen.what))
    && give.body !== seen.body;
}

/** `await next()`, `await Promise.all(batch.map((job) => job.run()))`; what `forEach` runs nobody waits for. */
function isAwaited(seen: Seen<Expression>, facts: Facts): boolean {
  const awaited = (e: Expression): boolean => facts.awaits.some(({ what }) => sourcesOf(what, facts).has(e));
  if (awaited(seen.what)) return true;
  const mapped = callAround(seen.body)?.call;
  const returned = facts.returns.some(({ what, body }) => body === seen.body && sourcesOf(what, facts).has(seen.what));
  return returned && mapped?.callee.k === "member" && mapped.callee.name === "map" && awaited(mapped);
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
