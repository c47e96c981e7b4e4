/** Way 10 for pools and counters: acquire, try and finally become a helper that runs a callback with what was acquired. */
import ts from "typescript";
import { declared, typeName } from "./callbacks.js";
import { applyChanges, type Change } from "./edits.js";
import { type Files, openProject, type Project } from "./program.js";
import { leavesOtherwise, returnsOf } from "./sections.js";
import { descendants, fileOf, freshName, isPackageType, meaningOf, mentions } from "./syntax.js";

/** `const handle = await lock.acquire(); try { … } finally { give back }`, where only the give-back stands in the finally block. */
interface Section {
  readonly statement: ts.Statement;
  readonly next: ts.TryStatement & { finallyBlock: ts.Block };
  readonly call: ts.CallExpression & { expression: ts.PropertyAccessExpression };
  readonly handle: ts.Identifier | undefined;
  readonly release: ts.CallExpression;
}

const acquires = new Set(["acquire", "acquireAsync", "connect", "getConnection"]);

function sectionAt(project: Project, statement: ts.Node): Section | undefined {
  if (!ts.isVariableStatement(statement) && !ts.isExpressionStatement(statement)) return undefined;
  const only = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : undefined;
  const value = only ? only.initializer : (statement as ts.ExpressionStatement).expression, call = value && ts.isAwaitExpression(value) ? value.expression : undefined;
  if (!call || !ts.isCallExpression(call) || call.arguments.length > 0 || !ts.isPropertyAccessExpression(call.expression) || !acquires.has(call.expression.name.text)) return undefined;
  if (only && !ts.isIdentifier(only.name)) return undefined;
  const { parent } = statement;
  if (!ts.isBlock(parent) && !ts.isSourceFile(parent)) return undefined;
  const next = parent.statements[parent.statements.indexOf(statement) + 1];
  const [last, second] = next && ts.isTryStatement(next) ? next.finallyBlock?.statements ?? [] : [];
  if (!last || second || !ts.isExpressionStatement(last) || !ts.isCallExpression(last.expression)) return undefined;
  if (!isPackageType(project, project.checker.getTypeAtLocation(call.expression.expression))) return undefined;
  return { statement, next: next as Section["next"], call: call as Section["call"], handle: only?.name as ts.Identifier | undefined, release: last.expression };
}

/** The give-back in words of the helper: of its handle, or of its lock. */
function releaseText(project: Project, { call, handle, release }: Section): string | undefined {
  const receiver = ts.isPropertyAccessExpression(release.expression) ? release.expression.expression : release.expression, symbol = handle && meaningOf(project, handle);
  const isHandle = symbol !== undefined && meaningOf(project, receiver) === symbol, isLock = receiver.getText() === call.expression.expression.getText();
  const member = ts.isPropertyAccessExpression(release.expression) ? `.${release.expression.name.text}` : "";
  const args = release.arguments.map((one) => (symbol && meaningOf(project, one) === symbol ? "handle" : undefined));
  if ((!isHandle && !isLock) || args.includes(undefined)) return undefined;
  return `${isHandle ? "handle" : "lock"}${member}(${args.join(", ")})`;
}

export function scoped(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), helpers = new Map<string, string>(), needs = new Map<Change, readonly string[]>();
  const changes = project.sources.flatMap((source) => [...descendants(source)]).flatMap((node): Change[] => {
    const section = sectionAt(project, node), release = section && releaseText(project, section);
    if (!section || !release || leavesOtherwise(section.next)) return [];
    const { call, handle, next, statement } = section, lock = call.expression.expression, type = typeName(project, call, project.checker.getTypeAtLocation(lock), true);
    const held = handle && project.checker.typeToString(project.checker.getTypeAtLocation(handle));
    if (!type || (handle && mentions(project, meaningOf(project, handle) ?? project.checker.getTypeAtLocation(handle).symbol).some((use) => use.pos > next.end))) return [];
    const body = (name: string) => [
      `async function ${name}<T>(lock: ${type.name}, body: (${held ? `handle: ${held}` : ""}) => Promise<T>): Promise<T> {`,
      `  ${held ? "const handle = " : ""}await lock.${call.expression.name.text}();\n  try {\n    return await body(${held ? "handle" : ""});\n  } finally {\n    ${release};\n  }\n}`,
    ].join("\n");
    const helper = helpers.get(body("")) ?? freshName(project, helpers.size > 0 ? `within${helpers.size + 1}` : "within");
    helpers.set(body(""), helper);
    const returns = returnsOf(next.tryBlock).length > 0 || (next.catchClause !== undefined && returnsOf(next.catchClause).length > 0);
    const isLast = ts.isBlock(statement.parent) && statement.parent.statements.at(-1) === next && ts.isFunctionLike(statement.parent.parent);
    if (returns && !isLast) return [];
    const file = fileOf(statement), head = `${returns ? "return " : ""}await ${helper}(${lock.getText()}, async (${handle?.text ?? ""}) => {`, { tryBlock, catchClause } = next;
    const change: Change = catchClause
      ? [{ file, start: statement.getStart(), end: next.getStart(), text: `${head} ` }, { file, start: catchClause.end, end: next.end, text: " });" }]
      : [{ file, start: statement.getStart(), end: tryBlock.getStart() + 1, text: head }, { file, start: tryBlock.end - 1, end: next.end, text: "});" }];
    needs.set(change, [type.import, body(helper)]);
    return [change];
  });
  return applyChanges(project, changes, (kept) => declared(project, kept, (file) =>
    [...new Set(kept.filter((change) => change[0]?.file === file).flatMap((change) => needs.get(change) ?? []).filter(Boolean))]));
}
