import type { Acquire, Bound, Mode } from "../catalogue/types.js";
import type { Body, CallExpression, Expression, ForOfStatement, LoopStatement, NewExpression, Span } from "../effects/ir.js";
import type { Strength } from "./causes.js";
import type { Key, ObjectValue } from "./values.js";

/** A place in the program. */
export interface Place {
  readonly file: string;
  readonly span: Span;
  readonly body: Body;
}

/** One step from the root of an evaluation to what is happening. */
export interface Step {
  readonly body: Body;
  /** The call that led here; the root has none. */
  readonly call: Place | undefined;
  /** The body was handed in from outside as a function value: a callback given to a runner is the section. */
  readonly callback: boolean;
  /** It is called where it is written, so what the caller holds is held here. */
  readonly expression?: Expression | undefined;
  /** The run of the body, by which its variables are found. */
  readonly activation: string;
}

/** What is waited for. */
export interface Resource {
  readonly object: ObjectValue;
  readonly key: Key | undefined;
}

/** A permit that is asked for or held. */
export interface Permit {
  readonly id: string;
  readonly resource: Resource;
  readonly mode: Mode;
  readonly weight: number;
  readonly place: Place;
  readonly steps: readonly Step[];
  /** Permits asked for in the same synchronous step have the same number. */
  readonly moment: number;
  /** When it was asked for. */
  readonly asked: number;
  /** Release goes by the resource and not by a value. */
  readonly byResource: boolean;
  /** It is one of a choice, or held on some paths only. */
  readonly uncertain?: true;
  /** How often the program asks for it here, where that is followed once. */
  readonly times: number;
  /** It is granted although somebody waits for exclusive access. */
  readonly passesWriters?: true;
  readonly operation: AcquireSite;
}

/** The call that takes a permit, for fixes. */
export interface AcquireSite {
  readonly call: CallExpression | NewExpression | undefined;
  readonly how: "acquire" | "run" | "borrow" | "handmade" | "excluded";
  /** Of a runner: which argument is the callback, which the key. */
  readonly callback?: number;
  readonly keyArgument?: number;
  /** Arguments that would bound the wait. */
  readonly bounds?: Bound;
  /** The keys are taken one after another, in the order of the array given. */
  readonly keysInOrder?: true;
  /** Of an acquire: what it gives its caller to give the permit back with. */
  readonly gives?: Acquire["gives"];
}

/** Somebody waits until there is room in a channel, or until it has been emptied. */
export interface Send {
  /** The same wait, told again by whoever waits for the task that waits, has the same id. */
  readonly id: string;
  readonly kind: "send" | "close" | "pipe" | "end";
  readonly channel: ObjectValue;
  /** What the text calls the end that is written to. */
  readonly name: string;
  /** How much is sent here, and how much has been sent by then, this included; infinite if nobody can tell. */
  readonly amount: number;
  readonly count: number;
  /** The sends that have been waited for before. */
  readonly after: ReadonlySet<string>;
  readonly place: Place;
  readonly steps: readonly Step[];
  readonly time: number;
  readonly tasks: readonly Task[];
  readonly loops: readonly Loop[];
  readonly bounded: boolean;
  /** Goes on by itself: whoever started it doesn't wait for it. */
  readonly aside?: boolean;
  /** The channel is one of several. */
  readonly uncertain: boolean;
}

/** Somebody receives from a channel, or may: what is in it goes on. */
export interface Drain {
  /** The channel's id. */
  readonly channel: string;
  /** The sends that have been waited for before it starts. */
  readonly after: ReadonlySet<string>;
  /** It takes all that comes, until the channel has ended. */
  readonly all: boolean;
  /** Where it is written; unknown code receives somewhere. */
  readonly place: Place | undefined;
  readonly steps: readonly Step[];
  readonly time: number;
  readonly tasks: readonly Task[];
  /** The loops around it, and those among them that come to another receiver each round. */
  readonly loops: readonly Loop[];
  readonly rounds: readonly Loop[];
}

export type Loop = LoopStatement | ForOfStatement;

/** What somebody waits for that no lock of the program decides. */
export type OutsideKind = "network" | "file" | "process" | "person" | "query" | "timer" | "event" | "task" | "channel" | "stream" | "consumer" | "idle";

/** Somebody waits for something outside of the locks: a machine, a clock, a person, an event, another task. */
export interface Outside {
  readonly kind: OutsideKind;
  /** What it is called where it is declared: `fetch`, `Interface.question`. */
  readonly name: string;
  /** It may never end: nothing says that an answer comes. */
  readonly endless: boolean;
  /** Nothing changes out there: it makes no difference when it is done. */
  readonly reads: boolean;
  /** After so many milliseconds it ends or fails by itself. */
  readonly limit?: number | undefined;
  /** Whether it ends can't be told: somebody may stop it, or nobody. */
  readonly doubtful?: true;
  /** How long a timer runs, where that is written. */
  readonly delay?: Expression | undefined;
  /** Queries on a client or transaction that is held belong to its permit. */
  readonly handle?: string | undefined;
  /** The lock that everybody has to have given back. */
  readonly idle?: string | undefined;
  readonly held: readonly Permit[];
  /** Where it was asked for, and where somebody waits for it. */
  readonly source: Place;
  readonly place: Place;
  readonly steps: readonly Step[];
  readonly time: number;
  readonly tasks: readonly Task[];
}

/** Work that has been started; its promise may be awaited later, or never. */
export interface Task {
  readonly id: string;
  readonly startedAt: number;
  /** When somebody waited for its end; infinite if nobody did. */
  endedAt: number;
  readonly waits: readonly Wait[];
  readonly sends: readonly Send[];
  readonly outsides: readonly Outside[];
  /** Permits it still holds at its end, which go to whoever waits for it. */
  readonly keeps: readonly Permit[];
  /** Permits that the starting task held at the start. */
  readonly startedUnder: ReadonlySet<string>;
  readonly moment: number;
  /** How many such tasks the program starts here, where that is followed once. */
  readonly times: number;
  /** How sure it is that it can fail. */
  fails: Strength;
  /** What it has given back whenever it fails. */
  spares?: ReadonlySet<string>;
  /** Unknown code may start it, or never. */
  readonly maybe?: true;
}

/** A permit held while something else is awaited. */
export interface Held {
  readonly permit: Permit;
  /** The waiting work was started before the permit was taken. */
  readonly startedBefore?: true;
  /** Both were asked for in one synchronous step. */
  readonly fanOut?: true;
  /** The two were sorted or compared first, so everybody asks for them in one order. */
  readonly ordered?: true;
  /** It isn't the waiting task that owns the permit, but something that waits to be consumed. */
  readonly buffered?: Buffered;
}

/** Where a permit sits that nobody gives back before something else has been consumed or has gone on. */
export interface Buffered {
  /**
   * generator: in one that is suspended at a `yield`. window: in items that were prepared ahead. item: in one that was handed out and is
   * kept. lent: in one that went to somebody unknown, who may give it back. ahead: asked for, and not yet looked at. gathered: in what is
   * waited for together. later: nowhere yet, since who asked first is served first.
   */
  readonly in: "generator" | "window" | "item" | "lent" | "ahead" | "gathered" | "later";
  /** How many of its like there may be; infinite if nobody can tell. */
  readonly copies: number;
  /** What is gone through, where a loop does that. */
  readonly source?: Expression;
  /** The suspended generator, where its holdings outlive one statement. */
  readonly owner?: string;
  /** Of what was asked for ahead: is it looked at some time? What nobody ever looks at is only lost. */
  readonly isAwaited?: () => boolean;
}

/** Somebody waits for a permit. */
export interface Wait {
  readonly permit: Permit;
  readonly held: readonly Held[];
  /** Permits of the same resource in results of other tasks, which were started before and not awaited so far. */
  readonly ahead?: readonly Held[];
  /** Bounded by a time limit, so that it closes no cycle. */
  readonly bounded: boolean;
  readonly place: Place;
  readonly steps: readonly Step[];
  readonly time: number;
  readonly tasks: readonly Task[];
}
