import type { Expression, ForOfStatement, LoopStatement, Statement, TryStatement } from "../effects/ir.js";
import { evaluate } from "./expressions.js";
import { elementsOf } from "./iteration.js";
import { bind } from "./patterns.js";
import { Closed, type Pause, Prom, type Run, Scope, Thrown, Unknown, type Value } from "./values.js";
import { Abandoned, type World } from "./world.js";

/** How statements are left, other than by their end. */
export type Exit =
  | { readonly kind: "return"; readonly value: Value }
  | { readonly kind: "break" | "continue"; readonly label: string | undefined };

/** How often a loop goes round before it is taken to go round for ever, and how often if nobody knows whether it ends. */
const MOST_ROUNDS = 40, OPEN_ROUNDS = 2;

export function* run(world: World, statements: readonly Statement[], scope: Scope): Run<Exit | undefined> {
  for (const statement of statements) {
    world.spend();
    const exit = yield* runStatement(world, statement, scope);
    if (exit) return exit;
  }
  return undefined;
}

function* runStatement(world: World, statement: Statement, scope: Scope): Run<Exit | undefined> {
  switch (statement.s) {
    case "expression": yield* evaluate(world, statement.value, scope); return undefined;
    case "declare": {
      const { pattern, init, using } = statement;
      const value = init && (yield* evaluate(world, init, scope));
      // Its disposer will be called, whatever happens in between.
      if (using) world.escape(value);
      yield* bind(world, pattern, value, scope, true);
      return undefined;
    }
    case "return": return { kind: "return", value: statement.value && (yield* evaluateReturned(world, statement.value, scope)) };
    case "throw": throw new Thrown(yield* evaluate(world, statement.value, scope));
    case "break": case "continue": return { kind: statement.s, label: statement.label };
    case "if": return yield* run(world, world.truth(yield* evaluate(world, statement.test, scope)) ? statement.then : statement.else, scope);
    case "block": {
      const exit = yield* run(world, statement.statements, scope);
      return exit?.kind === "break" && exit.label !== undefined && exit.label === statement.label ? undefined : exit;
    }
    case "loop": return yield* runLoop(world, statement, scope);
    case "for-of": return yield* runForOf(world, statement, scope);
    case "try": return yield* runTry(world, statement, scope);
    case "switch": return yield* runSwitch(world, statement, scope);
  }
}

function* evaluateReturned(world: World, value: Expression, scope: Scope): Run<Value> {
  const returned = yield* evaluate(world, value, scope);
  if (returned instanceof Prom && world.task?.body === scope.body) world.task.returned = world.written(value, scope);
  return returned;
}

/** What a round of a loop says of the loop; `undefined`: go on. */
function afterRound(exit: Exit | undefined, label: string | undefined): { readonly exit: Exit | undefined } | undefined {
  if (!exit) return undefined;
  if (exit.kind === "return") return { exit };
  const mine = exit.label === undefined || exit.label === label;
  if (!mine) return { exit };
  return exit.kind === "break" ? { exit: undefined } : undefined;
}

function* runLoop(world: World, loop: LoopStatement, outer: Scope): Run<Exit | undefined> {
  let scope = new Scope(outer.body, outer, outer.self), open = 0;
  yield* run(world, loop.before, scope);
  for (let round = 0; ; round++) {
    if (loop.test && (round > 0 || loop.testsFirst)) {
      const test = yield* evaluate(world, loop.test, scope);
      if (test instanceof Unknown && test.truth === undefined && open++ >= OPEN_ROUNDS) return undefined;
      if (!world.truth(test)) return undefined;
    }
    if (round >= MOST_ROUNDS) yield* park(world);
    const done = afterRound(yield* run(world, loop.body, new Scope(outer.body, scope, outer.self)), loop.label);
    if (done) return done.exit;
    // Functions made in a round keep that round's variables.
    scope = scope.copy();
    if (loop.after) yield* evaluate(world, loop.after, scope);
  }
}

/** From here on the work goes on with the outside world: it doesn't come back to this rehearsal, and may do all that it can reach. */
function* park(world: World): Generator<Pause, void, Value> {
  const { task } = world;
  if (!task) throw new Abandoned();
  task.parked = true;
  yield { waitsFor: world.promise({ by: "outside" }), at: world.place(task.body.span, task.body) };
}

function* runForOf(world: World, loop: ForOfStatement, outer: Scope): Run<Exit | undefined> {
  const iterable = yield* evaluate(world, loop.iterable, outer);
  const elements = elementsOf(world, iterable, loop, outer);
  let round = 0;
  for (let given: Value = undefined; ;) {
    const next = elements.next(given);
    if (next.done) return undefined;
    if ("waitsFor" in next.value) {
      given = yield next.value;
      continue;
    }
    given = undefined;
    if (round++ >= MOST_ROUNDS) yield* park(world);
    const done = yield* runRound(world, loop, next.value.yields, outer, elements);
    if (done) return done.exit;
  }
}

/** Whoever leaves a loop early closes what it goes over. */
function* runRound(world: World, loop: ForOfStatement, element: Value, outer: Scope, elements: ReturnType<typeof elementsOf>): Run<ReturnType<typeof afterRound>> {
  const scope = new Scope(outer.body, outer, outer.self);
  try {
    yield* bind(world, loop.pattern, element, scope, true);
    const done = afterRound(yield* run(world, loop.body, scope), loop.label);
    if (done) yield* close(elements);
    return done;
  } catch (error) {
    if (error instanceof Thrown) yield* close(elements);
    throw error;
  }
}

/** What a generator still does when nobody wants anything more of it. */
function* close(elements: ReturnType<typeof elementsOf>): Generator<Pause, void, Value> {
  for (let next = elements.return(undefined); !next.done;) next = elements.next(yield next.value);
}

function* runSwitch(world: World, statement: Statement & { s: "switch" }, scope: Scope): Run<Exit | undefined> {
  const value = yield* evaluate(world, statement.value, scope);
  let start = statement.cases.findIndex(({ test }) => !test);
  for (const [index, { test }] of statement.cases.entries()) {
    if (!test) continue;
    const other = yield* evaluate(world, test, scope);
    const same = value instanceof Unknown ? world.decide(false) : value === other;
    if (!same) continue;
    start = index;
    break;
  }
  if (start < 0) return undefined;
  const exit = yield* run(world, statement.cases.slice(start).flatMap(({ body }) => body), scope);
  return exit?.kind === "break" && exit.label === undefined ? undefined : exit;
}

function* runTry(world: World, { block, handler, parameter, finalizer }: TryStatement, scope: Scope): Run<Exit | undefined> {
  let exit: Exit | undefined, thrown: Thrown | undefined;
  try {
    exit = handler ? yield* runCaught(world, block, scope) : yield* run(world, block, scope);
  } catch (error) {
    if (error instanceof Closed && finalizer) yield* run(world, finalizer, scope);
    if (!(error instanceof Thrown)) throw error;
    thrown = error;
  }
  if (thrown && handler) {
    const { value } = thrown;
    thrown = undefined;
    try {
      const inner = new Scope(scope.body, scope, scope.self);
      if (parameter) yield* bind(world, parameter, value, inner, true);
      exit = yield* run(world, handler, inner);
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
      thrown = error;
    }
  }
  const last = finalizer && (yield* run(world, finalizer, scope));
  if (last) return last;
  if (thrown) throw thrown;
  return exit;
}

function* runCaught(world: World, block: readonly Statement[], scope: Scope): Run<Exit | undefined> {
  const { task } = world;
  if (task) task.caught++;
  try {
    return yield* run(world, block, scope);
  } finally {
    if (task) task.caught--;
  }
}
