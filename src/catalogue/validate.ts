import type {
  Acquire, ArgRef, Effect, End, HandleType, Library, Mode, Operation, PrimitiveKind, Telling, WaitFor,
} from "./types.js";

/** Throws an Error that names the path and what was expected there. */
type Check = (value: unknown, path: string) => void;

interface RequiredField { readonly check: Check; readonly required: true }
interface OptionalField { readonly check: Check; readonly required: false }

/** One entry for every field of T, so that this file cannot fall behind the types. */
type FieldsOf<T> = { readonly [P in keyof T]-?: object extends Pick<T, P> ? OptionalField : RequiredField };
type Fields = Readonly<Record<string, RequiredField | OptionalField>>;

const must = (check: Check): RequiredField => ({ check, required: true });
const may = (check: Check): OptionalField => ({ check, required: false });

function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  const text = value === undefined ? "undefined" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function fail(path: string, expected: string, value: unknown): never {
  throw new Error(`${path}: expected ${expected}, got ${show(value)}`);
}

function check(expected: string, accepts: (value: unknown) => boolean): Check {
  return (value, path) => {
    if (!accepts(value)) fail(path, expected, value);
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = check("a text that is not empty", (value) => typeof value === "string" && value !== "");
const count = check("a number, 0 or more", (value) => typeof value === "number" && value >= 0);
const index = check("an index, 0 or more", (value) => Number.isInteger(value) && (value as number) >= 0);
const flag = check("true or false", (value) => typeof value === "boolean");
const yes = check("true", (value) => value === true);

function oneOf<T extends string>(first: T, ...rest: readonly T[]): Check {
  const words = [first, ...rest];
  return check(words.map((word) => JSON.stringify(word)).join(", "), (value) => words.some((word) => word === value));
}

function listOf(item: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) fail(path, "a list", value);
    value.forEach((element, position) => { item(element, `${path}[${position}]`); });
  };
}

function mapOf(item: Check): Check {
  return (value, path) => {
    if (!isObject(value)) fail(path, "an object", value);
    for (const [key, element] of Object.entries(value)) item(element, `${path}.${key}`);
  };
}

function checkFields(value: Readonly<Record<string, unknown>>, path: string, fields: Fields): void {
  for (const [name, field] of Object.entries(fields)) {
    if (value[name] !== undefined) field.check(value[name], `${path}.${name}`);
    else if (field.required) throw new Error(`${path}.${name}: missing`);
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw new Error(`${path}.${unknown}: unknown, expected one of ${Object.keys(fields).join(", ")}`);
}

function object(fields: Fields): Check {
  return (value, path) => {
    if (!isObject(value)) fail(path, `an object with ${Object.keys(fields).join(", ")}`, value);
    checkFields(value, path, fields);
  };
}

/** What is an object or a list is checked as one, and so fails with the inner path; anything else must be what `simple` accepts. */
function either(expected: string, simple: (value: unknown) => boolean, structured: Check): Check {
  return (value, path) => {
    if (simple(value)) return;
    if (typeof value !== "object" || value === null) fail(path, expected, value);
    structured(value, path);
  };
}

const isNumber = (value: unknown): boolean => typeof value === "number" && value >= 0;

const argRef = object({ arg: must(index), property: may(text) } satisfies FieldsOf<ArgRef>);
const argRefs = listOf(argRef);
const ref = either('"receiver", "callee" or { arg, property }', (value) => value === "receiver" || value === "callee", argRef);
const bound = either('"always" or a list of { arg, property }', (value) => value === "always", argRefs);
const capacity = either("a number or { from, default }", isNumber, object({ from: must(argRefs), default: may(count) }));
const unknownSize = either("a number or \"unknown\"", (value) => value === "unknown" || isNumber(value), count);
const channelCapacity = either(
  'a number, "unbounded", "unknown" or { from, default }',
  (value) => value === "unbounded" || value === "unknown" || isNumber(value),
  object({ from: must(argRefs), default: must(unknownSize) }),
);
const doneParameter = either('an index or "last"', (value) => value === "last" || (Number.isInteger(value) && (value as number) >= 0), index);
const mode = oneOf<Mode>("exclusive", "shared", "permit");
const kind = oneOf<PrimitiveKind>(
  "mutex", "rwlock", "semaphore", "limiter", "queue", "keyed lock", "pool", "database", "channel", "deferred", "child process", "emitter",
);
const awaited = oneOf<WaitFor["for"]>(
  "unlock", "idle", "empty", "space", "settled", "event", "exit", "closed", "drain", "finished",
);

const endFields: FieldsOf<End> = { end: must(oneOf<End["end"]>("read", "write", "both")), type: must(text) };

const acquireFields: FieldsOf<Omit<Acquire, "do">> = {
  of: must(ref), key: may(argRef), mode: must(mode), passesWriters: may(yes), gives: must(oneOf("releaser", "tuple", "resource", "handle", "nothing")), weight: may(argRef),
  bounded: may(bound), sharedIf: may(object({ at: must(argRef), is: must(text) })), callback: may(argRef), callbackGives: may(object({ handle: may(index), releaser: may(index) })),
};

type FieldsOfEffects = { readonly [K in Effect["do"]]: FieldsOf<Omit<Extract<Effect, { do: K }>, "do">> };

const effectFields: FieldsOfEffects = {
  create: {
    what: must(kind), capacity: may(capacity), reentrantIf: may(argRef), boundedIf: may(argRef), wraps: may(argRef), of: may(ref),
    worker: may(argRef), pausedIfFalse: may(argRef),
  },
  acquire: acquireFields,
  prepare: acquireFields,
  bracket: { acquires: must(argRef), callback: must(argRef) },
  try: { of: must(ref), key: may(argRef), mode: must(mode), gives: must(oneOf("releaser", "tuple", "handle", "boolean")) },
  release: { of: must(ref), key: may(argRef), handle: may(argRef), weight: may(argRef) },
  run: {
    of: must(ref), key: may(argRef), mode: must(mode), passesWriters: may(yes), callback: must(argRef), many: may(oneOf("each element", "per item")), handle: may(index),
    done: may(doneParameter), keysInOrder: may(yes), weight: may(argRef), bounded: may(bound), triesIf: may(argRef),
    sharedIf: may(object({ at: must(argRef), is: must(text) })),
  },
  borrow: { of: must(ref), lazy: may(yes), runs: may(oneOf("worker")), boundIf: may(argRef), bounded: may(bound) },
  decorate: { of: must(ref), sets: must(oneOf("bounded", "try")) },
  derive: { from: must(ref) },
  bound: { opens: may(yes) },
  wait: { of: must(ref), for: must(awaited), key: may(argRef), bounded: may(bound), until: may(argRef) },
  settle: { of: must(ref), how: must(oneOf("resolve", "reject", "emit")), event: may(argRef) },
  listen: { of: must(ref), event: may(argRef), callback: must(argRef) },
  channel: { capacity: must(channelCapacity), bySize: may(yes), ends: may(mapOf(object(endFields))), unlessGiven: may(argRef) },
  spawn: { options: must(argRefs), outputs: must(mapOf(index)), type: must(text), input: must(text), default: must(oneOf("pipe", "inherit")), pipedIf: may(text), quiet: must(object({ command: must(argRef), names: must(listOf(text)) })) },
  view: { of: must(ref), flows: may(yes), ...endFields },
  send: { of: must(ref), blocks: must(oneOf("never", "when full", "until taken")), item: may(argRef), callback: may(argRef) },
  receive: { of: must(ref), all: may(yes) },
  pipe: { from: must(ref), to: must(ref), gives: must(oneOf("settled", "readable", "nothing")), bounded: may(bound) },
  pipeline: {},
  close: { of: must(ref), waits: may(oneOf("drained")) },
  cancel: { of: must(ref), waits: may(oneOf("other branch")) },
  branch: { of: must(ref), buffers: must(flag) },
  window: { items: may(ref), callback: must(argRef), ahead: must(capacity) },
  parts: { event: may(text), part: must(index), next: may(index), property: may(text), mixed: may(yes), filled: may(object({ member: must(text), values: must(listOf(text)) })) },
  answers: { callback: must(argRefs), part: must(index) },
  calls: {
    callback: must(argRef), when: must(oneOf("now", "later")), times: must(oneOf("once", "many", "at most once")),
    result: must(oneOf("result", "elements", "awaited", "dropped")), elementsOf: may(ref), each: may(yes), alternative: may(argRef),
    passes: may(argRefs), parameter: may(index),
  },
  join: { of: must(argRef), first: must(flag), bounded: may(bound) },
  delay: { by: may(argRef), turn: may(yes) },
  external: { what: must(oneOf("network", "file", "process", "person")), readsUnless: may(argRefs), bounded: may(argRefs), limit: may(count), keepsUntilRead: may(text) },
  none: { chains: may(yes), trueFor: may(ref) },
};

const [firstKind = "", ...otherKinds] = Object.keys(effectFields);
const effectKind = oneOf(firstKind, ...otherKinds);

function effect(value: unknown, path: string): void {
  if (!isObject(value)) fail(path, "an object with do", value);
  effectKind(value.do, `${path}.do`);
  const { do: kindOfEffect, ...rest } = value;
  checkFields(rest, path, effectFields[kindOfEffect as Effect["do"]]);
}

const operation = object({
  on: must(text), module: may(text), isStatic: may(flag), member: must(text), name: must(oneOf<Telling>("telling", "common")),
  effect: must(effect), minArgs: may(index), maxArgs: may(index), argIsFunction: may(object({ arg: must(index), is: must(flag) })),
} satisfies FieldsOf<Operation>);

const handle = object({ name: must(text), releasedBy: must(listOf(text)), spentIf: may(listOf(text)) } satisfies FieldsOf<HandleType>);

const library = object({
  package: must(text), majors: must(listOf(text)), words: may(listOf(text)), operations: must(listOf(operation)),
  primitives: may(mapOf(object({ what: must(kind), capacity: may(count) }))), handles: may(listOf(handle)),
  extends: may(mapOf(listOf(text))), derives: may(listOf(text)), beyond: may(listOf(text)), generatedImports: may(listOf(text)),
} satisfies FieldsOf<Library>);

/** Checks a library that a user has described in the settings. The path says where in the settings it stands. */
export function validateLibrary(value: unknown, path: string): Library {
  library(value, path);
  return value as Library;
}
