import type { CallExpression, Declaration, LoweredFile } from "../effects/ir.js";
import type { Entity } from "../effects/port.js";
import { evaluate } from "./expressions.js";
import { readDeclaration } from "./members.js";
import { run } from "./statements.js";
import { ClassRef, Fn, Lib, Obj, type Prom, type Run, Scope, type Task, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

export function moduleScope(world: World, file: string): Scope | undefined {
  const known = world.modules.get(file);
  if (known) return known;
  const lowered = world.port.lowered(file);
  if (!lowered) return undefined;
  const scope = new Scope(lowered.module, undefined, undefined);
  world.modules.set(file, scope);
  return scope;
}

/** What an imported name stands for. */
export function* imported(world: World, declaration: Declaration): Run<Value> {
  return yield* valueOf(world, world.port.entityOf(declaration.ticket), declaration);
}

function* valueOf(world: World, entity: Entity | undefined, declaration: Declaration): Run<Value> {
  switch (entity?.kind) {
    case "library": return new Lib(entity, entity.on === "module" ? entity.member : `${entity.on}.${entity.member}`);
    case "declaration": {
      const scope = moduleScope(world, entity.declaration.file);
      return scope ? yield* readDeclaration(world, entity.declaration, scope) : new Unknown(declaration.name);
    }
    case "class": {
      const scope = moduleScope(world, entity.info.file);
      return scope && entity.info.body.kind === "module" ? new ClassRef(entity.info, scope) : new Unknown(declaration.name);
    }
    case "body": {
      const scope = moduleScope(world, entity.body.file);
      return scope && entity.body.parent?.kind === "module" ? new Fn(entity.body, scope, undefined) : new Unknown(declaration.name);
    }
    case "expression": {
      const scope = moduleScope(world, entity.file);
      return scope ? yield* evaluate(world, entity.expression, scope) : new Unknown(declaration.name);
    }
    case "namespace": return entity.file === undefined ? new Unknown(declaration.name) : new Obj("namespace", undefined, entity.file);
    default: return new Unknown(declaration.name);
  }
}

/** What `import * as x` has under a name: as it is by now, and not as it was when the module was imported. */
export function* exportedBy(world: World, file: string, name: string): Run<Value> {
  const exported = world.port.lowered(file)?.exports.get(name), scope = exported && moduleScope(world, file);
  if (!scope) return new Unknown(name);
  return "k" in exported ? yield* evaluate(world, exported, scope) : yield* readDeclaration(world, exported, scope);
}

/** The files that a module imports something from that it uses: what is only a type isn't imported when the program runs. */
export function importsOf(world: World, { module, declarations }: LoweredFile): readonly string[] {
  const files = new Map<string, string>();
  for (const declaration of declarations) {
    const { import: from } = declaration;
    if (!from?.from.startsWith(".") || files.has(from.from) || !module.mentions.has(declaration)) continue;
    const file = fileOf(world.port.entityOf(declaration.ticket));
    if (file !== undefined) files.set(from.from, file);
  }
  return [...files.values()];
}

export function fileOf(entity: Entity | undefined): string | undefined {
  switch (entity?.kind) {
    case "declaration": return entity.declaration.file;
    case "class": return entity.info.file;
    case "body": return entity.body.file;
    case "expression": case "namespace": return entity.file;
    default: return undefined;
  }
}

/** Modules whose own statements run, rather than those that they import. */
const started = new WeakMap<Task, true>();

/** Runs a module after those that it imports; `undefined` if it is no module of the program. */
export function runModule(world: World, file: string): Task | undefined {
  const known = world.moduleTasks.get(file);
  if (known) return known;
  const lowered = world.port.lowered(file), scope = moduleScope(world, file);
  if (!lowered || !scope) return undefined;
  const task = world.start(lowered.module, scope, undefined, () => work(world, lowered, scope));
  return task;
}

function* work(world: World, lowered: LoweredFile, scope: Scope): Run<Value> {
  const { task } = world;
  if (task) world.moduleTasks.set(lowered.file, task);
  for (const file of importsOf(world, lowered)) {
    const known = world.moduleTasks.get(file);
    // In a circle of imports nobody waits for who is still importing.
    if (known && !started.has(known)) continue;
    const done = runModule(world, file)?.promise;
    if (done?.state === "pending") yield { waitsFor: done, at: world.place({ start: 0, end: 0 }, lowered.module) };
  }
  if (task) started.set(task, true);
  yield* run(world, lowered.module.statements, scope);
  return undefined;
}

/** `import("./x.js")` */
export function importModule(world: World, e: CallExpression, _scope: Scope): Value {
  const [specifier] = e.args;
  const file = specifier?.k === "literal" && typeof specifier.value === "string" ? fileOf(world.port.entityOf(specifier.ticket)) : undefined;
  const task = file === undefined ? undefined : runModule(world, file);
  if (!task) return world.external(new Unknown("module"));
  return namespaceOf(world, task);
}

/** A promise for what the module exports, once it has run. */
function namespaceOf(world: World, task: Task): Prom {
  const promise = world.promise({ by: "then", source: task.promise, handlers: [], loads: true });
  world.after(task.promise, () => {
    const object = new Obj("namespace");
    object.open = true;
    const exports = world.port.lowered(task.body.file)?.exports ?? new Map<string, never>();
    world.later(function* () {
      for (const [name, exported] of exports) object.props.set(name, "k" in exported ? yield* evaluate(world, exported, task.scope) : yield* readDeclaration(world, exported, task.scope));
      world.fulfil(promise, object);
      return undefined;
    });
  });
  return promise;
}
