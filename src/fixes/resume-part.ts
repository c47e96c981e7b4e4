import ts = require("typescript");

import type { Repair } from "../hazards/finding.js";
import { type Edit, insert, type Proposal } from "./edits.js";
import { indentOf, indentUnit, listAround, nodeOf } from "./syntax.js";

type Resume = Extract<Repair, { kind: "resume" }>;

/** Lets a part flow away that nobody wants. Whether nobody does is for a reader to say. */
export function resumePart({ part, at, where }: Resume): Proposal | undefined {
  const statement = nodeOf(at);
  if (!ts.isStatement(statement)) return undefined;
  const edits = where === "else" ? otherwise(`${part}.resume();`, statement) : before(`${part}.resume();`, statement);
  return edits && { messageId: "resume", data: { part }, edits, proved: false };
}

function before(text: string, statement: ts.Statement): readonly Edit[] | undefined {
  const indent = indentOf(statement);
  if (listAround(statement)) return [insert(statement.getStart(), `${text}\n${indent}`)];
  if (!ts.isIfStatement(statement.parent)) return undefined;
  const inner = `\n${indent}${indentUnit(statement)}`;
  return [insert(statement.getStart(), `{${inner}${text}${inner}`), insert(statement.end, `\n${indent}}`)];
}

/** On the path on which the last statement leaves it alone. */
function otherwise(text: string, statement: ts.Statement): readonly Edit[] | undefined {
  if (!ts.isIfStatement(statement) || statement.elseStatement) return undefined;
  return [insert(statement.end, ts.isBlock(statement.thenStatement) ? ` else {\n${indentOf(statement)}${indentUnit(statement)}${text}\n${indentOf(statement)}}` : `\n${indentOf(statement)}else ${text}`)];
}
