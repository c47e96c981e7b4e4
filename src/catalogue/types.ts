/**
 * The vocabulary in which a library is described. Everything here is data: an analysis reads it, nothing here decides.
 *
 * An operation is looked up by what declares it: the npm package (or a platform module), the container (class, interface,
 * type alias, or "module" for a function of the module itself) and the member. Never by the name of a variable or type symbol.
 */

/** Where a value of a call is found: the object before the dot, the function called, an argument, or a property of an argument. */
export type Ref = "receiver" | "callee" | ArgRef;
export interface ArgRef {
  readonly arg: number;
  /** A property of the argument, when it is an options object; a dot leads into a nested object (`pool.max`). */
  readonly property?: string;
}

/** How many permits a primitive has: a number, or where the number is given and what holds when it is not. */
export type Capacity = number | { readonly from: readonly ArgRef[]; readonly default?: number };

/** exclusive: one holder. shared: any number of shared holders, no exclusive one. permit: as many as the capacity allows. */
export type Mode = "exclusive" | "shared" | "permit";

export type PrimitiveKind =
  | "mutex" | "rwlock" | "semaphore" | "limiter" | "queue" | "keyed lock" | "pool" | "database"
  | "channel" | "deferred" | "child process" | "emitter";

/** A bound on the wait, after which it fails by itself. "always": the operation is bounded whatever its arguments. */
export type Bound = "always" | readonly ArgRef[];

/** Makes a primitive. The value of the call (or of `new`) is the primitive. */
export interface Create {
  readonly do: "create";
  readonly what: PrimitiveKind;
  /** Absent: not known, for a pool or a database that is configured elsewhere. */
  readonly capacity?: Capacity;
  /** Options that make the primitive reentrant, or its waits bounded, when they are given and not false. */
  readonly reentrantIf?: ArgRef;
  readonly boundedIf?: ArgRef;
  /** The limiter runs this function: calling the created value is the acquire (`limitFunction`). */
  readonly wraps?: ArgRef;
  /** With `wraps`: the permits are those of this primitive, and none are made. */
  readonly of?: Ref;
  /** This function runs for every item that is given to the primitive (`push`), holding a permit meanwhile. */
  readonly worker?: ArgRef;
  /** Option that starts the queue paused when it is false. */
  readonly pausedIfFalse?: ArgRef;
}

/** A shared request is granted although an exclusive one waits. Without it readers queue behind the writers that came before them. */
export type PassesWriters = true;

/** Takes a permit and keeps it after the call. The call's promise is fulfilled with what `gives` says. */
export interface Acquire {
  readonly do: "acquire";
  readonly of: Ref;
  readonly key?: ArgRef;
  readonly mode: Mode;
  readonly passesWriters?: PassesWriters;
  /**
   * releaser: a function that gives the permit back. tuple: `[value, releaser]`. resource: `[releaser, value]`. handle: an object
   * that owns the permit (a client, a transaction, a lock object). nothing: release goes by the primitive.
   */
  readonly gives: "releaser" | "tuple" | "resource" | "handle" | "nothing";
  readonly weight?: ArgRef;
  readonly bounded?: Bound;
  /** The mode is shared when this argument has the value. */
  readonly sharedIf?: { readonly at: ArgRef; readonly is: string };
  /** Result (and so the wait) is delivered to this callback instead of a promise, when the argument is a function. */
  readonly callback?: ArgRef;
  /** Which parameters of that callback are the handle and a function that gives the permit back. */
  readonly callbackGives?: { readonly handle?: number; readonly releaser?: number };
}

/** Takes nothing yet: the call's value is a function, and calling that is the acquire. */
export interface Prepare extends Omit<Acquire, "do"> {
  readonly do: "prepare";
}

/**
 * Calls the functions of an array one after another, awaiting each, runs the callback with what they gave, and gives everything
 * back. Each gives `[releaser, value]`.
 */
export interface Bracket {
  readonly do: "bracket";
  readonly acquires: ArgRef;
  readonly callback: ArgRef;
}

/** Takes a permit only if that needs no wait. */
export interface TryAcquire {
  readonly do: "try";
  readonly of: Ref;
  readonly key?: ArgRef;
  readonly mode: Mode;
  readonly gives: "releaser" | "tuple" | "handle" | "boolean";
}

/** Gives a permit back. */
export interface Release {
  readonly do: "release";
  readonly of: Ref;
  readonly key?: ArgRef;
  /** The handle that is given back to the primitive `of` (`pool.release(connection)`). */
  readonly handle?: ArgRef;
  readonly weight?: ArgRef;
}

/** Takes a permit, runs the callback while holding it, and gives it back when what the callback returned has settled. */
export interface Run {
  readonly do: "run";
  readonly of: Ref;
  readonly key?: ArgRef;
  readonly mode: Mode;
  readonly passesWriters?: PassesWriters;
  readonly callback: ArgRef;
  /** "each element": the argument is an array of callbacks. "per item": one call of the callback for each item of an iterable. */
  readonly many?: "each element" | "per item";
  /** The callback's parameter that is the handle of the permit (a client, a transaction). */
  readonly handle?: number;
  /** When the callback declares this parameter (or any, for "last"), the permit is kept until it calls it, whatever it returns. */
  readonly done?: number | "last";
  /** An array given as key is taken element after element, in the order given. */
  readonly keysInOrder?: true;
  readonly weight?: ArgRef;
  readonly bounded?: Bound;
  /** The wait does not queue: the callback also runs when the lock is not available (Web Locks `ifAvailable`). */
  readonly triesIf?: ArgRef;
  /** The mode is shared when this argument has the value. */
  readonly sharedIf?: { readonly at: ArgRef; readonly is: string };
}

/** Takes a permit for the length of this call only. `lazy`: nothing happens before the result is awaited. */
export interface Borrow {
  readonly do: "borrow";
  readonly of: Ref;
  readonly lazy?: true;
  /** What runs meanwhile is the `worker` that the primitive was made with. */
  readonly runs?: "worker";
  /** Takes nothing when this is given: the call then works on the handle that stands there (`{ transaction }`). */
  readonly boundIf?: ArgRef;
  readonly bounded?: Bound;
}

/** A view of the same primitive, whose waits are bounded or which only tries. */
export interface Decorate {
  readonly do: "decorate";
  readonly of: Ref;
  readonly sets: "bounded" | "try";
}

/** An object that works on the same connection or pool as the one it was made from: builders, sub-databases, models. */
export interface Derive {
  readonly do: "derive";
  readonly from: Ref;
}

/** Works on what is held already: takes no permit. */
export interface Bound_ {
  readonly do: "bound";
  /** It is what takes the connection: if it fails, nothing has been taken. */
  readonly opens?: true;
}

/** Waits for something that another task does. */
export interface WaitFor {
  readonly do: "wait";
  readonly of: Ref;
  readonly for: "unlock" | "idle" | "empty" | "space" | "settled" | "event" | "exit" | "closed" | "drain" | "finished";
  readonly key?: ArgRef;
  readonly bounded?: Bound;
  readonly until?: ArgRef;
}

/** Does what somebody waits for. */
export interface Settle {
  readonly do: "settle";
  readonly of: Ref;
  readonly how: "resolve" | "reject" | "emit";
  readonly event?: ArgRef;
}

/** Registers a listener, which runs later, not under the caller's locks, and is not awaited. */
export interface Listen {
  readonly do: "listen";
  readonly of: Ref;
  readonly event?: ArgRef;
  readonly callback: ArgRef;
}

/** Capacity of a channel: how many sends pass before a receiver is needed. "unknown" when nobody can tell. */
export type ChannelCapacity = number | "unbounded" | "unknown" | { readonly from: readonly ArgRef[]; readonly default: number | "unknown" };

/** An object over a channel, and the type whose members it has. */
export interface End {
  readonly end: "read" | "write" | "both";
  readonly type: string;
}

/** Makes a channel; `ends` says which properties of the value are its ends (absent: the value itself is both). */
export interface MakeChannel {
  readonly do: "channel";
  readonly capacity: ChannelCapacity;
  /** The capacity counts bytes or characters, not sends. */
  readonly bySize?: true;
  readonly ends?: Readonly<Record<string, End>>;
  /** What is sent disappears in there when this option is given (a stream with a `write` of its own). */
  readonly unlessGiven?: ArgRef;
}

/** Starts a process whose output goes through bounded pipes, unless the option says that it goes elsewhere. */
export interface Spawn {
  readonly do: "spawn";
  readonly options: readonly ArgRef[];
  /** The properties that hold the outputs, by their position in a list of the option's, and the type that they have. */
  readonly outputs: Readonly<Record<string, number>>;
  readonly type: string;
  /** The property that holds the input: the process takes more of it only while its outputs go on. */
  readonly input: string;
  /** What the option says when it isn't given. */
  readonly default: "pipe" | "inherit";
  /** A property of the options that makes pipes of all that the option doesn't name, when it is true. */
  readonly pipedIf?: string;
  /** Commands that write nothing but what went wrong, and where the command is given. */
  readonly quiet: { readonly command: ArgRef; readonly names: readonly string[] };
}

/** An end, a writer, a reader: another object over the same channel. */
export interface View extends End {
  readonly do: "view";
  readonly of: Ref;
  /** It reads from then on, whether or not anybody asks it to. */
  readonly flows?: true;
}

export interface Send {
  readonly do: "send";
  readonly of: Ref;
  /** When the awaited call waits: never, while the channel is full, or until the item was taken. */
  readonly blocks: "never" | "when full" | "until taken";
  /** What is sent, for channels that count its size. */
  readonly item?: ArgRef;
  /** Called when a promise would be fulfilled. */
  readonly callback?: ArgRef;
}

/** Takes from the channel. `all`: the call's promise is fulfilled when the channel has ended. */
export interface Receive {
  readonly do: "receive";
  readonly of: Ref;
  readonly all?: true;
}

/** Connects a read end with a write end; awaiting the call waits until all has flowed. */
export interface Pipe {
  readonly do: "pipe";
  readonly from: Ref;
  readonly to: Ref;
  readonly gives: "settled" | "readable" | "nothing";
  readonly bounded?: Bound;
}

/** Connects its arguments, each with the next; awaiting the call waits until all has flowed. */
export interface Pipeline {
  readonly do: "pipeline";
}

/** `waits`: for what was sent and not yet taken. */
export interface Close {
  readonly do: "close";
  readonly of: Ref;
  readonly waits?: "drained";
}

export interface Cancel {
  readonly do: "cancel";
  readonly of: Ref;
  /** Awaiting it waits for the other branch of a tee. */
  readonly waits?: "other branch";
}

/** Splits one source into several that must all be consumed. */
export interface Branch {
  readonly do: "branch";
  readonly of: Ref;
  readonly buffers: boolean;
}

/** Runs a callback over items, ahead of the consumer. */
export interface Window {
  readonly do: "window";
  readonly items?: Ref;
  readonly callback: ArgRef;
  /** How many results there may be, running ones included, that nobody has consumed yet. */
  readonly ahead: Capacity;
}

/**
 * Hands out the parts of a stream, each of which must be consumed before the next comes: to a listener (`event`), or to a loop. `part`
 * and `next` are the listener's parameters: the stream, and a function that asks for the next.
 */
export interface Parts {
  readonly do: "parts";
  readonly event?: string;
  readonly part: number;
  readonly next?: number;
  /** The property of the part that must be consumed, where it isn't the part itself. */
  readonly property?: string;
  /** Among the parts there are some with nothing to consume. */
  readonly mixed?: true;
  /** What a member of it, or of what describes it, says of a part that has content. */
  readonly filled?: { readonly member: string; readonly values: readonly string[] };
}

/** Calls back with a response that keeps its connection until it has been read to its end or thrown away. */
export interface Answers {
  readonly do: "answers";
  /** Where the function may stand. */
  readonly callback: readonly ArgRef[];
  readonly part: number;
}

/** How a callback runs. */
export interface Calls {
  readonly do: "calls";
  readonly callback: ArgRef;
  /** now: before the call returns. later: at any time, not under the caller's locks. */
  readonly when: "now" | "later";
  readonly times: "once" | "many" | "at most once";
  /**
   * What the caller gets of the callback's results. "result": the call's own value or promise. "elements": an array of them.
   * "awaited": the call's promise waits for what each call returned. "dropped": nothing, nobody waits.
   */
  readonly result: "result" | "elements" | "awaited" | "dropped";
  /** What the callback is called with: the elements of this value as its first parameter, or these arguments. */
  readonly elementsOf?: Ref;
  /** The argument is an array of callbacks. */
  readonly each?: true;
  /** A second callback, of which one or the other runs (the rejection handler of `then`). */
  readonly alternative?: ArgRef;
  readonly passes?: readonly ArgRef[];
  readonly parameter?: number;
}

/** Waits for several promises, or for a single one that is the argument itself. */
export interface Join {
  readonly do: "join";
  readonly of: ArgRef;
  readonly first: boolean;
  readonly bounded?: Bound;
}

/** Waits for time only. */
export interface Delay {
  readonly do: "delay";
  /** How long, in milliseconds. */
  readonly by?: ArgRef;
  /** A turn of the event loop, and no longer. */
  readonly turn?: true;
}

/** Waits for a remote machine, a disk, a process, a person. */
export interface External {
  readonly do: "external";
  readonly what: "network" | "file" | "process" | "person";
  /** Nothing changes out there, unless one of these is given: it makes no difference when it is done. */
  readonly readsUnless?: readonly ArgRef[];
  /** Options after which it fails by itself: milliseconds, or a signal. */
  readonly bounded?: readonly ArgRef[];
  /** After so many milliseconds it fails by itself in any case. */
  readonly limit?: number;
  /** What it gives keeps a connection until the body, which this property holds, has been read or thrown away. */
  readonly keepsUntilRead?: string;
}

/** Named, so that it is known to do nothing of the kind. */
export interface Nothing {
  readonly do: "none";
  /** It gives back the object that it is called on. */
  readonly chains?: true;
  /** It is true for whoever has this lock. */
  readonly trueFor?: Ref;
}

export type Effect =
  | Create | Acquire | Prepare | Bracket | TryAcquire | Release | Run | Borrow | Decorate | Derive | Bound_ | WaitFor | Settle | Listen
  | MakeChannel | Spawn | View | Send | Receive | Pipe | Pipeline | Close | Cancel | Branch | Window | Parts | Answers | Calls | Join | Delay | External | Nothing;

/**
 * How much a member's written name says. A telling name (`runExclusive`) is a candidate wherever it stands;
 * a common one (`add`, `get`) only where the receiver's written declaration can be of the library.
 */
export type Telling = "telling" | "common";

export interface Operation {
  /**
   * Name of the declaring class, interface or type alias; of the declaring function, for a member or call of what it returns;
   * "module" for a function of the module; "*" for any class or interface of the package that has no operation of its own.
   */
  readonly on: string;
  /** The declared module that must hold it (`timers/promises`, without `node:`), where the same name stands in several. */
  readonly module?: string;
  /** Applies only to the static member, or only to that of an instance, where a class has both (`EventEmitter.once`). */
  readonly isStatic?: boolean;
  /** Member name; "new" for the constructor, "()" for calling the object itself. */
  readonly member: string;
  readonly name: Telling;
  readonly effect: Effect;
  /** Applies only to calls with at least / at most this many arguments, for overloads that differ in effect. */
  readonly minArgs?: number;
  readonly maxArgs?: number;
  /** Applies only if this argument is (or is not) written as a function, for callback overloads that differ in effect. */
  readonly argIsFunction?: { readonly arg: number; readonly is: boolean };
}

/** How a handle (a client, a transaction) gives its permit back: by these members of its own. */
export interface HandleType {
  readonly name: string;
  readonly releasedBy: readonly string[];
  /** Members, called or not, that are true once it has been given back, and false before. */
  readonly spentIf?: readonly string[];
}

export interface Library {
  /** npm name, or `platform` for the ECMAScript, DOM and Node.js types. */
  readonly package: string;
  /** Majors that this data describes, with 0.x written as "0.5"; another major is left alone. None given: any. */
  readonly majors: readonly string[];
  /** Words that all stand in some file of a program that uses what needs no import; without them its common names are no candidates. */
  readonly words?: readonly string[];
  readonly operations: readonly Operation[];
  /** Types that stand for the primitive itself when nothing is known of how it was made. */
  readonly primitives?: Readonly<Record<string, { readonly what: PrimitiveKind; readonly capacity?: number }>>;
  readonly handles?: readonly HandleType[];
  /** Interfaces and classes of the library that inherit operations: subtype → supertypes, both by name. */
  readonly extends?: Readonly<Record<string, readonly string[]>>;
  /** Properties that hold another primitive or value over the same resource (`limit.queue`, `prisma.user`): derive by default. */
  readonly derives?: readonly string[];
  /** Types of locks that other processes share: what they guard is outside of the program. */
  readonly beyond?: readonly string[];
  /** Code generated into the user's own tree belongs to the library when its file imports from a module that starts with one of these. */
  readonly generatedImports?: readonly string[];
}
