import type { Body, ClassInfo, LoweredFile, Write } from "../effects/ir.js";
import { append } from "../maps.js";

/** What a text keeps for somebody else, by the places in it. */
export interface Keeping {
  readonly promises: ReadonlyMap<string, readonly number[]>;
  readonly deferreds: readonly number[];
}

/** Something that anybody may call: a function, a method of a class, or the constructor. */
export interface Beginning {
  readonly body: Body;
  readonly info?: ClassInfo;
}

/**
 * What is worth a rehearsal in a file. By names alone: a promise is kept of work that may lead to where the promise is used, or a
 * function makes a promise together with what settles it.
 */
export function beginningsOf(file: LoweredFile, { promises, deferreds }: Keeping): readonly Beginning[] {
  const names = new Names(file);
  const stores = new Set<Body>();
  for (const [name, places] of promises) {
    const users = new Set(places.map((place) => bodyAt(file, place)));
    for (const { body } of writesTo(file, name)) if ([...names.from(body)].some((other) => users.has(other))) stores.add(body);
  }
  for (const place of deferreds) {
    const body = bodyAt(file, place);
    if (!methodOf(body) && functionOf(body)) stores.add(body);
  }
  return stores.size === 0 ? [] : [...all(file)].filter(({ body }) => stores.has(body) || [...names.from(body)].some((other) => stores.has(other)));
}

/** Everything that may be stored in a field or variable of this name. */
function writesTo({ classes, declarations, module }: LoweredFile, name: string): readonly Write[] {
  const fields = classes.flatMap(({ members, writes, additions }): Write[] => {
    const body = members.get(name)?.body;
    return [...writes.get(name) ?? [], ...additions.get(name) ?? [], ...body ? [{ body, value: members.get(name)?.init as Write["value"] }] : []];
  });
  return [...fields, ...declarations.filter((declaration) => declaration.name === name && declaration.body === module)
    .flatMap(({ writes, additions, init, body }) => [...writes, ...additions, ...init ? [{ body, value: init }] : []])];
}

function bodyAt({ bodies, module }: LoweredFile, place: number): Body {
  let found = module;
  for (const body of bodies) if (place >= body.span.start && place < body.span.end && body.span.end - body.span.start <= found.span.end - found.span.start) found = body;
  return found;
}

/** The method, or initialiser of a field, that a body is part of. */
function methodOf(body: Body): Body | undefined {
  let at: Body | undefined = body;
  while (at && !at.owner) at = at.parent;
  return at;
}

/** The function of a module that a body is part of. */
function functionOf(body: Body): Body | undefined {
  let at = body;
  while (at.parent && at.parent.kind !== "module") at = at.parent;
  return at.parent && at;
}

function* all({ bodies, classes, module }: LoweredFile): Generator<Beginning> {
  for (const body of bodies) if (body.parent === module && !body.owner && isWorthIt(body) && (body.kind === "function" || body.kind === "arrow")) yield { body };
  for (const info of classes) {
    if (info.body !== module || info.abstract) continue;
    if (info.constructorBody) yield { body: info.constructorBody, info };
    for (const { body, kind, private: isPrivate, init } of info.members.values()) {
      if (body && ((kind === "method" && !isPrivate && isWorthIt(body)) || (kind === "field" && init && !info.constructorBody))) yield { body, info };
    }
  }
}

const isWorthIt = (body: Body): boolean => !body.generator && body.statements.length > 0 && body.callNames.size > 0;

/** Which bodies of a file may be reached from one, by the names of what is called. */
class Names {
  readonly #byName = new Map<string, Body[]>();
  readonly #known = new Map<Body, ReadonlySet<Body>>();

  constructor({ bodies }: LoweredFile) {
    for (const body of bodies) append(this.#byName, body.name, body);
  }

  /** With the bodies written in them; the body itself only if it may be reached again. */
  from(body: Body): ReadonlySet<Body> {
    const known = this.#known.get(body);
    if (known) return known;
    const found = new Set<Body>(), pending = [body];
    for (let at = pending.pop(); at; at = pending.pop()) {
      const next = [...at.kind === "module" ? at.ownCalls : at.callNames].flatMap((name) => this.#byName.get(name) ?? []);
      for (const other of [...next, ...at === body && at.kind === "module" ? [] : at.children]) if (!found.has(other)) {
        found.add(other);
        pending.push(other);
      }
    }
    this.#known.set(body, found);
    return found;
  }
}
