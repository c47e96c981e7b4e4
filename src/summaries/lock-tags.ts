import type { Effect, Mode } from "../catalogue/types.js";
import type { Body, LockTag } from "../effects/ir.js";
import type { Call } from "./calls.js";
import type { Evaluator } from "./evaluator.js";
import type { Resource } from "./events.js";
import { openActivation, readDeclaration, readMember } from "./names.js";
import { operate } from "./operations.js";
import { mergeOutcomes, type Outcome, type State } from "./state.js";
import { type Activation, type FunctionValue, type ObjectValue, sameKey, UNKNOWN, type Value } from "./values.js";
import { heldBy } from "./waits.js";

/** What a path in a tag may begin with. */
interface Scope {
  readonly body: Body;
  readonly self: Value | undefined;
  readonly args: readonly Value[] | undefined;
  /** For reading what a path leads to. */
  readonly activation: Activation;
}

const scopeOf = (fn: FunctionValue, call: Call): Scope => ({ body: fn.body, self: fn.self, args: call.args, activation: call.activation });

/** `@lock acquires PATH`, `releases PATH`, `returns releaser of PATH`: what the user says of a body goes before what it does. */
export function taggedOperation(ev: Evaluator, fn: FunctionValue, call: Call, state: State): Outcome[] | undefined {
  const tag = fn.body.tags.find(({ kind }) => kind !== "holds" && kind !== "excludes");
  const locks = tag ? locksOf(ev, tag, scopeOf(fn, call), state) : [];
  if (!tag || locks.length === 0) return undefined;
  const effect: Effect = tag.kind === "releases" ? { do: "release", of: "receiver" }
    : { do: "acquire", of: "receiver", mode: "exclusive", gives: tag.kind === "acquires" ? "nothing" : "releaser" };
  return locks.reduce<Outcome[]>((outcomes, lock) => mergeOutcomes(outcomes.flatMap(({ state: at }) =>
    operate(ev, { ...call, receiver: lock }, [{ on: "", member: "()", name: "common", effect }], undefined, at))), [{ state, value: UNKNOWN }]);
}

/** `@lock excludes PATH`: to call it is to wait for the lock, for whoever holds that lock. Says so, and changes nothing. */
export function checkExcluded(ev: Evaluator, fn: FunctionValue, call: Call, state: State): void {
  if (ev.quiet > 0) return;
  for (const tag of fn.body.tags) for (const lock of tag.kind === "excludes" ? locksOf(ev, tag, scopeOf(fn, call), state) : []) {
    const resource: Resource = { object: lock, key: undefined };
    const place = ev.place(call.expression.span, call.activation.body);
    const permit = ev.newPermit(resource, { mode: "exclusive", weight: 1, byResource: true, place, operation: { call: undefined, how: "excluded" } }, state);
    ev.record(permit, heldBy(state, permit), false, place);
  }
}

/** `@lock holds PATH`: the body is entered with the lock held, by whomever. Gives what is assumed, beside the state with it. */
export function assumeHeld(ev: Evaluator, activation: Activation, state: State): { readonly state: State; readonly assumed: readonly string[] } {
  const { body } = activation;
  let current = state;
  const assumed: string[] = [];
  for (const tag of body.tags) for (const lock of tag.kind === "holds" ? locksOf(ev, tag, { body, self: activation.self, args: activation.args, activation }, state) : []) {
    const resource: Resource = { object: lock, key: undefined };
    if (current.held.some((permit) => isOf(permit.resource, resource))) continue;
    const permit = ev.newPermit(resource, { mode: modeOf(lock), weight: 1, byResource: true, place: ev.place(tag.span, body), operation: { call: undefined, how: "acquire" } }, current);
    current = { ...current, held: [...current.held, permit] };
    assumed.push(permit.id);
  }
  return { state: current, assumed };
}

const isOf = (a: Resource, b: Resource): boolean => a.object.id === b.object.id && sameKey(a.key, b.key);

/** The tag doesn't say how it is held: the weakest that it may be. */
function modeOf({ creation }: ObjectValue): Mode {
  if (creation?.what === "rwlock") return "shared";
  return creation?.what === "semaphore" || creation?.what === "limiter" || creation?.what === "queue" || creation?.what === "pool" ? "permit" : "exclusive";
}

function locksOf(ev: Evaluator, tag: LockTag, scope: Scope, state: State): readonly ObjectValue[] {
  return tag.paths.flatMap((path) => {
    const value = ev.quietly(() => readPath(ev, path.replace(/^this\./, "").split("."), scope, state));
    if (value.v !== "object" || value.many || value.unstable) return [];
    return [value.creation ?? value.library ? value : namedLock(value, path, scope)];
  });
}

/** What the tag calls a lock is one, whatever it is made of. */
function namedLock(value: ObjectValue, path: string, { self, body }: Scope): ObjectValue {
  const creation = { what: "mutex" as const, capacity: 1, reentrant: false, bounded: false };
  const field = path.replace(/^this\./, "");
  if (self?.v !== "object" || !body.owner || field.includes(".")) return { ...value, creation };
  return { v: "object", id: `${self.id}.${field}`, lifetime: self.lifetime, name: field, creation, owner: self, declaredBy: body.owner, ...(self.many && { many: true }) };
}

/** A path begins with a parameter, a field of `this`, or a name of the module. */
function readPath(ev: Evaluator, path: readonly string[], scope: Scope, state: State): readonly Outcome[] {
  const [first = "", ...rest] = path;
  const start = startOf(ev, first, scope, state);
  return rest.reduce((outcomes, name) => outcomes.flatMap(({ value }) => readMember(ev, value, name, undefined, scope.activation, state)), start);
}

function startOf(ev: Evaluator, name: string, { body, self, args, activation }: Scope, state: State): readonly Outcome[] {
  const { declarations = [] } = ev.port.lowered(body.file) ?? {};
  const index = body.parameters.findIndex((parameter) => parameter.name === name);
  if (index >= 0 && args) return [{ state, value: args[index] ?? UNKNOWN }];
  const parameter = index >= 0 ? declarations.find((each) => each.body === body && each.parameter === index) : undefined;
  if (parameter) return [{ state, value: readDeclaration(ev, parameter, activation) }];
  if (self?.v === "object") return readMember(ev, self, name, undefined, activation, state);
  const binding = declarations.find((each) => each.name === name && each.body.kind === "module");
  return binding ? [{ state, value: readDeclaration(ev, binding, openActivation(ev, binding.body)) }] : [];
}
