import { bodyOfEntity } from "../effects/bodies.js";
import type { Body, Declaration, Expression } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { within } from "../effects/walk.js";
import { outermostOf } from "../summaries/exits.js";

/** Does what is called here, in this body, lead to one of these functions: by itself, or because the body's object or function is given it somewhere? */
export function isSuppliedBy(made: Expression | undefined, asking: Body, suppliers: ReadonlySet<Body>, port: ProgramPort): boolean {
  if (made?.k === "call" && port.targetsOf(made.ticket).entities.some((entity) => suppliers.has(bodyOfEntity(entity) as Body))) return true;
  const all = new Set([...suppliers].flatMap((body) => [body, outermostOf(body)]));
  return givenTo(asking, port).some((arg) => mentions(arg, all, port));
}

/** What the program gives to the object or the function that the body belongs to. */
function givenTo(body: Body, port: ProgramPort): readonly Expression[] {
  const outermost = outermostOf(body);
  const sites = outermost.owner ? port.constructionsOf(outermost.owner) : port.callsOf(outermost.name);
  return sites.flatMap(({ call }) => call.args);
}

/** A function by its name, or what it was called for. */
const mentions = (e: Expression, bodies: ReadonlySet<Body>, port: ProgramPort): boolean => [...within(e)].some((part) =>
  part.k === "name" && part.declaration !== undefined && (isOneOf(part.declaration, bodies, port)
    || (part.declaration.init !== undefined && [...within(part.declaration.init)].some((each) => each.k === "name" && each.declaration !== undefined && isOneOf(each.declaration, bodies, port)))));

function isOneOf(declaration: Declaration, bodies: ReadonlySet<Body>, port: ProgramPort): boolean {
  const entity = declaration.kind === "import" ? port.entityOf(declaration.ticket) : { kind: "declaration" as const, declaration };
  const body = entity && bodyOfEntity(entity);
  return body !== undefined && bodies.has(body);
}
