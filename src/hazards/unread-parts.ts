import type { Catalogue } from "../catalogue/index.js";
import type { Parts } from "../catalogue/types.js";
import type { Body, CallExpression, Declaration, Expression, LoweredFile, Pattern, Statement } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allExpressions, allStatements, innerLists, ownExpressions, partsOf } from "../effects/walk.js";
import type { Finding } from "./finding.js";
import { bodyOfEntity } from "./rejections.js";

export interface PartPort extends ProgramPort {
  /** Files that import from one of these packages. */
  filesImporting(packages: ReadonlySet<string>): readonly LoweredFile[];
}

/** The parts of a stream come one after another: one that nobody reads keeps the next from coming. */
export function findUnreadParts(port: PartPort, catalogue: Catalogue): Finding[] {
  const packages = new Set(catalogue.libraries.filter(({ operations }) => operations.some(({ effect }) => effect.do === "parts")).map((library) => library.package));
  return port.filesImporting(packages).flatMap(({ bodies }) => bodies.flatMap((body) => [...handlersIn(body, port, catalogue), ...loopsIn(body, port, catalogue)]));
}

/** What a part of a stream is called, and the function that asks for the next one. */
interface Part {
  readonly stream: Declaration;
  readonly next: Declaration | undefined;
}

function handlersIn(body: Body, port: ProgramPort, catalogue: Catalogue): Finding[] {
  return [...allExpressions(body.statements)].flatMap((e) => {
    const effect = e.k === "call" ? partsAt(e, port, catalogue) : undefined;
    const handler = effect && handlerOf((e as CallExpression).args[1]);
    const stream = handler && nameOf(handler.parameters[effect.part]?.pattern);
    if (!stream) return [];
    const next = effect.next === undefined ? undefined : nameOf(handler.parameters[effect.next]?.pattern);
    if (effect.next !== undefined && !next) return [];
    return new PathsTo({ stream, next }, handler).run(handler.statements, "end");
  });
}

function partsAt({ callee, args: [event] }: CallExpression, port: ProgramPort, catalogue: Catalogue): Parts | undefined {
  if (callee.k !== "member" || event?.k !== "literal" || (callee.name !== "on" && callee.name !== "once" && callee.name !== "addListener")) return undefined;
  return effectOf(callee.object, "on", port, catalogue).find((effect) => effect.event === event.value);
}

const effectOf = (e: Expression, member: string, port: ProgramPort, catalogue: Catalogue): Parts[] =>
  port.typeOf(e.ticket).library.flatMap(({ package: from, name }) => catalogue.findOperations(from, name, member)).flatMap(({ effect }) => effect.do === "parts" ? [effect] : []);

function handlerOf(e: Expression | undefined): Body | undefined {
  if (e?.k === "function") return e.body;
  return e?.k === "name" && e.declaration ? bodyOfEntity({ kind: "declaration", declaration: e.declaration }) : undefined;
}

const nameOf = (pattern: Pattern | undefined): Declaration | undefined => (pattern?.p === "name" ? pattern.declaration : undefined);

function loopsIn(body: Body, port: ProgramPort, catalogue: Catalogue): Finding[] {
  return [...allStatements(body.statements)].flatMap((statement) => {
    const stream = statement.s === "for-of" && statement.awaits ? nameOf(statement.pattern) : undefined;
    if (!stream || statement.s !== "for-of" || effectOf(statement.iterable, "[Symbol.asyncIterator]", port, catalogue).length === 0) return [];
    return new PathsTo({ stream, next: undefined }, body).run(statement.body, "round");
  });
}

/** Events that come only to those who read the stream, or that read it. */
const READING_EVENTS: ReadonlySet<unknown> = new Set(["data", "readable"]);
const IDLE_MEMBERS: ReadonlySet<string> = new Set(["setEncoding", "pause", "isPaused", "removeListener", "off", "removeAllListeners"]);
const LISTENING: ReadonlySet<string> = new Set(["on", "once", "addListener", "prependListener"]);

/** Follows the paths of a handler, or of a round of a loop, up to where the next part is asked for. */
class PathsTo {
  readonly #found: Finding[] = [];

  constructor(readonly part: Part, readonly body: Body) {}

  run(list: readonly Statement[], until: "end" | "round"): Finding[] {
    const last = list.at(-1);
    const open = this.#follow(list, false, until);
    if (open === false && !this.part.next) this.#tell(last ?? this.body);
    return this.#found.slice(0, 1);
  }

  /** Has the part been consumed after these statements? Undefined when no path gets there. */
  #follow(list: readonly Statement[], consumed: boolean, until: "end" | "round"): boolean | undefined {
    let now: boolean | undefined = consumed;
    for (const statement of list) {
      if (now === undefined) return undefined;
      now = this.#step(statement, now, until);
    }
    return now;
  }

  #step(statement: Statement, consumed: boolean, until: "end" | "round"): boolean | undefined {
    const now = ownExpressions(statement).reduce((at, e) => this.#evaluate(e, at, statement), consumed);
    switch (statement.s) {
      case "return":
        if (!now && !this.part.next && until === "end") this.#tell(statement);
        return undefined;
      case "throw": return undefined;
      case "continue":
        if (!now && until === "round") this.#tell(statement);
        return undefined;
      case "break": return undefined;
      case "if": return both(this.#follow(statement.then, now, until), this.#follow(statement.else, now, until));
      case "block": return this.#follow(statement.statements, now, until);
      case "try": {
        const through = this.#follow(statement.block, now, until);
        return this.#follow(statement.finalizer ?? [], through ?? true, until);
      }
      // Whatever is in there may consume it.
      default: return now || innerLists(statement).some((inner) => [...allExpressions(inner)].some((e) => this.#consumes(e)));
    }
  }

  #evaluate(e: Expression, consumed: boolean, statement: Statement): boolean {
    if (consumed || this.#consumes(e)) return true;
    if (this.#asksForNext(e)) {
      this.#tell(statement);
      return true;
    }
    return partsOf(e).reduce((at, part) => this.#evaluate(part, at, statement), false);
  }

  #is(e: Expression): boolean {
    return e.k === "name" && e.declaration === this.part.stream;
  }

  #consumes(e: Expression): boolean {
    const { stream } = this.part;
    switch (e.k) {
      case "call": {
        const { callee, args } = e;
        if (args.some((arg) => this.#is(arg))) return true;
        if (callee.k !== "member" || !this.#is(callee.object)) return false;
        return LISTENING.has(callee.name) ? args[0]?.k === "literal" && READING_EVENTS.has(args[0].value) : !IDLE_MEMBERS.has(callee.name);
      }
      case "new": return e.args.some((arg) => this.#is(arg));
      case "function": return e.body.mentions.has(stream);
      case "object": return e.entries.some(({ value }) => this.#is(value));
      case "array": return e.items.some((item) => this.#is(item));
      case "assign": return this.#is(e.value);
      default: return false;
    }
  }

  /** `next()`, or `next` given to somebody who calls it whatever becomes of the part. */
  #asksForNext(e: Expression): boolean {
    const { next } = this.part;
    if (!next || e.k !== "call") return false;
    if (e.callee.k === "name" && e.callee.declaration === next) return e.args.length === 0;
    const isOwnEvent = e.callee.k === "member" && this.#is(e.callee.object);
    return !isOwnEvent && e.args.some((arg) => arg.k === "name" && arg.declaration === next);
  }

  #tell({ span, ticket }: Statement | Body): void {
    const { name } = this.part.stream;
    this.#found.push({
      rule: "no-starved-buffer", messageId: "part", confidence: "likely", place: { file: this.body.file, span, body: this.body }, data: { part: name },
      repair: { kind: "resume", part: name, before: ticket },
    });
  }
}

const both = (a: boolean | undefined, b: boolean | undefined): boolean | undefined => (a === undefined ? b : b === undefined ? a : a && b);
