import type { ArgRef } from "../catalogue/types.js";
import { type CallExpression, type NewExpression, placeKey, type Ticket } from "../effects/ir.js";
import type { AcquireSite, Place } from "../summaries/events.js";

export type Confidence = "certain" | "likely" | "possible";

/** One thing to tell the user, at one place of one file. */
export interface Finding {
  readonly rule: string;
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  readonly place: Place;
  readonly confidence: Confidence;
  /** The other places that take part, in the order in which they are told. */
  readonly related?: readonly Related[];
  /** What an edit would start from; absent when there is nothing to edit. */
  readonly repair?: Repair;
  /** Of a circle of waits: how many locks take part in it. */
  readonly locks?: number;
  /** Of a wait under a lock: what decides whether the options of its rule show it. */
  readonly awaits?: AwaitFacts;
  /** Of a wait for a lock: does a server do it for a request? Not asked unless somebody wants to know. */
  readonly inHandler?: () => boolean;
}

export interface Related {
  readonly place: Place;
  /** What happens there, as a sentence without its end. */
  readonly text: string;
}

export interface AwaitFacts {
  /** The modest mode that shows it. */
  readonly mode: "unrelated" | "external" | "any";
  /** One report for each section. */
  readonly section: string;
  /** It ends by itself after so many milliseconds. */
  readonly limit: number;
  /** What is waited for, and the functions that lead there, by their names. */
  readonly names: readonly string[];
}

const rank = (confidence: Confidence): number => ["certain", "likely", "possible"].indexOf(confidence);

/** Of several findings at one place, the surest, and of those the first. */
export function preferSure(findings: readonly Finding[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const key = placeKey(finding.place);
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
   * `round`: a loop that comes to another reader each round; `child`: it is the end of a process that is waited for; `endless`: nobody
   * closes the channel, so that what reads to the end never comes there.
   */
  | { readonly kind: "hoist"; readonly send: Place; readonly drain: Place; readonly all: boolean; readonly web: boolean; readonly round?: Ticket; readonly child?: true; readonly endless?: true }
  /** Outputs of a process that nobody reads, with their positions among its streams. `call`: what starts the process. */
  | { readonly kind: "ignore"; readonly call: Ticket; readonly outputs: Readonly<Record<string, number>> }
  /** The body of a loop over a generator waits for what the generator holds. */
  | { readonly kind: "collect"; readonly source: Ticket; readonly ends: boolean }
  /** A part of a stream that nobody reads. */
  | { readonly kind: "resume"; readonly part: string; readonly at: Ticket; readonly where: "before" | "else" }
  /** A cancel that nobody has to wait for. */
  | { readonly kind: "cancel aside"; readonly wait: Ticket; readonly certain: boolean }
  /** Promises of a list get their handlers one by one. `filled`: the list is filled after its declaration. */
  | { readonly kind: "handle early"; readonly list: Ticket; readonly loop: Ticket; readonly filled: boolean }
  /** A response is asked for whose body nobody reads. */
  | { readonly kind: "dump"; readonly call: Ticket; readonly body: string }
  /** What is taken here isn't given back on some way out. `elsewhere`: what goes well is given back by somebody else. */
  | { readonly kind: "guard"; readonly exit: Place; readonly gives: NonNullable<AcquireSite["gives"]>; readonly elsewhere: boolean }
  /** An event by which something is given back, and which need not come. */
  | { readonly kind: "close"; readonly event: Ticket }
  /**
   * A wait in a section that could stand outside of it. `waits`: where such waits begin, this one and others beside it. `harmless`: nobody can tell when it is
   * done, but by what it gives.
   */
  | { readonly kind: "move"; readonly operation: AcquireSite; readonly isCallback: boolean; readonly waits: readonly number[]; readonly harmless: boolean }
  /** An await that nobody can end. `settle`: the call further down that would, of an event if `isEvent`. `mayDrop`: it is work that waits for itself. */
  | { readonly kind: "wait"; readonly place: Place; readonly settle?: Place; readonly isEvent: boolean; readonly mayDrop: boolean }
  /** A call, of the request or of what makes the lock, that takes an option by which the wait ends; or what makes the lock, and a function that bounds its waits. */
  | { readonly kind: "bound"; readonly call: CallExpression | NewExpression; readonly option: ArgRef }
  | { readonly kind: "wrap"; readonly call: CallExpression | NewExpression; readonly by: string }
  /** The lock is taken again by its holder, or by a function that the holder calls. */
  | { readonly kind: "split"; readonly outer: AcquireSite; readonly inner: AcquireSite; readonly place: Place };
