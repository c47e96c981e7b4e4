import ts = require("typescript");

import type { Repair } from "../hazards/finding.js";
import { type Facts, insert, type Proposal } from "./edits.js";
import { indentOf, listAround, nodeOf, statementAround } from "./syntax.js";

type HandleEarly = Extract<Repair, { kind: "handle early" }>;

/** Who awaits a promise later still gets its rejection; until then somebody has seen it. */
export function handleEarly({ list, loop, filled }: HandleEarly, { questions }: Facts): Proposal | undefined {
  const name = nodeOf(list), consumer = nodeOf(loop);
  const declaration = statementAround(name);
  if (!ts.isIdentifier(name) || !ts.isForOfStatement(consumer) || !declaration) return undefined;
  const first = filled ? consumer : declaration;
  if (!listAround(first) || !ts.isVariableDeclarationList(consumer.initializer)) return undefined;
  const item = consumer.initializer.declarations[0]?.name, indent = indentOf(first);
  const each = !consumer.awaitModifier && item && ts.isIdentifier(item) && item.text !== name.text ? item.text : "promise";
  if (!consumer.awaitModifier && item && !questions.hasMember(item, "catch")) return undefined;
  const text = `for (const ${each} of ${name.text}) ${each}.catch(() => {});`;
  const edit = filled ? insert(first.getStart(), `${text}\n${indent}`) : insert(first.end, `\n${indent}${text}`);
  return { messageId: "handleEarly", data: { list: name.text }, edits: [edit], proved: !filled };
}
