import ts = require("typescript");

import type { Repair } from "../hazards/finding.js";
import { type Proposal, replace } from "./edits.js";
import { hasText, listAround, nodeOf } from "./syntax.js";

type CancelAside = Extract<Repair, { kind: "cancel aside" }>;

/** Nobody needs the end of a cancel. If the next statement cancels the other branch, both can be waited for together. */
export function cancelAside({ wait, certain }: CancelAside): Proposal | undefined {
  const node = nodeOf(wait);
  if (!ts.isAwaitExpression(node) || !ts.isExpressionStatement(node.parent)) return undefined;
  const statement = node.parent, cancelled = node.expression;
  const next = listAround(statement)?.find((each) => each.pos === statement.end);
  const other = next && cancelIn(next);
  if (cancelIn(statement) && other && certain && !hasText(statement, statement.end, next.getStart())) {
    return { messageId: "cancelBoth", data: {}, proved: true, edits: [{ start: statement.getStart(), end: next.end, text: `await Promise.all([${cancelled.getText()}, ${other.getText()}]);` }] };
  }
  const joined = joinedIn(cancelled);
  const text = joined ? `void Promise.allSettled(${joined})` : ts.isCallExpression(cancelled) ? `void ${cancelled.getText()}.catch(() => {})` : undefined;
  return text === undefined ? undefined : { messageId: "cancelAside", data: {}, proved: certain, edits: [replace(node, text)] };
}

function cancelIn(statement: ts.Statement): ts.CallExpression | undefined {
  const call = ts.isExpressionStatement(statement) && ts.isAwaitExpression(statement.expression) ? statement.expression.expression : undefined;
  return call && ts.isCallExpression(call) && ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === "cancel" ? call : undefined;
}

/** The arguments of `Promise.all(…)`, as they are written. */
function joinedIn(node: ts.Expression): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression) || node.expression.expression.getText() !== "Promise") return undefined;
  return node.arguments.map((argument) => argument.getText()).join(", ");
}
