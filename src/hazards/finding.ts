import type { Ticket } from "../effects/ir.js";
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

const rank = (confidence: Confidence): number => ["certain", "likely", "possible"].indexOf(confidence);

/** Of several findings at one place, the surest, and of those the first. */
export function preferSure(findings: readonly Finding[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.place.file}:${String(finding.place.span.start)}`;
    const known = found.get(key);
    if (!known || rank(finding.confidence) < rank(known.confidence)) found.set(key, finding);
  }
  return [...found.values()];
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
  /**
   * What reads starts after the sends that wait for it. `all`: it reads until the end; `web`: the ends are those of a web stream;
   * `round`: a loop that comes to another reader each round; `child`: it is the end of a process that is waited for.
   */
  | { readonly kind: "hoist"; readonly send: Place; readonly drain: Place; readonly all: boolean; readonly web: boolean; readonly round?: Ticket; readonly child?: true }
  /** Outputs of a process that nobody reads, with their positions among its streams. `call`: what starts the process. */
  | { readonly kind: "ignore"; readonly call: Ticket; readonly outputs: Readonly<Record<string, number>> }
  /** The body of a loop over a generator waits for what the generator holds. */
  | { readonly kind: "collect"; readonly source: Ticket; readonly ends: boolean }
  /** A part of a stream that nobody reads. */
  | { readonly kind: "resume"; readonly part: string; readonly before: Ticket }
  /** A cancel that nobody has to wait for. */
  | { readonly kind: "cancel aside"; readonly wait: Ticket; readonly certain: boolean }
  /** Promises of a list get their handlers one by one. `filled`: the list is filled after its declaration. */
  | { readonly kind: "handle early"; readonly list: Ticket; readonly loop: Ticket; readonly filled: boolean }
  /** The lock is taken again by its holder, or by a function that the holder calls. */
  | { readonly kind: "split"; readonly outer: AcquireSite; readonly inner: AcquireSite; readonly place: Place };
