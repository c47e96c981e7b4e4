import type { Body, Declaration } from "../effects/ir.js";
import { factsOf, isSmall, perBody } from "./handmade-facts.js";
import { jobQueue } from "./handmade-jobs.js";
import { tailLock } from "./handmade-tail.js";
import { promiseOfExecutor } from "./handmade-values.js";
import { waitingLock, waitingRelease } from "./handmade-waiters.js";

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

const KINDS = new Set<Body["kind"]>(["function", "arrow", "method"]);

/** Judged by what the body does, with the file's own helpers it calls; names are of no importance. */
export const handmadeOf = perBody((body): Handmade | undefined => {
  if (!KINDS.has(body.kind) || body.generator || !isSmall(factsOf(body)) || promiseOfExecutor(body)) return undefined;
  return tailLock(body) ?? jobQueue(body) ?? waitingLock(body) ?? waitingRelease(body);
});
