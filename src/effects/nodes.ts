import type { Body, Expression, Pattern, Statement } from "./ir.js";

export type Node = Expression | Statement;

/** What stands in an expression or statement, in the order in which it is evaluated; the functions written in it are opened, too. */
export function childrenOf(node: Node): readonly Node[] {
  return "k" in node ? partsOf(node) : "s" in node ? contentsOf(node) : [];
}

/** What a body evaluates, its own statements last. */
export const nodesOf = (body: Body): readonly Node[] => [...body.parameters.flatMap((parameter) => parameter.default ?? []), ...body.statements];

const maybe = (e: Expression | undefined): readonly Expression[] => e ? [e] : [];

function partsOf(e: Expression): readonly Node[] {
  switch (e.k) {
    case "literal": case "name": case "this": case "super": return [];
    case "member": return [e.object];
    case "index": return [e.object, e.index];
    case "call": case "new": return [e.callee, ...e.args];
    case "function": return nodesOf(e.body);
    case "class": return [];
    case "object": return e.entries.flatMap(({ key, value }) => [...(typeof key === "object" ? [key] : []), value]);
    case "array": case "sequence": return e.items;
    case "spread": case "await": case "unary": return [e.value];
    case "yield": return maybe(e.value);
    case "branch": return [e.test, e.then, e.else];
    case "logical": case "binary": return [e.left, e.right];
    case "assign": return [e.value, ...targetsOf(e.target)];
    case "template": return e.parts.filter((part): part is Expression => typeof part !== "string");
    case "opaque": return e.parts;
  }
}

function contentsOf(statement: Statement): readonly Node[] {
  switch (statement.s) {
    case "expression": case "throw": return [statement.value];
    case "declare": return [...maybe(statement.init), ...targetsOf(statement.pattern)];
    case "return": return maybe(statement.value);
    case "break": case "continue": return [];
    case "if": return [statement.test, ...statement.then, ...statement.else];
    case "loop": return [...statement.before, ...maybe(statement.test), ...statement.body, ...maybe(statement.after)];
    case "for-of": return [statement.iterable, ...targetsOf(statement.pattern), ...statement.body];
    case "try": return [...statement.block, ...statement.handler ?? [], ...statement.finalizer ?? []];
    case "switch": return [statement.value, ...statement.cases.flatMap(({ test, body }) => [...maybe(test), ...body])];
    case "block": return statement.statements;
  }
}

/** Expressions in a pattern: defaults, and what is assigned to. */
export function targetsOf(pattern: Pattern): readonly Expression[] {
  switch (pattern.p) {
    case "name": return [];
    case "target": return [pattern.expression];
    case "array": return pattern.items.flatMap((item) => item ? [...maybe(item.default), ...targetsOf(item.pattern)] : []);
    case "object": return [...pattern.properties.flatMap((property) => [...maybe(property.default), ...targetsOf(property.pattern)]), ...(pattern.rest ? targetsOf(pattern.rest) : [])];
  }
}
