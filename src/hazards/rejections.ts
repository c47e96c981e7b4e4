import type { Catalogue } from "../catalogue/index.js";
import { bodyOfEntity, bodyOfFunction } from "../effects/bodies.js";
import type { Body, CallExpression, Declaration, Expression, NewExpression, Statement } from "../effects/ir.js";
import type { Entity, ProgramPort } from "../effects/port.js";
import { allExpressions, innerLists, ownExpressions, within } from "../effects/walk.js";

/** Through how many calls a rejection is looked for. */
const MOST_DEPTH = 4;

/** How work that has been started may end, as far as its text tells. */
export interface Prospect {
  /** It may be rejected: a `throw` that nobody catches, or a request that can fail. */
  readonly rejects: boolean;
  /** It carries a clock of its own. */
  readonly clock: boolean;
  /** Somebody handles its rejection from the start. */
  readonly handled: boolean;
}

const NOTHING: Prospect = { rejects: false, clock: false, handled: false };
const join = (prospects: readonly Prospect[]): Prospect =>
  ({ rejects: prospects.some(({ rejects }) => rejects), clock: prospects.some(({ clock }) => clock), handled: prospects.some(({ handled }) => handled) });

/** Looks into the functions that start work. */
export class Rejections {
  readonly #known = new Map<Body, Prospect>();

  constructor(readonly port: ProgramPort, readonly catalogue: Catalogue) {}

  /** Of the promise that a value is: a call that was not awaited, with what was chained to it. */
  ofPromise(e: Expression, depth = 0): Prospect {
    switch (e.k) {
      case "call": return this.#ofCall(e, depth);
      case "new": return executorRejects(e) ? { ...NOTHING, rejects: true } : NOTHING;
      case "branch": return join([this.ofPromise(e.then, depth), this.ofPromise(e.else, depth)]);
      default: return NOTHING;
    }
  }

  /** Of the promise that a call of a function value gives. */
  ofFunction(e: Expression, depth = 0): Prospect {
    const body = e.k === "name" && e.declaration?.kind === "import" ? this.#imported(e.declaration) : bodyOfFunction(e);
    if (body) return this.#ofBody(body, depth);
    return e.k === "name" && isFetch(e) ? { ...NOTHING, rejects: true } : NOTHING;
  }

  #ofCall(e: CallExpression, depth: number): Prospect {
    const { callee, args } = e;
    if (callee.k === "member") {
      const settles = callee.name === "catch" || (callee.name === "then" && args.length > 1);
      if (settles) return { ...this.ofPromise(callee.object, depth), handled: true };
      if (callee.name === "then" || callee.name === "finally") return join([this.ofPromise(callee.object, depth), ...args.map((arg) => this.ofFunction(arg, depth))]);
    }
    const clock = args.some(hasClock);
    if (depth > MOST_DEPTH) return { ...NOTHING, clock };
    const found = isFetch(callee) ? [{ ...NOTHING, rejects: true }] : this.port.targetsOf(e.ticket).entities.map((entity) => this.#ofEntity(entity, depth));
    return join([...found, { ...NOTHING, clock }]);
  }

  #ofEntity(entity: Entity, depth: number): Prospect {
    if (entity.kind === "library") {
      const effects = this.catalogue.findOperations(entity.package, entity.on, entity.member, entity).map(({ effect }) => effect.do);
      return { ...NOTHING, rejects: effects.some((effect) => effect === "external" || effect === "borrow") };
    }
    const body = bodyOfEntity(entity);
    return body ? this.#ofBody(body, depth) : NOTHING;
  }

  #imported(declaration: Declaration): Body | undefined {
    const entity = this.port.entityOf(declaration.ticket);
    return entity && bodyOfEntity(entity);
  }

  #ofBody(body: Body, depth: number): Prospect {
    const known = this.#known.get(body);
    if (known || body.generator) return known ?? NOTHING;
    this.#known.set(body, NOTHING);
    const result = this.#judge(body, depth + 1);
    this.#known.set(body, result);
    return result;
  }

  #judge(body: Body, depth: number): Prospect {
    const returned = join(returnsOf(body).map((e) => e.k === "await" ? this.ofPromise(e.value, depth) : this.ofPromise(e, depth)));
    const clock = returned.clock || [...allExpressions(body.statements)].some(hasClock);
    return { rejects: (body.async && this.#throws(body.statements, depth)) || returned.rejects, clock, handled: returned.handled && !body.async };
  }

  /** Can an exception leave these statements? */
  #throws(list: readonly Statement[], depth: number): boolean {
    return list.some((statement) => {
      if (statement.s === "throw") return true;
      if (statement.s === "try" && statement.handler) return this.#throws([...statement.handler, ...statement.finalizer ?? []], depth);
      const awaited = ownExpressions(statement).flatMap((e) => [...within(e)]).flatMap((e) => e.k === "await" ? [e.value] : []);
      return awaited.some((e) => isOpen(this.ofPromise(e, depth))) || innerLists(statement).some((inner) => this.#throws(inner, depth));
    });
  }
}

const isOpen = ({ rejects, handled }: Prospect): boolean => rejects && !handled;

function returnsOf(body: Body): Expression[] {
  const found: Expression[] = [];
  const visit = (list: readonly Statement[]): void => {
    for (const statement of list) {
      if (statement.s === "return" && statement.value) found.push(statement.value);
      for (const inner of innerLists(statement)) visit(inner);
    }
  };
  visit(body.statements);
  return found;
}

/** A promise made by hand, whose executor has something to reject it with. */
function executorRejects({ callee, args: [executor] }: NewExpression): boolean {
  if (callee.k !== "name" || callee.name !== "Promise" || executor?.k !== "function") return false;
  const name = executor.body.parameters[1]?.name;
  return name !== undefined && executor.body.callNames.has(name);
}

const isFetch = (e: Expression): boolean => e.k === "name" && e.name === "fetch" && e.declaration === undefined;

/** `AbortSignal.timeout(ms)`, anywhere in a value. */
function hasClock(e: Expression): boolean {
  return [...within(e)].some((part) => part.k === "call" && part.callee.k === "member" && part.callee.name === "timeout" && part.callee.object.k === "name" && part.callee.object.name === "AbortSignal");
}
