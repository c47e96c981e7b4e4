import type { Body, Declaration } from "../effects/ir.js";
import { moduleScope } from "./modules.js";
import { ClassRef, Fn, Native, Obj, Prom, type Scope, type Thing, Unknown, type Value, isThing } from "./values.js";
import type { World } from "./world.js";

/** Everything that some code can get at, and so may call, sooner or later. */
export class Reach {
  readonly things = new Set<Thing>();
  /** Promises that it could settle. */
  readonly settles = new Set<Prom>();
  readonly #bodies = new Map<Body, Set<unknown>>();
  readonly #pending: Value[] = [];

  constructor(readonly world: World) {}

  add(...values: readonly Value[]): this {
    for (const value of values) if (isThing(value) && !this.things.has(value)) {
      this.things.add(value);
      this.#pending.push(value);
    }
    for (let value = this.#pending.pop(); value !== undefined; value = this.#pending.pop()) this.#open(value);
    return this;
  }

  /** What runs in a body with these names: the names that it mentions. */
  addCode(body: Body, scope: Scope, self: Value): this {
    const seen = this.#bodies.get(body) ?? new Set();
    this.#bodies.set(body, seen);
    const key = isThing(self) ? self : scope;
    if (seen.has(key)) return this;
    seen.add(key);
    this.#push(self);
    for (const declaration of body.mentions) this.#name(declaration, scope);
    return this.add();
  }

  #push(...values: readonly Value[]): void {
    for (const value of values) if (isThing(value) && !this.things.has(value)) {
      this.things.add(value);
      this.#pending.push(value);
    }
  }

  #open(value: Value): void {
    if (value instanceof Fn) this.addCode(value.body, value.scope, value.self);
    else if (value instanceof Native) {
      if (value.settles) this.settles.add(value.settles);
      this.#push(...value.retains);
    } else if (value instanceof Obj) this.#openObject(value);
    else if (value instanceof ClassRef) this.#openClass(value, undefined);
    else if (value instanceof Prom) this.#push(value.value);
    else if (value instanceof Unknown) this.#push(...value.members.values());
  }

  #openObject(object: Obj): void {
    this.#push(...object.props.values(), ...object.items, ...object.entries.keys(), ...object.entries.values(), ...object.retains);
    for (let cls: unknown = object.cls, depth = 0; cls instanceof ClassRef && depth < 8; cls = cls.base, depth++) this.#openClass(cls, object);
  }

  #openClass({ info, scope, statics }: ClassRef, self: Obj | undefined): void {
    this.#push(...statics.values());
    const bodies = [...info.members.values(), ...self ? [] : info.statics.values()].flatMap(({ body }) => body ?? []);
    for (const body of [...bodies, ...self ? [] : info.constructorBody ? [info.constructorBody] : []]) this.addCode(body, scope, self);
  }

  #name(declaration: Declaration, scope: Scope): void {
    const holder = scope.holder(declaration);
    if (holder) {
      this.#push(holder.names.get(declaration));
      return;
    }
    const owner = scope.owner(declaration) ?? moduleScope(this.world, declaration.file);
    if (!owner) return;
    if (declaration.functionBody) this.addCode(declaration.functionBody, owner, undefined);
    else if (declaration.classInfo) this.#openClass(new ClassRef(declaration.classInfo, owner), undefined);
    else if (declaration.import) this.#imported(declaration);
  }

  #imported(declaration: Declaration): void {
    const entity = this.world.port.entityOf(declaration.ticket);
    if (entity?.kind === "declaration") {
      const scope = moduleScope(this.world, entity.declaration.file);
      if (scope) this.#name(entity.declaration, scope);
    } else if (entity?.kind === "body" || entity?.kind === "class") {
      const body = entity.kind === "body" ? entity.body : entity.info.constructorBody;
      const scope = body && moduleScope(this.world, body.file);
      if (scope) this.addCode(body, scope, undefined);
    }
  }
}
