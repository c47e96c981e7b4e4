import ts = require("typescript");

import type { Repair } from "../hazards/finding.js";
import { insert, type Proposal } from "./edits.js";
import { functionAround, indentOf, nodeOf, outermost, statementAround, usesOf } from "./syntax.js";

type Dump = Extract<Repair, { kind: "dump" }>;

/** Reads the body to its end and throws it away. To cancel it instead would wait for ever where somebody else has a copy. */
export function dumpBody({ call, body }: Dump): Proposal | undefined {
  const node = nodeOf(call), statement = statementAround(node);
  if (!ts.isCallExpression(node) || !statement || !ts.isBlock(statement.parent)) return undefined;
  const declaration = outermost(node).parent;
  if (!ts.isVariableDeclaration(declaration)) return undefined;
  const { name } = declaration, line = (text: string): string => `\n${indentOf(statement)}await ${text}.dump();`;
  const edits = [insert(statement.end, line(ts.isIdentifier(name) ? `${name.text}.${body}` : body))];
  if (ts.isObjectBindingPattern(name)) {
    if (usesOf(body, functionAround(node)).length > 0) return undefined;
    const last = name.elements.at(-1);
    edits.push(last ? insert(last.end, `, ${body}`) : insert(name.getStart() + 1, ` ${body} `));
  }
  return { messageId: "dump", data: {}, edits, proved: false };
}
