import { classOfThis } from "../effects/bodies.js";
import type { Body, CallExpression, Declaration, Expression, LoweredFile, Span } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { childrenOf, type Node, nodesOf } from "../effects/walk.js";
import { memo } from "../maps.js";

/** State that outlives a section: a field of a class, or a variable from outside. */
export interface Location {
  readonly id: string;
  readonly name: string;
}

/** A section reads or writes such state. */
export interface Touch {
  readonly at: Location;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Only the entry under this key. */
  readonly key?: Expression | undefined;
  /** What is stored. */
  readonly value?: Expression | undefined;
  readonly span: Span;
}

/** Methods of collections that change them, and those that look at one entry. */
const CHANGING = new Set(["set", "add", "push", "unshift", "pop", "shift", "splice", "delete", "clear", "sort", "reverse", "fill", "copyWithin"]);
const TAKING = new Set(["pop", "shift", "splice"]);
const KEYED = new Set(["get", "has", "set", "add", "delete", "includes"]);
const REACHING = new Set(["get", "at", "find", "values"]);

/** `isShared`: which variables outlive the section. */
export type IsShared = (declaration: Declaration) => boolean;

export const isOfModule: IsShared = ({ body, kind }) => body.kind === "module" && (kind === "const" || kind === "let");

/** The state that an expression is, or is reached from. */
export function locationOf(e: Expression, body: Body, isShared: IsShared, depth = 0): Location | undefined {
  if (depth > MOST_ALIASES) return undefined;
  switch (e.k) {
    case "name": {
      const { declaration } = e;
      if (!declaration || declaration.functionBody || declaration.classInfo) return undefined;
      if (isShared(declaration)) return { id: declaration.id, name: declaration.name };
      return undefined;
    }
    case "member": {
      if (e.object.k === "this") return fieldOf(e.name, body);
      return reachedFrom(e.object, body, isShared, depth);
    }
    case "index": return reachedFrom(e.object, body, isShared, depth);
    case "call": return e.callee.k === "member" && REACHING.has(e.callee.name) ? reachedFrom(e.callee.object, body, isShared, depth) : undefined;
    case "logical": return e.op === "&&" ? undefined : locationOf(e.left, body, isShared, depth + 1);
    case "await": return undefined;
    default: return undefined;
  }
}

/** Through how many names and members state is followed to where it is kept. */
const MOST_ALIASES = 6;

function fieldOf(name: string, body: Body): Location | undefined {
  const info = classOfThis(body);
  const { kind } = info?.members.get(name) ?? info?.statics.get(name) ?? {};
  return info && kind !== "method" ? { id: `${info.id}.${name}`, name } : undefined;
}

/** A local name for a part of the state stands for it where something is done to it. */
function reachedFrom(e: Expression, body: Body, isShared: IsShared, depth: number): Location | undefined {
  const direct = locationOf(e, body, isShared, depth + 1);
  if (direct || e.k !== "name") return direct;
  const { declaration } = e;
  if (declaration?.kind === "parameter" || !declaration?.init || declaration.path.length > 0) return undefined;
  return locationOf(declaration.init, body, isShared, depth + 1);
}

const written = new WeakMap<LoweredFile, ReadonlySet<string>>();

/** The state that functions of a file write, after it has been made. */
function writtenIn(file: LoweredFile): ReadonlySet<string> {
  return memo(written, file, () => new Set(file.bodies.flatMap((body) => body.kind === "constructor" || body.kind === "module" || body.kind === "initializer" ? [] : writesOf(body))));
}

function writesOf(body: Body): string[] {
  const found: string[] = [];
  const visit = (node: Node): void => {
    if ("k" in node) {
      if (node.k === "function") return;
      const target = node.k === "assign" && node.target.p === "target" ? node.target.expression
        : node.k === "call" && node.callee.k === "member" && CHANGING.has(node.callee.name) ? node.callee.object
        : node.k === "unary" && node.op === "delete" ? node.value : undefined;
      const at = target && (locationOf(target, body, isOfAnother(body)) ?? reachedFrom(target, body, isOfAnother(body), 0));
      if (at) found.push(at.id);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  for (const node of nodesOf(body)) visit(node);
  return found;
}

const isOfAnother = (body: Body): IsShared => (declaration) => declaration.body !== body && (declaration.kind === "const" || declaration.kind === "let");

/** Something that happens in a section, in the order of the text. */
type Listener = (touch: Touch) => void;

/** How deep calls are followed into functions of the program. */
const MOST_CALLS = 4;

/** Follows the text of a section through the calls that it makes, and tells what guarded state is touched. */
export class Guarded {
  readonly #summaries = new Map<Body, readonly Touch[]>();
  readonly #running = new Set<Body>();

  constructor(readonly port: ProgramPort) {}

  /** Is the state written after it has been made? What can't be told is taken to be. */
  isWritten({ id }: Location, body: Body): boolean {
    const file = this.port.lowered(fileOf(id, body));
    return !file || writtenIn(file).has(id);
  }

  /** What the parts of a node do, itself last. `enter` and `leave` are told of every node on the way. */
  walk(node: Node, body: Body, isShared: IsShared, tell: Listener, around: { enter?: (node: Node) => void; leave?: (node: Node) => void } = {}): void {
    around.enter?.(node);
    if ("k" in node) this.#expression(node, body, isShared, tell, around);
    else for (const child of childrenOf(node)) this.walk(child, body, isShared, tell, around);
    around.leave?.(node);
  }

  #expression(e: Expression, body: Body, isShared: IsShared, tell: Listener, around: Parameters<Guarded["walk"]>[4]): void {
    const note = (touch: Touch): void => { if (touch.writes || this.isWritten(touch.at, body)) tell(touch); };
    const rest = (nodes: readonly Node[]): void => { for (const node of nodes) this.walk(node, body, isShared, tell, around); };
    switch (e.k) {
      case "assign": {
        // `total += await …` reads before it waits.
        const read = e.op !== "=" && e.target.p === "target" ? locationOf(e.target.expression, body, isShared) : undefined;
        if (read) note({ at: read, reads: true, writes: false, span: e.span });
        rest([e.value]);
        if (e.target.p !== "target") {
          for (const part of childrenOf(e).slice(1)) this.#write(part as Expression, e, body, isShared, note);
          return;
        }
        this.#write(e.target.expression, e, body, isShared, note, e.op !== "=");
        return;
      }
      case "unary": {
        const at = e.op === "delete" ? locationOf(e.value, body, isShared) : undefined;
        if (!at) { rest([e.value]); return; }
        note({ at, reads: false, writes: true, span: e.span, ...(e.value.k === "index" && { key: e.value.index }) });
        return;
      }
      case "call": case "new": this.#call(e, body, isShared, note, tell, around); return;
      case "member": case "index": case "name": {
        const at = locationOf(e, body, isShared) ?? (e.k === "name" ? undefined : reachedFrom(e, body, isShared, 0));
        if (e.k === "index") rest([e.index]);
        if (at) note({ at, reads: true, writes: false, span: e.span, ...(e.k === "index" && { key: e.index }) });
        else if (e.k !== "name") rest([e.object]);
        return;
      }
      case "function": rest(e.body.kind === "arrow" ? nodesOf(e.body) : []); return;
      default: rest(childrenOf(e));
    }
  }

  #write(target: Expression, e: Expression & { k: "assign" }, body: Body, isShared: IsShared, note: Listener, reads = false): void {
    const at = locationOf(target, body, isShared);
    if (at) note({ at, reads, writes: true, span: e.span, value: e.value, ...(target.k === "index" && { key: target.index }) });
  }

  #call(e: CallExpression | (Expression & { k: "new" }), body: Body, isShared: IsShared, note: Listener, tell: Listener, around: Parameters<Guarded["walk"]>[4]): void {
    const { callee, args } = e;
    const on = callee.k === "member" ? callee.object : undefined;
    const at = on && (locationOf(on, body, isShared) ?? reachedFrom(on, body, isShared, 0));
    if (on && !at) this.walk(on, body, isShared, tell, around);
    for (const arg of args) this.walk(arg, body, isShared, tell, around);
    if (at && callee.k === "member") {
      const changes = CHANGING.has(callee.name) && this.#isCollection(callee.object);
      const [first] = args;
      note({
        at, reads: !changes || TAKING.has(callee.name), writes: changes, span: e.span, ...(KEYED.has(callee.name) && first && { key: first }),
        ...(changes && args.length > 0 && { value: args.at(-1) }),
      });
      if (changes || this.#isCollection(callee.object)) return;
    }
    for (const touch of this.#called(e, body)) tell({ ...touch, span: e.span, key: handed(touch.key, args), value: handed(touch.value, args) });
  }

  #isCollection(e: Expression): boolean {
    const types = this.port.typeOf(e.ticket);
    return types.array || types.library.some((type) => type.package === "platform" && /^(?:Readonly|Weak)?(?:Map|Set|Array)$/.test(type.name));
  }

  /** What the functions touch that a call may run; the state of a lock that is written by hand is no state that the lock guards. */
  #called(e: CallExpression | (Expression & { k: "new" }), from: Body): readonly Touch[] {
    if (this.#running.size > MOST_CALLS) return [];
    return this.#bodiesOf(e, from).flatMap((body) => this.port.handmadeOf(body) ? [] : this.#touchesOf(body));
  }

  #bodiesOf(e: CallExpression | (Expression & { k: "new" }), from: Body): readonly Body[] {
    const { callee } = e;
    if (e.k === "new") return [];
    if (callee.k === "member" && callee.object.k === "this") {
      const own = classOfThis(from)?.members.get(callee.name);
      if (own?.kind === "method" && own.body) return [own.body];
    }
    const local = callee.k === "name" ? callee.declaration : undefined;
    if (local?.functionBody) return [local.functionBody];
    if (local?.init?.k === "function") return [local.init.body];
    if ((callee.k !== "name" || !local) && callee.k !== "member") return [];
    return this.port.targetsOf(e.ticket).entities.flatMap((entity): Body[] => {
      switch (entity.kind) {
        case "body": return [entity.body];
        case "member": return entity.member.kind === "method" && entity.member.body ? [entity.member.body] : [];
        case "declaration": return entity.declaration.functionBody ? [entity.declaration.functionBody] : entity.declaration.init?.k === "function" ? [entity.declaration.init.body] : [];
        default: return [];
      }
    });
  }

  #touchesOf(body: Body): readonly Touch[] {
    const known = this.#summaries.get(body);
    if (known) return known;
    if (this.#running.has(body)) return [];
    this.#running.add(body);
    const touches: Touch[] = [];
    for (const node of nodesOf(body)) this.walk(node, body, isOfModule, (touch) => touches.push(touch));
    this.#running.delete(body);
    this.#summaries.set(body, touches);
    return touches;
  }
}

/** What a parameter of a called function stands for; anything else that it uses is its own affair. */
function handed(e: Expression | undefined, args: readonly Expression[]): Expression | undefined {
  const declaration = e?.k === "name" ? e.declaration : undefined;
  return declaration?.kind === "parameter" && declaration.path.length === 0 ? args[declaration.parameter ?? 0] : undefined;
}

/** Names of declarations and classes begin with their file. */
const fileOf = (id: string, { file }: Body): string => id.includes("#") ? id.slice(0, id.indexOf("#")) : file;
