/** Makes of a program's text what the controlled scheduler can run: each wait goes through the scheduler, and module variables can be read. */
import ts from "typescript";

import type { Version } from "./subjects.js";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What the programs call the scheduler. */
const WORLD = "__world";

/** A wait is told by its number: some schedules delay always the same ones. `late`: asynchronous functions may begin later than they are called. */
function waitEdits(file: ts.SourceFile, late: boolean): Edit[] {
  const edits: Edit[] = [];
  let number = 0;
  const around = (node: ts.Node, method: string) => {
    const site = `${file.fileName}:${String(file.getLineAndCharacterOfPosition(node.pos).line + 1)}#${String(number++)}`;
    edits.push({ start: node.getStart(file), end: node.getStart(file), text: `${WORLD}.${method}(${JSON.stringify(site)}, ` }, { start: node.end, end: node.end, text: ")" });
  };
  const begin = (body: ts.ConciseBody) => {
    const wait = `await ${WORLD}.wait("${file.fileName} starts#${String(number++)}")`;
    if (ts.isBlock(body)) edits.push({ start: body.getStart(file) + 1, end: body.getStart(file) + 1, text: ` ${wait};` });
    else edits.push({ start: body.getStart(file), end: body.getStart(file), text: `(${wait}, ` }, { start: body.end, end: body.end, text: ")" });
  };
  const visit = (node: ts.Node): void => {
    if (late && isAsync(node)) begin(node.body);
    if (ts.isAwaitExpression(node)) around(node.expression, "wait");
    if (ts.isForOfStatement(node) && node.awaitModifier) around(node.expression, "iterate");
    // Private fields are state that somebody may guard, and can't be seen from outside.
    if (ts.isPrivateIdentifier(node)) edits.push({ start: node.getStart(file), end: node.end, text: `$${node.text.slice(1)}` });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}

const isAsync = (node: ts.Node): node is ts.FunctionLikeDeclaration & { body: ts.ConciseBody } => ts.isFunctionLike(node) && "body" in node && node.body !== undefined
  && !("asteriskToken" in node && node.asteriskToken) && ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;

const isDeclared = (node: ts.HasModifiers) => node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) === true;

function namesOf(name: ts.BindingName): string[] {
  return ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));
}

function moduleVariables(file: ts.SourceFile): string[] {
  const lists = file.statements.filter((statement) => ts.isVariableStatement(statement)).filter((statement) => !isDeclared(statement));
  return lists.flatMap(({ declarationList }) => declarationList.declarations.flatMap(({ name }) => namesOf(name)));
}

function classesOf(file: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node) && node.name) names.push(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** One module for the scheduler. */
export interface Module {
  readonly text: string;
  readonly variables: readonly string[];
}

function transformModule(name: string, text: string, late: boolean): Module {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  let result = text;
  // Insertions at one place stay in their order: outer before inner at the beginning, inner before outer at the end.
  const edits = waitEdits(file, late).map((edit, index) => ({ ...edit, index }));
  const isEnd = ({ text: by }: Edit) => by === ")";
  edits.sort((a, b) => b.start - a.start || (isEnd(a) === isEnd(b) ? b.index - a.index : isEnd(a) ? 1 : -1));
  for (const { start, end, text: by } of edits) result = result.slice(0, start) + by + result.slice(end);
  const variables = moduleVariables(file);
  const { outputText } = ts.transpileModule(result, { fileName: name, compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } });
  const state = variables.map((variable) => `${JSON.stringify(variable)}: () => ${variable}`).join(", ");
  const prelude = `const ${WORLD} = import.meta.world, console = ${WORLD}.console; ${WORLD}.watch(${JSON.stringify(name)}, { ${state} }, ${JSON.stringify(classesOf(file))}); `;
  return { text: prelude + outputText, variables };
}

export interface Runnable {
  readonly main: string;
  readonly modules: Readonly<Record<string, Module>>;
}

export const runnable = ({ files, main }: Version, late = false): Runnable => ({
  main, modules: Object.fromEntries(Object.entries(files).filter(([name]) => /\.m?ts$/.test(name)).map(([name, text]) => [name, transformModule(name, text, late)])),
});
