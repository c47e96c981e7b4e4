import ts = require("typescript");

import { append, memo } from "../maps.js";
import { has, isCallback, walk } from "./syntax.js";

/** Does code print, or call something of its file that does? Of two such pieces that run at once the lines come out mixed. */
export function prints(root: ts.Node): boolean {
  const reached = new Set([root]);
  // What is added to a set while somebody goes through it comes up, too.
  for (const node of reached) {
    if (has(node, isPrinting)) return true;
    walk(node, (part) => {
      for (const body of bodiesOf(root.getSourceFile()).get(calledName(part) ?? "") ?? []) reached.add(body);
    });
  }
  return false;
}

const isPrinting = (node: ts.Node): boolean => ts.isPropertyAccessExpression(node) && /^(?:console|process\.std(?:out|err))$/.test(node.expression.getText());

function calledName(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  return ts.isIdentifier(expression) ? expression.text : ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
}

function bodyOf(node: ts.Node): ts.Node | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.body;
  const isHolder = ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node);
  return isHolder && isCallback(node.initializer) ? node.initializer.body : undefined;
}

const bodies = new WeakMap<ts.SourceFile, ReadonlyMap<string, readonly ts.Node[]>>();

/** Functions, methods and fields of a file by their names: of several, any may be meant. */
const bodiesOf = (file: ts.SourceFile): ReadonlyMap<string, readonly ts.Node[]> => memo(bodies, file, () => {
  const byName = new Map<string, ts.Node[]>();
  walk(file, (node) => {
    const body = bodyOf(node), name = body && (node as ts.NamedDeclaration).name?.getText();
    if (name !== undefined) append(byName, name, body);
  });
  return byName;
});
