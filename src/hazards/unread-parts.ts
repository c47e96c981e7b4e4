import type { Catalogue } from "../catalogue/index.js";
import type { Effect, Parts } from "../catalogue/types.js";
import { bodyOfFunction } from "../effects/bodies.js";
import type { Body, CallExpression, Declaration, Expression, LoweredFile, Pattern } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allExpressions, allStatements } from "../effects/walk.js";
import { effectsOfCall, effectsOfMember } from "./described.js";
import type { Finding } from "./finding.js";
import { type Miss, PathsTo, type Unread } from "./unread-paths.js";

export interface PartPort extends ProgramPort {
  /** Files that import from one of these packages. */
  filesImporting(packages: ReadonlySet<string>): readonly LoweredFile[];
}

/** The parts of a stream come one after another: one that nobody reads keeps the next from coming. */
export function findUnreadParts(port: PartPort, catalogue: Catalogue): Finding[] {
  const libraries = catalogue.libraries.filter(({ operations }) => operations.some(({ effect }) => isParts(effect)));
  const packages = new Set(libraries.map((library) => library.package));
  const members = new Set(libraries.flatMap(({ operations }) => operations.flatMap(({ effect, member }) => isParts(effect) ? [member] : [])));
  return port.filesImporting(packages).flatMap(({ bodies }) => bodies.flatMap((body) => [...handlersIn(body, port, catalogue), ...loopsIn(body, members, port, catalogue)]));
}

/** What hands on the next part although this one may be unread. */
function report({ stream: { name }, property }: Unread, { statement: { span, ticket: at }, where }: Miss, body: Body, mixed = false): Finding {
  const part = property === undefined ? name : `${name}.${property}`;
  return {
    rule: "no-starved-buffer", messageId: "part", confidence: "likely", place: { file: body.file, span, body }, data: { part },
    ...(!mixed && { repair: { kind: "resume", part, at, where } as const }),
  };
}

function handlersIn(body: Body, port: ProgramPort, catalogue: Catalogue): Finding[] {
  return [...allExpressions(body.statements)].flatMap((e) => {
    const effect = e.k === "call" ? partsAt(e, port, catalogue) : undefined;
    const handler = effect && bodyOfFunction((e as CallExpression).args[1]);
    const stream = handler && nameOf(handler.parameters[effect.part]?.pattern);
    if (!stream) return [];
    const next = effect.next === undefined ? undefined : nameOf(handler.parameters[effect.next]?.pattern);
    if (effect.next !== undefined && !next) return [];
    const part = { stream, next, filled: effect.filled };
    return new PathsTo(part, "end").missesIn(handler.statements, handler).slice(0, 1).map((miss) => report(part, miss, handler));
  });
}

function partsAt({ callee, args: [event] }: CallExpression, port: ProgramPort, catalogue: Catalogue): Parts | undefined {
  if (callee.k !== "member" || event?.k !== "literal" || (callee.name !== "on" && callee.name !== "once" && callee.name !== "addListener")) return undefined;
  return effectsOfMember(callee.object, "on", port, catalogue).filter(isParts).find((effect) => effect.event === event.value);
}

const isParts = (effect: Effect): effect is Parts => effect.do === "parts";

const nameOf = (pattern: Pattern | undefined): Declaration | undefined => (pattern?.p === "name" ? pattern.declaration : undefined);

function loopsIn(body: Body, members: ReadonlySet<string>, port: ProgramPort, catalogue: Catalogue): Finding[] {
  return [...allStatements(body.statements)].flatMap((statement) => {
    if (statement.s !== "for-of" || !statement.awaits) return [];
    const effect = loopedAt(statement.iterable, members, port, catalogue), part = effect && partIn(statement.pattern, effect);
    if (!part) return [];
    const paths = new PathsTo(part, "round");
    if (effect.mixed && paths.isUsedIn(statement.body)) return [];
    return paths.missesIn(statement.body, body).slice(0, 1).map((miss) => report(part, miss, body, effect.mixed));
  });
}

function partIn(pattern: Pattern, { property, filled }: Parts): Unread | undefined {
  const taken = pattern.p === "object" && property !== undefined ? pattern.properties.find(({ key }) => key === property)?.pattern : undefined;
  const stream = nameOf(taken ?? pattern);
  return stream && { stream, property: taken ? undefined : property, filled };
}

/** A stream whose own loop hands its parts out, or a call that gives such a loop. */
function loopedAt(iterable: Expression, members: ReadonlySet<string>, port: ProgramPort, catalogue: Catalogue): Parts | undefined {
  const own = effectsOfMember(iterable, "[Symbol.asyncIterator]", port, catalogue).find(isParts);
  if (own || iterable.k !== "call" || iterable.callee.k !== "member" || !members.has(iterable.callee.name)) return own;
  return effectsOfCall(iterable, port, catalogue).find(isParts);
}
