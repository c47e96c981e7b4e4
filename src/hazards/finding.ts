import type { AcquireSite, Place } from "../summaries/events.js";

export type Confidence = "certain" | "likely" | "possible";

/** One thing to tell the user, at one place of one file. */
export interface Finding {
  readonly rule: string;
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  readonly place: Place;
  readonly confidence: Confidence;
  /** What an edit would start from; absent when there is nothing to edit. */
  readonly repair?: Repair;
}

export type Repair =
  /** Two nested sections that can be exchanged. */
  | { readonly kind: "exchange"; readonly outer: AcquireSite; readonly inner: AcquireSite; readonly otherFiles: readonly string[];
      /** The same two calls stand for the other order, too, with other values: to exchange them would turn both round. */
      readonly bothWays?: true }
  /** Locks taken in a loop over keys, or an array of keys; with `outer`: two nested requests of one keyed lock. */
  | { readonly kind: "sort"; readonly inner: AcquireSite; readonly outer?: AcquireSite; readonly place: Place }
  /** The pool is used while one of its connections is held. */
  | { readonly kind: "handle"; readonly outer: AcquireSite; readonly inner: AcquireSite; readonly place: Place }
  /** A limiter's task that is limited again. */
  | { readonly kind: "unwrap"; readonly outer: AcquireSite; readonly inner: AcquireSite; readonly place: Place }
  /** What reads starts after the sends that wait for it. `all`: it reads until the end; `web`: the ends are those of a web stream. */
  | { readonly kind: "hoist"; readonly send: Place; readonly drain: Place; readonly all: boolean; readonly web: boolean }
  /** An await that nobody can end. `settle`: the call further down that would, of an event if `isEvent`. `mayDrop`: it is work that waits for itself. */
  | { readonly kind: "wait"; readonly place: Place; readonly settle?: Place; readonly isEvent: boolean; readonly mayDrop: boolean }
  /** The lock is taken again by its holder, or by a function that the holder calls. */
  | { readonly kind: "split"; readonly outer: AcquireSite; readonly inner: AcquireSite; readonly place: Place };
