import ts = require("typescript");

import type { Repair } from "../hazards/finding.js";
import { insert, type Proposal } from "./edits.js";
import { indentOf, listAround, nodeOf } from "./syntax.js";

/** Lets a part flow away that nobody wants. Whether nobody does is for a reader to say. */
export function resumePart({ part, before }: Extract<Repair, { kind: "resume" }>): Proposal | undefined {
  const statement = nodeOf(before);
  if (!ts.isStatement(statement) || !listAround(statement)) return undefined;
  return { messageId: "resume", data: { part }, edits: [insert(statement.getStart(), `${part}.resume();\n${indentOf(statement)}`)], proved: false };
}
