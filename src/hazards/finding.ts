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
  | { readonly kind: "exchange"; readonly outer: AcquireSite; readonly inner: AcquireSite; readonly otherFiles: readonly string[] }
  /** Locks taken in a loop over keys, or an array of keys. */
  | { readonly kind: "sort"; readonly inner: AcquireSite; readonly place: Place }
  /** The pool is used while one of its connections is held. */
  | { readonly kind: "handle"; readonly outer: AcquireSite; readonly inner: AcquireSite; readonly place: Place }
  /** A limiter's task that is limited again. */
  | { readonly kind: "unwrap"; readonly inner: AcquireSite; readonly place: Place }
  /** A function that takes the lock is called by its holder. */
  | { readonly kind: "split"; readonly place: Place };
