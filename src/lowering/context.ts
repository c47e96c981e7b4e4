import type ts from "typescript";

import type {
  BadTag, Body, BodyKind, CallSite, ClassInfo, Declaration, DeclarationKind, Expression, LockOrderTag, LockTag, Span, Ticket,
} from "../effects/ir.js";

/** Names of one block, function, class or module. */
export class Scope {
  readonly #names = new Map<string, Declaration>();
  constructor(readonly parent: Scope | undefined, readonly body: Body) {}

  find(name: string): Declaration | undefined {
    return this.#names.get(name) ?? this.parent?.find(name);
  }
  own(name: string): Declaration | undefined {
    return this.#names.get(name);
  }
  add(declaration: Declaration): void {
    this.#names.set(declaration.name, declaration);
  }
}

/** What lowering one file produces, while it is being produced. */
export interface Output {
  readonly source: ts.SourceFile;
  readonly file: string;
  readonly bodies: Body[];
  readonly classes: ClassInfo[];
  readonly declarations: Declaration[];
  readonly calls: CallSite[];
  readonly exports: Map<string, Declaration | Expression>;
  readonly orders: LockOrderTag[];
  readonly badTags: BadTag[];
  readonly bodyAt: Map<Ticket, Body>;
  readonly classAt: Map<Ticket, ClassInfo>;
  readonly declarationAt: Map<Ticket, Declaration>;
  /** How often an id was given out, to tell equal ones apart. */
  readonly ordinals: Map<string, number>;
}

/** Where lowering stands. */
export interface Context {
  readonly out: Output;
  readonly scope: Scope;
  readonly body: Body;
  /** The class whose `this` is in force. */
  readonly owner: ClassInfo | undefined;
}

export function spanOf(node: ts.Node, out: Output): Span {
  return { start: node.getStart(out.source), end: node.end };
}

export function at(node: ts.Node, context: Context): { ticket: Ticket; span: Span } {
  return { ticket: node, span: spanOf(node, context.out) };
}

/** The same text gets `~1`, `~2`… from its second use on. */
export function unique(base: string, out: Output): string {
  const count = out.ordinals.get(base) ?? 0;
  out.ordinals.set(base, count + 1);
  return count === 0 ? base : `${base}~${String(count)}`;
}

export function declare(
  node: ts.Node, name: string, kind: DeclarationKind, context: Context, more: Partial<Declaration> = {},
): Declaration {
  const { body, out, scope } = context;
  const declaration: Declaration = {
    name, kind, id: unique(`${body.id}/${name}`, out), file: out.file, body, ticket: node, span: spanOf(node, out),
    path: [], reassigned: false, exported: false, writes: [], additions: [], ...more,
  };
  scope.add(declaration);
  out.declarations.push(declaration);
  out.declarationAt.set(node, declaration);
  return declaration;
}

export interface NewBody {
  readonly node: ts.Node;
  readonly name: string;
  readonly kind: BodyKind;
  readonly async?: boolean;
  readonly generator?: boolean;
  readonly asserts?: boolean;
  readonly static?: boolean;
  readonly owner?: ClassInfo | undefined;
  readonly tags?: readonly LockTag[];
}

export function makeBody(init: NewBody, parent: Body | undefined, out: Output): Body {
  const prefix = init.owner?.id ?? parent?.id ?? "";
  const body: Body = {
    id: parent ? unique(`${prefix}${init.owner ? "." : ">"}${init.name}`, out) : `${out.file}#`,
    name: init.name, kind: init.kind, file: out.file, span: spanOf(init.node, out), ticket: init.node,
    async: init.async ?? false, generator: init.generator ?? false, asserts: init.asserts ?? false, static: init.static ?? false,
    parent, owner: init.owner, exported: false, parameters: [], statements: [], children: [], ownCalls: new Set(), callNames: new Set(), mentions: new Set(),
    tags: init.tags ?? [],
  };
  parent?.children.push(body);
  out.bodies.push(body);
  out.bodyAt.set(init.node, body);
  return body;
}
