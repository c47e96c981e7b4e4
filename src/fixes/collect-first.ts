import ts = require("typescript");

import type { Finding, Repair } from "../hazards/finding.js";
import type { Facts, Proposal } from "./edits.js";
import { indentOf, listAround, namesIn, nodeOf } from "./syntax.js";

type Collect = Extract<Repair, { kind: "collect" }>;

/** Names for the list, the first that is free. */
const NAMES = ["items", "collected", "collectedItems"];

/** Lets the generator come to its end, so that it gives everything back, and goes through its items then. */
export function collectFirst({ source, ends }: Collect, { place }: Finding, { questions }: Facts): Proposal | undefined {
  const iterable = nodeOf(source), loop = iterable.parent;
  if (!ts.isForOfStatement(loop) || loop.expression !== iterable || loop.getSourceFile().fileName !== place.file) return undefined;
  const taken = namesIn(loop.getSourceFile()), name = NAMES.find((each) => !taken.has(each));
  const { initializer } = loop;
  if (!listAround(loop) || name === undefined || !ts.isVariableDeclarationList(initializer)) return undefined;
  const item = initializer.declarations[0]?.name;
  if (!item) return undefined;
  const indent = indentOf(loop), each = ts.isIdentifier(item) ? item.text : "item";
  const header = loop.getSourceFile().text.slice(loop.getStart(), initializer.getStart());
  const before = `const ${name} = [];\n${indent}${header}const ${each} of ${iterable.getText()}) ${name}.push(${each});\n${indent}`;
  return {
    messageId: "collect", data: {},
    edits: [
      { start: loop.getStart(), end: initializer.getStart(), text: `${before}for (` },
      { start: iterable.getStart(), end: iterable.end, text: name },
    ],
    proved: ends && !leaves(loop) && questions.isPlainData(item) && /^for\s+(?:await\s+)?\($/.test(header),
  };
}

/** Then the generator needn't come to its end. */
function leaves(loop: ts.ForOfStatement): boolean {
  let found = false;
  const visit = (node: ts.Node, inner: boolean): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isYieldExpression(node)) found = true;
    if (ts.isBreakStatement(node) && (!inner || node.label)) found = true;
    if (ts.isContinueStatement(node) && node.label) found = true;
    ts.forEachChild(node, (child) => { visit(child, inner || ts.isIterationStatement(node, false) || ts.isSwitchStatement(node)); });
  };
  visit(loop.statement, false);
  return found;
}
