import type { ArgRef, End, Operation, PrimitiveKind } from "../catalogue/types.js";
import type { Body, CallExpression, ClassInfo, Expression, NewExpression, ObjectExpression, Ticket, Write } from "../effects/ir.js";
import type { LibraryEntity } from "../effects/port.js";
import type { Call } from "./calls.js";
import type { Task } from "./events.js";
import type { Lost } from "./exits.js";

/** One run of a body: what its names are bound to is found through it. */
export interface Activation {
  readonly id: string;
  readonly body: Body;
  readonly parent: Activation | undefined;
  readonly self: Value;
  /** Arguments, when the body runs because something called it; parameters stand for themselves otherwise. */
  readonly args: readonly Value[] | undefined;
  /** For the body of a catalogue-described wrapper and the like: nothing in it belongs to the program once. */
  readonly once: boolean;
  /** It stands around the function that is followed: what it made was there before, and is there for the others that it made. */
  readonly around?: true;
}

/** How long what is made here lives. */
export const lifetimeOf = ({ once, around }: Activation): Lifetime => once || around ? "program" : "run";

/**
 * Nothing is known of it but, perhaps, which constant it was bound to: that serves as a key, equal only to itself. `among`: what it may be,
 * of that by which channels are reached: whoever gets it may read from them.
 */
export interface Unknown { readonly v: "unknown"; readonly bound?: Binding; readonly among?: readonly Value[] }
export interface Binding { readonly id: string; readonly name: string }
export interface Literal { readonly v: "literal"; readonly value: string | number | boolean | null | undefined; readonly ordered?: true }

export interface FunctionValue {
  readonly v: "function";
  readonly body: Body;
  readonly activation: Activation | undefined;
  readonly self: Value | undefined;
}

/** A method taken from its object, or a function with `this` and arguments fixed by `bind`. */
export interface BoundValue {
  readonly v: "bound";
  readonly object: Value;
  readonly member: string;
  readonly ticket: Ticket;
  readonly args: readonly Value[];
  /** What calling it does, when that was prepared and isn't a method. */
  readonly operation?: Operation;
}

export interface ClassValue { readonly v: "class"; readonly info: ClassInfo; readonly activation: Activation | undefined }
/** `path`: how it is reached from what its package exports, for members of members. */
export interface LibraryValue { readonly v: "library"; readonly entity: LibraryEntity; readonly path?: string }
export interface NamespaceValue { readonly v: "namespace"; readonly ticket: Ticket; readonly package: string | undefined }

/** What is known of how a primitive was made. */
export interface Creation {
  readonly what: PrimitiveKind;
  /** Number of permits; undefined when it can't be known. */
  readonly capacity: number | undefined;
  readonly reentrant: boolean;
  readonly bounded: boolean;
  /** The call that made it, and the option of it that bounds its waits. */
  readonly site?: CallExpression | NewExpression;
  readonly boundable?: ArgRef;
  /** Calling the primitive runs this function under it (`limitFunction`). */
  readonly wraps?: Value;
}

/** What is known of a channel: a bounded buffer between those who send and those who receive. */
export interface Channel {
  /** How much is taken before somebody must receive; undefined when that can't be known. */
  readonly capacity: number | undefined;
  /** It counts bytes or characters, not sends. */
  readonly bySize?: true;
  /** The properties that are its ends; without them it is both itself. */
  readonly ends?: Readonly<Record<string, End>>;
  /** What flows into it flows into another channel, too. */
  readonly shared?: true;
  /** What writes into it is the process that this is an output of. */
  readonly process?: string;
}

/**
 * program: made once, by a module's own code. run: made by the run of a function, new each time. open: `this`, a parameter,
 * or what is reached from them: some object, chosen by the caller.
 */
export type Lifetime = "program" | "run" | "open";

/** Items that a function prepares ahead of the consumer. */
export interface Window {
  readonly callback: Value;
  /** The most that are prepared and not yet consumed; undefined when that can't be known. */
  readonly ahead: number | undefined;
  /** What made the window. */
  readonly call: Call;
}

/** An object with an identity: two values with one id are the same object, unless it stands for many. */
export interface ObjectValue {
  readonly v: "object";
  readonly id: string;
  readonly lifetime: Lifetime;
  /** It may be any of several objects: never equal to another, not even to itself. */
  readonly many?: true;
  readonly info?: ClassInfo;
  readonly library?: { readonly package: string; readonly name: string };
  readonly creation?: Creation;
  readonly owner?: ObjectValue;
  /** Name of the field or variable that holds it, for messages. */
  readonly name: string;
  /** The class that declares the field: field identity belongs to it. */
  readonly declaredBy?: ClassInfo;
  readonly key?: Key;
  readonly array?: true;
  readonly literal?: { readonly expression: ObjectExpression | (Expression & { k: "array" }); readonly activation: Activation };
  /** What the properties of an object literal had as values when it was made. */
  readonly properties?: ReadonlyMap<string, Value>;
  /** The objects that were spread into it. */
  readonly spreads?: readonly Value[];
  /** `new C(…)`, so that constructor parameters are known. */
  readonly made?: { readonly expression: NewExpression; readonly args: readonly Value[] };
  /** What the program puts into the collection. */
  readonly additions?: readonly Write[];
  /** What all elements of the collection are made by, and how many there are. */
  readonly elements?: FunctionValue;
  readonly count?: number;
  /** Made from a primitive and working on its permits: a builder, a model. Lazy ones take a permit when they are awaited. */
  readonly derivedFrom?: ObjectValue;
  readonly lazy?: true;
  /** A client or transaction, which owns the permit. */
  readonly handle?: { readonly permit: string; readonly of: ObjectValue };
  readonly waits?: "bounded" | "try";
  readonly channel?: Channel;
  /** An end of a channel, a reader, a writer. */
  readonly view?: { readonly of: ObjectValue; readonly end: End["end"] };
  /** The outputs of a process that are channels, by the properties that hold them. */
  readonly outputs?: ReadonlyMap<string, ObjectValue>;
  /** The property of a process that holds its input, and of that the outputs that must go on for it to be taken. */
  readonly input?: string;
  readonly feeds?: readonly string[];
  /** Its items are what a function makes of others, ahead of whoever goes through them. */
  readonly window?: Window;
  /** It keeps its id wherever it is stored. */
  readonly pinned?: true;
  /** The file whose code made it. */
  readonly file?: string;
  /** Asked for its type when nothing else tells what it is. */
  readonly ticket?: Ticket;
  /** The parameter it is, of a body that is not being run. */
  readonly parameter?: { readonly body: Body; readonly index: number; readonly path: readonly (string | number)[] };
  /** The constant whose unknown value the parameter was given. */
  readonly bound?: Binding;
  /** Elements come out in one order for everybody; or it is such an element itself. */
  readonly sorted?: true;
  readonly ordered?: true;
  /** A field or variable that is written again: what it held before a write is not what it holds after. */
  readonly unstable?: true;
  /** Nothing has happened to it but its making. */
  readonly fresh?: true;
  /** The item taken from a windowed source, a loop or a collection. */
  readonly maybeUndefined?: true;
  /** An AbortSignal that fires by itself after so many milliseconds; 0 if that can't be read. */
  readonly limit?: number;
  /** It can't be null or undefined here. */
  readonly exists?: true;
}

export interface PromiseValue {
  readonly v: "promise";
  /** The work whose end the promise waits for. */
  readonly tasks: readonly Task[];
  /** Requests whose grant it waits for. */
  readonly grants: readonly string[];
  readonly value: Value;
  /** Only one of the tasks is waited for (`Promise.race`, `any`). */
  readonly first?: true;
  /** Whatever it waited for, it is not rejected. */
  readonly safe?: true;
  /** What stays held if it is rejected. */
  readonly lost?: readonly Lost[];
}

/** The work behind the promise waits for no permit and keeps none. */
export const asksForNothing = ({ tasks }: PromiseValue): boolean => tasks.every((task) => task.waits.length === 0 && task.keeps.length === 0);

/** Nor does it wait for anything outside. */
export const waitsForNothing = (promise: PromiseValue): boolean => asksForNothing(promise) && promise.tasks.every((task) => task.outsides.length === 0);

/** A string of which only the beginning is known. */
export interface TextValue { readonly v: "text"; readonly prefix: string; readonly id: string; readonly ordered?: true; /** Nothing is known of a part. */ readonly open?: true }

/** A generator that has been called. */
export interface GeneratorValue { readonly v: "generator"; readonly id: string; readonly target: FunctionValue; readonly args: readonly Value[] }

/** A function that gives a permit back. */
export interface ReleaserValue { readonly v: "releaser"; readonly permits: readonly string[] }

/** One of these. */
export interface ChoiceValue { readonly v: "choice"; readonly options: readonly Value[] }

/** A list built and read by the code that is being followed. The contents are in the state, under the id. */
export interface ListValue { readonly v: "list"; readonly id: string }

export type Value =
  | Unknown | Literal | FunctionValue | BoundValue | ClassValue | LibraryValue | NamespaceValue | ObjectValue | PromiseValue
  | ReleaserValue | ChoiceValue | ListValue | TextValue | GeneratorValue;

export interface Contents {
  readonly items: readonly Value[];
  /** There may be more than the items. */
  readonly open: boolean;
  readonly sorted: boolean;
}

export const UNKNOWN: Unknown = { v: "unknown" };
export const UNDEFINED: Literal = { v: "literal", value: undefined };

/**
 * A key as far as it is known. `text`: the whole key. `prefix`: how it begins. `value`: the binding it comes from, equal only to
 * itself. Ordered keys came out of a sort or a comparison, so that one is never taken before a smaller one.
 */
export interface Key {
  readonly text?: string;
  readonly prefix?: string;
  readonly value?: string;
  readonly ordered?: true;
  /** Where it comes from was not followed, so that nothing is known of its order among others. */
  readonly open?: true;
  readonly name: string;
}

export const sameKey = (a: Key | undefined, b: Key | undefined): boolean => a === undefined || b === undefined ? a === b : a.text === b.text && a.value === b.value;

const MOST_OPTIONS = 4;

export function choice(values: readonly Value[]): Value {
  const options = new Map<string, Value>();
  for (const value of values) {
    for (const option of value.v === "choice" ? value.options : [value]) options.set(valueKey(option), option);
  }
  const list = [...options.values()];
  if (list.length === 1 && list[0]) return list[0];
  if (list.length > 0 && list.length <= MOST_OPTIONS && list.every((option) => option.v !== "unknown")) return { v: "choice", options: list };
  return anyPromise(list);
}

/** Whatever else a value may be, awaiting it waits for the work of its promises. */
function anyPromise(options: readonly Value[]): Value {
  const promises = options.filter((option) => option.v === "promise");
  if (promises.length === 0) return anyOf(options);
  return {
    v: "promise", tasks: promises.flatMap((promise) => promise.tasks), grants: promises.flatMap((promise) => promise.grants),
    value: anyPromise(options.map((option) => option.v === "promise" ? option.value : option)),
  };
}

/** Some of these, and nobody knows which. */
function anyOf(options: readonly Value[]): Unknown {
  const ends = options.flatMap(optionsOf).flatMap((option) => option.v === "unknown" ? option.among ?? [] : hasEnd(option, 0) ? [option] : []);
  return ends.length === 0 ? UNKNOWN : { v: "unknown", among: [...new Map(ends.map((end) => [valueKey(end), end])).values()] };
}

/** How deep ends of channels are looked for in what holds them. */
const DEEPEST = 3;

function hasEnd(value: Value, depth: number): boolean {
  if (value.v === "bound") return hasEnd(value.object, depth);
  if (value.v === "unknown") return value.among !== undefined;
  if (value.v !== "object") return false;
  if (value.channel ?? value.view) return true;
  const inner = (part: Value): boolean => hasEnd(part, depth + 1);
  return depth < DEEPEST && ((value.made?.args.some(inner) ?? false) || [...value.properties?.values() ?? []].some(inner));
}

/** Equal keys mean equal values, as far as an analysis can tell. */
export function valueKey(value: Value): string {
  switch (value.v) {
    case "unknown": return `?${value.bound?.id ?? ""}${value.among?.map(valueKey).join("|") ?? ""}`;
    case "literal": return `=${typeof value.value}:${String(value.value)}`;
    case "function": return `f:${value.body.id}@${value.activation?.id ?? ""}/${value.self ? valueKey(value.self) : ""}`;
    case "bound": return `b:${valueKey(value.object)}.${value.member}(${value.args.map(valueKey).join(",")})`;
    case "class": return `c:${value.info.id}@${value.activation?.id ?? ""}`;
    case "library": return `l:${pathOf(value)}`;
    case "namespace": return `n:${value.package ?? ""}`;
    case "object": return `o:${value.id}${value.sorted ? "<" : ""}${value.waits ?? ""}`;
    case "promise": return `p:${value.tasks.map((task) => task.id).join(",")}/${value.grants.join(",")}(${valueKey(value.value)})`;
    case "releaser": return `r:${value.permits.join(",")}`;
    case "list": return `a:${value.id}`;
    case "text": return `t:${value.id}`;
    case "generator": return `g:${value.id}`;
    case "choice": return `{${value.options.map(valueKey).join("|")}}`;
  }
}

/** A name for what a package or the platform has one of. */
export const pathOf = ({ entity: { package: from, on, member }, path }: LibraryValue): string => path ?? `${from}:${on}.${member}`;

export const optionsOf = (value: Value): readonly Value[] => value.v === "choice" ? value.options : [value];

/** true, false, or undefined when it can't be told. */
export function truthiness(value: Value): boolean | undefined {
  switch (value.v) {
    case "literal": return Boolean(value.value);
    case "unknown": case "text": return undefined;
    case "object": return value.exists ? true : value.lifetime === "open" || value.maybeUndefined || value.unstable || value.key ? undefined : true;
    case "choice": {
      const all = new Set(value.options.map(truthiness));
      return all.size === 1 ? [...all][0] : undefined;
    }
    default: return true;
  }
}

/** Is it null or undefined? undefined when that can't be told. */
export function nullishness(value: Value): boolean | undefined {
  if (value.v === "literal") return value.value === null || value.value === undefined;
  const truthy = truthiness(value);
  return truthy === true ? false : undefined;
}
