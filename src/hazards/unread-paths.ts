import type { Parts } from "../catalogue/types.js";
import { bodyOfFunction } from "../effects/bodies.js";
import type { Body, Declaration, Expression, Pattern, Statement } from "../effects/ir.js";
import { allStatements, innerLists, ownExpressions, partsOf } from "../effects/walk.js";
import { emptyAfter, emptyByStatus } from "./empty-parts.js";

/** A stream, the property that has to be read where it isn't the stream itself, and a function that asks for what comes after it. */
export interface Unread {
  readonly stream: Declaration;
  readonly property?: string | undefined;
  readonly next?: Declaration | undefined;
  readonly filled?: Parts["filled"];
}

/** Here a path ends on which nobody has read it. `else`: what stands here reads it on other paths. */
export interface Miss {
  readonly statement: Statement | Body;
  readonly where: "before" | "else";
}

/** Where the paths end: with the handler, with a round of the loop, or wherever the name is left behind, by an error, too. */
export type PathsEnd = "end" | "round" | "exit";

/** Events that come only to those who read the stream, or that read it. */
const READING_EVENTS: ReadonlySet<unknown> = new Set(["data", "readable"]);
const IDLE_MEMBERS: ReadonlySet<string> = new Set(["setEncoding", "pause", "isPaused", "removeListener", "off", "removeAllListeners"]);
const LISTENING: ReadonlySet<string> = new Set(["on", "once", "addListener", "prependListener"]);

/** Follows the paths over some statements on which a stream isn't read. */
export class PathsTo {
  readonly #misses: Miss[] = [];
  /** The stream, by all its names. */
  readonly #names: Set<Declaration>;
  /** How many `catch` clauses around see what is thrown. */
  #caught = 0;

  constructor(readonly unread: Unread, readonly until: PathsEnd) {
    this.#names = new Set([unread.stream]);
  }

  /** `body`: told where there isn't even a statement. */
  missesIn(list: readonly Statement[], body: Body): readonly Miss[] {
    const last = list.at(-1);
    if (this.#follow(list, false) === false && !this.unread.next) this.#tell(last ?? body, last !== undefined && this.isUsedIn([last]) ? "else" : "before");
    return this.#misses;
  }

  /** Does anything in these statements use it? */
  isUsedIn(list: readonly Statement[]): boolean {
    return [...allStatements(list)].some((statement) => ownExpressions(statement).some((e) => this.#uses(e)));
  }

  /** Has it been consumed after these statements? Undefined when no path gets there. */
  #follow(list: readonly Statement[], consumed: boolean): boolean | undefined {
    let now: boolean | undefined = consumed;
    for (const statement of list) {
      if (now === undefined) return undefined;
      now = this.#step(statement, now);
    }
    return now;
  }

  #step(statement: Statement, consumed: boolean): boolean | undefined {
    if (statement.s === "declare" && statement.init && this.#is(statement.init)) return consumed || this.#isTakenBy(statement.pattern);
    const now = ownExpressions(statement).reduce((at, e) => this.#evaluate(e, at, statement), consumed);
    switch (statement.s) {
      case "return": case "throw": case "continue": case "break":
        if (!now && !this.#isFine(statement)) this.#tell(statement, "before");
        return undefined;
      case "if": {
        const { filled } = this.unread, empty = filled ? emptyAfter(statement.test, filled) : emptyByStatus(statement.test);
        return both(this.#follow(statement.then, now || empty.then), this.#follow(statement.else, now || empty.else));
      }
      case "block": return this.#follow(statement.statements, now);
      case "try": return this.#attempt(statement, now);
      // Whatever is in there may consume it.
      default: return now || innerLists(statement).some((inner) => this.isUsedIn(inner));
    }
  }

  #attempt({ block, handler, finalizer }: Extract<Statement, { s: "try" }>, now: boolean): boolean | undefined {
    if (this.until === "exit" && finalizer && this.isUsedIn(finalizer)) return true;
    if (handler) this.#caught++;
    const through = this.#follow(block, now);
    if (handler) this.#caught--;
    return this.#follow(finalizer ?? [], through ?? true);
  }

  /** Does it matter to nobody that it is unread where this leaves? */
  #isFine({ s }: Statement): boolean {
    switch (s) {
      case "return": return this.unread.next !== undefined || this.until === "round";
      case "throw": return this.until !== "exit" || this.#caught > 0;
      case "continue": return this.until === "end";
      default: return this.until !== "exit";
    }
  }

  #evaluate(e: Expression, consumed: boolean, statement: Statement): boolean {
    if (consumed || this.#consumes(e) || endsProcess(e)) return true;
    if (this.#partsOf(e).reduce((at, part) => this.#evaluate(part, at, statement), false)) return true;
    if (this.#asksForNext(e)) this.#tell(statement, "before");
    return this.#asksForNext(e);
  }

  #uses(e: Expression): boolean {
    return this.#consumes(e) || this.#partsOf(e).some((part) => this.#uses(part));
  }

  /** To look at a property, or to ask what it is, leaves it as it was: but where a path depends on that, who knows. */
  #partsOf(e: Expression): readonly Expression[] {
    const parts = e.k === "call" && e.callee.k === "member" && this.#is(e.callee.object) ? e.args : partsOf(e);
    return e.k === "member" || (this.until !== "exit" && (e.k === "unary" || e.k === "binary")) ? parts.filter((part) => !this.#is(part)) : parts;
  }

  /** Another name for it consumes nothing yet; some of its properties may be all that is wanted. */
  #isTakenBy(pattern: Pattern): boolean {
    if (pattern.p === "name") this.#names.add(pattern.declaration);
    return pattern.p === "array" || (pattern.p === "object" && (pattern.rest !== undefined || pattern.properties.some(({ key }) => key === undefined || key === this.unread.property)));
  }

  #is(e: Expression): boolean {
    return e.k === "name" && e.declaration !== undefined && this.#names.has(e.declaration);
  }

  /** The stream, or what a call that returns its own object makes of it: `stream.on(…).once(…)`. */
  #isChain(e: Expression): boolean {
    if (e.k !== "call") return this.#is(e);
    return e.callee.k === "member" && (LISTENING.has(e.callee.name) || IDLE_MEMBERS.has(e.callee.name)) && this.#isChain(e.callee.object);
  }

  /** Whoever gets it may read it. */
  #consumes(e: Expression): boolean {
    switch (e.k) {
      case "name": return this.#is(e);
      case "member": return e.name === this.unread.property && this.#is(e.object);
      case "function": return [...this.#names].some((name) => e.body.mentions.has(name));
      case "call": {
        const { callee, args: [event] } = e;
        if (callee.k !== "member" || !this.#isChain(callee.object)) return false;
        return LISTENING.has(callee.name) ? event?.k === "literal" && READING_EVENTS.has(event.value) : !IDLE_MEMBERS.has(callee.name);
      }
      default: return false;
    }
  }

  /** `next()`, or `next` given to somebody who calls it whatever becomes of the part. */
  #asksForNext(e: Expression): boolean {
    const { next } = this.unread;
    if (!next || e.k !== "call") return false;
    if (e.callee.k === "name" && e.callee.declaration === next) return e.args.length === 0;
    const isOwnEvent = e.callee.k === "member" && this.#isChain(e.callee.object);
    return !isOwnEvent && e.args.some((arg) => arg.k === "name" && arg.declaration === next);
  }

  #tell(statement: Statement | Body, where: "before" | "else"): void {
    this.#misses.push({ statement, where });
  }
}

const both = (a: boolean | undefined, b: boolean | undefined): boolean | undefined => (a === undefined ? b : b === undefined ? a : a && b);

/** `process.exit(1)`, or a function of this file that comes to it. */
function endsProcess(e: Expression, depth = 0): boolean {
  if (e.k !== "call" || depth > MOST_DEPTH) return false;
  const { callee } = e;
  if (callee.k === "member") return callee.object.k === "name" && !callee.object.declaration && callee.object.name === "process" && (callee.name === "exit" || callee.name === "abort");
  return bodyOfFunction(callee)?.statements.some((statement) => statement.s === "expression" && endsProcess(statement.value, depth + 1)) ?? false;
}

const MOST_DEPTH = 3;
