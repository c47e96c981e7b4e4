import { moduleScope } from "./modules.js";
import { Reach } from "./reach.js";
import type { Prom, Task } from "./values.js";
import type { World } from "./world.js";

/** What may still be settled: by code that goes on, or that anybody may call. */
class Hope {
  readonly #live: Reach;
  readonly #tasks = new Set<Task>();

  constructor(readonly world: World, isClosed: boolean) {
    this.#live = new Reach(world).add(...world.escaped);
    for (const scope of world.pumps) this.#live.addCode(scope.body, scope, scope.self);
    for (const task of world.tasks) if (task.parked) this.#live.addCode(task.body, task.scope, task.scope.self);
    for (const file of [...world.modules.keys()]) this.#addModule(file, isClosed);
    for (const file of world.moduleTasks.keys()) this.#addStaticBlocks(file);
  }

  /** They run with the module, but aren't rehearsed. */
  #addStaticBlocks(file: string): void {
    const scope = moduleScope(this.world, file);
    for (const body of this.world.port.lowered(file)?.bodies ?? []) {
      if (scope && body.kind === "initializer" && body.name === "static" && body.owner?.body.kind === "module") this.#live.addCode(body, scope, undefined);
    }
  }

  /** What other files of the program, or nobody in it, could use. */
  #addModule(file: string, isClosed: boolean): void {
    const lowered = this.world.port.lowered(file), scope = moduleScope(this.world, file);
    if (!lowered || !scope) return;
    if (!this.world.moduleTasks.has(file)) this.#live.addCode(lowered.module, scope, undefined);
    for (const [name, exported] of lowered.exports) {
      if ("k" in exported || (isClosed && this.#isUsedHere(name, file))) continue;
      const value = scope.names.get(exported);
      this.#live.add(value);
      if (exported.functionBody) this.#live.addCode(exported.functionBody, scope, undefined);
    }
  }

  /** All the files that mention the name take part in the rehearsal, and one of them does mention it. */
  #isUsedHere(name: string, file: string): boolean {
    const { port } = this.world;
    const users = [name, ...port.aliasesOf(new Set([name]))].flatMap((each) => port.filesMentioning(each)).filter((other) => other !== file && !this.#isBarrel(other));
    return users.length > 0 && users.every((other) => this.world.moduleTasks.has(other));
  }

  /** It only hands on what others have. */
  #isBarrel(file: string): boolean {
    const lowered = this.world.port.lowered(file);
    return lowered?.bodies.length === 1 && lowered.module.statements.length === 0;
  }

  run(): ReadonlySet<Task> {
    const waiting = this.world.tasks.filter((task) => task.promise.state === "pending" && !task.parked);
    for (let before = -1; before !== this.#tasks.size + this.#live.things.size;) {
      before = this.#tasks.size + this.#live.things.size;
      for (const task of waiting) {
        const next = task.promise.adopted ?? task.waiting?.promise;
        if (this.#tasks.has(task) || (next && !this.#mayBeSettled(next, new Set()))) continue;
        this.#tasks.add(task);
        this.#live.addCode(task.body, task.scope, task.scope.self);
      }
      for (const { state, adopted, need } of this.world.reactions) {
        if (state === "pending" && !adopted && need.by === "then" && this.#mayBeSettled(need.source, new Set())) this.#live.add(...need.handlers);
      }
    }
    return new Set(waiting.filter((task) => !this.#tasks.has(task)));
  }

  #mayBeSettled(promise: Prom, seen: Set<Prom>): boolean {
    if (promise.state !== "pending") return true;
    if (seen.has(promise)) return false;
    seen.add(promise);
    const may = this.#needsMet(promise, (other) => this.#mayBeSettled(other, seen));
    seen.delete(promise);
    return may;
  }

  #needsMet(promise: Prom, may: (other: Prom) => boolean): boolean {
    const { adopted, need } = promise;
    if (adopted) return may(adopted);
    switch (need.by) {
      case "task": return this.#tasks.has(need.task) || need.task.parked;
      case "settler": return this.#live.settles.has(promise);
      // Whoever could end a process from outside, as handlers at the end of the program do, can't be told to do so.
      case "event": return !need.of.model?.isInput && this.#live.things.has(need.of);
      case "outside": return true;
      case "then": return may(need.source);
      case "all": return need.of.every(may);
      case "first": return need.of.some(may);
      case "permit": {
        const holders = need.holders();
        const goes = (holder: (typeof holders)[number]): boolean => holder.until ? may(holder.until) : this.#live.canRelease(holder, need.lock);
        return need.idle ? holders.every(goes) : holders.length === 0 || holders.some(goes);
      }
    }
  }
}

/** The work that never goes on, whatever happens outside. `isClosed`: the program runs as a whole, so that nobody else calls into it. */
export function hopeless(world: World, isClosed: boolean): ReadonlySet<Task> {
  const isWaiting = world.tasks.some(({ promise, parked, waiting }) => promise.state === "pending" && !parked && (waiting ?? promise.adopted));
  return isWaiting ? new Hope(world, isClosed).run() : new Set();
}
