import { bodyOfDeclaration, classOfThis } from "../effects/bodies.js";
import type { Body, CallExpression, Expression, NewExpression, Statement } from "../effects/ir.js";
import { partsOf } from "../effects/walk.js";
import { memberOf } from "./class-family.js";

/**
 * What a body and the functions written in it evaluate, as flat lists in the order of the text. Hand-written locks differ in
 * their statements and agree in these lists, so the templates ask the lists and not the tree.
 */
export interface Facts {
  readonly home: Body;
  readonly calls: readonly Seen<CallExpression>[];
  readonly news: readonly Seen<NewExpression>[];
  readonly assigns: readonly Seen<Assign>[];
  readonly awaits: readonly Seen<Expression>[];
  /** Conditions of `if`, loops, `?:`, `switch`, and what `&&`, `||`, `??` and `??=` ask. */
  readonly tests: readonly Seen<Expression>[];
  readonly returns: readonly Seen<Expression>[];
  readonly orders: ReadonlyMap<Expression, number>;
}

export type Assign = Extract<Expression, { k: "assign" }>;
type List = readonly Statement[];

export interface Seen<T> {
  readonly what: T;
  /** The function that evaluates it: the home or one written inside. */
  readonly body: Body;
  readonly order: number;
  /** Statement lists around it, outermost first. */
  readonly lists: readonly List[];
  /** Some way through the function does not come here. */
  readonly conditional: boolean;
  /** In the `try` of a `try … finally` of its own function. */
  readonly guarded: boolean;
}

const known = new WeakMap<Body, Facts>();

export function factsOf(home: Body): Facts {
  let facts = known.get(home);
  if (!facts) known.set(home, (facts = new Walker(home).facts));
  return facts;
}

class Walker {
  readonly facts = {
    home: undefined as unknown as Body, calls: [] as Seen<CallExpression>[], news: [] as Seen<NewExpression>[], assigns: [] as Seen<Assign>[],
    awaits: [] as Seen<Expression>[], tests: [] as Seen<Expression>[], returns: [] as Seen<Expression>[], orders: new Map<Expression, number>(),
  };
  #body: Body;
  #lists: readonly List[] = [];
  #guarded = false;
  #conditional = false;
  #order = 0;

  constructor(home: Body) {
    this.#body = this.facts.home = home;
    this.#enter(home);
  }

  #enter(body: Body): void {
    const before = [this.#body, this.#guarded] as const;
    this.#body = body;
    this.#guarded = false;
    for (const parameter of body.parameters) this.#visit(parameter.default);
    this.#list(body.statements);
    [this.#body, this.#guarded] = before;
  }

  #seen<T>(what: T): Seen<T> {
    return { what, body: this.#body, order: this.#order++, lists: this.#lists, conditional: this.#conditional, guarded: this.#guarded };
  }

  #list(statements: List | undefined): void {
    if (!statements) return;
    const before = this.#lists;
    this.#lists = [...before, statements];
    for (const statement of statements) this.#statement(statement);
    this.#lists = before;
  }

  /** What is run on some ways only: branches, loops, the arms of `?:` and `&&`. */
  #maybe(run: () => void): void {
    const before = this.#conditional;
    this.#conditional = true;
    run();
    this.#conditional = before;
  }

  #test(expression: Expression | undefined): void {
    if (!expression) return;
    this.facts.tests.push(this.#seen(expression));
    this.#visit(expression);
  }

  #statement(statement: Statement): void {
    switch (statement.s) {
      case "expression": case "throw": this.#visit(statement.value); return;
      case "declare": this.#visit(statement.init); return;
      case "return":
        if (!statement.value) return;
        this.#visit(statement.value);
        this.facts.returns.push(this.#seen(statement.value));
        return;
      case "if":
        this.#test(statement.test);
        this.#maybe(() => { this.#list(statement.then); this.#list(statement.else); });
        return;
      case "loop":
        for (const each of statement.before) this.#statement(each);
        this.#test(statement.test);
        this.#maybe(() => { this.#list(statement.body); this.#visit(statement.after); });
        return;
      case "for-of": this.#visit(statement.iterable); this.#maybe(() => { this.#list(statement.body); }); return;
      case "try": this.#try(statement); return;
      case "switch":
        this.#test(statement.value);
        this.#maybe(() => { for (const each of statement.cases) this.#list(each.body); });
        return;
      case "block": this.#list(statement.statements); return;
      case "break": case "continue":
    }
  }

  #try(statement: Extract<Statement, { s: "try" }>): void {
    const before = this.#guarded;
    this.#guarded ||= statement.finalizer !== undefined;
    this.#list(statement.block);
    this.#list(statement.handler);
    this.#guarded = before;
    this.#list(statement.finalizer);
  }

  /** `slot ??= …` tests the slot, too. */
  #target({ target, op }: Assign): void {
    if (target.p !== "target") return;
    if (op === "=" || op === "+=" || op === "-=") this.#visit(target.expression);
    else this.#test(target.expression);
  }

  #visit(e: Expression | undefined): void {
    if (!e) return;
    this.facts.orders.set(e, this.#order++);
    if (e.k === "function") {
      this.#enter(e.body);
      return;
    }
    if (e.k === "branch") this.#test(e.test);
    else if (e.k === "logical") this.#test(e.left);
    else if (e.k === "assign") this.#target(e);
    const parts = partsOf(e).filter((part) => !this.facts.orders.has(part));
    const visitAll = (): void => { for (const part of parts) this.#visit(part); };
    if (e.k === "branch" || e.k === "logical") this.#maybe(visitAll);
    else visitAll();
    if (e.k === "call" || e.k === "new") e.args.forEach((arg, index) => { if (arg.k === "function") around.set(arg.body, { call: e, index }); });
    if (e.k === "call") this.facts.calls.push(this.#seen(e));
    else if (e.k === "new") this.facts.news.push(this.#seen(e));
    else if (e.k === "assign") this.facts.assigns.push(this.#seen(e));
    else if (e.k === "await") this.facts.awaits.push(this.#seen(e.value));
  }
}

/** The call or `new` that a function is written into as an argument. */
export interface Around {
  readonly call: CallExpression | NewExpression;
  readonly index: number;
}
const around = new WeakMap<Body, Around>();

export function callAround(body: Body): Around | undefined {
  if (body.parent) factsOf(body.parent);
  return around.get(body);
}

export const isInside = (inner: Body, outer: Body): boolean => {
  for (let body: Body | undefined = inner; body; body = body.parent) if (body === outer) return true;
  return false;
};

/** A list of statements that never gets past its end. A `try` counts by its block: what falls through its handler is an error. */
function exits(list: List): boolean {
  const last = list.at(-1);
  switch (last?.s) {
    case "return": case "throw": return true;
    case "block": return exits(last.statements);
    case "try": return exits(last.block) || (last.finalizer !== undefined && exits(last.finalizer));
    case "if": return exits(last.then) && exits(last.else);
    default: return false;
  }
}

/** Whether control that passes the first can come to the second, which stands below it. */
export function reaches(first: Seen<unknown>, second: Seen<unknown>): boolean {
  return first.order < second.order && isInside(second.body, first.body)
    && !first.lists.some((list) => !second.lists.includes(list) && exits(list));
}

/** The function that an expression in `home` stands for, if it is written in this file: a literal, a name, a method of the own class. */
export function functionOf(e: Expression, home: Body): Body | undefined {
  if (e.k === "function") return e.body;
  if (e.k === "name") return e.declaration && bodyOfDeclaration(e.declaration);
  if (e.k === "call" && e.callee.k === "member" && e.callee.name === "bind") return functionOf(e.callee.object, home);
  if (e.k !== "member" || e.object.k !== "this") return undefined;
  const member = memberOf(classOfThis(home), e.name);
  if (member?.kind === "method") return member.body;
  return member?.init?.k === "function" ? member.init.body : undefined;
}

/** Caps: hand-written locks are small. */
const HELPERS = 8;
const CALLS = 60;
export const isSmall = (facts: Facts): boolean => facts.calls.length <= CALLS;

/** The facts of a body and of the file's own functions that it calls or hands on, except those that `skip` says speak for themselves. */
export function factsWithHelpers(home: Body, skip: (helper: Body) => boolean): readonly Facts[] {
  const all = [factsOf(home)];
  const seen = new Set([home]);
  for (const facts of all) {
    for (const { what, body } of facts.calls) {
      for (const e of [what.callee, ...what.args]) {
        const helper = functionOf(e, body);
        if (!helper || seen.has(helper) || isInside(helper, home) || all.length > HELPERS) continue;
        seen.add(helper);
        if (isSmall(factsOf(helper)) && !skip(helper)) all.push(factsOf(helper));
      }
    }
  }
  return all;
}

/**
 * Remembers an answer for each body. A body that is asked about while it is being judged has no answer; what was found meanwhile
 * is kept for this one question only, so that an answer never depends on which body was asked about first, and methods that all
 * call each other are judged once each and not once for every way through them.
 */
export function perBody<T>(judge: (body: Body) => T | undefined): (body: Body) => T | undefined {
  const answers = new WeakMap<Body, { readonly answer: T | undefined }>();
  const meanwhile = new Map<Body, { readonly answer: T | undefined }>();
  const open = new Set<Body>();
  let met = 0;
  return (body) => {
    const before = answers.get(body);
    if (before) return before.answer;
    if (open.has(body) || meanwhile.has(body)) {
      met++;
      return meanwhile.get(body)?.answer;
    }
    const metBefore = met;
    open.add(body);
    const answer = judge(body);
    open.delete(body);
    if (open.size === 0 || met === metBefore) answers.set(body, { answer });
    else meanwhile.set(body, { answer });
    if (open.size === 0) meanwhile.clear();
    return answer;
  };
}
