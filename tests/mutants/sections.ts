/** Finds the critical sections of a program by syntax, with the type checker's help for names. */
import ts from "typescript";

import { LOCK_CALLS, type LockCall } from "./locks.js";

/** A lock, by the declarations on the way to it. */
export interface Lock {
  readonly id: string;
  readonly text: string;
  readonly onThis: boolean;
}

/** One call that takes a lock. */
export interface Take {
  readonly call: ts.CallExpression;
  readonly how: LockCall["how"];
  readonly lock: Lock;
  readonly key: ts.Expression | undefined;
  readonly kind: LockCall;
  /** The statements under the lock, if they stand in the text. */
  readonly block: ts.Block | undefined;
  readonly within: Named;
}

/** A method or function that can be called by its name. */
export interface Named {
  readonly node: ts.MethodDeclaration | ts.FunctionDeclaration;
  readonly name: string;
  readonly owner: ts.ClassLikeDeclaration | undefined;
}

interface Wrapper {
  readonly lock: Lock | { readonly parameter: number };
  readonly kind: LockCall;
  readonly key: ts.Expression | undefined;
}

type Callback = ts.ArrowFunction | ts.FunctionExpression;

export function enclosing(node: ts.Node): Named | undefined {
  for (let at = node.parent as ts.Node | undefined; at; at = at.parent) {
    if (ts.isMethodDeclaration(at) && ts.isClassLike(at.parent)) return { node: at, name: at.name.getText(), owner: at.parent };
    if (ts.isFunctionDeclaration(at) && at.name && ts.isSourceFile(at.parent)) return { node: at, name: at.name.text, owner: undefined };
  }
  return undefined;
}

const bare = (e: ts.Expression): ts.Expression => ts.isParenthesizedExpression(e) || ts.isNonNullExpression(e) || ts.isAsExpression(e) ? bare(e.expression) : e;

export class SectionFinder {
  readonly takes: Take[] = [];
  readonly #wrappers = new Map<ts.Node, Wrapper>();
  readonly #checker: ts.TypeChecker;

  constructor(readonly program: ts.Program, sources: readonly ts.SourceFile[]) {
    this.#checker = program.getTypeChecker();
    const names = new Set(LOCK_CALLS.map(({ member }) => member));
    for (let round = 0; round < 3; round++) {
      this.takes.length = 0;
      const before = this.#wrappers.size;
      for (const source of sources) this.#visit(source, names);
      for (const node of this.#wrappers.keys()) names.add((node as ts.MethodDeclaration).name.getText());
      if (this.#wrappers.size === before) break;
    }
  }

  symbolOf(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.#checker.getSymbolAtLocation(node);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #visit(node: ts.Node, names: ReadonlySet<string>): void {
    if (ts.isCallExpression(node)) this.#call(node, names);
    ts.forEachChild(node, (child) => { this.#visit(child, names); });
  }

  #call(call: ts.CallExpression, names: ReadonlySet<string>): void {
    const callee = bare(call.expression);
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : "";
    const within = enclosing(call);
    if (!within || !(names.has(name) || names.has(`#${name}`) || name.startsWith("with"))) return;
    const found = this.#primitive(call, callee, name) ?? this.#wrapped(call, callee);
    if (!found) return;
    const { kind, lock, key } = found;
    const callback = call.arguments.find((arg): arg is Callback => ts.isArrowFunction(arg) || ts.isFunctionExpression(arg));
    const block = kind.how === "run" ? callback && ts.isBlock(callback.body) && isAsync(callback) ? callback.body : undefined : sectionAfter(call);
    if ("id" in lock) this.takes.push({ call, how: kind.how, lock, key, kind, block, within });
    this.#noteWrapper(call, found, callback, within);
  }

  #primitive(call: ts.CallExpression, callee: ts.Expression, name: string): Wrapper | undefined {
    const kind = LOCK_CALLS.find(({ on, member }) => member === "()"
      ? this.#isOf(callee, on) : ts.isPropertyAccessExpression(callee) && member === name && this.#isOf(callee.expression, on));
    if (!kind) return undefined;
    const lock = this.#lockOf(kind.member !== "()" && ts.isPropertyAccessExpression(callee) ? callee.expression : callee);
    return lock && { kind, lock, key: kind.key === undefined ? undefined : call.arguments[kind.key] };
  }

  #wrapped(call: ts.CallExpression, callee: ts.Expression): Wrapper | undefined {
    const declaration = this.symbolOf(ts.isPropertyAccessExpression(callee) ? callee.name : callee)?.valueDeclaration;
    const wrapper = declaration && this.#wrappers.get(declaration);
    if (!wrapper) return undefined;
    if ("parameter" in wrapper.lock) {
      const given = call.arguments[wrapper.lock.parameter];
      const lock = given && this.#lockOf(given);
      return lock && { ...wrapper, lock };
    }
    const onThis = ts.isPropertyAccessExpression(callee) && callee.expression.kind === ts.SyntaxKind.ThisKeyword;
    return wrapper.lock.onThis && !onThis ? undefined : wrapper;
  }

  /** A function that runs what it is given under a lock. */
  #noteWrapper(call: ts.CallExpression, { kind, lock, key }: Wrapper, callback: Callback | undefined, { node }: Named): void {
    const parameters = node.parameters.flatMap(({ name }) => ts.isIdentifier(name) ? name.text : []);
    const handedOn = call.arguments.some((arg) => ts.isIdentifier(arg) && parameters.includes(arg.text) && kind.how === "run" && arg !== key);
    const called = kind.how === "run" ? callback !== undefined && callsOne(callback.body, parameters) : callsOne(node, parameters);
    // A key that its caller gives is another lock for each of them.
    if ((handedOn || called) && key === undefined) this.#wrappers.set(node, { kind: { ...kind, how: "run" }, lock, key });
  }

  #isOf(expression: ts.Expression, names: readonly string[]): boolean {
    const type = this.#checker.getNonNullableType(this.#checker.getTypeAtLocation(expression));
    const types = type.isUnion() ? type.types : [type];
    return types.some((part) => (part.aliasSymbol && names.includes(part.aliasSymbol.name)) ?? this.#named(part, names));
  }

  #named(type: ts.Type, names: readonly string[]): boolean {
    if (type.symbol as ts.Symbol | undefined && names.includes(type.symbol.name)) return true;
    return type.isClassOrInterface() && (this.#checker.getBaseTypes(type)).some((base) => this.#named(base, names));
  }

  /** `this.a.b`, a binding of a module, a static field; a parameter of the function around stands for what its callers give. */
  #lockOf(expression: ts.Expression): Wrapper["lock"] | undefined {
    const e = bare(expression);
    if (e.kind === ts.SyntaxKind.ThisKeyword) return { id: "this", text: "this", onThis: true };
    if (ts.isPropertyAccessExpression(e)) {
      const owner = this.#lockOf(e.expression), place = this.#declarationOf(e.name);
      return owner && "id" in owner && place !== undefined ? { id: `${owner.id}/${place}`, text: e.getText(), onThis: owner.onThis } : undefined;
    }
    if (!ts.isIdentifier(e)) return undefined;
    const declaration = this.symbolOf(e)?.valueDeclaration;
    if (!declaration) return undefined;
    const id = `${declaration.getSourceFile().fileName}:${String(declaration.pos)}`;
    if (ts.isParameter(declaration)) {
      const within = enclosing(e);
      return within?.node === declaration.parent && !LOCK_CALLS.some(({ on, member }) => member === "()" && this.#isOf(e, on))
        ? { parameter: within.node.parameters.indexOf(declaration) } : { id, text: e.text, onThis: false };
    }
    return { id, text: e.text, onThis: false };
  }

  #declarationOf(name: ts.Node): string | undefined {
    const declaration = this.symbolOf(name)?.valueDeclaration;
    return declaration && `${declaration.getSourceFile().fileName}:${String(declaration.pos)}`;
  }
}

const isAsync = (node: ts.Node): boolean => (ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.Async) !== 0;

function callsOne(node: ts.Node, names: readonly string[]): boolean {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && names.includes(node.expression.text)) return true;
  return ts.forEachChild(node, (child) => callsOne(child, names)) ?? false;
}

/** `const release = await lock.acquire(); try { section } finally { release(); }` */
function sectionAfter(call: ts.CallExpression): ts.Block | undefined {
  const statement = ts.findAncestor(call, ts.isVariableStatement) ?? ts.findAncestor(call, ts.isExpressionStatement);
  if (!statement || !ts.isAwaitExpression(call.parent) || !ts.isBlock(statement.parent)) return undefined;
  const { statements } = statement.parent;
  const next = statements.slice(statements.indexOf(statement) + 1).find((each) => ts.isTryStatement(each));
  return next?.finallyBlock && /release|unlock/i.test(next.finallyBlock.getText()) ? next.tryBlock : undefined;
}
