/** Ways 1, 2 and 4: locks that live in another file, behind a barrel, or behind a function that gives them out. */
import ts from "typescript";
import { applyChanges, type Change, type Edit, insert } from "./edits.js";
import { type Files, nameOf, openProject, type Project } from "./program.js";
import {
  afterImports, capitalised, type Constant, contains, descendants, documented, fileOf, freshFile, freshName, hasModifier, importTexts, lockConstants, meaningOf,
  mentions, removal, statementOf, startOf,
  lockStatements,
} from "./syntax.js";
import { madeElsewhere, undestructured } from "./locals.js";

/** What has to leave a file together: locks and what their initialisers need. */
interface Cut {
  readonly source: ts.SourceFile;
  readonly locks: readonly Constant[];
  readonly statements: readonly ts.Statement[];
}

type Named = ts.VariableStatement | ts.FunctionDeclaration | ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

const isTypeOnly = (node: ts.Node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** A declaration means the same in another module unless it waits or is the file's default export; the compiler refuses what is assigned elsewhere. */
function isMovable(node: ts.Statement): node is Named {
  if (hasModifier(node, ts.SyntaxKind.DefaultKeyword)) return false;
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.every((one) => !waits(one));
  }
  return ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || isTypeOnly(node);
}

const waits = (node: ts.VariableDeclaration) =>
  node.initializer !== undefined && !ts.isFunctionLike(node.initializer) && contains(node.initializer, ts.isAwaitExpression);

/** The statement and all statements of its module that it needs; undefined when one of them has to stay. */
function closureOf(project: Project, statement: ts.Statement, found = new Set<ts.Statement>()): Set<ts.Statement> | undefined {
  if (found.has(statement)) return found;
  if (!isMovable(statement)) return undefined;
  found.add(statement);
  for (const node of descendants(statement)) {
    const declared = ts.isIdentifier(node) ? meaningOf(project, node)?.declarations?.[0] : undefined;
    if (declared?.getSourceFile() !== statement.getSourceFile() || ts.isSourceFile(declared)) continue;
    if (!closureOf(project, statementOf(declared), found)) return undefined;
  }
  return found;
}

function cutsOf(project: Project): Cut[] {
  return project.sources.flatMap((source) => {
    const taken = new Set<ts.Statement>();
    const take = (statement: ts.Statement): boolean => {
      const closure = closureOf(project, statement);
      closure?.forEach((one) => taken.add(one));
      return closure !== undefined;
    };
    const locks = lockConstants(project, source).filter(({ statement }) => take(statement));
    lockStatements(project, source).forEach(take);
    return taken.size === 0 ? [] : [{ source, locks, statements: source.statements.filter((statement) => taken.has(statement)) }];
  });
}

/** Where every lock is made within a function, the functions and classes leave the file with them. */
function functionCuts(project: Project): Cut[] {
  return project.sources.flatMap((source) => {
    const taken = new Set<ts.Statement>();
    for (const statement of source.statements) {
      if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) closureOf(project, statement)?.forEach((one) => taken.add(one));
    }
    const statements = source.statements.filter((statement) => taken.has(statement));
    return statements.length === 0 || statements.length === source.statements.filter((one) => !ts.isImportDeclaration(one)).length ? [] : [{ source, locks: [], statements }];
  });
}

function movableCuts(project: Project): Cut[] {
  const cuts = cutsOf(project);
  return cuts.length > 0 ? cuts : functionCuts(project);
}

const boundNames = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name) ? [name.text] : [...name.elements].flatMap((one) => (ts.isOmittedExpression(one) ? [] : boundNames(one.name)));

const namesOf = (statement: ts.Statement): string[] =>
  ts.isVariableStatement(statement) ? statement.declarationList.declarations.flatMap((one) => boundNames(one.name)) : [(statement as ts.ClassDeclaration).name?.text ?? ""];

const specifiersOf = (statements: readonly ts.Statement[]): string =>
  statements.flatMap((statement) => namesOf(statement).map((name) => (isTypeOnly(statement) ? `type ${name}` : name))).join(", ");

const isExported = (node: ts.Node) => hasModifier(node, ts.SyntaxKind.ExportKeyword);

function exportedText(statement: ts.Statement): string {
  const text = documented(statement), at = statement.getStart() - startOf(statement);
  return isExported(statement) ? text : `${text.slice(0, at)}export ${text.slice(at)}`;
}

const removals = ({ statements }: Cut): Edit[] => statements.map(removal);

/** Imports what has left and, for other files that ask here, exports it as before. */
function links(cut: Cut, from: string): Edit {
  const left = cut.statements.filter(isExported), again = left.length > 0 ? `\nexport { ${specifiersOf(left)} } from './${from}.js';` : "";
  const isFirst = !cut.source.statements.some(ts.isImportDeclaration);
  const text = `import { ${specifiersOf(cut.statements)} } from './${from}.js';${again}`;
  return insert(nameOf(cut.source), afterImports(cut.source), isFirst ? `${text}\n\n` : `\n${text}`);
}

const newFile = (name: string, cut: Cut, declarations: readonly string[]): Edit =>
  insert(`${name}.ts`, 0, `${importTexts(cut.source)}\n\n${declarations.join("\n")}\n`);

/** Every file with locks gets a module of its own for them; numbered, as files are made before any of them exists. */
const fileNames = (project: Project, cuts: readonly Cut[], wish: string) =>
  cuts.map((_, i) => freshFile(project, i === 0 ? wish : `${wish}-of-${i + 1}`));

export function locksInOtherFile(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), cuts = movableCuts(project), names = fileNames(project, cuts, "shared-locks");
  return applyChanges(project, cuts.map((cut, i): Change => {
    const name = names[i] ?? "";
    return [...removals(cut), links(cut, name), newFile(name, cut, cut.statements.map(exportedText))];
  }));
}

/** Programs of several files: what they import from each other comes through a barrel. One file: its locks do. */
export function locksBehindBarrel(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), barrel = freshFile(project, "index");
  const redirected = redirect(project, barrel);
  if (redirected) return applyChanges(project, [redirected]);
  const [cut] = movableCuts(project);
  if (!cut) return undefined;
  const name = freshFile(project, "shared-locks");
  const exports = insert(`${barrel}.ts`, 0, `export { ${specifiersOf(cut.statements)} } from './${name}.js';\n`);
  return applyChanges(project, [[...removals(cut), links(cut, barrel), newFile(name, cut, cut.statements.map(exportedText)), exports]]);
}

const relativeImports = (source: ts.SourceFile) => source.statements.filter((node): node is ts.ImportDeclaration & { moduleSpecifier: ts.StringLiteral } =>
  ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) && node.moduleSpecifier.text.startsWith("./")
  && node.importClause !== undefined && node.importClause.name === undefined);

/** Modules that others import, those first that need no other: the barrel must not be the reason why one is evaluated too late. */
function importedModules(project: Project): ts.SourceFile[] {
  const ordered = new Set<ts.SourceFile>();
  const visit = (source: ts.SourceFile, path: readonly ts.SourceFile[]) => {
    for (const node of relativeImports(source)) {
      const target = project.checker.getSymbolAtLocation(node.moduleSpecifier)?.valueDeclaration;
      if (!target || !ts.isSourceFile(target) || path.includes(target)) continue;
      visit(target, [...path, target]);
      ordered.add(target);
    }
  };
  for (const source of project.sources) visit(source, [source]);
  return [...ordered];
}

function redirect(project: Project, barrel: string): Change | undefined {
  const modules = importedModules(project);
  if (modules.length === 0) return undefined;
  const exports = modules.map((module) => {
    const symbol = project.checker.getSymbolAtLocation(module);
    const names = symbol ? project.checker.getExportsOfModule(symbol) : [];
    const specifiers = names.filter(({ name }) => name !== "default").map((one) => (isValue(project, one) ? one.name : `type ${one.name}`));
    return `export { ${specifiers.join(", ")} } from './${nameOf(module).replace(/ts$/, "js")}';\n`;
  });
  const imports = project.sources.flatMap(relativeImports).map(({ moduleSpecifier }): Edit =>
    ({ file: fileOf(moduleSpecifier), start: moduleSpecifier.getStart(), end: moduleSpecifier.end, text: `'./${barrel}.js'` }));
  return [...imports, insert(`${barrel}.ts`, 0, exports.join(""))];
}

function isValue({ checker }: Project, symbol: ts.Symbol): boolean {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return (target.flags & ts.SymbolFlags.Value) !== 0;
}

/** Uses of a lock become calls of a function in another file that returns it. */
export function locksFromRegistry(files: Files, directory: string): Files | undefined {
  const project = openProject(undestructured(files, directory) ?? files, directory), cuts = cutsOf(project), names = fileNames(project, cuts, "registry");
  if (cuts.length === 0) return madeElsewhere(files, directory);
  return applyChanges(project, cuts.map((cut, i): Change => registry(project, cut, names[i] ?? "")));
}

function registry(project: Project, cut: Cut, name: string): Change {
  const kept = cut.locks.map((lock) => lock.statement as ts.Statement);
  const others = cut.statements.filter((statement) => !kept.includes(statement));
  const getters = cut.locks.map((lock) => ({ lock, getter: freshName(project, `get${capitalised(lock.name.text)}`) }));
  const declarations = [
    ...cut.statements.map((statement) => (kept.includes(statement) ? documented(statement).replace(/^export (?=const)/m, "") : exportedText(statement))), "",
    ...getters.map(({ lock, getter }) => `export function ${getter}() {\n  return ${lock.name.text};\n}`),
  ];
  const uses = getters.flatMap(({ lock, getter }) => usesOf(project, cut, lock).map((use) => ({ getter, use, edit: callInstead(use, getter) })));
  const importing = project.sources.map((source): Edit => {
    const needed = [...new Set(uses.filter(({ use }) => use.getSourceFile() === source).map(({ getter }) => getter))];
    const moved = source === cut.source && others.length > 0 ? [specifiersOf(others)] : [];
    const specifiers = [...needed, ...moved].join(", ");
    const isFirst = !source.statements.some(ts.isImportDeclaration);
    const text = specifiers === "" ? "" : `import { ${specifiers} } from './${name}.js';`;
    return insert(nameOf(source), afterImports(source), text && (isFirst ? `${text}\n\n` : `\n${text}`));
  });
  const again = others.filter(isExported);
  const exports = again.length > 0 ? [insert(nameOf(cut.source), cut.source.end, `\nexport { ${specifiersOf(again)} } from './${name}.js';\n`)] : [];
  const empty = cut.statements.length === cut.source.statements.filter((node) => !ts.isImportDeclaration(node)).length;
  return [
    ...removals(cut), ...importing.filter((edit) => edit.text !== ""), ...uses.map(({ edit }) => edit), ...exports,
    ...(empty && exports.length === 0 ? [insert(nameOf(cut.source), cut.source.end, "\nexport {};\n")] : []), newFile(name, cut, declarations),
  ];
}

/** Uses outside of what moves; imports go by themselves once nobody uses them. */
function usesOf(project: Project, cut: Cut, { name }: Constant): ts.Identifier[] {
  const symbol = meaningOf(project, name);
  if (!symbol) return [];
  return mentions(project, symbol).filter((use) =>
    !ts.isImportSpecifier(use.parent) && !ts.isImportClause(use.parent) && !ts.isExportSpecifier(use.parent)
    && !cut.statements.some((statement) => statement.getSourceFile() === use.getSourceFile() && statement.pos <= use.pos && use.end <= statement.end));
}

function callInstead(use: ts.Identifier, getter: string): Edit {
  const edit = (node: ts.Node, text: string): Edit => ({ file: fileOf(use), start: node.getStart(), end: node.end, text });
  if (ts.isTypeQueryNode(use.parent)) return edit(use.parent, `ReturnType<typeof ${getter}>`);
  return edit(use, ts.isShorthandPropertyAssignment(use.parent) ? `${use.text}: ${getter}()` : `${getter}()`);
}
