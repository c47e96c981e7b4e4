import type { Body, Declaration } from "../effects/ir.js";
import { moduleScope } from "./modules.js";
import { ClassRef, Fn, type Holder, Native, Obj, Prom, type Scope, type Thing, Unknown, type Value, isThing } from "./values.js";
import type { World } from "./world.js";

/** Everything that some code can get at, and so may call, sooner or later. */
export class Reach {
  readonly things = new Set<Thing>();
  /** Promises that it could settle. */
  readonly settles = new Set<Prom>();
  /** The fields and variables in which things were found: of what is in a list, that of the list. */
  readonly names = new Map<Thing, string>();
  readonly #bodies = new Map<Body, Set<unknown>>();
  readonly #pending: Thing[] = [];

  constructor(readonly world: World) {}

  add(...values: readonly Value[]): this {
    for (const value of values) this.#push(value);
    for (let value = this.#pending.pop(); value !== undefined; value = this.#pending.pop()) this.#open(value);
    return this;
  }

  canRelease({ releaser }: Holder, lock: Thing): boolean {
    return this.things.has(lock) || (isThing(releaser) && this.things.has(releaser));
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

  #push(value: Value, name?: string): void {
    if (!isThing(value) || this.things.has(value)) return;
    this.things.add(value);
    if (name !== undefined) this.names.set(value, name);
    this.#pending.push(value);
  }

  #pushAll(values: Iterable<Value>, name?: string): void {
    for (const value of values) this.#push(value, name);
  }

  #open(value: Thing): void {
    if (value instanceof Fn) this.addCode(value.body, value.scope, value.self);
    else if (value instanceof Native) {
      if (value.settles) this.settles.add(value.settles);
      this.#pushAll(value.retains);
    } else if (value instanceof Obj) this.#openObject(value);
    else if (value instanceof ClassRef) this.#openClass(value, undefined);
    else if (value instanceof Prom) this.#push(value.value);
    else if (value instanceof Unknown) this.#pushAll(value.members.values());
  }

  /** Whoever has a namespace may use everything that its module exports. */
  #openModule(file: string): void {
    const scope = moduleScope(this.world, file);
    for (const exported of this.world.port.lowered(file)?.exports.values() ?? []) if (scope && !("k" in exported)) this.#name(exported, scope);
  }

  #openObject(object: Obj): void {
    if (object.file !== undefined) this.#openModule(object.file);
    const name = this.names.get(object);
    for (const [key, value] of object.props) this.#push(value, key);
    for (const values of [object.items, object.entries.keys(), object.entries.values(), object.retains]) this.#pushAll(values, name);
    for (let cls: unknown = object.cls, depth = 0; cls instanceof ClassRef && depth < 8; cls = cls.base, depth++) this.#openClass(cls, object);
  }

  #openClass({ info, scope, statics }: ClassRef, self: Obj | undefined): void {
    this.#pushAll(statics.values());
    const bodies = [...info.members.values(), ...self ? [] : info.statics.values()].flatMap(({ body }) => body ?? []);
    for (const body of [...bodies, ...info.setters.values(), ...self ? [] : info.constructorBody ? [info.constructorBody] : []]) this.addCode(body, scope, self);
  }

  #name(declaration: Declaration, scope: Scope): void {
    const holder = scope.holder(declaration);
    if (holder) {
      this.#push(holder.names.get(declaration), declaration.name);
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
    } else if (entity?.kind === "namespace") {
      if (entity.file !== undefined) this.#openModule(entity.file);
    } else if (entity?.kind === "body" || entity?.kind === "class") {
      const body = entity.kind === "body" ? entity.body : entity.info.constructorBody;
      const scope = body && moduleScope(this.world, body.file);
      if (scope) this.addCode(body, scope, undefined);
    }
  }
}
