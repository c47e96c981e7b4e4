/** Way 5: methods that are fields with a function type, and functions that are constants with one. */
import ts from "typescript";
import { declared } from "./callbacks.js";
import { applyChanges, type Change } from "./edits.js";
import { type Files, openProject, type Project } from "./program.js";
import { classesOf, contains, fileOf, freshName, hasModifier, meaningOf, mentions, ownDescendants, statementOf } from "./syntax.js";

type Convertible = (ts.MethodDeclaration | ts.FunctionDeclaration) & { body: ts.Block; name: ts.PropertyName };

export function typedArrowFields(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory);
  return applyChanges(project, convertibles(project).map((node) => convert(project, node)));
}

/** Way 7 where no lock has a method that could be wrapped: functions and methods are what a generic function made of them. */
export function wrappedFunctions(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), name = freshName(project, "traced");
  const text = `function ${name}<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {\n  return (...args) => work(...args);\n}`;
  const changes = convertibles(project).filter((node) => !node.typeParameters).map((node) => convert(project, node, name));
  return applyChanges(project, changes, (kept) => declared(project, kept, () => [text]));
}

function convertibles(project: Project): Convertible[] {
  const methods = classesOf(project).filter((owner) => !extendsPackage(project, owner)).flatMap((owner) => owner.members.filter((member) => isConvertibleMethod(project, owner, member)));
  const functions = project.sources.flatMap((source) => source.statements.filter((statement) => isConvertibleFunction(project, statement)));
  return [...methods, ...functions];
}

/** A base class of a package may call the method from its constructor, when the field isn't there yet. */
function extendsPackage(project: Project, owner: ts.ClassDeclaration): boolean {
  const base = owner.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const declared = base && meaningOf(project, base.expression)?.valueDeclaration;
  return base !== undefined && !(declared && project.sources.includes(declared.getSourceFile()));
}

const isArguments = (node: ts.Node) => ts.isIdentifier(node) && node.text === "arguments";
const isSuper = (node: ts.Node) => node.kind === ts.SyntaxKind.SuperKeyword;
const isThis = (node: ts.Node) => node.kind === ts.SyntaxKind.ThisKeyword;

/** A function that stays the same as an arrow function: no generator, no overloads, nothing that only a `function` has. */
function isPlain(node: ts.MethodDeclaration | ts.FunctionDeclaration): node is Convertible {
  return node.body !== undefined && node.name !== undefined && !node.asteriskToken && !contains(node, isArguments)
    && !node.parameters.some((one) => one.name.getText() === "this");
}

function isConvertibleMethod(project: Project, owner: ts.ClassDeclaration, member: ts.ClassElement): member is Convertible & ts.MethodDeclaration {
  if (!ts.isMethodDeclaration(member) || !isPlain(member) || ts.isComputedPropertyName(member.name) || contains(member, isSuper)) return false;
  if (hasModifier(member, ts.SyntaxKind.StaticKeyword) || hasModifier(member, ts.SyntaxKind.OverrideKeyword)) return false;
  return !isOverriding(project, owner, member.name.text) && !isOverridden(project, owner, member.name.text) && !isNeededByField(owner, member.name.text);
}

const inherits = (project: Project, sub: ts.ClassDeclaration, base: ts.Type) =>
  project.checker.getBaseTypes(project.checker.getTypeAtLocation(sub) as ts.InterfaceType).some((type) => type.symbol === base.symbol);

const isOverriding = ({ checker }: Project, owner: ts.ClassDeclaration, name: string) =>
  checker.getBaseTypes(checker.getTypeAtLocation(owner) as ts.InterfaceType).some((base) => checker.getPropertyOfType(base, name) !== undefined);

function isOverridden(project: Project, owner: ts.ClassDeclaration, name: string): boolean {
  const type = project.checker.getTypeAtLocation(owner);
  return classesOf(project).some((sub) => inherits(project, sub, type) && sub.members.some((member) => member.name?.getText() === name || isOverridden(project, sub, name)));
}

/** A field that calls the method while the object is made would find it undefined. */
const isNeededByField = (owner: ts.ClassDeclaration, name: string) => owner.members.some((member) =>
  ts.isPropertyDeclaration(member) && member.initializer !== undefined
  && [...ownDescendants(member.initializer)].some((node) => ts.isPropertyAccessExpression(node) && isThis(node.expression) && node.name.text === name));

function isConvertibleFunction(project: Project, node: ts.Statement): node is Convertible & ts.FunctionDeclaration {
  if (!ts.isFunctionDeclaration(node) || !isPlain(node) || hasModifier(node, ts.SyntaxKind.DefaultKeyword) || contains(node, isThis)) return false;
  const symbol = meaningOf(project, node.name);
  return symbol?.declarations?.length === 1 && !runsBefore(project, node, symbol);
}

/** Whether code that runs before the declaration leads to the function, which only hoisting allows. */
function runsBefore(project: Project, node: ts.FunctionDeclaration, symbol: ts.Symbol): boolean {
  const users = new Set<ts.Statement>([node]), pending = [symbol];
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const mention of mentions(project, next)) {
      const user = statementOf(mention);
      if (users.has(user) || ts.isImportDeclaration(user)) continue;
      users.add(user);
      pending.push(...namesDeclared(user).map((name) => meaningOf(project, name)).filter((found) => found !== undefined));
    }
  }
  return [...users].some((user) => user !== node && user.getSourceFile() === node.getSourceFile() && user.pos < node.pos && isExecuted(user));
}

function namesDeclared(statement: ts.Statement): ts.Node[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map((one) => one.name).filter(ts.isIdentifier);
  return (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name ? [statement.name] : [];
}

function isExecuted(statement: ts.Statement): boolean {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.some((one) => one.initializer && !ts.isFunctionLike(one.initializer));
  return !ts.isFunctionDeclaration(statement) && !ts.isClassDeclaration(statement) && !ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement);
}

/** `async add(item: string): Promise<void> {` becomes `add: (item: string) => Promise<void> = async (item) => {`. */
function convert(project: Project, node: Convertible, wrapper?: string): Change {
  const isFunction = ts.isFunctionDeclaration(node), source = node.getSourceFile();
  const modifiers = (node.modifiers ?? []).map((modifier) => modifier.getText());
  const head = [...modifiers.filter((text) => text !== "async"), ...(isFunction ? ["const"] : [])].join(" ");
  const generics = node.typeParameters ? `<${node.typeParameters.map((one) => one.getText()).join(", ")}>` : "";
  const names = node.parameters.map((one) => (generics ? one.getText() : withoutType(one))).join(", ");
  const arrow = `${wrapper ? `${wrapper}(` : ""}${modifiers.includes("async") ? "async " : ""}${generics}(${names}) =>`;
  const type = typeText(project, node, generics);
  const text = `${head}${head ? " " : ""}${node.name.getText()}${type ? `: ${type}` : ""} = ${arrow} `;
  return [
    { file: fileOf(node), start: node.getStart(), end: node.body.getStart(), text: type ? text : untyped(node, text, names) },
    { file: fileOf(node), start: node.end, end: node.end, text: `${wrapper ? ")" : ""}${source.text[node.end] === ";" ? "" : ";"}` },
  ];
}

const withoutType = (parameter: ts.ParameterDeclaration) =>
  `${parameter.dotDotDotToken ? "..." : ""}${parameter.name.getText()}${parameter.initializer ? ` = ${parameter.initializer.getText()}` : ""}`;

/** Without a type of its own, the field needs those of the parameters. */
const untyped = (node: Convertible, text: string, names: string) =>
  text.replace(`(${names}) =>`, () => `(${node.parameters.map((one) => one.getText()).join(", ")}) =>`);

/** The function's type as written, with what isn't written taken from the checker; undefined when a type has no name here. */
function typeText({ checker }: Project, node: Convertible, generics: string): string | undefined {
  const written = (type: ts.Type) => checker.typeToString(type, node, ts.TypeFormatFlags.NoTruncation);
  const parameters = node.parameters.map((one, i) => {
    const name = ts.isIdentifier(one.name) ? one.name.text : `input${i}`;
    return `${one.dotDotDotToken ? "..." : ""}${name}${one.questionToken ?? one.initializer ? "?" : ""}: ${one.type?.getText() ?? written(checker.getTypeAtLocation(one))}`;
  });
  const signature = checker.getSignatureFromDeclaration(node);
  if (!signature) return undefined;
  const result = `${generics}(${parameters.join(", ")}) => ${node.type?.getText() ?? written(signature.getReturnType())}`;
  return /\bimport\(/.test(result) ? undefined : result;
}
