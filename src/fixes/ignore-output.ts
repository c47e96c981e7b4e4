import ts = require("typescript");

import type { Finding, Repair } from "../hazards/finding.js";
import type { Edit, Proposal } from "./edits.js";
import { nodeOf, walk } from "./syntax.js";

type Ignore = Extract<Repair, { kind: "ignore" }>;

const PIPED = '"pipe"', IGNORED = '"ignore"';
const STREAMS = 3;

/** A pipe that nobody mentions isn't opened: what the process writes there is thrown away, and it waits for no reader. */
export function ignoreOutput({ call: ticket, outputs }: Ignore, { place }: Finding): Proposal | undefined {
  const call = nodeOf(ticket);
  if (!ts.isCallExpression(call) || call.getSourceFile().fileName !== place.file) return undefined;
  const names = Object.keys(outputs), file = call.getSourceFile();
  const edit = mentions(file, names) ? undefined : withStdio(call, new Set(Object.values(outputs)));
  return edit && { messageId: "ignore", data: { names: names.join(" and ") }, edits: [edit], proved: !mentions(file, TELLING) };
}

/** The type that says that there are streams, and their list. */
const TELLING = ["ChildProcessWithoutNullStreams", "stdio"];

function mentions(file: ts.SourceFile, names: readonly string[]): boolean {
  let found = false;
  walk(file, (node) => { found ||= ts.isIdentifier(node) && names.includes(node.text) && !ts.isPropertyAssignment(node.parent) && !isOfOwnProcess(node); });
  return found;
}

const isOfOwnProcess = ({ parent }: ts.Identifier): boolean => ts.isPropertyAccessExpression(parent) && ts.isIdentifier(parent.expression) && parent.expression.text === "process";

function withStdio(call: ts.CallExpression, ignored: ReadonlySet<number>): Edit | undefined {
  const options = call.arguments.find(ts.isObjectLiteralExpression);
  if (!options) {
    const last = call.arguments.at(-1);
    const isPlain = call.arguments.length === 1 || (call.arguments.length === 2 && last && ts.isArrayLiteralExpression(last));
    return last && isPlain ? { start: last.end, end: last.end, text: `, { stdio: ${listed(ignored, [])} }` } : undefined;
  }
  if (options.properties.some(ts.isSpreadAssignment)) return undefined;
  const property = options.properties.find((each) => each.name && ts.isIdentifier(each.name) && each.name.text === "stdio");
  const first = options.properties[0];
  if (!property) return first ? { start: first.getStart(), end: first.getStart(), text: `stdio: ${listed(ignored, [])}, ` } : { start: options.getStart(), end: options.end, text: `{ stdio: ${listed(ignored, [])} }` };
  if (!ts.isPropertyAssignment(property)) return undefined;
  const { initializer } = property;
  if (ts.isStringLiteral(initializer)) return { start: initializer.getStart(), end: initializer.end, text: listed(ignored, []) };
  if (!ts.isArrayLiteralExpression(initializer) || initializer.elements.some(ts.isSpreadElement)) return undefined;
  return { start: initializer.getStart(), end: initializer.end, text: listed(ignored, initializer.elements.map((element) => element.getText())) };
}

/** `["pipe", "ignore", "ignore"]`, in the quotes that are used there. */
function listed(ignored: ReadonlySet<number>, known: readonly string[]): string {
  const single = known.some((text) => text.startsWith("'"));
  const items = Array.from({ length: Math.max(STREAMS, known.length) }, (_, index) => {
    if (!ignored.has(index)) return known[index] ?? PIPED;
    return single ? IGNORED.replaceAll('"', "'") : IGNORED;
  });
  return `[${items.join(", ")}]`;
}
