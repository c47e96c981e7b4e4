import { contains, type Span } from "../effects/ir.js";
import { aheadOf, GATHERED, noteGrant, whereTheySit } from "./buffers.js";
import type { Evaluator } from "./evaluator.js";
import type { Held, Permit, Place, Resource, Send, Task, Wait } from "./events.js";
import { isHolding, type Outcome, type State, withEntry } from "./state.js";
import { type Activation, type ListValue, type ObjectValue, type PromiseValue, type Value, UNKNOWN } from "./values.js";

/** Waits for a value, as `await` does, and gives what it is fulfilled with. */
export function awaitValue(ev: Evaluator, value: Value, span: Span, activation: Activation, state: State): Outcome {
  const place = ev.place(span, activation.body);
  switch (value.v) {
    case "promise": return awaitPromise(ev, value, place, state);
    case "choice": {
      let current = state;
      const values = value.options.map((option) => {
        const outcome = awaitValue(ev, option, span, activation, current);
        current = outcome.state;
        return outcome.value;
      });
      return { state: doubting(state.held, current), value: values.length === 1 && values[0] ? values[0] : { v: "choice", options: values } };
    }
    default: return { state: { ...state, moment: state.moment + 1 }, value };
  }
}

/** Only one of several was awaited: what each of them left behind may not be there. */
function doubting(before: readonly Permit[], state: State): State {
  return state.held.length === before.length ? state : { ...state, held: state.held.map((permit) => before.includes(permit) ? permit : { ...permit, uncertain: true }) };
}

function awaitPromise(ev: Evaluator, promise: PromiseValue, place: Place, state: State): Outcome {
  const bounded = promise.first === true;
  for (const task of promise.tasks) replay(ev, task, promise.tasks, place, bounded, state);
  for (const id of promise.grants) {
    const permit = ev.requests.get(id);
    if (permit) recordGrant(ev, permit, bounded || isBounded(permit), place, state);
  }
  if (ev.quiet === 0) for (const id of promise.grants) noteGrant(ev, id);
  const keeps = promise.first ? [] : promise.tasks.flatMap((task) => task.keeps).filter((permit) => !state.held.some((held) => held.id === permit.id));
  if (ev.quiet === 0) for (const { id } of keeps) noteGrant(ev, id);
  const waited = promise.first ? [] : promise.tasks.flatMap((task) => task.sends);
  const after: State = { ...state, held: [...state.held, ...keeps], moment: state.moment + 1, ...(waited.length > 0 && { waited: withIds(state.waited, waited) }) };
  return promise.value.v === "promise" ? awaitPromise(ev, promise.value, place, after) : { state: after, value: promise.value };
}

/** A request made in the awaited expression itself is told by its own steps, an earlier one by the await. */
function recordGrant(ev: Evaluator, permit: Permit, bounded: boolean, place: Place, state: State): void {
  const depth = ev.steps.length;
  const here = startsWithin(permit.steps[depth]?.call ?? permit.place, place);
  ev.record(permit, heldBy(state, permit), bounded, here ? permit.place : place, here ? permit.steps : undefined);
}

const startsWithin = (inner: Place, outer: Place): boolean => inner.file === outer.file && contains(outer.span, inner.span);

export const isBounded = (permit: Permit): boolean => permit.resource.object.waits !== undefined || permit.resource.object.creation?.bounded === true;

/** The task's own waits become waits of whoever waits for the task, with what that one holds. */
function replay(ev: Evaluator, task: Task, together: readonly Task[], place: Place, bounded: boolean, state: State): void {
  task.endedAt = Math.min(task.endedAt, ev.clock++);
  if (ev.quiet > 0) return;
  for (const send of task.sends) {
    const here = startsWithin(send.steps[ev.steps.length]?.call ?? send.place, place);
    // Who goes on without a function's end leaves that function where it waits.
    if (bounded && send.steps.length > ev.steps.length) ev.sends.push(send);
    else ev.sends.push({ ...send, after: new Set([...send.after, ...state.waited]), bounded: send.bounded || bounded, time: ev.clock++, tasks: [...ev.tasks], ...(!here && { steps: [...ev.steps], place }) });
  }
  replayOutsides(ev, task, place, bounded, state);
  const others = together.filter((other) => other !== task).flatMap((other) => other.keeps);
  for (const wait of task.waits) {
    const known = new Set([wait.permit.id, ...wait.held.map(({ permit }) => permit.id)]);
    const outer = state.held.filter(({ id }) => !known.has(id)).map((permit): Held => ({
      permit, ...(!task.startedUnder.has(permit.id) && { startedBefore: true as const }), ...(inOneOrder(permit.resource, wait.permit.resource, state) && { ordered: true as const }),
    }));
    const beside = others.map((permit): Held => ({ permit, buffered: GATHERED, ...(isFirstStep(permit, wait.permit) && { fanOut: true as const }) }));
    const ahead = [...wait.ahead ?? [], ...aheadOf(ev, wait.permit, task.startedAt)];
    // Work started in the awaited expression itself is told by its own steps, other work by the await.
    const here = startsWithin(wait.steps[ev.steps.length]?.call ?? wait.place, place);
    ev.sink.push({
      ...wait, held: [...wait.held, ...whereTheySit(ev, wait.permit, outer), ...beside], ...(ahead.length > 0 && { ahead }), bounded: wait.bounded || bounded, time: ev.clock++, tasks: [...ev.tasks, task, ...below(task, wait)],
      ...(!here && { steps: [...ev.steps], place }),
    });
  }
}

/** The tasks that a task started itself on the way to a wait: two of them may stand at theirs at once. */
function below(task: Task, { tasks }: Wait): readonly Task[] {
  const at = tasks.findIndex(({ id }) => id === task.id);
  return at < 0 ? [] : tasks.slice(at + 1);
}

/** What ends with the first of several is not waited for to its end. */
function replayOutsides(ev: Evaluator, task: Task, place: Place, bounded: boolean, state: State): void {
  if (bounded) return;
  for (const outside of task.outsides) {
    if (outside.held.length === 0 && !hears(ev, state)) continue;
    const here = startsWithin(outside.steps[ev.steps.length]?.call ?? outside.place, place);
    ev.outsides.push({
      ...outside, held: [...outside.held, ...state.held], time: ev.clock++, tasks: [...ev.tasks, task], ...(!here && { steps: [...ev.steps], place }),
    });
  }
}

/** Somebody holds something, or whoever waits for this task may. */
const hears = (ev: Evaluator, state: State): boolean => isHolding(state) || ev.tasks.length > 0;

export const withIds = (ids: ReadonlySet<string>, sends: readonly Send[]): ReadonlySet<string> => new Set([...ids, ...sends.map(({ id }) => id)]);

/** Both were asked for before anything was awaited since one common point. */
const isFirstStep = (a: Permit, b: Permit): boolean => a.moment === b.moment;

export function heldBy(state: State, wanted: Permit): Held[] {
  return state.held.filter((permit) => permit.id !== wanted.id).map((permit) => ({
    permit, ...(permit.moment === wanted.moment && { fanOut: true as const }),
    ...(inOneOrder(permit.resource, wanted.resource, state) && { ordered: true as const }),
  }));
}

function inOneOrder(a: Resource, b: Resource, state: State): boolean {
  if (isOrdered(a) && isOrdered(b)) return true;
  if (state.compared.size === 0) return false;
  const others = identitiesOf(b);
  return identitiesOf(a).some((one) => others.some((other) => state.compared.has(comparison(one, other))));
}

/** A part of an element is in order with its like where the elements are. */
function isOrdered({ object, key }: Resource): boolean {
  if (key?.ordered) return true;
  for (let at: ObjectValue | undefined = object; at; at = at.owner) if (at.ordered ?? at.key?.ordered) return true;
  return false;
}

/** What two locks may have been compared by: themselves, their keys, or the objects that they belong to. */
function identitiesOf({ object, key }: Resource): string[] {
  const ids = key?.value === undefined ? [] : [key.value];
  for (let at: ObjectValue | undefined = object; at; at = at.owner) {
    ids.push(at.id);
    if (at.key?.value !== undefined) ids.push(at.key.value);
  }
  return ids;
}

export const comparison = (a: string, b: string): string => a < b ? `${a}|${b}` : `${b}|${a}`;

/** `Promise.all` and its like: one promise for all of them. */
export function joinAll(values: readonly Value[], first: boolean, result: Value): PromiseValue {
  const promises = values.flatMap(flatten), lost = promises.flatMap((promise) => promise.lost ?? []);
  return {
    v: "promise", tasks: promises.flatMap((promise) => promise.tasks), grants: promises.flatMap((promise) => promise.grants), value: result,
    ...(first && { first: true as const }), ...(lost.length > 0 && { lost }),
  };
}

function flatten(value: Value): PromiseValue[] {
  if (value.v === "promise") return value.value.v === "promise" ? [value, ...flatten(value.value)] : [value];
  return value.v === "choice" ? value.options.flatMap(flatten) : [];
}

export function newList(ev: Evaluator, items: readonly Value[], state: State, more: { open?: boolean; sorted?: boolean } = {}): { state: State; value: ListValue } {
  const value: ListValue = { v: "list", id: ev.id("list") };
  return { state: { ...state, lists: withEntry(state.lists, value.id, { items, open: more.open ?? false, sorted: more.sorted ?? false }) }, value };
}

/** What a promise of this value is fulfilled with. */
export function settled(value: Value): Value {
  if (value.v === "promise") return settled(value.value);
  return value.v === "choice" ? UNKNOWN : value;
}

export function release(ids: readonly string[], state: State): State {
  const own = new Set(ids);
  const missing = ids.filter((id) => !state.held.some((permit) => permit.id === id));
  return {
    ...state, held: state.held.filter((permit) => !own.has(permit.id)),
    released: missing.length > 0 ? new Set([...state.released, ...missing]) : state.released,
  };
}
