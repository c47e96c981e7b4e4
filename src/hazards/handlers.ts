import { METHODS, SERVER_MODULES, SERVERS } from "../catalogue/servers.js";
import type { Body, CallSite, Expression } from "../effects/ir.js";
import type { Entity, ProgramPort } from "../effects/port.js";

/** Which functions a server calls for each request. */
export class Handlers {
  readonly #known = new Map<Body, boolean>();

  constructor(readonly port: ProgramPort) {}

  isHandler(body: Body): boolean {
    let known = this.#known.get(body);
    if (known === undefined) this.#known.set(body, (known = this.#find(body)));
    return known;
  }

  #find(body: Body): boolean {
    if (body.exported && body.parent?.kind === "module" && METHODS.has(body.name)) return true;
    const { calls = [] } = this.port.lowered(body.file) ?? {};
    return calls.some((site) => site.call.args.some((arg) => leadsTo(arg, body)) && this.#isServer(site));
  }

  #isServer({ call }: CallSite): boolean {
    return this.port.targetsOf(call.ticket).entities.some(isOfServer);
  }
}

/** The function itself, by its name, as a method of `this`, or in an object of options. */
function leadsTo(e: Expression, body: Body): boolean {
  switch (e.k) {
    case "function": return e.body === body;
    case "name": return e.declaration?.functionBody === body || (e.declaration?.init?.k === "function" && e.declaration.init.body === body);
    case "member": return body.owner !== undefined && e.object.k === "this" && e.name === body.name;
    case "call": return e.callee.k === "member" && e.callee.name === "bind" && leadsTo(e.callee.object, body);
    case "object": return e.entries.some(({ value }) => leadsTo(value, body));
    default: return false;
  }
}

function isOfServer(entity: Entity): boolean {
  if (entity.kind !== "library") return false;
  const name = entity.package.replace(/(?<=.)@.*$/, "");
  return SERVERS.has(name) || (name === "platform" && entity.module !== undefined && SERVER_MODULES.has(entity.module.replace(/^node:/, "")));
}
