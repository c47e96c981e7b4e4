/** What ways 3 and 4 do with locks and channels that are made within a function, and with ends that are taken out of what was made. */
import ts from "typescript";
import { applyChanges, type Change, type Edit, insert } from "./edits.js";
import { type Files, nameOf, openProject, type Project } from "./program.js";
import { afterImports, capitalised, descendants, fileOf, freshFile, freshName, importTexts, isInType, isLink, isLockLike, mentions } from "./syntax.js";

/** A `const` that is a lock, a channel, or the ends of one. */
interface Made {
  readonly declaration: ts.VariableDeclaration & { initializer: ts.Expression };
  readonly statement: ts.VariableStatement;
  /** The names that it gives, each the name of a member when it is destructured. */
  readonly names: readonly ts.Identifier[];
}

function made(project: Project, node: ts.Node): Made | undefined {
  if (!ts.isVariableStatement(node) || !(node.declarationList.flags & ts.NodeFlags.Const) || node.declarationList.declarations.length !== 1) return undefined;
  const declaration = node.declarationList.declarations[0], value = declaration?.initializer;
  if (!declaration || !value || !(ts.isNewExpression(value) || ts.isCallExpression(value)) || !isLockLike(project, project.checker.getTypeAtLocation(value))) return undefined;
  const names = namesOf(declaration.name);
  return names && { declaration: declaration as Made["declaration"], statement: node, names };
}

/** Undefined for patterns in which something may be missing. */
function namesOf(name: ts.BindingName): ts.Identifier[] | undefined {
  if (ts.isIdentifier(name)) return [name];
  if (ts.isArrayBindingPattern(name)) return undefined;
  const names = name.elements.map((one) => (one.initializer ?? one.dotDotDotToken ?? !ts.isIdentifier(one.name) ? undefined : one.name));
  return names.every((one) => one !== undefined) ? names : undefined;
}

const allMade = (project: Project) => project.sources.flatMap((source) => [...descendants(source)]).map((node) => made(project, node)).filter((one) => one !== undefined);

const isTop = ({ statement }: Made) => ts.isSourceFile(statement.parent);

const usesOf = (project: Project, name: ts.Identifier): ts.Identifier[] => {
  const symbol = project.checker.getSymbolAtLocation(name);
  return symbol ? mentions(project, symbol).filter((use) => use !== name && !isLink(use)) : [];
};

function memberInstead(use: ts.Identifier, text: string): Edit {
  const key = ts.isShorthandPropertyAssignment(use.parent) ? `${use.text}: ` : "";
  return { file: fileOf(use), start: use.getStart(), end: use.end, text: `${key}${text}` };
}

/** `const { readable, writable } = new TransformStream()` of a module becomes a constant with members. */
export function undestructured(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory);
  const changes = allMade(project).filter((one) => isTop(one) && ts.isObjectBindingPattern(one.declaration.name)).map(({ declaration, names }, i): Change => {
    const whole = freshName(project, i === 0 ? "ends" : `ends${i + 1}`);
    const keyOf = (name: ts.Identifier) => (name.parent as ts.BindingElement).propertyName?.getText() ?? name.text;
    const uses = names.flatMap((name) => usesOf(project, name).map((use) => memberInstead(use, `${whole}.${keyOf(name)}`)));
    return [{ file: fileOf(declaration), start: declaration.name.getStart(), end: declaration.name.end, text: whole }, ...uses];
  });
  return applyChanges(project, changes);
}

const typeText = ({ checker }: Project, node: ts.Node): string | undefined => {
  const text = checker.typeToString(checker.getTypeAtLocation(node), node, ts.TypeFormatFlags.NoTruncation);
  return /\bimport\(|\.\.\./.test(text) ? undefined : text;
};

/** The variables of functions that an expression reads; undefined when it reads something else that another file doesn't have. */
function localsIn(project: Project, node: ts.Node): ts.Identifier[] | undefined {
  const found = new Map<ts.Symbol, ts.Identifier>();
  for (const inner of descendants(node)) {
    if (inner.kind === ts.SyntaxKind.ThisKeyword) return undefined;
    const symbol = ts.isIdentifier(inner) && !isInType(inner) ? project.checker.getSymbolAtLocation(inner) : undefined, declared = symbol?.valueDeclaration;
    if (symbol === undefined || declared?.getSourceFile() !== node.getSourceFile() || (node.pos <= declared.pos && declared.end <= node.end)) continue;
    if (!ts.isVariableDeclaration(declared) && !ts.isParameter(declared) && !ts.isBindingElement(declared)) return undefined;
    if (ts.isSourceFile(ts.findAncestor(declared, (outer) => ts.isSourceFile(outer) || ts.isFunctionLike(outer)) ?? declared)) return undefined;
    found.set(symbol, inner as ts.Identifier);
  }
  return [...found.values()];
}

/** What a function makes for itself is made by a function of another file. */
export function madeElsewhere(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), names = new Set<string>();
  const changes = allMade(project).filter((one) => !isTop(one)).flatMap(({ declaration, statement }): Change[] => {
    const value = declaration.initializer, locals = localsIn(project, value);
    const parameters = locals?.map((one) => ({ name: one.text, type: typeText(project, one) }));
    if (!parameters || parameters.some(({ type }) => type === undefined)) return [];
    const base = ts.isIdentifier(declaration.name) ? capitalised(declaration.name.text) : "Ends";
    let name = freshName(project, `make${base}`);
    for (let i = 2; names.has(name); i++) name = freshName(project, `make${base}${i}`);
    names.add(name);
    const source = statement.getSourceFile(), file = freshFile(project, `factory-${name}`);
    const text = `export function ${name}(${parameters.map((one) => `${one.name}: ${one.type ?? ""}`).join(", ")}) {\n  return ${value.getText()};\n}\n`;
    return [[
      { file: nameOf(source), start: value.getStart(), end: value.end, text: `${name}(${parameters.map((one) => one.name).join(", ")})` },
      insert(nameOf(source), afterImports(source), `\nimport { ${name} } from './${file}.js';\n`), insert(`${file}.ts`, 0, `${importTexts(source)}\n\n${text}`),
    ]];
  });
  return applyChanges(project, changes);
}

/** What stands in one block, as far as only declarations stand between it, is handed to an object and read from that one. */
export function handedByConstructor(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), blocks = new Map<ts.Node, Made[]>();
  for (const one of allMade(project)) blocks.set(one.statement.parent, [...(blocks.get(one.statement.parent) ?? []), one]);
  let count = 0;
  const changes = [...blocks.values()].map((all) => holding(project, all, ++count)).filter((one) => one !== undefined);
  return applyChanges(project, changes);
}

function holding(project: Project, all: readonly Made[], count: number): Change | undefined {
  const last = all.at(-1)?.statement, source = last?.getSourceFile();
  if (!last || !source) return undefined;
  const names = all.flatMap((one) => one.names).map((name) => ({ name, type: typeText(project, name) }));
  if (names.some(({ type }) => type === undefined)) return undefined;
  const suffix = count === 1 ? "" : String(count), owner = freshName(project, `Holder${suffix}`), object = freshName(project, `holder${suffix}`);
  const uses = names.flatMap(({ name }) => usesOf(project, name).filter((use) => !isInType(use) && (use.pos > last.end || use.getSourceFile() !== source || ts.findAncestor(use, ts.isFunctionLike) !== ts.findAncestor(last, ts.isFunctionLike)))
    .map((use) => ({ use, text: `${object}.${name.text}` })));
  if (uses.length === 0 || uses.some(({ use }) => use.getSourceFile() !== source || use.pos < last.pos)) return undefined;
  const file = nameOf(source), parameters = names.map(({ name, type }) => `readonly ${name.text}: ${type ?? ""}`).join(", ");
  return [
    insert(file, afterImports(source), `\n\nclass ${owner} {\n  constructor(${parameters}) {}\n}\n\n`),
    insert(file, last.end, `\nconst ${object} = new ${owner}(${names.map(({ name }) => name.text).join(", ")});`), ...uses.map(({ use, text }) => memberInstead(use, text)),
  ];
}
