import type { Catalogue } from "../catalogue/index.js";
import type { Effect } from "../catalogue/types.js";
import type { Body, CallExpression, CallSite, Declaration, Expression, LoweredFile, Pattern } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allStatements, ownExpressions, within } from "../effects/walk.js";
import type { Finding } from "./finding.js";

export interface ResponsePort extends ProgramPort {
  /** Files that import one of these packages. */
  filesImporting(packages: ReadonlySet<string>): readonly LoweredFile[];
}

/** Responses whose bodies nobody can read: each keeps its connection. Programs that import no such package cost nothing. */
export function findUnreadResponses(port: ResponsePort, catalogue: Catalogue): Finding[] {
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
  const kept = uses && bodyOf(call, port, catalogue);
  if (!uses || kept === undefined || call.args.some(hasNoBody) || call.args.some(({ k }) => k === "function")) return undefined;
  if (uses.pattern && mentionsBody(uses.pattern, kept, file)) return undefined;
  if (uses.member !== undefined && uses.member === kept) return undefined;
  return {
    rule: "require-release", messageId: "unread", confidence: "likely", place: { file: file.module.file, span: call.span, body }, data: {},
    ...(uses.pattern && { repair: { kind: "dump", call: call.ticket, body: kept } as const }),
  };
}

function bodyOf(call: CallExpression, port: ProgramPort, catalogue: Catalogue): string | undefined {
  for (const entity of port.targetsOf(call.ticket).entities) {
    if (entity.kind !== "library") continue;
    for (const { effect } of catalogue.findOperations(entity.package, entity.on, entity.member, entity)) if (keptBy(effect) !== undefined) return keptBy(effect);
  }
  return undefined;
}

/** A response to this has none. */
const hasNoBody = (e: Expression): boolean =>
  e.k === "object" && e.entries.some(({ key, value }) => key === undefined || (key === "method" && !(value.k === "literal" && value.value !== "HEAD")));

interface Taken {
  readonly pattern?: Pattern;
  /** The only property that is read. */
  readonly member?: string;
}

/** What becomes of an awaited call, where that can be seen. */
function takenBy(call: CallExpression, body: Body): Taken | undefined {
  const isThis = (e: Expression | undefined): boolean => e?.k === "await" && e.value === call;
  for (const statement of allStatements(body.statements)) {
    if (statement.s === "declare" && isThis(statement.init)) return statement.using ? undefined : { pattern: statement.pattern };
    if (statement.s === "expression" && isThis(statement.value)) return {};
    for (const own of ownExpressions(statement)) {
      for (const e of within(own)) if (e.k === "member" && isThis(e.object)) return { member: e.name };
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
  for (const statement of allStatements(statements)) for (const own of ownExpressions(statement)) yield* within(own);
  for (const { default: value } of parameters) if (value) yield* within(value);
}
