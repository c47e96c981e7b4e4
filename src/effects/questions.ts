import type { Ticket } from "./ir.js";

/** A parameter that a call leaves out. */
export interface MissingParameter {
  readonly name: string;
  readonly ticket: Ticket;
  readonly file: string;
}

/**
 * What an edit may ask of the types before it is made. Tickets stand for expressions, declarations' names and calls. The only
 * implementation is in `program`.
 */
export interface TypedQuestions {
  /** Could the first expression stand where the second stands? */
  assignable(value: Ticket, target: Ticket): boolean;
  hasMember(value: Ticket, member: string): boolean;
  /** Has `value` this member, and could it be used wherever the same member of `like` is? */
  memberFits(value: Ticket, member: string, like: Ticket): boolean;
  /** The type of a value that can be sorted by `<`, or of what an array or other iterable holds. */
  primitiveOf(value: Ticket): "string" | "number" | undefined;
  elementOf(list: Ticket): "string" | "number" | undefined;
  /** Does the name of this declaration mean this declaration at that place? */
  inScope(declaration: Ticket, at: Ticket): boolean;
  /** Does the program see what an index gives as possibly undefined? */
  checksIndexes(): boolean;
  isPromise(value: Ticket): boolean;
  /** Texts, numbers and the like, and objects and lists of nothing else: it needs nothing that stays open. */
  isPlainData(value: Ticket): boolean;
  /** Two calls of one declared operation of one type: exchanging their receivers changes no type. */
  sameOperation(a: Ticket, b: Ticket): boolean;
  /** The function of the program that a call runs, if it can be only one. */
  functionCalled(call: Ticket): Ticket | undefined;
  /** The optional parameter behind the last argument given, if it is the next one and a value like this fits. */
  missingParameter(call: Ticket, value: Ticket): MissingParameter | undefined;
}
