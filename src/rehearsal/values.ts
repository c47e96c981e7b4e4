import type { Body, ClassInfo, Declaration, Expression } from "../effects/ir.js";
import type { LibraryEntity } from "../effects/port.js";
import type { Place } from "../summaries/events.js";
import type { World } from "./world.js";

/**
 * What a rehearsed program works with: real numbers, texts and objects where they are known, and `Unknown` for the rest. They are
 * changed in place, as in a real run.
 */
export type Value = undefined | null | boolean | number | string | Thing;
export type Thing = Unknown | Obj | Fn | Native | Prom | ClassRef | Lib;

/** A step of a program that may have to wait: it hands over what it waits for and is given what came of it. */
export type Run<T> = Generator<Pause, T, Value>;

export type Pause =
  | { readonly waitsFor: Prom; readonly at: Place }
  /** A generator hands this to whoever reads from it. */
  | { readonly yields: Value };

/** Something of which nothing is known. What was once found out about it stays so. */
export class Unknown {
  truth: boolean | undefined;
  nullish: boolean | undefined;
  /** Properties, by name, and the outcomes of comparisons, by what it was compared with. */
  readonly members = new Map<string, Value>();
  readonly answers = new Map<unknown, Unknown>();
  /** `isComputed`: it follows from what is known, but nobody computes it here. A question about it has one answer, and a guess may miss it. */
  constructor(readonly name: string, readonly isComputed = false) {}
}

/** Is this known, or does it follow from what is? */
export const isDetermined = (value: Value): boolean => !(value instanceof Lib || value instanceof Unknown) || value.isComputed;

/** Something declared by a library or the platform that isn't followed further. */
export class Lib {
  readonly isComputed = false;
  constructor(readonly entity: LibraryEntity, readonly path: string) {}
}

export type Kind = "object" | "array" | "set" | "map" | "emitter" | "lock" | "deferred" | "generator" | "stream" | "child" | "namespace";

/** An object with an identity. */
export class Obj {
  readonly props = new Map<string, Value>();
  /** The elements of arrays and sets. */
  items: Value[] = [];
  readonly entries = new Map<Value, Value>();
  /** There may be more in it than is known. */
  open = false;
  /** Members that the platform or a library gives it. */
  model: Model | undefined;
  /** What its own library may call or use, as long as somebody can reach the object. */
  retains: readonly Value[] = [];
  /** Of a generator that was called: what runs when somebody reads from it. */
  generator: (() => Run<Value>) | undefined;
  /** `file`: the module whose exports a namespace has. */
  constructor(readonly kind: Kind, readonly cls?: ClassRef, readonly file?: string) {}
}

/** What a library's object does when a member of it is called; undefined: it has no such member that is described. */
export interface Model {
  /** It is the input of a process, which need not wait for its end. */
  readonly isInput?: true;
  readonly call: (world: World, object: Obj, name: string, args: readonly Value[], call: CallPlace) => Run<Value> | undefined;
}

export interface CallPlace {
  readonly at: Place;
  readonly expression: Expression | undefined;
}

export class Fn {
  constructor(readonly body: Body, readonly scope: Scope, readonly self: Value) {}
}

/** A function of the platform, or one that a library hands out. */
export class Native {
  constructor(
    readonly call: (args: readonly Value[], call: CallPlace) => Run<Value>,
    /** What may be reached, and which promise may be settled, by calling it. */
    readonly retains: readonly Value[] = [], readonly settles?: Prom,
  ) {}
}

export class ClassRef {
  readonly statics = new Map<string, Value>();
  /** What it extends, once that was asked for. */
  base: ClassRef | Lib | Unknown | undefined;
  constructor(readonly info: ClassInfo, readonly scope: Scope) {}
}

/** Names in force at some point: those of a body, and of the blocks of its loops. */
export class Scope {
  readonly names = new Map<Declaration, Value>();
  constructor(readonly body: Body, readonly parent: Scope | undefined, readonly self: Value) {}

  holder(declaration: Declaration): Scope | undefined {
    return this.names.has(declaration) ? this : this.parent?.holder(declaration);
  }

  /** The same names once more, with what they stand for now. */
  copy(): Scope {
    const other = new Scope(this.body, this.parent, this.self);
    for (const [declaration, value] of this.names) other.names.set(declaration, value);
    return other;
  }

  /** The innermost scope of the body that owns a name. */
  owner(declaration: Declaration): Scope | undefined {
    return this.body === declaration.body ? this : this.parent?.owner(declaration);
  }
}

/** What has to happen for a promise to be settled. */
export type Need =
  /** The work has to end. */
  | { readonly by: "task"; readonly task: Task }
  /** Somebody has to call what settles it. */
  | { readonly by: "settler"; readonly what: "deferred" | "nothing" }
  /** Somebody who has the object has to make it happen: emit the event, end the input. */
  | { readonly by: "event"; readonly of: Obj; readonly name: string }
  /** Something outside of the program happens, sooner or later. */
  | { readonly by: "outside" }
  | { readonly by: "then"; readonly source: Prom; readonly handlers: readonly Value[];
      /** It stands for a module that is being loaded. */
      readonly loads?: true }
  | { readonly by: "all" | "first"; readonly of: readonly Prom[] }
  /** The lock has to be given back, by those who hold it now. */
  | { readonly by: "permit"; readonly lock: Obj; readonly holders: () => readonly Holder[];
      /** All who hold it have to end, not only one. */
      readonly idle?: true };

/** Who holds a permit: work that gives it back at its end, or whoever can call what gives it back. */
export interface Holder {
  readonly until: Prom | undefined;
  readonly releaser: Value;
  /** When it was granted. */
  since: number;
}

export class Prom {
  state: "pending" | "fulfilled" | "rejected" = "pending";
  value: Value;
  readonly reactions: (() => void)[] = [];
  /** Somebody is told what becomes of it. */
  isHandled = false;
  /** It was settled with a promise: it waits for that. */
  adopted: Prom | undefined;
  /** The lock made by hand whose code made it. */
  readonly guard: Body | undefined;
  constructor(public need: Need, readonly createdAt: number, guard?: Body) {
    this.guard = guard;
  }
}

/** Work that goes on by itself: one run of an async function, or of a module. */
export interface Task {
  readonly id: number;
  readonly body: Body;
  readonly scope: Scope;
  readonly promise: Prom;
  readonly startedAt: number;
  /** The call that started it. */
  readonly call: Place | undefined;
  waiting: { readonly promise: Prom; readonly at: Place } | undefined;
  /** It goes round and round with the outside world, and may do anything that it can reach. */
  parked: boolean;
  /** Where it ended with a promise of somebody else, for which it waits without an `await`. */
  returned: Place | undefined;
  /** How many handlers stand ready to catch what is thrown in it. */
  caught: number;
}

/** Thrown through the rehearsal as an error is through the program. */
export class Thrown extends Error {
  constructor(readonly value: Value) {
    super();
  }
}

/** Thrown into a generator that nobody reads from any more: only what stands in `finally` still runs. */
export class Closed extends Error {}

export const isThing = (value: Value): value is Thing => typeof value === "object" && value !== null;
