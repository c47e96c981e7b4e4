import { bodyOfDeclaration } from "../effects/bodies.js";
import type { Body, CallExpression, Declaration, Expression, Pattern } from "../effects/ir.js";
import { childrenOf, type Node, nodesOf } from "../effects/walk.js";
import { append, memo } from "../maps.js";

/**
 * Who settles a promise that is made by hand. now: the executor itself. turn: the event loop, in a moment. timer: a timer. event: a listener. stored: whoever
 * takes the function from a list or a variable, as a condition does. never: nobody. unknown: code that isn't known, or that answers what was put beside it or
 * under a key.
 */
export interface Settling {
  readonly by: "now" | "turn" | "timer" | "event" | "stored" | "never" | "unknown";
  /** How long the timer runs. */
  readonly delay?: Expression | undefined;
  /** The event. */
  readonly event?: string | undefined;
  /** A timer settles it, too, if nobody else has done so until then. */
  readonly limit?: Expression | undefined;
  /** It also does something that may bring the answer. */
  readonly sends: boolean;
  /** The end of a stream or process settles it at the latest. */
  readonly ends: boolean;
}

type Use = Pick<Settling, "by" | "delay" | "event">;

const known = new WeakMap<Body, Settling>();

/** `executor`: what `new Promise` was given. */
export const settlingOf = (executor: Body): Settling => memo(known, executor, () => judge(executor));

const TIMERS = new Set(["setTimeout"]);
const TURNS = new Set(["setImmediate", "queueMicrotask", "nextTick", "requestAnimationFrame", "requestIdleCallback"]);
const LISTENING = new Set(["on", "once", "addListener", "prependListener", "prependOnceListener", "addEventListener", "onAbort"]);
const STORING = new Set(["push", "unshift", "add"]);

function judge(executor: Body): Settling {
  const [resolve, reject] = executor.parameters.map(({ pattern }) => pattern.p === "name" ? pattern.declaration : undefined);
  const search = new Search(executor, [resolve, reject]);
  const own = resolve ? search.uses(resolve) : [], failing = reject ? search.uses(reject) : [];
  const limit = [...own, ...failing].find(({ by }) => by === "timer");
  const settled = best(own) ?? best(failing.filter(({ by }) => by !== "now" && by !== "timer")) ?? { by: "never" as const };
  const ends = [...own, ...failing].some(({ by, event = "" }) => by === "event" && LAST.has(event));
  return { ...settled, sends: search.sends, ends, ...(settled.by !== "timer" && limit && { limit: limit.delay }) };
}

const LAST: ReadonlySet<string> = new Set(["close", "end", "exit", "finish"]);

/** What happens first, or what is known least of. */
const ORDER: readonly Use["by"][] = ["unknown", "now", "turn", "event", "stored", "timer"];
const best = (uses: readonly Use[]): Use | undefined => ORDER.flatMap((by) => uses.filter((use) => use.by === by))[0];

/** Looks for the uses of the two functions that an executor gets. */
class Search {
  sends = false;
  readonly #uses = new Map<Declaration, Use[]>();
  /** Functions written in the executor that settle when they are called, and what they call. */
  readonly #own: ReadonlyMap<Declaration, readonly Declaration[]>;

  constructor(readonly executor: Body, readonly settlers: readonly (Declaration | undefined)[]) {
    this.#own = new Map(Array.from(executor.mentions, (declaration) => [declaration, settlersIn(declaration, executor, settlers)] as const).filter(([, called]) => called.length > 0));
    for (const node of nodesOf(executor)) this.#visit(node, { by: "now" });
  }

  uses(declaration: Declaration): readonly Use[] {
    return this.#uses.get(declaration) ?? [];
  }

  /** `way`: how what is written here comes to run. */
  #visit(node: Node, way: Use): void {
    if ("k" in node) {
      if (node.k === "function" && [...this.#own.keys()].some((own) => bodyOfDeclaration(own) === node.body)) return;
      if (node.k === "name") this.#use(node.declaration, way.by === "now" ? { by: "stored" } : way);
      else if (node.k === "call") {
        this.#call(node, way);
        return;
      } else if (node.k === "assign" && node.target.p === "target" && node.target.expression.k === "member" && /^on[a-z]/.test(node.target.expression.name)) {
        this.#visit(node.value, { by: "event", event: node.target.expression.name.slice(2) });
        return;
      } else if (node.k === "assign" && this.#isPassedOn(node.target)) {
        this.#visit(node.value, { by: "unknown" });
        return;
      } else if (node.k === "object") {
        for (const child of childrenOf(node)) this.#visit(child, { by: "unknown" });
        return;
      }
    }
    for (const child of childrenOf(node)) this.#visit(child, way);
  }

  #call(call: CallExpression, way: Use): void {
    const { callee, args } = call;
    if (callee.k === "name" && callee.declaration && (this.settlers.includes(callee.declaration) || this.#own.has(callee.declaration))) {
      this.#use(callee.declaration, way);
      for (const arg of args) this.#visit(arg, way);
      return;
    }
    const isOwn = callee.k === "name" && callee.declaration !== undefined && callee.declaration.kind !== "import";
    const how = (callee.k === "name" || callee.k === "member") && !isOwn ? this.#runs(callee.name, args, way) : { by: "unknown" as const };
    if (how.by === "unknown") this.sends = true;
    this.#visit(callee, way);
    for (const arg of args) this.#visit(arg, how);
  }

  /** When a call of this name runs what it is given. */
  #runs(name: string, args: readonly Expression[], way: Use): Use {
    if (TIMERS.has(name)) return { by: "timer", delay: args[1] };
    if (TURNS.has(name)) return { by: "turn" };
    if (LISTENING.has(name)) return { by: "event", event: textOf(args[0]) };
    if (STORING.has(name)) return { by: "stored" };
    if (name === "clearTimeout" || name === "bind") return way;
    return { by: "unknown" };
  }

  /** A variable of the function around: whoever that one gives it to may settle the promise. */
  #isPassedOn(target: Pattern): boolean {
    const declaration = target.p === "target" && target.expression.k === "name" ? target.expression.declaration : undefined;
    return declaration !== undefined && declaration.body !== this.executor && declaration.body.kind !== "module";
  }

  #use(declaration: Declaration | undefined, use: Use): void {
    if (!declaration) return;
    for (const settler of this.#own.get(declaration) ?? []) this.#use(settler, use);
    if (this.settlers.includes(declaration)) append(this.#uses, declaration, use);
  }
}

function settlersIn(declaration: Declaration, executor: Body, settlers: readonly (Declaration | undefined)[]): readonly Declaration[] {
  const body = declaration.body === executor ? bodyOfDeclaration(declaration) : undefined;
  return body ? settlers.flatMap((settler) => settler && body.mentions.has(settler) ? [settler] : []) : [];
}

const textOf = (e: Expression | undefined): string | undefined => e?.k === "literal" && typeof e.value === "string" ? e.value : undefined;
