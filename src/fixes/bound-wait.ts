import ts = require("typescript");

import type { ArgRef } from "../catalogue/types.js";
import type { Finding, Repair } from "../hazards/finding.js";
import { type Edit, insert, type Proposal } from "./edits.js";
import { nodeOf, usesOf, walk } from "./syntax.js";

/** A time that users still wait for. */
const MILLISECONDS = "10_000";

/** Gives a wait for a lock a bound in the library's own way: an option of the request, or of what makes the lock. */
export function boundWait({ call, option }: Extract<Repair, { kind: "bound" }>, { place }: Finding): Proposal | undefined {
  const node = nodeOf(call.ticket);
  if (node.getSourceFile().fileName !== place.file || !(ts.isCallExpression(node) || ts.isNewExpression(node)) || option.property === undefined) return undefined;
  const edit = withOption(node, option, option.property);
  return edit && { messageId: "option", data: { option: option.property }, edits: [edit], proved: false };
}

function withOption(call: ts.CallExpression | ts.NewExpression, { arg }: ArgRef, name: string): Edit | undefined {
  const args = call.arguments ?? [];
  const entry = `${name}: ${name === "signal" ? `AbortSignal.timeout(${MILLISECONDS})` : MILLISECONDS}`;
  const options = args[arg], last = args.at(-1);
  if (args.some(ts.isSpreadElement)) return undefined;
  if (options) {
    if (!ts.isObjectLiteralExpression(options)) return undefined;
    const property = options.properties.at(-1);
    return property ? insert(property.end, `, ${entry}`) : { start: options.getStart(), end: options.end, text: `{ ${entry} }` };
  }
  if (args.length !== arg) return undefined;
  if (last) return insert(last.end, `, { ${entry} }`);
  return call.arguments ? insert(call.end - 1, `{ ${entry} }`) : insert(call.end, `({ ${entry} })`);
}

type Wrap = Extract<Repair, { kind: "wrap" }>;

/** Everybody who waits for one lock gets the same edit. */
const wrapped = new WeakMap<ts.Node, { readonly proposal: Proposal | undefined }>();

/** Puts a function of the lock's package around what makes the lock: `withTimeout(new Mutex(), 10_000)`. */
export function wrapLock(repair: Wrap, { place }: Finding): Proposal | undefined {
  const made = nodeOf(repair.call.ticket);
  // Who waits in another file gets none; that must not decide for those who wait in this one.
  if (made.getSourceFile().fileName !== place.file) return undefined;
  let known = wrapped.get(made);
  if (!known) wrapped.set(made, (known = { proposal: wrap(made, repair) }));
  return known.proposal;
}

function wrap(made: ts.Node, { by }: Wrap): Proposal | undefined {
  if (!ts.isNewExpression(made) || !ts.isIdentifier(made.expression) || !isInferred(made)) return undefined;
  const imported = importing(made.expression.text, made.getSourceFile());
  if (!imported) return undefined;
  const known = imported.elements.find(({ name, propertyName }) => (propertyName ?? name).text === by);
  const name = known?.name.text ?? by;
  if (!known && usesOf(by, made.getSourceFile()).length > 0) return undefined;
  const last = imported.elements.at(-1);
  const edits = [insert(made.getStart(), `${name}(`), insert(made.end, `, ${MILLISECONDS})`), ...(known || !last ? [] : [insert(last.end, `, ${by}`)])];
  return { messageId: "wrap", data: { by }, edits, proved: false };
}

/** The lock has no written type that the wrapped one might not have, and goes nowhere but to its own members. */
function isInferred(made: ts.NewExpression): boolean {
  const { parent } = made;
  if (!(ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) || parent.type || !(ts.isIdentifier(parent.name) || ts.isPrivateIdentifier(parent.name))) return false;
  const { text } = parent.name;
  let isUsedPlainly = true;
  walk(made.getSourceFile(), (node) => {
    if (!(ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) || node.text !== text || node.parent === parent) return;
    const value = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node ? node.parent : node;
    if (!(ts.isPropertyAccessExpression(value.parent) && value.parent.expression === value)) isUsedPlainly = false;
  });
  return isUsedPlainly;
}

function importing(name: string, source: ts.SourceFile): ts.NamedImports | undefined {
  for (const statement of source.statements) {
    const bindings = ts.isImportDeclaration(statement) && !/^type\b/.test(statement.importClause?.getText() ?? "") ? statement.importClause?.namedBindings : undefined;
    if (bindings && ts.isNamedImports(bindings) && bindings.elements.some((element) => element.name.text === name)) return bindings;
  }
  return undefined;
}
