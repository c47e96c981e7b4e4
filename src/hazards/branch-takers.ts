import { bodyOfEntity, bodyOfFunction, enclosingClass } from "../effects/bodies.js";
import type { Body, CallExpression, Declaration, Expression } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { allExpressions } from "../effects/walk.js";

/** Ways to put something away. */
export const STORES: ReadonlySet<string> = new Set(["push", "unshift", "set", "add"]);
/** Properties of a message that say nothing of its body. */
const PLAIN: ReadonlySet<string> = new Set(["status", "statusText", "ok", "url", "type", "redirected", "headers", "method"]);
const PER_ELEMENT: ReadonlySet<string> = new Set(["map", "forEach", "flatMap", "some", "every", "find", "filter"]);

/** Does a call give this argument only to functions that put it away, or leave it alone? Not where it is unknown who they are. */
export function isLeftAlone(call: CallExpression, index: number, port: ProgramPort): boolean {
  const takers = takersOf(call, port);
  return takers !== undefined && takers.length > 0 && takers.every((body) => leavesAlone(body, index));
}

function takersOf({ callee, ticket }: CallExpression, port: ProgramPort): readonly Body[] | undefined {
  const listed = callee.k === "name" && callee.declaration ? listAround(callee.declaration) : undefined;
  if (listed) return bodiesIn(listed, callee, port);
  const bodies = port.targetsOf(ticket).entities.map(bodyOfEntity);
  return bodies.every((body) => body !== undefined) ? bodies : undefined;
}

/** The list of which a name is an element, in a loop or in a callback that is called for each. */
function listAround({ elementOf, parameter, body }: Declaration): Expression | undefined {
  if (elementOf || parameter !== 0 || !body.parent) return elementOf;
  const call = [...allExpressions(body.parent.statements)].find((e) => e.k === "call" && e.args.some((arg) => arg.k === "function" && arg.body === body));
  return call?.k === "call" && call.callee.k === "member" && PER_ELEMENT.has(call.callee.name) ? call.callee.object : undefined;
}

/** The functions that a list is made of: one written there, or given to everything that makes an object of the class. */
function bodiesIn(list: Expression, at: Expression, port: ProgramPort): readonly Body[] | undefined {
  if (list.k === "array") return allOf(list.items.map(bodyOfFunction));
  if (list.k === "name") return list.declaration?.init && list.declaration.additions.length === 0 && !list.declaration.reassigned ? bodiesIn(list.declaration.init, at, port) : undefined;
  const owner = list.k === "member" && list.object.k === "this" && at.k === "name" ? enclosingClass(at.declaration?.body) : undefined;
  const field = list.k === "member" ? owner?.members.get(list.name) : undefined;
  if (!owner || !field || owner.additions.has(field.name) || field.constructorParameter === undefined) return undefined;
  const index = field.constructorParameter;
  return allOf(port.constructionsOf(owner).map(({ call }) => call.args[index]).map((arg) => arg && bodiesIn(arg, at, port)))?.flat();
}

const allOf = <T>(found: readonly (T | undefined)[]): T[] | undefined => {
  const known = found.filter((each) => each !== undefined);
  return known.length === found.length && known.length > 0 ? known : undefined;
};

/** What it is given there is put into a collection or a field, or looked at from the outside. */
function leavesAlone(body: Body, index: number): boolean {
  const pattern = body.parameters[index]?.pattern;
  if (!pattern) return !body.parameters.some(({ rest }) => rest);
  if (pattern.p !== "name" || body.children.some(({ mentions }) => mentions.has(pattern.declaration))) return false;
  const isIt = (e: Expression): boolean => e.k === "name" && e.declaration === pattern.declaration;
  const all = [...allExpressions(body.statements)];
  const harmless = all.filter((e) => {
    if (e.k === "call") return e.callee.k === "member" && STORES.has(e.callee.name) && e.args.some(isIt);
    if (e.k === "assign") return e.target.p === "target" && e.target.expression.k === "member" && isIt(e.value);
    return e.k === "member" && isIt(e.object) && PLAIN.has(e.name);
  });
  return all.filter(isIt).length === harmless.length;
}
