import type { Acquire, Effect, Operation, Run } from "../catalogue/types.js";
import type { Handmade } from "../effects/handmade.js";
import type { Call } from "./calls.js";
import type { Evaluator } from "./evaluator.js";
import { openActivation, readDeclaration, readMember } from "./names.js";
import { operate } from "./operations.js";
import type { Outcome, State } from "./state.js";
import { type Activation, type FunctionValue, type ObjectValue, UNKNOWN } from "./values.js";

/** A call of a function that is a lock by what it does: it is described as a library's would be, and its body isn't followed. */
export function handmadeOperation(ev: Evaluator, fn: FunctionValue, call: Call, state: State): Outcome[] | undefined {
  const tagged = taggedOperation(ev, fn, call, state);
  if (tagged) return tagged;
  const handmade = ev.port.handmadeOf(fn.body);
  const lock = handmade && lockOf(handmade, fn);
  if (!lock) return undefined;
  const operation: Operation = { on: "", member: "()", name: "common", effect: effectOf(handmade) };
  return operate(ev, { ...call, receiver: lock, awaited: call.awaited || !handmade.awaited }, [operation], undefined, state);
}

/** `@lock acquires PATH`, `releases PATH`, `returns releaser of PATH`: what the user says of a body goes before what it does. */
function taggedOperation(ev: Evaluator, fn: FunctionValue, call: Call, state: State): Outcome[] | undefined {
  const tag = fn.body.tags.find(({ kind }) => kind !== "holds" && kind !== "excludes");
  if (!tag) return undefined;
  const [path = ""] = tag.paths;
  const value = ev.quietly(() => readPath(ev, path.replace(/^this\./, "").split("."), fn, call, state));
  if (value.v !== "object") return undefined;
  const lock = value.creation ?? value.library ? value : namedLock(value, path, fn);
  const effect: Effect = tag.kind === "releases" ? { do: "release", of: "receiver" }
    : { do: "acquire", of: "receiver", mode: "exclusive", gives: tag.kind === "acquires" ? "nothing" : "releaser" };
  return operate(ev, { ...call, receiver: lock }, [{ on: "", member: "()", name: "common", effect }], undefined, state);
}

/** What the tag calls a lock is one, whatever it is made of. */
function namedLock(value: ObjectValue, path: string, { self, body }: FunctionValue): ObjectValue {
  const creation = { what: "mutex" as const, capacity: 1, reentrant: false, bounded: false };
  const field = path.replace(/^this\./, "");
  if (self?.v !== "object" || !body.owner || field.includes(".")) return { ...value, creation };
  return { v: "object", id: `${self.id}.${field}`, lifetime: self.lifetime, name: field, creation, owner: self, declaredBy: body.owner, ...(self.many && { many: true }) };
}

/** A path begins with a parameter, a field of `this`, or a name of the module. */
function readPath(ev: Evaluator, path: readonly string[], fn: FunctionValue, call: Call, state: State): readonly Outcome[] {
  const [first = "", ...rest] = path;
  const index = fn.body.parameters.findIndex(({ name }) => name === first);
  const binding = ev.port.lowered(fn.body.file)?.declarations.find(({ name, body }) => name === first && body.kind === "module");
  const start: readonly Outcome[] = index >= 0 ? [{ state, value: call.args[index] ?? UNKNOWN }]
    : fn.self?.v === "object" ? readMember(ev, fn.self, first, undefined, call.activation, state)
    : binding ? [{ state, value: readDeclaration(ev, binding, openActivation(ev, binding.body)) }] : [];
  return rest.reduce((outcomes, name) => outcomes.flatMap(({ value }) => readMember(ev, value, name, undefined, call.activation, state)), start);
}

/** The state that the lock consists of stands for the lock: a field of the object, a variable of the module or of a factory's run. */
function lockOf({ of, capacity }: Handmade, fn: FunctionValue): ObjectValue | undefined {
  const creation = { what: "mutex" as const, capacity, reentrant: false, bounded: false };
  if ("field" in of) {
    const { self } = fn;
    const owner = fn.body.owner ?? enclosingOwner(fn);
    if (self?.v === "class") return { v: "object", id: `${self.info.id}.${of.field}`, lifetime: "program", name: of.field, creation };
    if (self?.v !== "object" || !owner) return undefined;
    return { v: "object", id: `${self.id}.${of.field}`, lifetime: self.lifetime, name: self.name === "this" ? of.field : self.name, creation, owner: self, declaredBy: owner, ...(self.many && { many: true }) };
  }
  const { declaration } = of;
  const activation = activationOf(fn.activation, declaration.body);
  if (!activation) return undefined;
  const id = activation.once ? declaration.id : `${activation.id}/${declaration.id}`;
  return { v: "object", id, lifetime: activation.once ? "program" : "run", name: declaration.name, creation };
}

function enclosingOwner({ body }: FunctionValue): FunctionValue["body"]["owner"] {
  let at: FunctionValue["body"] | undefined = body;
  while (at && !at.owner) at = at.parent;
  return at?.owner;
}

function activationOf(activation: Activation | undefined, body: FunctionValue["body"]): Activation | undefined {
  let at = activation;
  while (at && at.body !== body) at = at.parent;
  return at;
}

function effectOf({ do: what, callback, key, gives }: Handmade): Effect {
  const keyed = key !== undefined && { key: { arg: key } };
  if (what === "release") return { do: "release", of: "receiver", ...keyed };
  if (what === "acquire") return { do: "acquire", of: "receiver", mode: "exclusive", gives: gives ?? "nothing", ...keyed } satisfies Acquire;
  return { do: "run", of: "receiver", mode: "exclusive", callback: { arg: callback ?? 0 }, ...keyed } satisfies Run;
}
