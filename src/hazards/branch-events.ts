import type { Catalogue } from "../catalogue/index.js";
import type { Effect } from "../catalogue/types.js";
import { bodyOfEntity, enclosingClass } from "../effects/bodies.js";
import { type Body, type CallExpression, contains, type Declaration, type Expression, type LoweredFile, type MemberExpression, type Pattern, type Statement } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allExpressions, allStatements } from "../effects/walk.js";
import { isLeftAlone, STORES } from "./branch-takers.js";
import { effectsOfMember } from "./described.js";

/** One source from which several read. */
export interface Fork {
  /** The branches that have names, as subjects. */
  readonly branches: readonly string[];
  readonly at: number;
  readonly body: Body;
  /** One branch was put away, in a collection or a field, for somebody to read some time. */
  readonly kept: boolean;
  /** What one branch reads is kept for the other, however much it is. */
  readonly buffers: boolean;
  /** What was forked, as a subject. */
  readonly source: string | undefined;
}

/** Something is done with a stream or a body. */
export interface Deed {
  readonly subject: string;
  readonly at: number;
  /** finish: all of it is read, or nobody will. handed: whoever got it may do so. */
  readonly what: "finish" | "handed";
  /** The call that it was handed to, as which of its arguments. */
  readonly to?: { readonly call: CallExpression; readonly index: number };
}

/** An expression waits until streams have been cancelled, or read to their ends. */
export interface Halt {
  readonly expression: Expression;
  readonly body: Body;
  readonly subjects: readonly { readonly subject: string; readonly at: Expression; readonly root: Declaration | undefined }[];
  readonly what: "cancel" | "read" | "break";
}

export interface Events {
  readonly forks: readonly Fork[];
  readonly deeds: readonly Deed[];
  readonly halts: readonly Halt[];
}

/** The members that fork, finish or cancel a stream, by what the catalogue says of any type that has them. */
export interface Members {
  readonly forks: ReadonlySet<string>;
  readonly reads: ReadonlySet<string>;
  readonly cancels: ReadonlySet<string>;
}

export function membersIn(catalogue: Catalogue): Members {
  const named = (test: (effect: Effect) => boolean): ReadonlySet<string> =>
    new Set(catalogue.libraries.flatMap(({ operations }) => operations.filter(({ effect }) => test(effect)).map(({ member }) => member)));
  return {
    forks: named(({ do: what }) => what === "branch"), reads: named((effect) => (effect.do === "receive" && effect.all === true) || effect.do === "pipe" || (effect.do === "external" && effect.readsUnless !== undefined)),
    cancels: named((effect) => effect.do === "cancel" && effect.waits !== undefined),
  };
}

/** Members that give another object over the same stream. */
export const VIEWS: ReadonlySet<string> = new Set(["body", "getReader", "values"]);
const JOINS: ReadonlySet<string> = new Set(["all", "allSettled"]);
const FOLLOWS: ReadonlySet<string> = new Set(["then", "catch", "finally"]);
const MOST_DEPTH = 3;

/** Reads one file for what it does with branches. */
export class BranchReader {
  constructor(readonly port: ProgramPort, readonly catalogue: Catalogue, readonly members: Members) {}

  read({ bodies }: LoweredFile): Events {
    const forks: Fork[] = [], deeds: Deed[] = [], halts: Halt[] = [];
    for (const body of bodies) {
      for (const statement of allStatements(body.statements)) forks.push(...this.#forksIn(statement, body));
      deeds.push(...this.#deedsIn(body));
      halts.push(...this.#haltsIn(body));
    }
    return { forks, deeds, halts };
  }

  /** What an expression stands for, whatever view of it; undefined when that can't be told. */
  subjectOf(e: Expression, body: Body): string | undefined {
    switch (e.k) {
      case "name": return e.declaration && this.#subjectOfName(e.declaration, body);
      case "await": return this.subjectOf(e.value, body);
      case "member": {
        const of = e.object.k === "this" ? enclosingClass(body)?.id : this.subjectOf(e.object, body);
        return of === undefined || VIEWS.has(e.name) ? of : `${of}.${e.name}`;
      }
      case "index": {
        const of = this.subjectOf(e.object, body);
        return of !== undefined && e.index.k === "literal" ? `${of}[${String(e.index.value)}]` : undefined;
      }
      case "call": return e.callee.k === "member" && VIEWS.has(e.callee.name) ? this.subjectOf(e.callee.object, body) : undefined;
      default: return undefined;
    }
  }

  #subjectOfName(declaration: Declaration, body: Body): string {
    const { init, path, id, reassigned } = declaration;
    if (!init || reassigned) return id;
    if (path.length === 1 && path[0] === "body") return this.subjectOf(init, body) ?? id;
    if (path.length > 0) return id;
    const isView = (init.k === "member" || init.k === "call") && this.#isView(init);
    return isView ? this.subjectOf(init, body) ?? id : id;
  }

  #isView(e: MemberExpression | CallExpression): boolean {
    const member = e.k === "member" ? e : e.callee;
    return member.k === "member" && VIEWS.has(member.name);
  }

  #forksIn(statement: Statement, body: Body): Fork[] {
    const found: Fork[] = [];
    for (const e of allExpressions([withoutInner(statement)])) {
      const fork = e.k === "call" ? this.forkOf(e) : undefined;
      if (!fork) continue;
      const call = e as CallExpression, source = this.subjectOf((call.callee as MemberExpression).object, body);
      const target = targetOf(statement, call), names = target ? this.#namesOf(target, call, body) : [];
      const isTee = (call.callee as MemberExpression).name === "tee";
      const stored = storeAround(statement, call);
      const assigned = stored?.k === "assign" && stored.target.p === "target" ? this.subjectOf(stored.target.expression, body) : undefined;
      found.push({
        branches: [...names, ...(isTee || source === undefined ? [] : [source]), ...(assigned === undefined ? [] : [assigned])], at: call.span.start, body,
        kept: stored ? stored.k !== "assign" || assigned?.includes(".") === true : this.#isGivenToKeeper(statement, call), buffers: fork.buffers, source,
      });
    }
    return found;
  }

  #namesOf(target: Pattern, call: CallExpression, body: Body): string[] {
    if (target.p === "name") return (call.callee as MemberExpression).name === "tee" ? [`${target.declaration.id}[0]`, `${target.declaration.id}[1]`] : [target.declaration.id];
    return target.p === "array" ? target.items.flatMap((item) => item ? this.#namedBy(item.pattern, body) ?? [] : []) : [];
  }

  #namedBy(pattern: Pattern, body: Body): string | undefined {
    return pattern.p === "name" ? pattern.declaration.id : pattern.p === "target" ? this.subjectOf(pattern.expression, body) : undefined;
  }

  #isGivenToKeeper(statement: Statement, call: CallExpression): boolean {
    return [...allExpressions([withoutInner(statement)])].some((taker) => taker.k === "call" && taker.args.includes(call) && isLeftAlone(taker, taker.args.indexOf(call), this.port));
  }

  /** Is it a call that forks a stream, by the type of what it is called on? */
  forkOf({ callee }: CallExpression): Extract<Effect, { do: "branch" }> | undefined {
    if (callee.k !== "member" || !this.members.forks.has(callee.name)) return undefined;
    return effectsOfMember(callee.object, callee.name, this.port, this.catalogue).find((effect) => effect.do === "branch");
  }

  #deedsIn(body: Body): Deed[] {
    const deeds: Deed[] = [];
    const hand = (e: Expression | undefined, to?: Deed["to"]): void => {
      const subject = e && (e.k === "name" || e.k === "member") ? this.subjectOf(e, body) : undefined;
      if (e && subject !== undefined) deeds.push({ subject, at: e.span.start, what: "handed", ...(to && { to }) });
    };
    for (const statement of allStatements(body.statements)) {
      if (statement.s === "return") hand(statement.value);
      if (statement.s === "for-of") {
        const subject = this.subjectOf(statement.iterable, body);
        if (subject !== undefined) deeds.push({ subject, at: statement.iterable.span.start, what: "finish" });
      }
      for (const e of allExpressions([withoutInner(statement)])) this.#deedsOf(e, body, deeds, hand);
    }
    return deeds;
  }

  #deedsOf(e: Expression, body: Body, deeds: Deed[], hand: (e: Expression | undefined, to?: Deed["to"]) => void): void {
    if (e.k === "yield") hand(e.value);
    if (e.k === "array") for (const item of e.items) hand(item);
    if (e.k === "object") for (const { value } of e.entries) hand(value);
    if (e.k === "assign" && e.target.p === "target") hand(e.value);
    if (e.k === "function") for (const { id } of e.body.mentions) deeds.push({ subject: id, at: e.span.start, what: "handed" });
    if (e.k !== "call" && e.k !== "new") return;
    for (const [index, arg] of e.args.entries()) hand(arg, e.k === "call" ? { call: e, index } : undefined);
    if (e.callee.k !== "member") return;
    const { name, object } = e.callee;
    const subject = this.members.reads.has(name) || this.members.cancels.has(name) || name === "read" ? this.subjectOf(object, body) : undefined;
    if (subject !== undefined && name !== "read") deeds.push({ subject, at: e.span.start, what: "finish" });
    // Who reads in a loop reads to the end.
    if (subject !== undefined && name === "read" && isInLoop(body, e)) deeds.push({ subject, at: e.span.start, what: "finish" });
  }

  #haltsIn(body: Body): Halt[] {
    const halts: Halt[] = [];
    const add = (expression: Expression, waited: Expression): void => {
      for (const what of ["cancel", "read"] as const) {
        const subjects = this.#waitedFor(waited, body, what === "cancel" ? this.members.cancels : this.members.reads, 0);
        if (subjects.length > 0) halts.push({ expression, body, subjects, what });
      }
    };
    for (const statement of allStatements(body.statements)) {
      for (const e of allExpressions([withoutInner(statement)])) if (e.k === "await") add(e, e.value);
      if (statement.s === "return" && statement.value?.k === "call") add(statement.value, statement.value);
      if (statement.s !== "for-of" || !statement.awaits || !leavesEarly(statement.body)) continue;
      const subject = this.subjectOf(statement.iterable, body);
      if (subject !== undefined) halts.push({ expression: statement.iterable, body, subjects: [{ subject, at: statement.iterable, root: rootOf(statement.iterable) }], what: "break" });
    }
    return halts;
  }

  /** The streams whose end an awaited value waits for. */
  #waitedFor(e: Expression, body: Body, members: ReadonlySet<string>, depth: number): Halt["subjects"][number][] {
    if (e.k === "array") return e.items.flatMap((item) => this.#waitedFor(item, body, members, depth));
    if (e.k === "name" && e.declaration?.init && e.declaration.path.length === 0 && e.declaration.init.k === "call" && !e.declaration.reassigned) return this.#waitedFor(e.declaration.init, body, members, depth);
    if (e.k !== "call") return [];
    const { callee, args } = e;
    if (callee.k === "member" && members.has(callee.name)) {
      const subject = this.subjectOf(callee.object, body);
      if (subject !== undefined) return [{ subject, at: e, root: rootOf(callee.object) }];
    }
    if (callee.k === "member" && FOLLOWS.has(callee.name)) return this.#waitedFor(callee.object, body, members, depth);
    if (callee.k === "member" && JOINS.has(callee.name) && callee.object.k === "name" && callee.object.name === "Promise") return args.flatMap((arg) => this.#waitedFor(arg, body, members, depth));
    return depth < MOST_DEPTH && args.length > 0 ? this.#throughHelper(e, body, members, depth) : [];
  }

  /** A function of the program that waits for what it is given. */
  #throughHelper(e: CallExpression, body: Body, members: ReadonlySet<string>, depth: number): Halt["subjects"][number][] {
    const subjects = e.args.map((arg) => this.subjectOf(arg, body));
    if (subjects.every((subject) => subject === undefined)) return [];
    const [entity, ...others] = this.port.targetsOf(e.ticket).entities;
    const helper = entity && others.length === 0 ? bodyOfEntity(entity) : undefined;
    if (!helper || ![...helper.callNames].some((name) => members.has(name))) return [];
    const waited = [...allExpressions(helper.statements)].filter((part) => part.k === "await").flatMap((part) => this.#waitedFor(part.value, helper, members, depth + 1));
    return waited.flatMap(({ root }) => {
      const index = root?.body === helper ? root.parameter : undefined;
      const subject = index === undefined ? undefined : subjects[index], arg = index === undefined ? undefined : e.args[index];
      return subject === undefined || !arg ? [] : [{ subject, at: e, root: rootOf(arg) }];
    });
  }
}

/** A loop or branch without what it contains, which is looked at by itself. */
function withoutInner(statement: Statement): Statement {
  switch (statement.s) {
    case "if": return { ...statement, then: [], else: [] };
    case "loop": return { ...statement, before: [], body: [] };
    case "for-of": return { ...statement, body: [] };
    case "try": return { ...statement, block: [], handler: undefined, finalizer: undefined };
    case "switch": return { ...statement, cases: statement.cases.map((each) => ({ ...each, body: [] })) };
    case "block": return { ...statement, statements: [] };
    default: return statement;
  }
}

/** What a declaration or an assignment makes of the value of a call. */
function targetOf(statement: Statement, call: Expression): Pattern | undefined {
  if (statement.s === "declare") return statement.init && unwrapped(statement.init) === call ? statement.pattern : undefined;
  const { value } = statement.s === "expression" ? statement : {};
  return value?.k === "assign" && value.target.p === "array" && unwrapped(value.value) === call ? value.target : undefined;
}

const unwrapped = (e: Expression): Expression => (e.k === "await" ? e.value : e);

/** The name at the beginning of `response.body.getReader()`. */
export function rootOf(e: Expression): Declaration | undefined {
  switch (e.k) {
    case "name": return e.declaration;
    case "member": case "index": return rootOf(e.object);
    case "await": return rootOf(e.value);
    case "call": return rootOf(e.callee);
    default: return undefined;
  }
}

/** What puts the value of a call away: a field, a collection. */
function storeAround(statement: Statement, call: Expression): Expression | undefined {
  return [...allExpressions([withoutInner(statement)])].find((e) => {
    if (e.k === "assign") return isPart(e.value, call);
    return e.k === "call" && e !== call && e.callee.k === "member" && STORES.has(e.callee.name) && e.args.some((arg) => isPart(arg, call));
  });
}

/** Itself, or in an object or list written there. */
function isPart(e: Expression, call: Expression): boolean {
  if (e === call) return true;
  if (e.k === "object") return e.entries.some(({ value }) => isPart(value, call));
  return e.k === "array" && e.items.some((item) => isPart(item, call));
}

const isInLoop = (body: Body, e: Expression): boolean =>
  [...allStatements(body.statements)].some((statement) => (statement.s === "loop" || statement.s === "for-of") && contains(statement.span, e.span));

/** `break` or `return`, not of an inner loop. */
function leavesEarly(list: readonly Statement[], inner = false): boolean {
  return list.some((statement) => {
    switch (statement.s) {
      case "return": return true;
      case "break": return !inner || statement.label !== undefined;
      case "if": return leavesEarly(statement.then, inner) || leavesEarly(statement.else, inner);
      case "block": return leavesEarly(statement.statements, inner);
      case "try": return leavesEarly([...statement.block, ...statement.handler ?? [], ...statement.finalizer ?? []], inner);
      case "loop": case "for-of": return leavesEarly(statement.body, true);
      case "switch": return statement.cases.some(({ body }) => leavesEarly(body, true));
      default: return false;
    }
  });
}
