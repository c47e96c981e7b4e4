import type { Body, Expression, Pattern, Statement } from "./ir.js";

/** What an expression evaluates directly, in order; a function's body is not evaluated where it stands. */
export function partsOf(e: Expression): readonly Expression[] {
  switch (e.k) {
    case "member": return [e.object];
    case "index": return [e.object, e.index];
    case "call": case "new": return [e.callee, ...e.args];
    case "object": return e.entries.flatMap(({ key, value }) => key === undefined || typeof key === "string" ? [value] : [key, value]);
    case "array": case "sequence": return e.items;
    case "spread": case "await": case "unary": case "assign": return [e.value];
    case "yield": return e.value ? [e.value] : [];
    case "branch": return [e.test, e.then, e.else];
    case "logical": case "binary": return [e.left, e.right];
    case "template": return e.parts.filter((part) => typeof part !== "string");
    case "opaque": return e.parts;
    case "literal": case "name": case "this": case "super": case "function": case "class": return [];
  }
}

/** An expression and everything it evaluates, functions' bodies left out. */
export function* within(e: Expression): Generator<Expression> {
  const rest = [e];
  for (let at = rest.pop(); at; at = rest.pop()) {
    yield at;
    rest.push(...partsOf(at).toReversed());
  }
}

/** What a statement evaluates itself, without the statements in it. */
export function ownExpressions(statement: Statement): readonly Expression[] {
  switch (statement.s) {
    case "expression": case "throw": case "switch": return statement.s === "switch" ? [statement.value, ...statement.cases.flatMap(({ test }) => test ?? [])] : [statement.value];
    case "declare": return statement.init ? [statement.init] : [];
    case "return": return statement.value ? [statement.value] : [];
    case "if": return [statement.test];
    case "loop": return [...statement.test ? [statement.test] : [], ...statement.after ? [statement.after] : []];
    case "for-of": return [statement.iterable];
    case "break": case "continue": case "try": case "block": return [];
  }
}

/** The lists of statements in one. */
export function innerLists(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.s) {
    case "if": return [statement.then, statement.else];
    case "loop": return [statement.before, statement.body];
    case "for-of": return [statement.body];
    case "try": return [statement.block, statement.handler ?? [], statement.finalizer ?? []];
    case "switch": return statement.cases.map(({ body }) => body);
    case "block": return [statement.statements];
    default: return [];
  }
}

/** All statements of a list, those in others included, functions' bodies left out. */
export function* allStatements(list: readonly Statement[]): Generator<Statement> {
  for (const statement of list) {
    yield statement;
    for (const inner of innerLists(statement)) yield* allStatements(inner);
  }
}

/** Every expression in a list of statements, functions' bodies left out. */
export function* allExpressions(list: readonly Statement[]): Generator<Expression> {
  for (const statement of allStatements(list)) for (const expression of ownExpressions(statement)) yield* within(expression);
}

export type Node = Expression | Statement;

/** What stands in an expression or statement, in the order in which it is evaluated; the functions written in it are opened, too. */
export function childrenOf(node: Node): readonly Node[] {
  return "k" in node ? openedPartsOf(node) : "s" in node ? contentsOf(node) : [];
}

/** What a body evaluates, its own statements last. */
export const nodesOf = (body: Body): readonly Node[] => [...body.parameters.flatMap((parameter) => parameter.default ?? []), ...body.statements];

const maybe = (e: Expression | undefined): readonly Expression[] => e ? [e] : [];

/** What an expression evaluates, and what it assigns to; the functions written in it are opened. */
function openedPartsOf(e: Expression): readonly Node[] {
  switch (e.k) {
    case "function": return nodesOf(e.body);
    case "assign": return [e.value, ...targetsOf(e.target)];
    default: return partsOf(e);
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
