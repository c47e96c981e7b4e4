/** Way 8: other names for everything, and names of their own for locks that were members. */
import ts from "typescript";
import { applyChanges, type Change, type Edit, insert } from "./edits.js";
import { type Files, openProject, type Project } from "./program.js";
import { descendants, fileOf, freshName, hasModifier, isPackageType, lockConstants, meaningOf } from "./syntax.js";

export function renamed(files: Files, directory: string): Files | undefined {
  const destructured = destructureLocks(files, directory);
  return renameAll(destructured ?? files, directory) ?? destructured;
}

/** A member that is a lock and never changes, so that it can be read once at the start of a function. */
interface Member {
  readonly node: ts.PropertyAccessExpression | ts.ElementAccessExpression;
  readonly key: string;
  readonly body: ts.Block;
}

function destructureLocks(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), groups = new Map<ts.Block, Map<string, Member[]>>();
  for (const source of project.sources) {
    const objects = new Set(lockConstants(project, source).filter(({ initializer }) => ts.isObjectLiteralExpression(initializer)).map(({ name }) => meaningOf(project, name)));
    for (const node of descendants(source)) {
      const member = lockMember(project, node, objects);
      if (!member) continue;
      const byText = groups.get(member.body) ?? new Map<string, Member[]>(), text = `${member.node.expression.getText()}.${member.key}`;
      groups.set(member.body, byText.set(text, [...(byText.get(text) ?? []), member]));
    }
  }
  let count = 0;
  const changes = [...groups.values()].flatMap((byText) => [...byText.values()]).map((members) => reading(members, freshName(project, `member${++count}`)));
  return applyChanges(project, changes);
}

function lockMember(project: Project, node: ts.Node, objects: ReadonlySet<ts.Symbol | undefined>): Member | undefined {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return undefined;
  const key = ts.isPropertyAccessExpression(node) ? node.name.text : ts.isStringLiteral(node.argumentExpression) ? node.argumentExpression.text : undefined;
  if (!key || !isPackageType(project, project.checker.getTypeAtLocation(node))) return undefined;
  const isThis = node.expression.kind === ts.SyntaxKind.ThisKeyword, isObject = ts.isIdentifier(node.expression) && objects.has(meaningOf(project, node.expression));
  const body = isThis && isReadonlyField(project, node) ? methodBody(node) : isObject ? functionBody(node) : undefined;
  return body && { node, key, body };
}

function isReadonlyField({ checker }: Project, node: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
  const declared = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression)?.valueDeclaration;
  return declared !== undefined && ts.isPropertyDeclaration(declared) && hasModifier(declared, ts.SyntaxKind.ReadonlyKeyword);
}

/** The body of the method whose `this` it is. */
function methodBody(node: ts.Node): ts.Block | undefined {
  const method = ts.findAncestor(node, (outer) => ts.isFunctionLike(outer) && !ts.isArrowFunction(outer));
  return method && (ts.isMethodDeclaration(method) || ts.isAccessor(method)) ? method.body : undefined;
}

function functionBody(node: ts.Node): ts.Block | undefined {
  const around = ts.findAncestor(node, (outer): outer is ts.FunctionDeclaration | ts.ArrowFunction | ts.MethodDeclaration =>
    (ts.isFunctionDeclaration(outer) || ts.isArrowFunction(outer) || ts.isMethodDeclaration(outer)) && outer.body !== undefined && ts.isBlock(outer.body));
  return around?.body as ts.Block | undefined;
}

/** `const { input: member1 } = locks;`, or `const member1 = this.#input;`, which has no other form. */
function reading(members: readonly Member[], name: string): Change {
  const [first] = members;
  if (!first) return [];
  const object = first.node.expression.getText(), file = fileOf(first.node);
  const text = first.key.startsWith("#") ? `const ${name} = ${object}.${first.key};` : `const { ${first.key}: ${name} } = ${object};`;
  return [insert(file, first.body.getStart() + 1, `\n${text}`), ...members.map(({ node }): Edit => ({ file, start: node.getStart(), end: node.end, text: name }))];
}

/** What gets another name: packages' exports, and the program's own functions, classes and variables. */
function namesToChange({ sources }: Project): ts.Identifier[] {
  const kept = new Set(sources.flatMap((source) => [...source.text.matchAll(/@lockOrder\b(.*)/g)].flatMap(([, names = ""]) => names.match(/\w+/g) ?? [])));
  return sources.flatMap((source) => [...descendants(source)]).filter((node): node is ts.Identifier => ts.isIdentifier(node) && isDeclaredName(node) && !kept.has(node.text));
}

function isDeclaredName(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isImportSpecifier(parent)) return parent.name === name && isFromPackage(parent.parent.parent.parent);
  if (ts.isImportClause(parent)) return parent.name === name && isFromPackage(parent.parent);
  if (ts.isBindingElement(parent)) return parent.name === name && isVariable(parent);
  if (ts.isFunctionDeclaration(parent) || ts.isClassDeclaration(parent)) return parent.name === name && !hasModifier(parent, ts.SyntaxKind.DefaultKeyword);
  return ts.isVariableDeclaration(parent) && parent.name === name;
}

const isFromPackage = (node: ts.Node) => ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) && !node.moduleSpecifier.text.startsWith(".");

const isVariable = (element: ts.BindingElement) => ts.isVariableDeclaration(ts.walkUpBindingElementsAndPatterns(element));

function renameAll(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), seen = new Set<ts.Symbol>(), counts = new Map<string, number>();
  const changes = namesToChange(project).flatMap((name): Change[] => {
    const symbol = project.checker.getSymbolAtLocation(name);
    if (!symbol || seen.has(symbol)) return [];
    seen.add(symbol);
    const wish = newName(project, name), count = (counts.get(wish) ?? 0) + 1;
    counts.set(wish, count);
    const text = freshName(project, `${wish}${count}`);
    return [renaming(project, name, text)];
  });
  return applyChanges(project, changes);
}

/** New names say what kind of thing it is and nothing about what it is for. */
function newName({ checker }: Project, name: ts.Identifier): string {
  const isImport = ts.isImportSpecifier(name.parent) || ts.isImportClause(name.parent);
  if (isImport) return /^[A-Z]/.test(name.text) ? "Imported" : "imported";
  if (ts.isClassDeclaration(name.parent)) return "Kind";
  return checker.getTypeAtLocation(name).getCallSignatures().length > 0 ? "step" : "item";
}

/** The language service knows every place; it keeps the exported and the property's name where others rely on it. */
function renaming({ service, files, directory }: Project, name: ts.Identifier, text: string): Change {
  const locations = service.findRenameLocations(name.getSourceFile().fileName, name.getStart(), false, false, { providePrefixAndSuffixTextForRename: true }) ?? [];
  const own = locations.filter(({ fileName }) => fileName.startsWith(directory) && [...files.keys()].some((file) => fileName.endsWith(`/${file}`)));
  return own.map(({ fileName, textSpan, prefixText = "", suffixText = "" }) =>
    ({ file: fileName.slice(directory.length + 1), start: textSpan.start, end: textSpan.start + textSpan.length, text: prefixText + text + suffixText }));
}
