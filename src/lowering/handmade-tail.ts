import type { Body, Expression } from "../effects/ir.js";
import { asksContext, isAwaitedByCaller, joinedIn, usesOf } from "./handmade-callbacks.js";
import { type Facts, factsOf, functionOf, isInside, reaches, type Seen } from "./handmade-facts.js";
import type { Handmade } from "../effects/handmade.js";
import { comparesOwner } from "./handmade-owners.js";
import { directPlace, lockOf, type Place, type PlaceWrite, samePlace, writesOf } from "./handmade-places.js";
import { disposerIn, gatesIn, isChaining, isNewPromise, type Made, promiseOfExecutor, settles, settlings, sourcesOf } from "./handmade-values.js";

/**
 * A promise that everybody waits for and replaces by one of their own: a tail that work is chained to, a gate that each caller
 * opens when it has finished, a slot that is taken when it has become empty; also one such promise per key.
 */
export function tailLock(home: Body): Handmade | undefined {
  const facts = factsOf(home);
  const stored = writesOf(facts).filter(({ direction }) => direction === "value");
  for (const { place } of stored) {
    const lock = lockOf(place, home);
    const tail = lock && judge(new Tail(facts, place, stored.filter((write) => samePlace(write.place, place))));
    if (tail) return { ...tail, ...lock, capacity: 1 };
  }
  return undefined;
}

type Found = Pick<Handmade, "do" | "callback" | "gives" | "awaited">;

function judge(tail: Tail): Found | undefined {
  const { facts, place } = tail;
  if (tail.waits.length === 0 || asksContext([facts]) || comparesOwner(facts, place)) return undefined;
  return runs(tail) ?? acquires(tail);
}

/** One place for promises in a body, with everything that waits for what was there before. */
class Tail {
  /** Everything that the promises put there come from. */
  readonly sources: ReadonlySet<Expression>;
  /** `await` of what was there before, and chains that start from it. */
  readonly waits: readonly Seen<Expression>[];
  readonly gates: readonly Made[];

  constructor(readonly facts: Facts, readonly place: Place, writes: readonly PlaceWrite[]) {
    this.sources = new Set(writes.flatMap(({ what }) => [...sourcesOf(what, facts)]));
    const written = Math.max(...writes.map(({ order }) => order));
    const readsBefore = (e: Expression): boolean => [...sourcesOf(e, facts)].some((each) => {
      const read = directPlace(each, facts.home);
      return read !== undefined && samePlace(read, place) && (facts.orders.get(each) ?? Infinity) < written;
    });
    const chains = facts.calls.filter(({ what }) => isChaining(what) && what.callee.k === "member" && readsBefore(what.callee.object));
    this.waits = [...facts.awaits.filter(({ what }) => readsBefore(what)), ...chains];
    this.gates = gatesIn(this.sources, facts);
  }

  /** Whether something runs only when what was there before has ended. */
  isAfter(seen: Seen<Expression>): boolean {
    return this.waits.some((wait) => wait.what === seen.what || this.#handles(wait.what, seen.body)
      || (wait.what.k !== "call" && reaches(wait, seen)) || (wait.what.k === "call" && this.#isAwaited(wait) && reaches(wait, seen)));
  }

  #handles(wait: Expression, body: Body): boolean {
    return wait.k === "call" && isChaining(wait) && wait.args.some((arg) => {
      const handler = functionOf(arg, this.facts.home);
      return handler !== undefined && isInside(body, handler);
    });
  }

  #isAwaited(wait: Seen<Expression>): boolean {
    return this.facts.awaits.some(({ what, body }) => body === wait.body && sourcesOf(what, this.facts).has(wait.what));
  }
}

function runs(tail: Tail): Found | undefined {
  const { facts } = tail;
  const uses = usesOf(facts);
  const joined = joinedIn(facts);
  const work = uses.find((use) => tail.isAfter(use) && (joined.has(use.what) || tail.sources.has(use.what)));
  if (!work) return undefined;
  const around = uses.filter(({ parameter }) => parameter === work.parameter);
  if (!around.every((use) => tail.isAfter(use) || tail.sources.has(use.what))) return undefined;
  if (!tail.sources.has(work.what) && !opens(tail)) return undefined;
  return { do: "run", callback: work.parameter, awaited: isAwaitedByCaller(work, facts) };
}

/** The promise put there is one that this very call fulfils, elsewhere than in its executor. */
const opens = ({ facts, gates }: Tail): boolean => gates.some((gate) => settlings(gate, facts).some(({ body }) => !isExecutorOf(body, gate)));

function isExecutorOf(body: Body, gate: Made): boolean {
  const [executor] = gate.args;
  return isNewPromise(gate) && executor?.k === "function" && isInside(body, executor.body);
}

function acquires(tail: Tail): Found | undefined {
  const { facts } = tail;
  const { home } = facts;
  if (usesOf(facts).length > 0) return undefined;
  const results = facts.returns.filter(({ body }) => body === home).flatMap(({ what }) => [...sourcesOf(what, facts)]);
  const gives = (e: Expression): boolean => {
    const given = disposerIn(e) ?? e;
    return tail.gates.some((gate) => settles(given, home) === gate || isOwnSettler(given, gate));
  };
  const handedOut = results.some((e) => gives(e) || (isNewPromise(e) && facts.calls.some(({ what }) =>
    settles(what.callee, home) === e && what.args[0] !== undefined && gives(what.args[0]))));
  const begun = results.some((e) => isNewPromise(e) && tail.gates.some((gate) => gate.args[0]?.k === "name" && settles(gate.args[0], home) === e));
  return handedOut || begun ? { do: "acquire", gives: "releaser", awaited: true } : undefined;
}

/** `new Promise((release) => resolve(release))`: the gate's executor hands its own settler out. */
const isOwnSettler = (e: Expression, gate: Made): boolean =>
  e.k === "name" && e.declaration?.kind === "parameter" && e.declaration.parameter === 0 && promiseOfExecutor(e.declaration.body) === gate;
