import { existsSync } from "node:fs";
import path from "node:path";

import type ts from "typescript";

import { ANONYMOUS, type Body, type LoweredFile, type Span } from "../../effects/ir.js";
import { UsageError } from "../errors.js";
import { plural } from "../formats/format.js";

/** A line that somebody asks about. */
export interface Target {
  readonly file: string;
  readonly line: number;
}

export function readTarget(args: readonly string[], cwd: string): Target {
  const [given = "", more] = args, [, name = "", line = ""] = /^(.+?):(\d+)(?::\d+)?$/.exec(given) ?? [];
  if (name === "" || more !== undefined) throw new UsageError("`explain` wants one place, as FILE:LINE.");
  const file = path.resolve(cwd, name);
  if (!existsSync(file)) throw new UsageError(`There is no file ${name}.`);
  return { file: file.replaceAll("\\", "/"), line: Number(line) };
}

/** The text of a line, without the space around it. */
export function lineSpan(source: ts.SourceFile, line: number): Span {
  const starts = source.getLineStarts(), start = starts[line - 1];
  // What ends with a line break has one line start more than people count lines.
  const count = starts.length - (source.text.endsWith("\n") ? 1 : 0);
  if (start === undefined || line > Math.max(count, 1)) throw new UsageError(`${path.basename(source.fileName)} has ${plural(count, "line")}.`);
  const text = source.text.slice(start, starts[line] ?? source.text.length);
  return { start: start + text.length - text.trimStart().length, end: start + text.trimEnd().length };
}

/** The innermost function around a line that has a name, or one that begins there; what is written into a call belongs to the function around it. */
export function bodyAround({ module, bodies }: LoweredFile, line: Span): Body {
  const named = bodies.filter(({ name }) => name !== ANONYMOUS);
  return smallestAround(named, line) ?? named.filter(({ kind, span }) => kind !== "module" && span.start >= line.start && span.start < line.end).sort((a, b) => a.span.start - b.span.start)[0] ?? module;
}

/** The function, with a name or without, that a line begins in. */
export const innermost = ({ module, bodies }: LoweredFile, line: Span): Body => smallestAround(bodies, line) ?? module;

const smallestAround = (bodies: readonly Body[], { start }: Span): Body | undefined =>
  bodies.filter(({ kind, span }) => kind !== "module" && span.start <= start && start < span.end).sort((a, b) => b.span.start - a.span.start || a.span.end - b.span.end)[0];

/** Is it that function, or written into a call in it? */
export function isInside(inner: Body, outer: Body): boolean {
  let at = inner;
  while (at !== outer && at.name === ANONYMOUS && at.parent) at = at.parent;
  return at === outer;
}
