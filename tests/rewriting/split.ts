/** Way 9: a class becomes a base class with the fields and a class with the remaining methods. */
import ts from "typescript";
import { applyChanges, type Change, type Edit, insert } from "./edits.js";
import { type Files, openProject, type Project } from "./program.js";
import { classesOf, contains, descendants, documented, fileOf, freshName, hasModifier, meaningOf, removal } from "./syntax.js";
import { wrapFunctions } from "./wrap.js";

type Method = (ts.MethodDeclaration | ts.AccessorDeclaration) & { body: ts.Block };
type NamedClass = ts.ClassDeclaration & { name: ts.Identifier };

/** A program without classes gets one first, for its functions. */
export function baseAndSub(files: Files, directory: string): Files | undefined {
  const split = splitClasses(files, directory);
  if (split) return split;
  const wrapped = wrapFunctions(files, directory);
  return wrapped && splitClasses(wrapped, directory);
}

function splitClasses(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory);
  return applyChanges(project, classesOf(project).map((owner) => splitting(project, owner)).filter((change) => change !== undefined));
}

const isMethod = (member: ts.ClassElement): member is Method =>
  (ts.isMethodDeclaration(member) || ts.isAccessor(member)) && member.body !== undefined && !hasModifier(member, ts.SyntaxKind.StaticKeyword)
  && !ts.isComputedPropertyName(member.name);

/** The methods that the code uses on an object of its own class. */
function neededBy(project: Project, node: ts.Node, methods: readonly Method[]): Method[] {
  const symbols = new Set([...descendants(node)].filter((inner) => ts.isIdentifier(inner) || ts.isPrivateIdentifier(inner)).map((inner) => meaningOf(project, inner)));
  return methods.filter((method) => method !== node && symbols.has(project.checker.getSymbolAtLocation(method.name)));
}

/** The methods with all that they need, so that the base class doesn't need its subclass. */
function closed(project: Project, start: readonly Method[], methods: readonly Method[]): Set<Method> {
  const result = new Set(start), pending = [...start];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const name = next.name.getText();
    for (const needed of [...neededBy(project, next, methods), ...methods.filter((other) => other.name.getText() === name)].filter((one) => !result.has(one))) {
      result.add(needed);
      pending.push(needed);
    }
  }
  return result;
}

/** The first method that leaves something for the subclass goes to the base; or none, when all need each other. */
function methodsOfBase(project: Project, owner: NamedClass, methods: readonly Method[]): Set<Method> | undefined {
  const others = owner.members.filter((member) => !methods.includes(member as Method));
  const required = closed(project, others.flatMap((member) => neededBy(project, member, methods)), methods);
  const choices = methods.map((method) => closed(project, [...required, method], methods));
  return [...choices, required].find((choice) => choice.size < methods.length);
}

function splitting(project: Project, owner: NamedClass): Change | undefined {
  const methods = owner.members.filter(isMethod);
  const base = methodsOfBase(project, owner, methods);
  if (!base || hasModifier(owner, ts.SyntaxKind.DefaultKeyword) || contains(owner, isPrivateCheck)) return undefined;
  const moved = methods.filter((method) => !base.has(method));
  const name = freshName(project, `${owner.name.text}Base`), opened = new Map(privateNames(owner).map((one) => [one, one.slice(1)]));
  const names = new Set(owner.members.map((member) => member.name?.getText()));
  if ([...opened.values()].some((plain) => names.has(plain))) return undefined;
  const open = protectedEdits(owner, opened);
  const parts = moved.map((method) => documentedWith(method, open));
  const isOutside = (edit: Edit) => !moved.some((method) => removal(method).start <= edit.start && edit.end <= method.end);
  return [
    ...headEdits(owner, name), ...open.filter(isOutside), ...moved.map(removal),
    insert(fileOf(owner), owner.end, `\n\n${subHead(owner, name)} {\n  ${parts.join("\n\n  ")}\n}`),
  ];
}

const isPrivateCheck = (node: ts.Node) => ts.isBinaryExpression(node) && ts.isPrivateIdentifier(node.left);

const privateNames = (owner: NamedClass) =>
  owner.members.map((member) => member.name).filter((name) => name !== undefined).filter(ts.isPrivateIdentifier).map((name) => name.text);

/** Private members have to be seen by the other half. */
function protectedEdits(owner: NamedClass, opened: ReadonlyMap<string, string>): Edit[] {
  const file = fileOf(owner), edits: Edit[] = [];
  for (const node of descendants(owner)) {
    if (node.kind === ts.SyntaxKind.PrivateKeyword) edits.push({ file, start: node.getStart(), end: node.end, text: "protected" });
    if (ts.isClassElement(node) && node.parent === owner && node.name && ts.isPrivateIdentifier(node.name)) edits.push(insert(file, node.getStart(), "protected "));
    const plain = ts.isPrivateIdentifier(node) ? opened.get(node.text) : undefined;
    if (plain) edits.push({ file, start: node.getStart(), end: node.end, text: plain });
  }
  return edits;
}

function documentedWith(method: Method, edits: readonly Edit[]): string {
  const { start } = removal(method);
  let text = documented(method);
  for (const edit of edits.filter((one) => start <= one.start && one.end <= method.end).sort((a, b) => b.start - a.start || b.end - a.end))
    text = text.slice(0, edit.start - start) + edit.text + text.slice(edit.end - start);
  return text;
}

const typeParameters = (owner: NamedClass, withBounds: boolean) =>
  owner.typeParameters ? `<${owner.typeParameters.map((one) => (withBounds ? one.getText() : one.name.text)).join(", ")}>` : "";

function subHead(owner: NamedClass, base: string): string {
  const modifiers = (owner.modifiers ?? []).map((modifier) => `${modifier.getText()} `).join("");
  const interfaces = owner.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ImplementsKeyword)?.getText();
  return `${modifiers}class ${owner.name.text}${typeParameters(owner, true)} extends ${base}${typeParameters(owner, false)}${interfaces ? ` ${interfaces}` : ""}`;
}

/** The class that is there becomes the base: it keeps its documentation, which speaks of its fields. */
function headEdits(owner: NamedClass, name: string): Edit[] {
  const file = fileOf(owner), edits: Edit[] = [{ file, start: owner.name.getStart(), end: owner.name.end, text: name }];
  const exported = owner.modifiers?.find((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
  if (exported) edits.push({ file, start: exported.getStart(), end: exported.end + 1, text: "" });
  const interfaces = owner.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ImplementsKeyword);
  if (interfaces) edits.push({ file, start: interfaces.getStart(), end: interfaces.end, text: "" });
  return edits;
}
