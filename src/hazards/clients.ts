import { contains, type Declaration, type Expression, type Span } from "../effects/ir.js";
import { childrenOf, type Node, nodesOf } from "../effects/walk.js";
import type { Section } from "./sections.js";

const ENDS = /^(?:release|end|close|destroy|commit|rollback)/i;

/** The name of a held connection on which a section works before and after a wait: nobody else can have it meanwhile. */
export function clientAround(section: Section): string | undefined {
  const client = clientOf(section);
  if (!client) return undefined;
  const { place: { span } } = section;
  const uses = usesOf(client, section);
  return uses.some((use) => use.end <= span.start) && uses.some((use) => use.start >= span.end) ? client.name : undefined;
}

/** What the acquire gave, or what the callback of a transaction is handed. */
function clientOf({ body, from }: Section): Declaration | undefined {
  if (!from) {
    const [first] = body.parameters;
    return first?.pattern.p === "name" ? first.pattern.declaration : undefined;
  }
  let found: Declaration | undefined;
  const visit = (node: Node): void => {
    if ("s" in node && node.s === "declare" && node.pattern.p === "name" && node.init && contains(node.init.span, from)) found = node.pattern.declaration;
    for (const child of childrenOf(node)) visit(child);
  };
  for (const node of nodesOf(body)) visit(node);
  return found;
}

/** Calls of its members, and calls that it is handed to. */
function usesOf(client: Declaration, { body }: Section): readonly Span[] {
  const found: Span[] = [];
  const visit = (node: Node): void => {
    if ("k" in node && node.k === "call") {
      const { callee, args } = node;
      const isOwn = callee.k === "member" && rootOf(callee.object) === client && !ENDS.test(callee.name);
      if (isOwn || args.some((arg) => arg.k === "name" && arg.declaration === client)) found.push(node.span);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  for (const node of nodesOf(body)) visit(node);
  return found;
}

function rootOf(e: Expression): Declaration | undefined {
  let at = e;
  while (at.k === "member" || at.k === "call") at = at.k === "member" ? at.object : at.callee;
  return at.k === "name" ? at.declaration : undefined;
}
