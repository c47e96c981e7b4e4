import type { Catalogue } from "../catalogue/index.js";
import type { Effect } from "../catalogue/types.js";
import type { Body, CallExpression, CallSite, Declaration, Expression, LoweredFile, Pattern, Statement } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allExpressions, innerLists, ownExpressions, within } from "../effects/walk.js";
import { effectsOfCall } from "./described.js";
import type { Finding } from "./finding.js";
import { PathsTo, type Unread } from "./unread-paths.js";

export interface ResponsePort extends ProgramPort {
  /** Files that import one of these packages. */
  filesImporting(packages: ReadonlySet<string>): readonly LoweredFile[];
}

/** Responses whose bodies nobody reads, or not on every path: each keeps its connection. Programs that import no such package cost nothing. */
export function findUnreadResponses(port: ResponsePort, catalogue: Catalogue): Finding[] {
  return [...awaited(port, catalogue), ...calledBack(port, catalogue)];
}

function awaited(port: ResponsePort, catalogue: Catalogue): Finding[] {
  const libraries = catalogue.libraries.filter(({ operations }) => operations.some(({ effect }) => keptBy(effect)));
  const names = new Set(libraries.flatMap(({ operations }) => operations.flatMap(({ effect, member }) => keptBy(effect) === undefined ? [] : [member])));
  return port.filesImporting(new Set(libraries.map((library) => library.package)))
    .flatMap((file) => file.calls.flatMap((site) => judge(site, names, file, port, catalogue) ?? []));
}

/** The property of the response whose body keeps the connection. */
const keptBy = (effect: Effect): string | undefined => effect.do === "external" ? effect.keepsUntilRead : undefined;

function judge({ call, body }: CallSite, names: ReadonlySet<string>, file: LoweredFile, port: ProgramPort, catalogue: Catalogue): Finding | undefined {
  if (call.k !== "call" || !("name" in call.callee) || !names.has(call.callee.name)) return undefined;
  const uses = takenBy(call, body);
  const kept = uses && effectsOfCall(call, port, catalogue).map(keptBy).find((name) => name !== undefined);
  if (!uses || kept === undefined || call.args.some((arg) => hasNoBody(arg) || isFunction(arg))) return undefined;
  if (uses.member !== undefined && uses.member === kept) return undefined;
  const common = { rule: "require-release", confidence: "likely", place: { file: file.module.file, span: call.span, body } } as const;
  if (uses.pattern && mentionsBody(uses.pattern, kept, file)) {
    const unread = bodyIn(uses.pattern, kept), [miss] = unread ? new PathsTo(unread, "exit").missesIn(uses.rest ?? [], body) : [];
    return miss && { ...common, messageId: "unreadOnPath", data: { line: String(file.lineOf(miss.statement.span.start)) } };
  }
  return { ...common, messageId: "unread", data: {}, ...(uses.pattern && { repair: { kind: "dump", call: call.ticket, body: kept } as const }) };
}

const isFunction = ({ k }: Expression): boolean => k === "function";

/** What must be read of a response that only this function has. */
function bodyIn(pattern: Pattern, kept: string): Unread | undefined {
  const taken = pattern.p === "object" && !pattern.rest ? pattern.properties.find(({ key }) => key === kept)?.pattern : undefined;
  const stream = taken?.p === "name" ? taken.declaration : pattern.p === "name" ? pattern.declaration : undefined;
  return stream?.kind === "const" && !stream.exported ? { stream, property: taken ? undefined : kept } : undefined;
}

/** The platform's requests call back with the response. */
function calledBack(port: ResponsePort, catalogue: Catalogue): Finding[] {
  const modules = new Set(catalogue.libraries.flatMap(({ operations }) => operations.flatMap(({ effect, module = "" }) => effect.do === "answers" ? [module, `node:${module}`] : [])));
  const names = new Set(catalogue.libraries.flatMap(({ operations }) => operations.flatMap(({ effect, member }) => effect.do === "answers" ? [member] : [])));
  return port.filesImporting(modules).flatMap((file) => file.calls.flatMap(({ call, body }) => {
    if (call.k !== "call" || !names.has(calledName(call)) || !call.args.some(isFunction)) return [];
    const answers = effectsOfCall(call, port, catalogue).find((effect) => effect.do === "answers");
    const handler = answers?.callback.map(({ arg }) => call.args[arg]).find((arg) => arg && isFunction(arg));
    const pattern = handler?.k === "function" ? handler.body.parameters[answers?.part ?? 0]?.pattern : undefined;
    if (handler?.k !== "function" || pattern?.p !== "name" || endsRequest(body)) return [];
    const [miss] = new PathsTo({ stream: pattern.declaration }, "exit").missesIn(handler.body.statements, handler.body);
    const place = { file: file.module.file, span: call.span, body };
    return miss ? [{ rule: "require-release", messageId: "unreadOnPath", confidence: "likely", place, data: { line: String(file.lineOf(miss.statement.span.start)) } } satisfies Finding] : [];
  }));
}

/** The name that a function has where it is declared. */
function calledName({ callee }: CallExpression): string {
  if (callee.k === "name") return callee.declaration?.import?.name ?? callee.name;
  return callee.k === "member" ? callee.name : "";
}

/** Does something end the request itself, and so its connection? */
const endsRequest = ({ callNames }: Body): boolean => callNames.has("destroy") || callNames.has("abort");

/** A response to this has none. */
const hasNoBody = (e: Expression): boolean =>
  e.k === "object" && e.entries.some(({ key, value }) => key === undefined || (key === "method" && !(value.k === "literal" && value.value !== "HEAD")));

interface Taken {
  readonly pattern?: Pattern;
  /** The statements that follow, where there is a pattern. */
  readonly rest?: readonly Statement[];
  /** The only property that is read. */
  readonly member?: string;
}

/** What becomes of an awaited call, where that can be seen. */
function takenBy(call: CallExpression, body: Body): Taken | undefined {
  const isThis = (e: Expression | undefined): boolean => e?.k === "await" && e.value === call;
  const lists: (readonly Statement[])[] = [body.statements];
  for (let list = lists.pop(); list; list = lists.pop()) {
    for (const [index, statement] of list.entries()) {
      if (statement.s === "declare" && isThis(statement.init)) return statement.using ? undefined : { pattern: statement.pattern, rest: list.slice(index + 1) };
      if (statement.s === "expression" && isThis(statement.value)) return {};
      for (const own of ownExpressions(statement)) {
        for (const e of within(own)) if (e.k === "member" && isThis(e.object)) return { member: e.name };
      }
      lists.push(...innerLists(statement));
    }
  }
  return undefined;
}

function mentionsBody(pattern: Pattern, body: string, file: LoweredFile): boolean {
  switch (pattern.p) {
    case "name": return isRead(pattern.declaration, body, file);
    case "object": {
      if (pattern.rest) return true;
      const property = pattern.properties.find(({ key }) => key === body || key === undefined);
      return property !== undefined && (property.pattern.p !== "name" || isMentioned(property.pattern.declaration, file));
    }
    default: return true;
  }
}

const isMentioned = (declaration: Declaration, { bodies }: LoweredFile): boolean => declaration.exported || bodies.some(({ mentions }) => mentions.has(declaration));

/** Anything else than to look at another property may read the body. */
function isRead(declaration: Declaration, body: string, { bodies }: LoweredFile): boolean {
  if (declaration.exported || declaration.reassigned) return true;
  for (const each of bodies) {
    if (!each.mentions.has(declaration)) continue;
    const looked = new Set<Expression>();
    for (const e of expressionsIn(each)) {
      if (e.k === "member" && e.name !== body) looked.add(e.object);
      if (e.k === "name" && e.declaration === declaration && !looked.has(e)) return true;
    }
  }
  return false;
}

function* expressionsIn({ statements, parameters }: Body): Generator<Expression> {
  yield* allExpressions(statements);
  for (const { default: value } of parameters) if (value) yield* within(value);
}
