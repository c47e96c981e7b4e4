import { encloses } from "../effects/bodies.js";
import type { Body, Declaration, Expression } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allStatements, within } from "../effects/walk.js";
import { memo } from "../maps.js";

const known = new WeakMap<Body, boolean>();

/** Calls one after the other what others have put into a field: `for (const listener of this.#listeners) listener()`, also with `map` and `forEach`. */
export const callsKept = (body: Body, port: Pick<ProgramPort, "lowered">): boolean => memo(known, body, () => {
  const calls = port.lowered(body.file)?.calls.filter((site) => encloses(body, site.body)) ?? [];
  const called = new Set(calls.flatMap(({ call: { callee } }) => callee.k === "name" && callee.declaration ? callee.declaration : []));
  if (called.size === 0) return false;
  const looped = [...allStatements(body.statements)].some((statement) => statement.s === "for-of" && statement.pattern.p === "name" && called.has(statement.pattern.declaration) && mentionsField(statement.iterable));
  return looped || calls.some(({ call }) => call.callee.k === "member" && mentionsField(call.callee.object) && call.args.some((arg) => takes(arg, called)));
});

const mentionsField = (e: Expression): boolean => [...within(e)].some((part) => part.k === "member" && part.object.k === "this");

/** A function whose first parameter is called. */
function takes(given: Expression, called: ReadonlySet<Declaration>): boolean {
  const pattern = given.k === "function" ? given.body.parameters[0]?.pattern : undefined;
  return pattern?.p === "name" && called.has(pattern.declaration);
}
