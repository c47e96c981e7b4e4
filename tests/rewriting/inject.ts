/** Way 3, first half: locks that a class made for itself are handed to its constructor. */
import ts from "typescript";
import { applyChanges, type Change, type Edit, insert } from "./edits.js";
import { type Files, openProject, type Project } from "./program.js";
import {
  afterImports, classesOf, contains, descendants, fileOf, hasModifier, isInType, isLink, isLockLike, meaningOf, mentions, removal, writtenType,
} from "./syntax.js";

/** A field whose value comes from outside from now on. */
interface Injected {
  readonly field: ts.PropertyDeclaration & { name: ts.Identifier | ts.PrivateIdentifier };
  readonly made: ts.Expression;
  readonly type: string;
}

type NamedClass = ts.ClassDeclaration & { name: ts.Identifier };

/** One class at a time, bases first: a class without constructor passes on what its base asks for. */
export function injectNextClass(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory);
  const depth = (owner: ts.ClassDeclaration): number => 1 + Math.max(-1, ...classesOf(project).filter((one) => isBase(project, one, owner)).map(depth));
  for (const owner of classesOf(project).sort((a, b) => depth(a) - depth(b))) {
    const change = injection(project, owner), result = change && applyChanges(project, [change]);
    if (result) return result;
  }
  return undefined;
}

function baseOf(project: Project, owner: ts.ClassDeclaration): { text: string; declared: ts.Declaration | undefined } | undefined {
  const base = owner.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  return base && { text: base.expression.getText(), declared: meaningOf(project, base.expression)?.valueDeclaration };
}

const isBase = (project: Project, base: ts.ClassDeclaration, sub: ts.ClassDeclaration) => baseOf(project, sub)?.declared === base;

function injection(project: Project, owner: NamedClass): Change | undefined {
  const fields = owner.members.map((member) => injectable(project, member)).filter((one) => one !== undefined);
  if (fields.length === 0) return undefined;
  const calls = creations(project, owner);
  if (!calls) return undefined;
  const arguments_ = fields.map(({ made }) => made.getText()).join(", ");
  const imports = calls.flatMap((call) => importsFor(project, fields, call.file));
  const unique = [...new Map(imports.map((edit) => [edit.file + edit.text, edit])).values()];
  return [...fields.flatMap(withoutValue), ...constructorOf(project, owner, fields), ...calls.map((call) => call.with(arguments_)), ...unique];
}

function injectable(project: Project, field: ts.ClassElement): Injected | undefined {
  if (!ts.isPropertyDeclaration(field) || ts.isComputedPropertyName(field.name) || hasModifier(field, ts.SyntaxKind.StaticKeyword)) return undefined;
  const made = field.initializer;
  if (!made || !(ts.isNewExpression(made) || ts.isCallExpression(made)) || !isLockLike(project, project.checker.getTypeAtLocation(made))) return undefined;
  const type = field.type?.getText() ?? writtenType(made);
  if (!type || contains(made, (node) => node.kind === ts.SyntaxKind.ThisKeyword)) return undefined;
  return { field: field as Injected["field"], made, type };
}

const plainName = ({ field }: Injected) => field.name.text.replace("#", "");

/** A parameter can't declare a `#private` field; that one stays, without its value. */
function withoutValue({ field, made, type }: Injected): Edit[] {
  if (!ts.isPrivateIdentifier(field.name)) return [removal(field)];
  return [{ file: fileOf(field), start: field.name.end, end: made.end, text: `: ${type}` }];
}

function parameter(injected: Injected): string {
  const { field, type } = injected;
  if (ts.isPrivateIdentifier(field.name)) return `${plainName(injected)}: ${type}`;
  const modifiers = field.modifiers?.map((modifier) => modifier.getText()).join(" ");
  return `${modifiers ?? "public"} ${field.name.text}: ${type}`;
}

const assignments = (fields: readonly Injected[]) =>
  fields.filter(({ field }) => ts.isPrivateIdentifier(field.name)).map((one) => `this.${one.field.name.text} = ${plainName(one)};`).join(" ");

function constructorOf(project: Project, owner: NamedClass, fields: readonly Injected[]): Edit[] {
  const file = fileOf(owner), parameters = fields.map(parameter).join(", "), body = assignments(fields);
  const own = owner.members.find((member): member is ts.ConstructorDeclaration & { body: ts.Block } => ts.isConstructorDeclaration(member) && member.body !== undefined);
  if (own) {
    const isEmpty = own.parameters.length === 0, after = [...own.body.statements].find((one) => superCall(one))?.end ?? own.body.getStart() + 1;
    return [insert(file, own.parameters[0]?.getStart() ?? own.parameters.pos, isEmpty ? parameters : `${parameters}, `), insert(file, after, body && ` ${body}`)];
  }
  const base = baseOf(project, owner);
  const text = base ? `constructor(${parameters}, ...rest: ConstructorParameters<typeof ${base.text}>) { super(...rest); ${body} }` : `constructor(${parameters}) { ${body} }`;
  const last = owner.members.findLast(ts.isPropertyDeclaration);
  const isRemoved = last !== undefined && !ts.isPrivateIdentifier(last.name) && fields.some(({ field }) => field === last);
  return [insert(file, last ? (isRemoved ? removal(last).end : last.end) : owner.members.pos, isRemoved ? `${text}\n\n` : `\n\n${text}`)];
}

function superCall(node: ts.Node): ts.CallExpression | undefined {
  for (const inner of descendants(node)) if (ts.isCallExpression(inner) && inner.expression.kind === ts.SyntaxKind.SuperKeyword) return inner;
  return undefined;
}

/** A place where an object of the class is made. */
interface Creation {
  readonly file: string;
  readonly with: (text: string) => Edit;
}

function before(call: ts.NewExpression | ts.CallExpression): Creation {
  const file = fileOf(call), first = call.arguments?.[0];
  return { file, with: (text) => (first ? insert(file, first.getStart(), `${text}, `) : call.arguments ? insert(file, call.arguments.pos, text) : insert(file, call.end, `(${text})`)) };
}

/** Where the class, or a class that inherits its constructor, is created; undefined when it is used as a value. */
function creations(project: Project, owner: NamedClass): Creation[] | undefined {
  const symbol = meaningOf(project, owner.name), result: Creation[] = [];
  for (const mention of symbol ? mentions(project, symbol) : []) {
    const { parent } = mention;
    if (parent === owner || isInType(mention) || isLink(mention) || (ts.isPropertyAccessExpression(parent) && parent.expression === mention)) continue;
    if (ts.isNewExpression(parent) && parent.expression === mention) { result.push(before(parent)); continue; }
    const sub = ts.isExpressionWithTypeArguments(parent) ? parent.parent.parent : undefined;
    if (!sub || !ts.isClassDeclaration(sub) || !sub.name) return undefined;
    const explicit = sub.members.find(ts.isConstructorDeclaration), call = explicit && superCall(explicit);
    const inherited = explicit ? call && [before(call)] : creations(project, sub as NamedClass);
    if (!inherited) return undefined;
    result.push(...inherited);
  }
  return result;
}

/** What the moved initialisers need in a file that didn't need it before. */
function importsFor(project: Project, fields: readonly Injected[], file: string): Edit[] {
  const target = project.sources.find((source) => source.fileName.endsWith(`/${file}`)), home = fields[0]?.field.getSourceFile();
  if (!target || !home || target === home) return [];
  const names = new Set(fields.flatMap(({ made }) => [...descendants(made)].filter(ts.isIdentifier).map((node) => node.text)));
  const isThere = (name: string) => target.statements.some((node) => ts.isImportDeclaration(node) && new RegExp(`\\b${name}\\b`).test(node.importClause?.getText() ?? ""));
  const needed = home.statements.filter((node) => ts.isImportDeclaration(node)
    && [...names].some((name) => !isThere(name) && new RegExp(`\\b${name}\\b`).test(node.importClause?.getText() ?? "")));
  return needed.map((node) => insert(file, afterImports(target), `\n${node.getText()}`));
}
