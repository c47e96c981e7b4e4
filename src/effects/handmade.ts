import type { Declaration, Expression } from "./ir.js";

/** What a function written by hand does, when its body has the shape of a lock or a serial queue. */
export interface Handmade {
  readonly do: "run" | "acquire" | "release";
  /** What is locked: a field of `this`, a variable, or a variable of a factory function. */
  readonly of: { readonly field: string } | { readonly declaration: Declaration };
  /** Index of the parameter that is the callback, for `run`. */
  readonly callback?: number;
  /** Index of the parameter that is the key, for a lock with one state per key. */
  readonly key?: number;
  /** What the acquire's promise is fulfilled with: a function that gives the lock back, or nothing. */
  readonly gives?: "releaser" | "nothing";
  /** How many may hold it at once; undefined when a constructor or a variable decides. */
  readonly capacity: number | undefined;
  /** The step that runs the work is not awaited by the runner's caller (a queue that only accepts). */
  readonly awaited: boolean;
}

/** What a method written by hand does with the bounded channel that its object is. */
export interface HandmadeChannel {
  readonly do: "send" | "receive";
  /** Of a send: how many items wait before it does. */
  readonly limit?: Expression;
}
