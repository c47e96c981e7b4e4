import { type Body, type Expression, placeKey } from "../effects/ir.js";
import { memo } from "../maps.js";
import { hopeless } from "./hope.js";
import { Reach } from "./reach.js";
import { isPartOf, settlerIn } from "./settling.js";
import { Native, type Prom, type Task } from "./values.js";
import type { World } from "./world.js";

/** Somebody who waits, and for what. */
export interface Waiter {
  readonly task: Task;
  /** What it awaits; `undefined` for work that has ended with a promise of somebody else. */
  readonly waiting: Task["waiting"];
  readonly promise: Prom;
}

/** A circle of promises, each of which needs the next to be settled first; the last needs the first. */
export interface Circle {
  readonly promises: readonly Prom[];
  readonly waiters: readonly Waiter[];
}

/** A promise that somebody waits for and nobody can settle any more. */
export interface Dead {
  readonly waiter: Waiter;
  readonly promise: Prom;
}

export interface Standstill {
  readonly circles: readonly Circle[];
  readonly dead: readonly Dead[];
}

/** What has come to a standstill for good when nothing moves any more. */
export function standstillOf(world: World, isClosed: boolean): Standstill {
  const stuck = hopeless(world, isClosed);
  if (stuck.size === 0) return { circles: [], dead: [] };
  return new Search(world, stuck).run();
}

class Search {
  readonly #circles = new Map<string, Circle>();
  readonly #dead = new Map<Prom, Dead>();
  readonly #done = new Set<Prom>();
  readonly #reach = new Map<unknown, Reach>();

  constructor(readonly world: World, readonly stuck: ReadonlySet<Task>) {}

  run(): Standstill {
    const awaited = new Set<Prom>();
    for (const { waiting } of this.stuck) addSought(waiting?.promise, awaited);
    for (const task of this.stuck) if (awaited.has(task.promise) || !this.#isIdle(task)) this.#visit(task.promise, []);
    return { circles: [...this.#circles.values()], dead: [...this.#dead.values()] };
  }

  /** It waits for more of what has come before, as a worker does without work: nobody minds if nothing comes any more. */
  #isIdle(task: Task): boolean {
    for (let { waiting } = task, left = this.stuck.size; waiting && left > 0; left--) {
      const { need } = waiting.promise;
      if (need.by !== "task") return need.by === "settler" && this.world.resumed.has(placeKey(waiting.at));
      ({ waiting } = need.task);
    }
    return false;
  }

  #visit(promise: Prom, path: readonly Prom[]): void {
    const at = path.indexOf(promise);
    if (at >= 0) {
      this.#found(path.slice(at));
      return;
    }
    if (this.#done.has(promise) || promise.state !== "pending") return;
    const needs = this.#needs(promise, path);
    if (needs.length === 0) this.#end(promise, path);
    for (const need of needs) this.#visit(need, [...path, promise]);
    this.#done.add(promise);
  }

  #found(promises: readonly Prom[]): void {
    const waiters = promises.flatMap(waiterOf);
    const key = waiters.map(({ task }) => String(task.id)).sort().join();
    if (waiters.length > 0 && !this.#circles.has(key)) this.#circles.set(key, { promises, waiters });
  }

  #end(promise: Prom, path: readonly Prom[]): void {
    const [waiter] = [...path].reverse().flatMap(waiterOf);
    if (waiter && (promise.need.by === "settler" || promise.need.by === "event")) this.#dead.set(promise, { waiter, promise });
  }

  /** The promises that have to be settled before this one. */
  #needs(promise: Prom, path: readonly Prom[]): readonly Prom[] {
    const { need, adopted } = promise;
    if (adopted) return [adopted];
    switch (need.by) {
      case "task": return need.task.waiting ? [need.task.waiting.promise] : [];
      case "then": return [need.source];
      case "all": case "first": return need.of.filter(({ state }) => state === "pending");
      case "permit": return need.holders().flatMap((holder) => holder.until ?? this.#ableTo(promise, path, (reach) => reach.canRelease(holder, need.lock)));
      case "event": return this.#ableTo(promise, path, (reach) => reach.things.has(need.of));
      case "settler": return this.#ableTo(promise, path, (reach) => reach.settles.has(promise));
      case "outside": return [];
    }
  }

  /** Those whose code could do it, were they to go on: of those on the path the nearest. */
  #ableTo(promise: Prom, path: readonly Prom[], can: (reach: Reach) => boolean): readonly Prom[] {
    const tasks = [...this.stuck].filter((task) => can(this.#reachOfTask(task)));
    const sure = tasks.filter((task) => settlerIn(this.world, task, promise));
    const users = sure.length > 0 ? [] : usersOf(this.world, tasks.flatMap((task) => nameOfSettler(this.#reachOfTask(task), promise) ?? []));
    const likely = tasks.filter(({ body }) => users.some((user) => isPartOf(user, body) || callsIn(body).has(user.name)));
    const reactions = this.world.reactions.filter((reaction) => reaction.state === "pending" && !reaction.adopted && can(this.#reachOfReaction(reaction)));
    const found = [...(sure.length > 0 ? sure : likely.length > 0 ? likely : tasks).map((task) => task.promise), ...reactions];
    const near = [...path].reverse().filter((each) => found.includes(each));
    const first = near.length > 1 && isOwnWork(near[0], promise) ? near[1] : near[0];
    return first ? [first] : found;
  }

  #reachOfTask(task: Task): Reach {
    return memo(this.#reach, task, () => new Reach(this.world).addCode(task.body, task.scope, task.scope.self));
  }

  #reachOfReaction(reaction: Prom): Reach {
    return memo(this.#reach, reaction, () => new Reach(this.world).add(...reaction.need.by === "then" ? reaction.need.handlers : []));
  }
}

/** A promise, and those that it is made of. */
function addSought(promise: Prom | undefined, to: Set<Prom>): void {
  if (!promise || to.has(promise)) return;
  to.add(promise);
  const { need, adopted } = promise;
  const parts = adopted ? [adopted] : need.by === "then" ? [need.source] : need.by === "all" || need.by === "first" ? need.of : [];
  for (const part of parts) addSought(part, to);
}

/** The field or variable that keeps what settles a promise. */
function nameOfSettler({ names }: Reach, promise: Prom): string | undefined {
  for (const [thing, name] of names) if (thing instanceof Native && thing.settles === promise) return name;
  return undefined;
}

const ADDING = new Set(["push", "add", "set", "unshift"]);

/** The bodies that call something kept under one of these names, or take something out to call it. */
function usersOf(world: World, names: readonly string[]): readonly Body[] {
  const wanted = new Set(names);
  if (wanted.size === 0) return [];
  const calls = [...world.modules.keys()].flatMap((file) => world.port.lowered(file)?.calls ?? []);
  return calls.flatMap(({ call, body }) => call.k === "call" && !(call.callee.k === "member" && ADDING.has(call.callee.name)) && mentions(call.callee, wanted) ? [body] : []);
}

function mentions(e: Expression, names: ReadonlySet<string>): boolean {
  switch (e.k) {
    case "name": return names.has(e.name);
    case "member": return names.has(e.name) || mentions(e.object, names);
    case "index": return mentions(e.object, names);
    case "call": return mentions(e.callee, names);
    default: return false;
  }
}

/** The names called in a body and in the functions written in it, but not in the methods of classes. */
function callsIn(body: Body): ReadonlySet<string> {
  if (body.kind !== "module") return body.callNames;
  return new Set([body, ...body.children.filter(({ owner }) => !owner)].flatMap(({ ownCalls }) => [...ownCalls]));
}

/** Work that made the promise that it waits for itself: a helper of whoever waits for it. */
const isOwnWork = (promise: Prom | undefined, of: Prom): boolean => promise?.need.by === "task" && of.createdAt > promise.need.task.startedAt;

function waiterOf(promise: Prom): Waiter[] {
  return promise.need.by === "task" ? [{ task: promise.need.task, waiting: promise.need.task.waiting, promise }] : [];
}
