/** Ways 6 and 7: calls that go through a function which takes a function. */
import ts from "typescript";
import { wrappedFunctions } from "./arrows.js";
import { applyChanges, type Change, type Edit, insert } from "./edits.js";
import { type Files, nameOf, openProject, type Project } from "./program.js";
import { afterImports, descendants, fileOf, freshName, isPackageType, isPlatformResource, ownDescendants } from "./syntax.js";

const callsIn = (source: ts.SourceFile) => [...descendants(source)].filter(ts.isCallExpression);

const functionAround = (node: ts.Node) => ts.findAncestor(node.parent, (outer) => ts.isFunctionLike(outer) || ts.isSourceFile(outer)) ?? node.getSourceFile();

const isThenable = ({ checker }: Project, node: ts.Expression) => checker.getTypeAtLocation(node).getProperty("then") !== undefined;

/** `await helper(args)` becomes `await call(() => helper(args))`. */
export function helperAsCallback(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), name = freshName(project, "call"), plain = new Map<Change, boolean>();
  const changes = project.sources.flatMap(callsIn).filter((call) => isHelperCall(project, call)).map((call): Change => {
    const file = fileOf(call), change = [insert(file, call.getStart(), `${name}(() => `), insert(file, call.end, ")")];
    plain.set(change, project.checker.getTypeAtLocation(call).getSymbol()?.name === "Promise");
    return change;
  });
  return applyChanges(project, changes, (kept) => {
    const result = kept.every((change) => plain.get(change)) ? "Promise<T>" : "PromiseLike<T> | T";
    return declared(project, kept, () => [`async function ${name}<T>(work: () => ${result}): Promise<T> {\n  return work();\n}`]);
  });
}

/** Declares functions in the files of the changes that call them. */
export function declared(project: Project, kept: readonly Change[], textsFor: (file: string) => readonly string[]): Edit[] {
  return project.sources.filter((source) => kept.some((change) => change[0]?.file === nameOf(source))).map((source) => {
    const text = textsFor(nameOf(source)).join("\n\n"), hasImports = source.statements.some(ts.isImportDeclaration);
    return insert(nameOf(source), afterImports(source), hasImports ? `\n\n${text}` : `${text}\n\n`);
  });
}

/** An awaited call of a function of the program, or of a lock where another one is already held. */
function isHelperCall(project: Project, call: ts.CallExpression): boolean {
  const isWaitedFor = ts.isAwaitExpression(call.parent) || isReturnedBySection(project, call);
  if (!isWaitedFor || !isThenable(project, call) || [...ownDescendants(call)].some((node) => ts.isAwaitExpression(node) || ts.isYieldExpression(node))) return false;
  return isOwnFunction(project, call) || isChannelCall(project, call) || (isLockCall(project, call) && isInSection(project, call));
}

/** A method of a stream, or a function that is given one. */
function isChannelCall({ checker }: Project, call: ts.CallExpression): boolean {
  const owners = ts.isPropertyAccessExpression(call.expression) ? [call.expression.expression, ...call.arguments] : call.arguments;
  return owners.some((owner) => isPlatformResource(checker.getTypeAtLocation(owner)));
}

function isOwnFunction({ checker, sources }: Project, call: ts.CallExpression): boolean {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  return declaration !== undefined && sources.includes(declaration.getSourceFile()) && call.expression.kind !== ts.SyntaxKind.SuperKeyword;
}

function isLockCall(project: Project, call: ts.CallExpression): boolean {
  const { expression } = call;
  const owner = ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
  return isPackageType(project, project.checker.getTypeAtLocation(owner));
}

/** In a callback that a lock runs, or after another lock was waited for in the same function. */
function isInSection(project: Project, call: ts.CallExpression): boolean {
  const around = functionAround(call);
  if (!ts.isSourceFile(around) && ts.isCallExpression(around.parent) && isLockCall(project, around.parent)) return true;
  const isEarlier = (node: ts.Node) => ts.isCallExpression(node) && node.end <= call.pos && ts.isAwaitExpression(node.parent) && functionAround(node) === around && isLockCall(project, node);
  return [...descendants(around)].some(isEarlier) || (!ts.isSourceFile(around) && ts.isCallExpression(around.parent) && isInSection(project, around.parent));
}

/** What the callback of a section returns is waited for by the lock. */
function isReturnedBySection(project: Project, call: ts.CallExpression): boolean {
  const around = functionAround(call);
  const isResult = ts.isReturnStatement(call.parent) || (ts.isArrowFunction(around) && around.body === call);
  return isResult && ts.isArrowFunction(around) && ts.isCallExpression(around.parent) && around.parent.arguments.includes(around) && isLockCall(project, around.parent);
}

/** A method of a lock that a function of the program can stand in front of. */
interface Wrapped {
  readonly package: string;
  /** Undefined: the lock itself is called. */
  readonly method: string | undefined;
  readonly arguments: number;
  /** Whether the type is written with its arguments. */
  readonly generic?: boolean;
  /** Whether the helper hands the body what the lock gives it. */
  readonly passes?: boolean;
  readonly wish: string;
  readonly text: (name: string, lock: string) => string;
}

const running = (name: string, lock: string, call: string, key = "") =>
  `async function ${name}<T>(lock: ${lock}, ${key}body: () => Promise<T> | T): Promise<T> {\n  return ${call};\n}`;

const transacting = (name: string, db: string) =>
  `async function ${name}<T>(db: ${db}, body: (tx: ${db}.Transaction) => Promise<T>): Promise<T> {\n  return db.transaction(body);\n}`;

/** A result type of its own would have to be named; the inferred one is what a reader of the helper sees too. */
const entering = (packageName: string, method: string, generic = false): Wrapped => ({
  package: packageName, method, arguments: 0, generic, wish: "enter", text: (name, lock) => `function ${name}(lock: ${lock}) {\n  return lock.${method}();\n}`,
});

const wrappedMethods: readonly Wrapped[] = [
  { package: "async-mutex", method: "runExclusive", arguments: 1, wish: "guarded", text: (name, lock) => running(name, lock, "lock.runExclusive(body)") },
  { package: "async-lock", method: "acquire", arguments: 2, wish: "guarded", text: (name, lock) => running(name, lock, "lock.acquire(key, body)", "key: string | string[], ") },
  { package: "p-queue", method: "add", arguments: 1, wish: "guarded", text: (name, lock) => running(name, lock, "lock.add(async () => body())") },
  { package: "p-limit", method: undefined, arguments: 1, wish: "guarded", text: (name, lock) => running(name, lock, "lock(async () => body())") },
  { package: "knex", method: "transaction", arguments: 1, passes: true, wish: "guarded", text: transacting },
  entering("async-mutex", "acquire"), entering("async-sema", "acquire"), entering("await-lock", "acquireAsync"), entering("pg", "connect"), entering("mysql2", "getConnection"),
  entering("generic-pool", "acquire", true),
];

interface Found {
  readonly call: ts.CallExpression;
  readonly lock: ts.Expression;
  readonly by: Wrapped;
  readonly type: ts.Type;
}

function findWrapped(project: Project, call: ts.CallExpression): Found | undefined {
  const { expression } = call;
  if (call.questionDotToken || call.typeArguments) return undefined;
  const hasParameters = call.arguments.some((one) => ts.isArrowFunction(one) && one.parameters.length > 0);
  for (const by of wrappedMethods.filter((one) => one.arguments === call.arguments.length && (!hasParameters || one.passes === true))) {
    const isMember = ts.isPropertyAccessExpression(expression) && !expression.questionDotToken && expression.name.text === by.method;
    const lock = isMember ? expression.expression : by.method === undefined ? expression : undefined;
    const type = lock && project.checker.getTypeAtLocation(lock), symbol = type && (type.aliasSymbol ?? type.getSymbol());
    const isFrom = symbol?.declarations?.some((one) => new RegExp(`/node_modules/(?:@types/)?${by.package}/`).test(one.getSourceFile().fileName));
    if (lock && type && isFrom) return { call, lock, by, type };
  }
  return undefined;
}

const resolved = ({ checker }: Project, symbol: ts.Symbol): ts.Symbol => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

const importsIn = (source: ts.SourceFile) => source.statements.filter(ts.isImportDeclaration);

/** The name under which a file has the symbol already: its own, or that of a module with the symbol in it. */
function localName(project: Project, source: ts.SourceFile, symbol: ts.Symbol): string | undefined {
  for (const name of importsIn(source).flatMap((node) => [...descendants(node)].filter(ts.isIdentifier))) {
    const isLocal = !(ts.isImportSpecifier(name.parent) && name.parent.propertyName === name), local = project.checker.getSymbolAtLocation(name);
    if (!isLocal || !local) continue;
    const target = resolved(project, local);
    if (target === symbol) return name.text;
    const member = target.flags & ts.SymbolFlags.Module ? project.checker.getExportsOfModule(target).find((one) => resolved(project, one) === symbol) : undefined;
    if (member) return `${name.text}.${member.name}`;
  }
  return undefined;
}

/** An import of the symbol from a module that some file of the program imports. */
function importOf(project: Project, symbol: ts.Symbol): { name: string; import: string } | undefined {
  for (const { moduleSpecifier } of project.sources.flatMap(importsIn)) {
    const module = project.checker.getSymbolAtLocation(moduleSpecifier);
    if (!module || (moduleSpecifier as ts.StringLiteral).text.startsWith(".")) continue;
    const exported = project.checker.getExportsOfModule(module).find((one) => resolved(project, one) === symbol);
    if (!exported) continue;
    const isDefault = exported.name === "default", declared = symbol.declarations?.map((one) => ts.getNameOfDeclaration(one)?.getText()).find(Boolean);
    const name = isDefault ? declared ?? "Lock" : exported.name;
    return { name, import: `import type ${isDefault ? name : `{ ${name} }`} from ${moduleSpecifier.getText()};` };
  }
  return undefined;
}

/** How the file calls the type of the lock, and the import that it needs for that if it doesn't call it anything yet. */
export function typeName(project: Project, call: ts.Node, type: ts.Type, isGeneric: boolean): { name: string; import: string } | undefined {
  const symbol = type.aliasSymbol ?? type.symbol, local = localName(project, call.getSourceFile(), symbol);
  const named = local === undefined ? importOf(project, symbol) : { name: local, import: "" };
  const args = type.aliasTypeArguments ?? project.checker.getTypeArguments(type as ts.TypeReference);
  const generic = isGeneric && args.length > 0 ? `<${args.map((one) => project.checker.typeToString(one)).join(", ")}>` : "";
  return named && { ...named, name: named.name + generic };
}

/** `lock.runExclusive(body)` becomes `guarded(lock, body)`, `lock.acquire()` becomes `enter(lock)`. */
export const genericHigherOrder = (files: Files, directory: string): Files | undefined => wrappedCalls(files, directory) ?? wrappedFunctions(files, directory);

function wrappedCalls(files: Files, directory: string): Files | undefined {
  const project = openProject(files, directory), helpers = new Map<string, string>(), needs = new Map<Change, { text: string; import: string }>();
  const changes = project.sources.flatMap(callsIn).flatMap((call): Change[] => {
    const found = findWrapped(project, call), type = found && typeName(project, found.call, found.type, found.by.generic ?? false);
    if (!found || !type) return [];
    const { wish } = found.by, key = found.by.text("", type.name), alike = [...helpers.values()].filter((one) => one.startsWith(wish)).length;
    const helper = helpers.get(key) ?? freshName(project, alike > 0 ? `${wish}${alike + 1}` : wish);
    helpers.set(key, helper);
    const file = fileOf(call), first = call.arguments[0];
    const rest = first ? { file, start: found.lock.end, end: first.getStart(), text: ", " } : { file, start: found.lock.end, end: call.end, text: ")" };
    const change = [insert(file, call.getStart(), `${helper}(`), rest];
    needs.set(change, { text: found.by.text(helper, type.name), import: type.import });
    return [change];
  });
  return applyChanges(project, changes, (kept) => declared(project, kept, (file) => {
    const own = kept.filter((change) => change[0]?.file === file).map((change) => needs.get(change)).filter((need) => need !== undefined);
    return [...new Set(own.map((need) => need.import).filter(Boolean)), ...new Set(own.map((need) => need.text))];
  }));
}
