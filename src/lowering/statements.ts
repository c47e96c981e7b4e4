import ts = require("typescript");

import type { Pattern, Statement } from "../effects/ir.js";
import { lowerClass } from "./classes.js";
import { at, type Context, declare, Scope } from "./context.js";
import { lowerExpression, optionalExpression } from "./expressions.js";
import { lowerFunction } from "./functions.js";
import { bindPattern, declarePattern, noteWrite } from "./patterns.js";
import { readTags } from "./tags.js";

/** Makes a context for a nested block, with its `let`, `const`, class and function names already known. */
function blockContext(statements: readonly ts.Statement[], context: Context): Context {
  const inner = { ...context, scope: new Scope(context.scope, context.body) };
  hoist(statements, inner);
  return inner;
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
const isDefault = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);

/** Declares the names of a block before its statements are lowered, so that functions see names written below them. */
export function hoist(statements: readonly ts.Statement[], context: Context): void {
  for (const statement of statements) {
    if (ts.isImportDeclaration(statement)) hoistImport(statement, context);
    else if (ts.isImportEqualsDeclaration(statement)) hoistImportEquals(statement, context);
    else if (ts.isVariableStatement(statement)) {
      for (const each of statement.declarationList.declarations) {
        declarePattern(each.name, kindOf(statement.declarationList), context, isExported(statement));
      }
    } else if (ts.isFunctionDeclaration(statement)) hoistNamed(statement, "function", context);
    else if (ts.isClassDeclaration(statement)) hoistNamed(statement, "class", context);
    else if (ts.isEnumDeclaration(statement)) declare(statement, statement.name.text, "enum", context);
    else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) declare(statement, statement.name.text, "namespace", context);
    else hoistVars(statement, context);
  }
}

const kindOf = (list: ts.VariableDeclarationList): "const" | "let" =>
  (list.flags & ts.NodeFlags.BlockScoped & ~ts.NodeFlags.Let) !== 0 ? "const" : "let";

/** `var` belongs to the function around the block it is written in; the blocks are few, so a shallow look is enough. */
function hoistVars(statement: ts.Statement, context: Context): void {
  if (ts.isLabeledStatement(statement)) hoistVars(statement.statement, context);
}

function hoistNamed(node: ts.FunctionDeclaration | ts.ClassDeclaration, kind: "function" | "class", context: Context): void {
  if (kind === "function" && !(node as ts.FunctionDeclaration).body) return;
  const name = node.name?.text ?? "default";
  const declaration = declare(node, name, kind, context, { exported: isExported(node) });
  if (isExported(node)) context.out.exports.set(isDefault(node) ? "default" : name, declaration);
}

function hoistImport(node: ts.ImportDeclaration, context: Context): void {
  const clause = node.importClause;
  if (!clause || !ts.isStringLiteral(node.moduleSpecifier)) return;
  const from = node.moduleSpecifier.text;
  const add = (at: ts.Node, local: string, name: string): void => {
    declare(at, local, "import", context, { import: { from, name } });
  };
  if (clause.name) add(clause.name, clause.name.text, "default");
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name, bindings.name.text, "*");
  else if (bindings) for (const each of bindings.elements) add(each.name, each.name.text, (each.propertyName ?? each.name).text);
}

function hoistImportEquals(node: ts.ImportEqualsDeclaration, context: Context): void {
  const reference = node.moduleReference;
  if (ts.isExternalModuleReference(reference) && ts.isStringLiteral(reference.expression)) {
    declare(node.name, node.name.text, "import", context, { import: { from: reference.expression.text, name: "=" } });
  }
}

export function lowerStatements(statements: readonly ts.Statement[], context: Context): Statement[] {
  return statements.flatMap((statement) => lowerStatement(statement, context));
}

function block(statement: ts.Statement | undefined, context: Context): Statement[] {
  if (!statement) return [];
  const list = ts.isBlock(statement) ? statement.statements : [statement];
  return lowerStatements(list, blockContext(list, context));
}

function lowerStatement(node: ts.Statement, context: Context, label?: string): Statement[] {
  const here = at(node, context);
  if (ts.isExpressionStatement(node)) return [{ s: "expression", value: lowerExpression(node.expression, context), ...here }];
  if (ts.isVariableStatement(node)) return lowerVariables(node.declarationList, context);
  if (ts.isReturnStatement(node)) return [{ s: "return", value: optionalExpression(node.expression, context), ...here }];
  if (ts.isThrowStatement(node)) return [{ s: "throw", value: lowerExpression(node.expression, context), ...here }];
  if (ts.isIfStatement(node)) {
    return [{
      s: "if", test: lowerExpression(node.expression, context), then: block(node.thenStatement, context), else: block(node.elseStatement, context), ...here,
    }];
  }
  if (ts.isBlock(node)) return [{ s: "block", statements: block(node, context), label, ...here }];
  if (ts.isTryStatement(node)) return [lowerTry(node, context)];
  if (ts.isLabeledStatement(node)) {
    const inner = lowerStatement(node.statement, context, node.label.text);
    return ts.isIterationStatement(node.statement, false) || ts.isBlock(node.statement)
      ? inner : [{ s: "block", statements: inner, label: node.label.text, ...here }];
  }
  if (ts.isBreakStatement(node)) return [{ s: "break", label: node.label?.text, ...here }];
  if (ts.isContinueStatement(node)) return [{ s: "continue", label: node.label?.text, ...here }];
  if (ts.isSwitchStatement(node)) return [lowerSwitch(node, context)];
  if (ts.isIterationStatement(node, false)) return [lowerLoop(node, context, label)];
  return lowerDeclaration(node, context);
}

function lowerDeclaration(node: ts.Statement, context: Context): Statement[] {
  if (ts.isFunctionDeclaration(node) && node.body) lowerFunctionDeclaration(node, context);
  else if (ts.isClassDeclaration(node)) lowerClassDeclaration(node, context);
  else if (ts.isExportAssignment(node)) lowerExportAssignment(node, context);
  else if (ts.isExportDeclaration(node) && !node.moduleSpecifier && node.exportClause && ts.isNamedExports(node.exportClause)) {
    for (const each of node.exportClause.elements) {
      const declaration = context.scope.find((each.propertyName ?? each.name).text);
      if (declaration) context.out.exports.set(each.name.text, declaration);
    }
  } else if (ts.isModuleDeclaration(node) && node.body && ts.isModuleBlock(node.body)) {
    return lowerStatements(node.body.statements, blockContext(node.body.statements, context));
  }
  if (ts.isModuleDeclaration(node) || ts.isImportDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return [];
  const info = ts.isClassDeclaration(node) ? context.scope.find(node.name?.text ?? "default")?.classInfo : undefined;
  return info ? [{ s: "expression", value: { k: "class", info, ...at(node, context) }, ...at(node, context) }] : [];
}

function lowerFunctionDeclaration(node: ts.FunctionDeclaration, context: Context): void {
  const name = node.name?.text ?? "default";
  const declaration = context.scope.own(name);
  const body = lowerFunction(node, name, "function", context);
  if (declaration) declaration.functionBody = body;
}

function lowerClassDeclaration(node: ts.ClassDeclaration, context: Context): void {
  const name = node.name?.text ?? "default";
  const declaration = context.scope.own(name);
  const info = lowerClass(node, name, context);
  if (declaration) declaration.classInfo = info;
}

function lowerExportAssignment(node: ts.ExportAssignment, context: Context): void {
  const value = lowerExpression(node.expression, context);
  const named = value.k === "name" ? value.declaration : undefined;
  context.out.exports.set(node.isExportEquals ? "=" : "default", named ?? value);
  if (value.k === "function") value.body.exported = true;
}

function lowerVariables(list: ts.VariableDeclarationList, context: Context): Statement[] {
  const scoping: number = list.flags & ts.NodeFlags.BlockScoped;
  const using = ([ts.NodeFlags.Using, ts.NodeFlags.AwaitUsing] as number[]).includes(scoping);
  return list.declarations.map((each) => {
    const { orders } = readTags(list.parent, context.out);
    if (context.body.kind === "module") context.out.orders.push(...orders);
    const init = optionalExpression(each.initializer, context, ts.isIdentifier(each.name) ? each.name.text : undefined);
    const pattern = bindPattern(each.name, context, init);
    return { s: "declare", pattern, init, using, ...at(each, context) };
  });
}

function lowerTry(node: ts.TryStatement, context: Context): Statement {
  const clause = node.catchClause;
  let handler: Statement[] | undefined, parameter: Pattern | undefined;
  if (clause) {
    const inner = blockContext(clause.block.statements, context);
    if (clause.variableDeclaration) {
      declarePattern(clause.variableDeclaration.name, "catch", inner, false);
      parameter = bindPattern(clause.variableDeclaration.name, inner, undefined);
    }
    handler = lowerStatements(clause.block.statements, inner);
  }
  return {
    s: "try", block: block(node.tryBlock, context), parameter, handler,
    finalizer: node.finallyBlock && block(node.finallyBlock, context), ...at(node, context),
  };
}

function lowerSwitch(node: ts.SwitchStatement, context: Context): Statement {
  const all = node.caseBlock.clauses.flatMap((clause) => [...clause.statements]);
  const inner = blockContext(all, context);
  return {
    s: "switch", value: lowerExpression(node.expression, context),
    cases: node.caseBlock.clauses.map((clause) => ({
      test: ts.isCaseClause(clause) ? lowerExpression(clause.expression, inner) : undefined,
      body: lowerStatements(clause.statements, inner),
    })),
    ...at(node, context),
  };
}

function lowerLoop(node: ts.IterationStatement, context: Context, label: string | undefined): Statement {
  const here = { label, ...at(node, context) };
  const inner: Context = { ...context, scope: new Scope(context.scope, context.body) };
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return lowerForOf(node, inner, here);
  if (ts.isForStatement(node)) {
    const before = lowerForInitializer(node.initializer, inner);
    return {
      s: "loop", before, test: optionalExpression(node.condition, inner), after: optionalExpression(node.incrementor, inner),
      body: block(node.statement, inner), testsFirst: true, ...here,
    };
  }
  const { expression } = node as ts.WhileStatement | ts.DoStatement;
  return {
    s: "loop", before: [], test: lowerExpression(expression, inner), after: undefined, body: block(node.statement, inner),
    testsFirst: ts.isWhileStatement(node), ...here,
  };
}

function lowerForInitializer(node: ts.ForInitializer | undefined, context: Context): Statement[] {
  if (!node) return [];
  if (!ts.isVariableDeclarationList(node)) return [{ s: "expression", value: lowerExpression(node, context), ...at(node, context) }];
  for (const each of node.declarations) declarePattern(each.name, kindOf(node), context, false);
  return lowerVariables(node, context);
}

function lowerForOf(
  node: ts.ForOfStatement | ts.ForInStatement, context: Context, here: { label: string | undefined } & ReturnType<typeof at>,
): Statement {
  const iterable = lowerExpression(node.expression, context);
  let pattern: Pattern;
  if (ts.isVariableDeclarationList(node.initializer)) {
    const [each] = node.initializer.declarations;
    if (!each) throw new Error("a for-of without a variable");
    for (const declaration of declarePattern(each.name, kindOf(node.initializer), context, false)) declaration.elementOf = iterable;
    pattern = bindPattern(each.name, context, undefined);
  } else {
    pattern = { p: "target", expression: lowerExpression(node.initializer, context) };
    noteWrite(pattern, iterable, context);
  }
  return {
    s: "for-of", pattern, iterable, body: block(node.statement, context), awaits: ts.isForOfStatement(node) && node.awaitModifier !== undefined,
    keys: ts.isForInStatement(node), ...here,
  };
}
