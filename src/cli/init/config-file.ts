import ts = require("typescript");

/** A config file as far as it can be told where a further config goes. */
export interface ConfigFile {
  readonly source: ts.SourceFile;
  readonly isModule: boolean;
  /** What is exported: a list of configs, arguments of a function that makes one of them, or a single config. */
  readonly place: Place;
  readonly form: Form;
}

type Place = ts.ArrayLiteralExpression | ts.CallExpression | ts.ObjectLiteralExpression;

/** How one config takes up another there: by its name, as an object, or not at all, so that its parts are spread into it. */
export type Form = "names" | "objects" | "spread";

/** Functions that take configs as their last arguments; a number says how many others come first. */
const MAKERS: Readonly<Record<string, number>> = { defineConfig: 0, config: 0, withNuxt: 0, antfu: 1 };

/** Where those come from that know `extends`. */
const FORMS: Readonly<Record<string, Form>> = { "eslint/config": "names", "@eslint/config-helpers": "names", "typescript-eslint": "objects" };

export function readConfig(file: string, text: string): ConfigFile | undefined {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, /\.[cm]?ts$/.test(file) ? ts.ScriptKind.TS : ts.ScriptKind.JS);
  const exported = exportedBy(source), found = exported && placeIn(exported.value, source);
  return found && { source, isModule: exported.isModule, ...found };
}

function exportedBy(source: ts.SourceFile): { readonly value: ts.Expression; readonly isModule: boolean } | undefined {
  for (const statement of source.statements) {
    if (ts.isExportAssignment(statement)) return { value: statement.expression, isModule: !statement.isExportEquals };
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      const named = statement.exportClause.elements.find(({ name }) => name.text === "default");
      if (named) return { value: named.propertyName ?? named.name, isModule: true };
    }
    if (ts.isExpressionStatement(statement) && ts.isBinaryExpression(statement.expression) && statement.expression.left.getText() === "module.exports") return { value: statement.expression.right, isModule: false };
  }
  return undefined;
}

function placeIn(value: ts.Expression, source: ts.SourceFile, depth = 0): Pick<ConfigFile, "place" | "form"> | undefined {
  const inner = plain(value);
  if (ts.isArrayLiteralExpression(inner) || ts.isObjectLiteralExpression(inner)) return { place: inner, form: "spread" };
  if (ts.isIdentifier(inner) && depth < 3) {
    const found = initialiser(inner.text, source);
    return found && placeIn(found, source, depth + 1);
  }
  if (!ts.isCallExpression(inner)) return undefined;
  const others = MAKERS[nameOf(inner.expression)], [first] = inner.arguments;
  if (others === undefined || inner.arguments.length < others) return undefined;
  const form = FORMS[moduleOf(inner.expression, source) ?? ""] ?? "spread";
  if (others === 0 && inner.arguments.length === 1 && first) {
    const only = plain(first), list = ts.isIdentifier(only) ? placeIn(only, source, depth + 1)?.place : only;
    if (list && ts.isArrayLiteralExpression(list)) return { place: list, form };
  }
  return { place: inner, form };
}

/** What a function of the file's imports comes from: `defineConfig`, or `tseslint.config`. */
function moduleOf(callee: ts.Expression, { statements }: ts.SourceFile): string | undefined {
  const root = ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  if (!ts.isIdentifier(root)) return undefined;
  const binds = (name: ts.Node | undefined): boolean => {
    if (name === undefined) return false;
    if (ts.isIdentifier(name)) return name.text === root.text;
    return (ts.isNamedImports(name) || ts.isObjectBindingPattern(name)) && name.elements.some((element) => binds(element.name));
  };
  for (const statement of statements) {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const { name, namedBindings } = statement.importClause ?? {};
      if (binds(name) || binds(namedBindings && ts.isNamespaceImport(namedBindings) ? namedBindings.name : namedBindings)) return statement.moduleSpecifier.text;
    }
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) if (initializer && binds(name)) return requiredBy(initializer);
  }
  return undefined;
}

function plain(value: ts.Expression): ts.Expression {
  let at = value;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at) || ts.isAwaitExpression(at)) at = at.expression;
  return at;
}

const nameOf = (callee: ts.Expression): string => ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : "";

function initialiser(name: string, source: ts.SourceFile): ts.Expression | undefined {
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) if (ts.isIdentifier(declaration.name) && declaration.name.text === name) return declaration.initializer;
  }
  return undefined;
}

/** What a module is called in the file: by its default import, or by what `require` gives. */
export function importedAs(module: string, { statements }: ts.SourceFile): string | undefined {
  for (const statement of statements) {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier) && statement.moduleSpecifier.text === module) {
      const { name, namedBindings } = statement.importClause ?? {};
      return name?.text ?? (namedBindings && ts.isNamespaceImport(namedBindings) ? namedBindings.name.text : undefined);
    }
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (ts.isIdentifier(name) && initializer && requiredBy(initializer) === module) return name.text;
    }
  }
  return undefined;
}

export function requiredBy(value: ts.Expression): string | undefined {
  const call = ts.isPropertyAccessExpression(value) ? value.expression : value;
  const [argument] = ts.isCallExpression(call) && call.expression.getText() === "require" ? call.arguments : [];
  return argument && ts.isStringLiteral(argument) ? argument.text : undefined;
}

/** The value of the `files` beside what gives types, if that is limited to some; `isTyped`: something gives types at all. */
export function typedFiles(source: ts.SourceFile): { readonly isTyped: boolean; readonly files: string | undefined } {
  const found: ts.PropertyAssignment[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && /^(?:projectService|project)$/.test(node.name.getText()) && node.initializer.kind !== ts.SyntaxKind.FalseKeyword && propertyAround(node, "parserOptions")) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const [first] = found, options = first && propertyAround(first, "languageOptions");
  const block = options?.parent;
  const files = block && ts.isObjectLiteralExpression(block) ? block.properties.find((property) => property.name?.getText() === "files") : undefined;
  return { isTyped: found.length > 0, files: files && ts.isPropertyAssignment(files) ? files.initializer.getText() : undefined };
}

function propertyAround(node: ts.Node, name: string): ts.PropertyAssignment | undefined {
  for (let at: ts.Node = node.parent; !ts.isSourceFile(at); at = at.parent) if (ts.isPropertyAssignment(at) && at.name.getText() === name) return at;
  return undefined;
}
