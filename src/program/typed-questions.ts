import ts = require("typescript");

import type { Ticket } from "../effects/ir.js";
import type { MissingParameter, TypedQuestions } from "../effects/questions.js";

const node = (ticket: Ticket): ts.Node => ticket as ts.Node;

type WithBody = ts.FunctionDeclaration | ts.MethodDeclaration | ts.ArrowFunction | ts.FunctionExpression;

/** Asks the checker of one ts.Program on behalf of the edits. */
export class CheckerQuestions implements TypedQuestions {
  readonly #checker: ts.TypeChecker;

  constructor(private readonly program: ts.Program) {
    this.#checker = program.getTypeChecker();
  }

  #type(ticket: Ticket): ts.Type {
    return this.#checker.getTypeAtLocation(node(ticket));
  }

  #known(ticket: Ticket): ts.Type | undefined {
    const type = this.#type(ticket);
    return type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never) ? undefined : type;
  }

  assignable(value: Ticket, target: Ticket): boolean {
    const from = this.#known(value), to = this.#known(target);
    return from !== undefined && to !== undefined && this.#checker.isTypeAssignableTo(from, to);
  }

  hasMember(value: Ticket, member: string): boolean {
    return this.#known(value)?.getProperty(member) !== undefined;
  }

  memberFits(value: Ticket, member: string, like: Ticket): boolean {
    const own = this.#known(value)?.getProperty(member), other = this.#known(like)?.getProperty(member);
    if (!own || !other) return false;
    const at = node(like);
    return own === other || this.#checker.isTypeAssignableTo(this.#checker.getTypeOfSymbolAtLocation(own, at), this.#checker.getTypeOfSymbolAtLocation(other, at));
  }

  primitiveOf(value: Ticket): "string" | "number" | undefined {
    return primitive(this.#type(value));
  }

  elementOf(list: Ticket): "string" | "number" | undefined {
    const type = this.#known(list);
    const index = type && this.#checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    return index && primitive(index);
  }

  inScope(declaration: Ticket, at: Ticket): boolean {
    const symbol = this.#checker.getSymbolAtLocation(node(declaration));
    return symbol !== undefined && this.#checker.getSymbolsInScope(node(at), ts.SymbolFlags.Value).includes(symbol);
  }

  checksIndexes(): boolean {
    return this.program.getCompilerOptions().noUncheckedIndexedAccess === true;
  }

  isPromise(value: Ticket): boolean {
    const type = this.#type(value);
    return type.getProperty("then") !== undefined;
  }

  isPlainData(value: Ticket): boolean {
    return isPlain(this.#checker, this.#type(value), node(value), 0);
  }

  sameOperation(a: Ticket, b: Ticket): boolean {
    const [first, second] = [a, b].map((call) => this.#checker.getResolvedSignature(node(call) as ts.CallExpression)?.declaration);
    return first !== undefined && first === second;
  }

  functionCalled(call: Ticket): Ticket | undefined {
    const { expression } = node(call) as ts.CallExpression;
    const found = this.#checker.getSymbolAtLocation(ts.isPropertyAccessExpression(expression) ? expression.name : expression);
    const symbol = found && found.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(found) : found;
    const [only, ...others] = symbol?.declarations ?? [];
    return only && others.length === 0 ? functionOf(only) : undefined;
  }

  missingParameter(call: Ticket, value: Ticket): MissingParameter | undefined {
    const expression = node(call) as ts.CallExpression;
    const type = this.#known(value);
    const parameters = this.#checker.getResolvedSignature(expression)?.declaration?.parameters ?? [];
    const next = parameters[expression.arguments.length];
    if (!type || !next || ts.isJSDocParameterTag(next) || next.dotDotDotToken || !(next.questionToken ?? next.initializer)) return undefined;
    if (expression.arguments.some(ts.isSpreadElement) || !ts.isIdentifier(next.name)) return undefined;
    const wanted = this.#checker.getTypeAtLocation(next);
    if (wanted.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown) || !this.#checker.isTypeAssignableTo(type, wanted)) return undefined;
    return { name: next.name.text, ticket: next, file: next.getSourceFile().fileName };
  }
}

function primitive(type: ts.Type): "string" | "number" | undefined {
  const parts = type.isUnion() ? type.types : [type];
  if (parts.every((part) => part.flags & ts.TypeFlags.StringLike)) return "string";
  return parts.every((part) => part.flags & ts.TypeFlags.NumberLike) ? "number" : undefined;
}

const PRIMITIVE = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.BigIntLike | ts.TypeFlags.Null | ts.TypeFlags.Undefined;
/** How deep a type is looked into. */
const DEEP = 3;

function isPlain(checker: ts.TypeChecker, type: ts.Type, at: ts.Node, depth: number): boolean {
  if (type.flags & PRIMITIVE) return true;
  if (type.isUnion()) return type.types.every((part) => isPlain(checker, part, at, depth));
  if (!(type.flags & ts.TypeFlags.Object) || depth > DEEP || type.isClass() || type.getCallSignatures().length > 0) return false;
  const element = checker.isArrayType(type) || checker.isTupleType(type) ? checker.getIndexTypeOfType(type, ts.IndexKind.Number) : undefined;
  if (element) return isPlain(checker, element, at, depth + 1);
  const properties = type.getProperties();
  return properties.length > 0 && properties.every((property) => isPlain(checker, checker.getTypeOfSymbolAtLocation(property, at), at, depth + 1));
}

function functionOf(declaration: ts.Declaration): WithBody | undefined {
  if ((ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) && declaration.body) return declaration;
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer || !(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const)) return undefined;
  const { initializer } = declaration;
  return ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer) ? initializer : undefined;
}
