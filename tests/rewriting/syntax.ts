/** Questions about a program that several rewritings ask. */
import ts from "typescript";
import type { Edit } from "./edits.js";
import { nameOf, type Project } from "./program.js";

export function* descendants(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) {
    if (!ts.isJSDoc(child)) yield* descendants(child);
  }
}

/** The nodes that run when the node runs: what is inside a function of its own is left out. */
export function* ownDescendants(node: ts.Node): Generator<ts.Node> {
  yield node;
  if (ts.isFunctionLike(node)) return;
  for (const child of node.getChildren()) yield* ownDescendants(child);
}

export function contains(node: ts.Node, test: (node: ts.Node) => boolean): boolean {
  for (const inner of descendants(node)) if (test(inner)) return true;
  return false;
}

/** The variable, function or class that a name stands for, through import, export and shorthand. */
export function meaningOf({ checker }: Project, name: ts.Node): ts.Symbol | undefined {
  const { parent } = name;
  let symbol = ts.isShorthandPropertyAssignment(parent) ? checker.getShorthandAssignmentValueSymbol(parent)
    : ts.isExportSpecifier(parent) ? checker.getExportSpecifierLocalTargetSymbol(name as ts.Identifier)
    : checker.getSymbolAtLocation(name);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return symbol;
}

/** Every mention of a symbol in the program, its declaration included. */
export function mentions(project: Project, symbol: ts.Symbol): ts.Identifier[] {
  return project.sources.flatMap((source) => [...descendants(source)].filter((node): node is ts.Identifier =>
    ts.isIdentifier(node) && meaningOf(project, node) === symbol));
}

/** What the platform has that somebody can wait for, by the names of its interfaces. */
const PLATFORM_RESOURCES = new Set([
  "TransformStream", "ReadableStream", "WritableStream", "WritableStreamDefaultWriter", "ReadableStreamDefaultReader", "CompressionStream", "DecompressionStream",
  "TextEncoderStream", "TextDecoderStream", "PassThrough", "Readable", "Writable", "Duplex", "Transform", "EventEmitter", "ChildProcess", "ChildProcessByStdio",
  "ChildProcessWithoutNullStreams", "Server", "Socket", "MessageChannel", "MessagePort", "Worker", "Response", "PromiseWithResolvers",
]);

const isPlatformFile = (name: string) => /\/node_modules\/(?:typescript|@types\/node|undici-types)\//.test(name);

const namesOfType = (type: ts.Type) => [type.aliasSymbol?.name, type.getSymbol()?.name, ...(type.isClassOrInterface() ? (type.getBaseTypes() ?? []).map((base) => base.getSymbol()?.name) : [])];

/** Streams, writers, readers, emitters, children: what channels are made of. */
export const isPlatformResource = (type: ts.Type): boolean => namesOfType(type).some((name) => name !== undefined && PLATFORM_RESOURCES.has(name));

/** Whether a package made this type. Only packages with locks are in the cases, so that is what its values are taken for. */
export function isPackageType(project: Project, type: ts.Type): boolean {
  const declarations = [...(type.aliasSymbol?.declarations ?? []), ...(type.getSymbol()?.declarations ?? [])];
  return declarations.some((declaration) => {
    const { fileName } = declaration.getSourceFile();
    return fileName.includes("/node_modules/") && !isPlatformFile(fileName);
  });
}

/** A type of a package, a channel of the platform, or a class of the program itself or of what stands beside it. */
export function isLockLike(project: Project, type: ts.Type): boolean {
  if (isPackageType(project, type) || isPlatformResource(type)) return true;
  const declaration = type.getSymbol()?.valueDeclaration;
  return declaration !== undefined && ts.isClassDeclaration(declaration) && !declaration.getSourceFile().isDeclarationFile;
}

/** What has to be settled by somebody is a constant like a lock. */
const isPromise = (type: ts.Type) => type.getSymbol()?.name === "Promise";

/** Whether evaluating the expression makes a lock, or a collection of locks, without waiting for anything. */
function makesLock(project: Project, made: ts.Expression): boolean {
  if (ts.isFunctionLike(made) || contains(made, ts.isAwaitExpression)) return false;
  return contains(made, (node) => {
    if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return false;
    const type = project.checker.getTypeAtLocation(node);
    return isLockLike(project, type) || isPromise(type);
  });
}

/** A module-level `const` of one name. */
export interface Constant {
  readonly statement: ts.VariableStatement;
  readonly name: ts.Identifier;
  readonly initializer: ts.Expression;
}

function constantsOf(source: ts.SourceFile): Constant[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const)) return [];
    const [only, second] = statement.declarationList.declarations;
    if (!only?.initializer || second || !ts.isIdentifier(only.name)) return [];
    return [{ statement, name: only.name, initializer: only.initializer }];
  });
}

/** Statements of a module that make locks, under whatever names. */
export const lockStatements = (project: Project, source: ts.SourceFile): ts.VariableStatement[] => source.statements.filter((statement): statement is ts.VariableStatement =>
  ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) !== 0
  && statement.declarationList.declarations.some(({ initializer }) => initializer !== undefined && makesLock(project, initializer)));

export const lockConstants = (project: Project, source: ts.SourceFile): Constant[] =>
  constantsOf(source).filter(({ initializer }) => makesLock(project, initializer));

/** The module-level statement that the node is part of. */
export function statementOf(node: ts.Node): ts.Statement {
  let current = node;
  while (!ts.isSourceFile(current.parent)) current = current.parent;
  return current as ts.Statement;
}

export const hasModifier = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);

/** The start of a declaration with its documentation. */
export const startOf = (node: ts.Node): number => node.getStart(node.getSourceFile(), true);

/** A declaration's text with its documentation. */
export const documented = (node: ts.Node): string => node.getSourceFile().text.slice(startOf(node), node.end);

/** Takes a statement or member out, with its documentation and the blank lines after it. */
export function removal(node: ts.Node): Edit {
  const rest = node.getSourceFile().text.slice(node.end), blank = /^\n*/.exec(rest)?.[0].length ?? 0;
  return { file: fileOf(node), start: startOf(node), end: node.end + blank, text: "" };
}

/** Where the code after the imports begins. */
export function afterImports(source: ts.SourceFile): number {
  const last = source.statements.findLast(ts.isImportDeclaration);
  const first = source.statements[0];
  return last ? last.end : first ? startOf(first) : source.end;
}

/** A name like the wished one that the program doesn't use anywhere. */
export function freshName({ sources }: Project, wish: string): string {
  const used = new Set(sources.flatMap((source) => [...descendants(source)].filter((node) => ts.isIdentifier(node) || ts.isPrivateIdentifier(node)).map((node) => node.text.replace("#", ""))));
  let name = wish;
  for (let i = 2; used.has(name); i++) name = `${wish}${i}`;
  return name;
}

export function freshFile(project: Project, wish: string): string {
  let name = wish;
  for (let i = 2; project.files.has(`${name}.ts`); i++) name = `${wish}-${i}`;
  return name;
}

/** Whether the name is only there for the compiler. */
export const isInType = (name: ts.Node): boolean => ts.isPartOfTypeNode(name) || ts.isTypeQueryNode(name.parent) || ts.isTypeReferenceNode(name.parent);

export const isLink = (name: ts.Node): boolean => ts.isImportSpecifier(name.parent) || ts.isImportClause(name.parent) || ts.isExportSpecifier(name.parent);


export const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The type of what an initialiser makes, as one would write it next to the initialiser; undefined when there is no short way. */
export function writtenType(made: ts.Expression): string | undefined {
  const callee = ts.isNewExpression(made) || ts.isCallExpression(made) ? made.expression : undefined;
  if (!callee || !(ts.isIdentifier(callee) || ts.isPropertyAccessExpression(callee))) return undefined;
  const args = (made as ts.NewExpression).typeArguments?.map((arg) => arg.getText()).join(", ");
  if (ts.isNewExpression(made)) return callee.getText() + (args ? `<${args}>` : "");
  return args || !ts.isIdentifier(callee) ? undefined : `ReturnType<typeof ${callee.text}>`;
}

/** Classes with a name, in all files. */
export function classesOf(project: Project): (ts.ClassDeclaration & { name: ts.Identifier })[] {
  return project.sources.flatMap((source) => [...source.statements]
    .filter((node): node is ts.ClassDeclaration & { name: ts.Identifier } => ts.isClassDeclaration(node) && node.name !== undefined));
}

export const importTexts = (source: ts.SourceFile): string =>
  source.statements.filter(ts.isImportDeclaration).map((node) => node.getText()).join("\n");

export const fileOf = (node: ts.Node): string => nameOf(node.getSourceFile());
