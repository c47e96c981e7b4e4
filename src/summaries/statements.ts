import type { Expression, ForOfStatement, LoopStatement, Pattern, Statement, TryStatement } from "../effects/ir.js";
import { evaluate } from "./expressions.js";
import type { Evaluator } from "./evaluator.js";
import type { Loop } from "./events.js";
import { countOf, elementsOf, sizeOf } from "./collections.js";
import { consume } from "./consuming.js";
import { iterate } from "./channels.js";
import { noteDropped } from "./handed.js";
import { readName } from "./names.js";
import { itemsOf } from "./outside.js";
import { leadsTo } from "./ownership.js";
import { bindPattern } from "./patterns.js";
import { invokeGenerator } from "./invocations.js";
import { mergeOutcomes, mergeStates, type Outcome, type State } from "./state.js";
import { askEqual, evaluateTest } from "./tests.js";
import { type Activation, UNDEFINED, type Value } from "./values.js";
import { release } from "./waits.js";

/** How a list of statements is left. */
export interface Exits {
  readonly normal: readonly State[];
  readonly returns: readonly Outcome[];
  readonly jumps: readonly Jump[];
}
interface Jump {
  readonly kind: "break" | "continue";
  readonly label: string | undefined;
  readonly state: State;
}

const NOWHERE: Exits = { normal: [], returns: [], jumps: [] };
/** How often the body of a loop is followed: once more than once shows what one round leaves for the next. */
const ROUNDS = 2;

export function run(ev: Evaluator, statements: readonly Statement[], activation: Activation, start: readonly State[]): Exits {
  return statements.some(isUsing) ? runUsing(ev, statements, activation, start) : runStatements(ev, statements, activation, start, []);
}

const isUsing = (statement: Statement): boolean => statement.s === "declare" && statement.using;

/** However a block is left, by a throw, too, what its `using` declarations took is given back. */
function runUsing(ev: Evaluator, statements: readonly Statement[], activation: Activation, start: readonly State[]): Exits {
  const owned: string[] = [];
  const dispose = (state: State): State => release(owned.filter((id) => state.held.some((permit) => permit.id === id)), state);
  const { value: exits, thrown } = ev.catching(() => runStatements(ev, statements, activation, start, owned));
  for (const state of thrown) ev.rethrow(dispose(state));
  return {
    normal: exits.normal.map(dispose), returns: exits.returns.map(({ state, value }) => ({ state: dispose(state), value })),
    jumps: exits.jumps.map((jump) => ({ ...jump, state: dispose(jump.state) })),
  };
}

/** `owned` gathers what `using` declarations take. */
function runStatements(ev: Evaluator, statements: readonly Statement[], activation: Activation, start: readonly State[], owned: string[]): Exits {
  let normal: readonly State[] = start;
  const returns: Outcome[] = [], jumps: Jump[] = [];
  for (const statement of statements) {
    if (normal.length === 0) break;
    const next: State[] = [];
    for (const state of normal) {
      if (!ev.spend()) return { normal: [state], returns, jumps };
      const exits = runStatement(ev, statement, activation, state);
      if (ev.session.watch && ev.quiet === 0) ev.session.watch(statement, activation.body, state, exits.normal);
      next.push(...exits.normal);
      returns.push(...exits.returns);
      jumps.push(...exits.jumps);
      if (isUsing(statement)) owned.push(...exits.normal.flatMap((after) => [...newPermits(state, after), ...ownedBy(ev, statement, activation, after)]));
    }
    normal = mergeStates(next);
  }
  return { normal, returns: mergeOutcomes(returns), jumps };
}

const newPermits = (before: State, after: State): string[] =>
  after.held.filter((permit) => !before.held.some((known) => known.id === permit.id)).map((permit) => permit.id);

/** What was taken before and handed to what is declared. */
function ownedBy(ev: Evaluator, statement: Statement, activation: Activation, state: State): string[] {
  if (statement.s !== "declare" || statement.pattern.p !== "name" || state.held.length === 0) return [];
  const value = readName(ev, statement.pattern.declaration, activation, state);
  return state.held.map(({ id }) => id).filter((id) => leadsTo(value, id, state));
}

const onward = (outcomes: readonly Outcome[]): Exits => ({ ...NOWHERE, normal: outcomes.map((outcome) => outcome.state) });

function runStatement(ev: Evaluator, statement: Statement, activation: Activation, state: State): Exits {
  switch (statement.s) {
    case "expression": {
      const outcomes = evaluate(ev, statement.value, activation, state);
      for (const { value } of outcomes) noteDropped(ev, value);
      return onward(outcomes);
    }
    case "declare": {
      if (!statement.init) return { ...NOWHERE, normal: [state] };
      return onward(mergeOutcomes(evaluate(ev, statement.init, activation, state))
        .flatMap((outcome) => bindPattern(ev, statement.pattern, outcome.value, activation, outcome.state)));
    }
    case "return":
      return { ...NOWHERE, returns: evaluateOptional(ev, statement.value, activation, state).map((outcome) => ({ ...outcome, state: leaving(ev, statement, activation, outcome.state) })) };
    case "throw":
      for (const outcome of evaluate(ev, statement.value, activation, state)) ev.mayThrow(outcome.state, { how: "throw", place: ev.place(statement.span, activation.body), strength: 3 });
      return NOWHERE;
    case "break": case "continue": return { ...NOWHERE, jumps: [{ kind: statement.s, label: statement.label, state: leaving(ev, statement, activation, state) }] };
    case "if": return runBranches(ev, statement.test, statement.then, statement.else, activation, state);
    case "block": return leaveLabel(run(ev, statement.statements, activation, [state]), statement.label);
    case "loop": return inLoop(ev, statement, () => runLoop(ev, statement, activation, state));
    case "for-of": return inLoop(ev, statement, () => runForOf(ev, statement, activation, state));
    case "try": return runTry(ev, statement, activation, state);
    case "switch": return runSwitch(ev, statement, activation, state);
  }
}

/** Remembers where a path leaves with something held. */
const leaving = (ev: Evaluator, { span }: Statement, { body }: Activation, state: State): State =>
  state.held.length > 0 ? { ...state, left: ev.place(span, body) } : state;

function evaluateOptional(ev: Evaluator, value: Expression | undefined, activation: Activation, state: State): Outcome[] {
  return value ? evaluate(ev, value, activation, state) : [{ state, value: UNDEFINED }];
}

function combine(parts: readonly Exits[]): Exits {
  return {
    normal: mergeStates(parts.flatMap((part) => part.normal)), returns: parts.flatMap((part) => part.returns), jumps: parts.flatMap((part) => part.jumps),
  };
}

function leaveLabel(exits: Exits, label: string | undefined): Exits {
  if (label === undefined) return exits;
  const out = exits.jumps.filter((jump) => jump.kind === "break" && jump.label === label);
  return { ...exits, normal: mergeStates([...exits.normal, ...out.map((jump) => jump.state)]), jumps: exits.jumps.filter((jump) => !out.includes(jump)) };
}

function runBranches(
  ev: Evaluator, test: Expression, then: readonly Statement[], otherwise: readonly Statement[], activation: Activation, state: State,
): Exits {
  const outcomes = evaluateTest(ev, test, activation, state);
  const where = (truth: boolean): readonly State[] => mergeStates(outcomes.filter((outcome) => outcome.truth === truth).map((outcome) => outcome.state));
  return combine([run(ev, then, activation, where(true)), run(ev, otherwise, activation, where(false))]);
}

/** Splits the exits of a loop body into what goes on with the next round and what leaves the loop. */
function endOfRound(exits: Exits, label: string | undefined): { again: State[]; left: State[]; jumps: Jump[] } {
  const mine = (jump: Jump): boolean => jump.label === undefined || jump.label === label;
  const of = (kind: Jump["kind"]): State[] => exits.jumps.filter((jump) => jump.kind === kind && mine(jump)).map((jump) => jump.state);
  return { again: mergeStates([...exits.normal, ...of("continue")]), left: of("break"), jumps: exits.jumps.filter((jump) => !mine(jump)) };
}

/** Runs something once that the program runs several times. `times`: how often, for what is followed once; 1 if each time is followed. */
export function repeatedly<T>(ev: Evaluator, times: number, body: () => T): T {
  const outer = ev.times;
  ev.repeated++;
  ev.times *= times;
  try {
    return body();
  } finally {
    ev.repeated--;
    ev.times = outer;
  }
}

/** Tells what happens in one loop from what happens before and after it. */
function inLoop<T>(ev: Evaluator, loop: Loop, body: () => T): T {
  if (!ev.traffic) return body();
  ev.traffic.loops.push(loop);
  try {
    return body();
  } finally {
    ev.traffic.loops.pop();
  }
}

function runLoop(ev: Evaluator, loop: LoopStatement, activation: Activation, state: State): Exits {
  const before = run(ev, loop.before, activation, [state]);
  let current: readonly State[] = before.normal;
  const done: State[] = [], returns = [...before.returns], jumps = [...before.jumps];
  const times = roundsOf(ev, loop, activation, state);
  for (let round = 0; round <= ROUNDS && current.length > 0; round++) {
    const inside: State[] = [];
    for (const at of current) {
      if (!loop.test || (round === 0 && !loop.testsFirst)) inside.push(at);
      else for (const outcome of evaluateTest(ev, loop.test, activation, at)) (outcome.truth ? inside : done).push(outcome.state);
    }
    if (round === ROUNDS) break;
    const exits = repeatedly(ev, ev.traffic ? times / ROUNDS : times, () => run(ev, loop.body, activation, mergeStates(inside)));
    const end = endOfRound(exits, loop.label);
    returns.push(...exits.returns);
    jumps.push(...end.jumps);
    done.push(...end.left);
    current = loop.after ? mergeStates(end.again.flatMap((at) => evaluate(ev, loop.after as Expression, activation, at).map((o) => o.state))) : end.again;
  }
  return { normal: mergeStates(givingMost(done, [state])), returns, jumps };
}

/** `for (let i = 0; i < 20; i++)` goes round twenty times at most. */
function roundsOf(ev: Evaluator, { before: [start], test, after }: LoopStatement, activation: Activation, state: State): number {
  const from = start?.s === "declare" && start.init?.k === "literal" ? start.init.value : undefined;
  if (typeof from !== "number" || test?.k !== "binary" || (test.op !== "<" && test.op !== "<=") || test.left.k !== "name") return Infinity;
  const { declaration } = test.left;
  const counts = after?.k === "assign" && after.op === "+=" && after.value.k === "literal" && after.value.value === 1;
  const [written, ...others] = declaration?.writes ?? [];
  if (!counts || !written || others.length > 0 || written.value.span.start < after.span.start || written.value.span.end > after.span.end) return Infinity;
  const limit = ev.quietly(() => evaluate(ev, test.right, activation, state));
  return limit.v === "literal" && typeof limit.value === "number" ? Math.max(0, limit.value - from + (test.op === "<=" ? 1 : 0)) : Infinity;
}

/** A loop that gives back what was held before it is taken to have gone round as often as that needs. */
function givingMost(ends: readonly State[], starts: readonly State[]): readonly State[] {
  const before = new Set(starts.flatMap(({ held }) => held.map(({ id }) => id)));
  if (before.size === 0) return ends;
  const left = ends.map(({ held }) => held.filter(({ id }) => before.has(id)).map(({ id }) => id));
  return ends.filter((_, index) => !left.some((other) => other.length < (left[index]?.length ?? 0) && other.every((id) => left[index]?.includes(id))));
}

function runForOf(ev: Evaluator, loop: ForOfStatement, activation: Activation, state: State): Exits {
  return combine(evaluate(ev, loop.iterable, activation, state).map(({ state: at, value }) => {
    if (ev.traffic && loop.awaits) return runReceiving(ev, loop, value, activation, at);
    if (loop.awaits && value.v !== "generator") itemsOf(ev, loop.iterable, activation, at);
    return runConsumer(ev, loop, value, activation, at) ?? (value.v === "generator" ? runGenerated(ev, loop, value, activation, at) : runRounds(ev, loop, value, activation, at));
  }));
}

/** Goes through what may hold something meanwhile, or hand it out with its items. */
function runConsumer(ev: Evaluator, loop: ForOfStatement, value: Value, activation: Activation, state: State): Exits | undefined {
  if (ev.traffic) return undefined;
  const done: State[] = [], returns: Outcome[] = [], jumps: Jump[] = [];
  const ends = consume(ev, value, { expression: loop.iterable, activation }, state, (item, at, leave) => {
    const bound = bindPattern(ev, loop.pattern, item, activation, at).map((outcome) => outcome.state);
    const exits = run(ev, loop.body, activation, mergeStates(bound));
    const end = endOfRound(exits, loop.label);
    returns.push(...exits.returns.map((outcome) => ({ ...outcome, state: leave(outcome.state) })));
    jumps.push(...end.jumps.map((jump) => ({ ...jump, state: leave(jump.state) })));
    done.push(...end.left.map(leave));
    return end.again;
  });
  return ends && { normal: mergeStates(givingMost([...ends, ...done], [state])), returns, jumps };
}

/** Reads from a channel as it goes round. */
function runReceiving(ev: Evaluator, loop: ForOfStatement, value: Value, activation: Activation, state: State): Exits {
  const after = iterate(ev, value, loop.iterable, activation, state);
  return value.v === "generator" ? runGenerated(ev, loop, value, activation, after) : runRounds(ev, loop, value, activation, after);
}

/** The body of a generator runs between the rounds. */
function runGenerated(ev: Evaluator, loop: ForOfStatement, generator: Value & { v: "generator" }, activation: Activation, state: State): Exits {
  const after = invokeGenerator(ev, generator, loop.iterable, activation, state).map((outcome) => ({ ...outcome.state, held: state.held }));
  return combine(mergeStates(after).map((at) => runRounds(ev, loop, undefined, activation, at)));
}

function runRounds(ev: Evaluator, loop: ForOfStatement, iterable: Value | undefined, activation: Activation, start: State): Exits {
  const exact = iterable ? sizeOf(iterable, start) : undefined;
  const rounds = exact ?? ROUNDS;
  let current: readonly State[] = [start];
  const done: State[] = exact === undefined ? [start] : [], returns: Outcome[] = [], jumps: Jump[] = [];
  for (let round = 0; round < rounds && current.length > 0; round++) {
    const bound = current.flatMap((at) => {
      const element = elementsOf(ev, iterable, at, round, loop.awaits ? "awaited" : "plain", loop.iterable);
      return bindPattern(ev, loop.pattern, element, activation, at).map((outcome) => outcome.state);
    });
    const exits = repeatedly(ev, exact === undefined ? countOf(iterable, start) / (ev.traffic ? ROUNDS : 1) : 1, () => run(ev, loop.body, activation, mergeStates(bound)));
    const end = endOfRound(exits, loop.label);
    returns.push(...exits.returns);
    jumps.push(...end.jumps);
    done.push(...end.left);
    current = end.again;
    if (exact === undefined) done.push(...end.again);
  }
  if (exact !== undefined) done.push(...current);
  return { normal: mergeStates(givingMost(done, [start])), returns, jumps };
}

function runSwitch(ev: Evaluator, statement: Statement & { s: "switch" }, activation: Activation, state: State): Exits {
  const parts: Exits[] = [];
  for (const { state: at, value } of evaluate(ev, statement.value, activation, state)) {
    let others: readonly State[] = [at], falling: readonly State[] = [];
    const entered = statement.cases.map(({ test }) => {
      if (!test) return undefined;
      const asked = others.flatMap((other) => evaluate(ev, test, activation, other)).flatMap((outcome) => askEqual(value, outcome.value, outcome.state));
      others = mergeStates(asked.filter(({ truth }) => !truth).map((outcome) => outcome.state));
      return asked.filter(({ truth }) => truth).map((outcome) => outcome.state);
    });
    for (const [index, { body }] of statement.cases.entries()) {
      const exits = run(ev, body, activation, mergeStates([...entered[index] ?? others, ...falling]));
      falling = exits.normal;
      parts.push({ ...exits, normal: [] });
    }
    const hasDefault = statement.cases.some((each) => !each.test);
    parts.push({ ...NOWHERE, normal: hasDefault ? falling : [...others, ...falling] });
  }
  const all = combine(parts);
  const out = all.jumps.filter((jump) => jump.kind === "break" && jump.label === undefined);
  return { ...all, normal: mergeStates([...all.normal, ...out.map((jump) => jump.state)]), jumps: all.jumps.filter((jump) => !out.includes(jump)) };
}

function runTry(ev: Evaluator, statement: TryStatement, activation: Activation, state: State): Exits {
  const { value: block, thrown: all } = ev.catching(() => run(ev, statement.block, activation, [state]));
  const thrown = whatCanBe(all);
  let exits = block, escaping = thrown;
  if (statement.handler) {
    const { handler, parameter } = statement;
    // A generator that is ended at a `yield` runs its `finally`, and no handler.
    const start = mergeStates(thrown.filter(({ cause }) => cause?.how !== "yield"));
    const { value: handled, thrown: again } = ev.catching(() => run(ev, handler, activation, parameter ? start.flatMap((at) => bindCaught(ev, parameter, activation, at)) : start));
    exits = combine([block, handled]);
    escaping = whatCanBe([...again, ...thrown.filter(({ cause }) => cause?.how === "yield")]);
  }
  const { finalizer } = statement;
  if (!finalizer) {
    for (const at of mergeStates(escaping)) ev.rethrow(at);
    return exits;
  }
  for (const at of mergeStates(escaping)) for (const after of run(ev, finalizer, activation, [at]).normal) ev.rethrow(after);
  return finish(ev, finalizer, activation, exits);
}

/** Where something can throw, what can't is not joined with it: a client that was just given back and not yet set to null. */
function whatCanBe(thrown: readonly State[]): readonly State[] {
  const able = thrown.filter(({ cause }) => cause?.strength !== 0);
  return able.length > 0 ? able : thrown;
}

function bindCaught(ev: Evaluator, parameter: Pattern, activation: Activation, state: State): State[] {
  return bindPattern(ev, parameter, { v: "unknown" }, activation, state).map((outcome) => outcome.state);
}

/** Every way out of the block goes through `finally`, which may itself leave in another way. */
function finish(ev: Evaluator, finalizer: readonly Statement[], activation: Activation, exits: Exits): Exits {
  const through = run(ev, finalizer, activation, exits.normal);
  const parts: Exits[] = [through];
  for (const { state, value } of exits.returns) {
    const after = run(ev, finalizer, activation, [state]);
    parts.push({ returns: [...after.returns, ...after.normal.map((at) => ({ state: at, value }))], normal: [], jumps: after.jumps });
  }
  for (const jump of exits.jumps) {
    const after = run(ev, finalizer, activation, [jump.state]);
    parts.push({ returns: after.returns, normal: [], jumps: [...after.jumps, ...after.normal.map((at) => ({ ...jump, state: at }))] });
  }
  return combine(parts);
}
