/** Way 3, second half: functions that use module-level locks become methods of a class that gets the locks by its constructor. */
import ts from "typescript";
import { applyChanges, applyEdits, type Change, type Edit, insert, repeat } from "./edits.js";
import { injectNextClass } from "./inject.js";
import { handedByConstructor } from "./locals.js";
import { type Files, nameOf, openProject, type Project } from "./program.js";
import {
  afterImports, capitalised, contains, descendants, fileOf, freshName, hasModifier, isInType, isLink, lockConstants, meaningOf, mentions, removal, startOf, writtenType,
} from "./syntax.js";

export const injectedByConstructor = (files: Files, directory: string): Files | undefined => {
  const injected = repeat(files, (current) => injectNextClass(current, directory));
  return wrapFunctions(injected ?? files, directory) ?? injected ?? handedByConstructor(files, directory);
};

/** A module-level function: a declaration, or a constant that is an arrow function. */
interface Func {
  readonly statement: ts.FunctionDeclaration | ts.VariableStatement;
  readonly name: ts.Identifier;
  readonly node: ts.FunctionDeclaration | ts.ArrowFunction;
  readonly symbol: ts.Symbol;
}

interface Lock {
  readonly name: string;
  readonly symbol: ts.Symbol;
  /** Undefined for an imported lock. */
  readonly statement: ts.Statement | undefined;
  readonly type: string | undefined;
}

export function wrapFunctions(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory);
  return applyChanges(project, project.sources.map((source) => wrapping(project, source)).filter((change) => change !== undefined));
}

function functionsOf(project: Project, source: ts.SourceFile): Func[] {
  return source.statements.flatMap((statement) => {
    const only = ts.isVariableStatement(statement) && statement.declarationList.declarations.length === 1 ? statement.declarationList.declarations[0] : undefined;
    const node = ts.isFunctionDeclaration(statement) ? statement : only?.initializer;
    const name = ts.isFunctionDeclaration(statement) ? statement.name : only?.name;
    if (!node || !name || !ts.isIdentifier(name) || !(ts.isFunctionDeclaration(node) || ts.isArrowFunction(node)) || !node.body) return [];
    const symbol = meaningOf(project, name);
    if (!symbol || symbol.declarations?.length !== 1 || hasModifier(statement, ts.SyntaxKind.DefaultKeyword) || contains(node, isThis)) return [];
    return [{ statement: statement as Func["statement"], name, node, symbol }];
  });
}

const isThis = (node: ts.Node) => node.kind === ts.SyntaxKind.ThisKeyword;

/** The module's own locks, and those that it imports from another file of the program. */
function locksOf(project: Project, source: ts.SourceFile): Lock[] {
  return project.sources.flatMap((file) => lockConstants(project, file)).flatMap(({ name, statement, initializer }): Lock[] => {
    const symbol = meaningOf(project, name);
    const local = symbol && mentions(project, symbol).find((mention) => mention.getSourceFile() === source && (source === name.getSourceFile() || ts.isImportSpecifier(mention.parent)));
    if (!symbol || !local) return [];
    const isOwn = source === name.getSourceFile();
    return [{ name: local.text, symbol, statement: isOwn ? statement : undefined, type: isOwn ? writtenType(initializer) : undefined }];
  });
}

/** Whether `this` at the place is that of the function: only arrow functions between them. */
function seesThis(mention: ts.Node, { node }: Func): boolean {
  for (let current = mention.parent; current !== node; current = current.parent) if (ts.isFunctionLike(current) && !ts.isArrowFunction(current)) return false;
  return true;
}

const isIn = (node: ts.Node, outer: ts.Node) => node.getSourceFile() === outer.getSourceFile() && outer.pos <= node.pos && node.end <= outer.end;

const usesIn = (project: Project, symbol: ts.Symbol, { node }: Func) => mentions(project, symbol).filter((mention) => isIn(mention, node));

/** The functions that use a lock, and those that use such a function; without those in which `this` would be another one. */
function group(project: Project, source: ts.SourceFile, locks: readonly Lock[]): Func[] {
  const all = functionsOf(project, source), symbols = new Set(locks.map(({ symbol }) => symbol)), result = new Set<Func>();
  for (let before = -1; before < result.size;) {
    before = result.size;
    for (const one of all.filter((each) => !result.has(each))) {
      const uses = [...symbols].flatMap((symbol) => usesIn(project, symbol, one)).filter((use) => !isIn(use, one.name));
      if (uses.length === 0 || !uses.every((use) => seesThis(use, one))) continue;
      result.add(one);
      symbols.add(one.symbol);
    }
  }
  return all.filter((one) => result.has(one));
}

function wrapping(project: Project, source: ts.SourceFile): Change | undefined {
  const known = locksOf(project, source), functions = group(project, source, known);
  const locks = known.filter(({ symbol }) => functions.some((one) => usesIn(project, symbol, one).length > 0));
  if (functions.length === 0 || functions.some((one) => mentions(project, one.symbol).some(isInType))) return undefined;
  const owner = freshName(project, "Service"), instance = freshName(project, "service");
  const last = Math.max(...locks.map(({ statement }) => statement?.end ?? 0)), file = nameOf(source);
  const text = classText(project, functions, locks, owner, instance);
  const outside = functions.flatMap((one) => mentions(project, one.symbol)
    .filter((mention) => mention !== one.name && mention.getSourceFile() === source && !isLink(mention) && !functions.some((other) => isIn(mention, other.statement)))
    .map((mention) => replaced(mention, instance, one)));
  return [...functions.map(({ statement }) => removal(statement)), insert(file, last || afterImports(source), `\n\n${text}\n\n`), ...outside];
}

/** The name becomes a member. A method that is passed on, not called, has to be bound. */
function replaced(mention: ts.Identifier, object: string, func?: Func): Edit {
  const isCalled = ts.isCallExpression(mention.parent) && mention.parent.expression === mention;
  const bound = func && ts.isFunctionDeclaration(func.node) && !isCalled ? `.bind(${object})` : "";
  const key = ts.isShorthandPropertyAssignment(mention.parent) ? `${mention.text}: ` : "";
  return { file: fileOf(mention), start: mention.getStart(), end: mention.end, text: `${key}${object}.${func?.name.text ?? mention.text}${bound}` };
}

function classText(project: Project, functions: readonly Func[], locks: readonly Lock[], owner: string, instance: string): string {
  const typeName = (lock: Lock) => lock.type ?? `${capitalised(lock.name)}Value`;
  const aliases = locks.filter(({ type }) => !type).map((lock) => `type ${typeName(lock)} = typeof ${lock.name};\n`).join("");
  const parameters = locks.map((lock) => `private readonly ${lock.name}: ${typeName(lock)}`).join(", ");
  const members = functions.map((one) => indented(memberText(project, one, functions, locks)));
  const exported = functions.filter(({ statement }) => hasModifier(statement, ts.SyntaxKind.ExportKeyword)).map((one) => `\n\n${forwarding(one, instance)}`).join("");
  const made = `const ${instance} = new ${owner}(${locks.map(({ name }) => name).join(", ")});`;
  return `${aliases}class ${owner} {\n  constructor(${parameters}) {}\n\n${members.join("\n\n")}\n}\n\n${made}${exported}`;
}

const indented = (text: string) => text.split("\n").map((line) => (line ? `  ${line}` : line)).join("\n");

function memberText(project: Project, func: Func, functions: readonly Func[], locks: readonly Lock[]): string {
  const { statement, name, node } = func, source = statement.getSourceFile();
  const uses: Edit[] = [];
  for (const inner of descendants(node)) {
    if (!ts.isIdentifier(inner) || inner === name || isInType(inner)) continue;
    const symbol = meaningOf(project, inner), other = functions.find((one) => one.symbol === symbol);
    if (other) uses.push(replaced(inner, "this", other));
    else if (locks.some((lock) => lock.symbol === symbol)) uses.push(replaced(inner, "this"));
  }
  const start = name.getStart(), file = nameOf(source);
  const edited = applyEdits(new Map([[file, source.text.slice(0, statement.end)]]), uses)?.get(file) ?? "";
  const isAsync = ts.isFunctionDeclaration(node) && hasModifier(node, ts.SyntaxKind.AsyncKeyword);
  const head = ts.isFunctionDeclaration(node) ? `${isAsync ? "async " : ""}${node.asteriskToken ? "*" : ""}` : "readonly ";
  return source.text.slice(startOf(statement), statement.getStart()) + head + edited.slice(start);
}

/** What other files import stays a function. */
function forwarding({ name, node }: Func, instance: string): string {
  const call = `${instance}.${name.text}`;
  if (!ts.isFunctionDeclaration(node)) return `export const ${name.text} = ${call};`;
  if (node.asteriskToken || !node.parameters.every((one) => ts.isIdentifier(one.name))) return `export const ${name.text} = ${call}.bind(${instance});`;
  const generics = node.typeParameters ? `<${node.typeParameters.map((one) => one.getText()).join(", ")}>` : "";
  const names = node.parameters.map((one) => `${one.dotDotDotToken ? "..." : ""}${one.name.getText()}`).join(", ");
  const result = node.type ? `: ${node.type.getText()}` : "";
  return `export function ${name.text}${generics}(${node.parameters.map((one) => one.getText()).join(", ")})${result} {\n  return ${call}(${names});\n}`;
}
