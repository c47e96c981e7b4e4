import type { Expression, Pattern } from "../effects/ir.js";
import { newArray } from "./collections.js";
import { evaluate } from "./expressions.js";
import { listOf } from "./iteration.js";
import { readMember, writeMember } from "./members.js";
import { Obj, type Run, type Scope, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

/** Gives the names of a pattern their parts of a value. `declares`: the names are new ones of this scope. */
export function* bind(world: World, pattern: Pattern, value: Value, scope: Scope, declares: boolean): Run<void> {
  switch (pattern.p) {
    case "name":
      (declares ? scope : scope.holder(pattern.declaration) ?? scope.owner(pattern.declaration) ?? scope).names.set(pattern.declaration, value);
      return;
    case "target": yield* assign(world, pattern.expression, value, scope); return;
    case "object": {
      for (const { key, pattern: part, default: otherwise } of pattern.properties) {
        const given = key === undefined ? new Unknown("part") : yield* readMember(world, value, key);
        yield* bind(world, part, yield* orDefault(world, given, otherwise, scope), scope, declares);
      }
      if (pattern.rest) yield* bind(world, pattern.rest, value, scope, declares);
      return;
    }
    case "array": {
      const items = value instanceof Unknown ? undefined : listOf(world, value);
      for (const [index, item] of pattern.items.entries()) {
        if (!item) continue;
        const given = item.rest ? newArray(items?.slice(index) ?? []) : items ? items[index] : yield* readMember(world, value, String(index));
        yield* bind(world, item.pattern, yield* orDefault(world, given, item.default, scope), scope, declares);
      }
    }
  }
}

function* orDefault(world: World, value: Value, otherwise: Expression | undefined, scope: Scope): Run<Value> {
  return otherwise && (value === undefined || (value instanceof Unknown && world.isNullish(value))) ? yield* evaluate(world, otherwise, scope) : value;
}

/** Parameters that nobody gave are undefined; of a body that anybody may call they are unknown. */
export function* bindParameters(world: World, scope: Scope, args: readonly Value[]): Run<void> {
  const { parameters } = scope.body;
  for (const [index, { pattern, default: otherwise, rest }] of parameters.entries()) {
    const given = rest ? newArray(args.slice(index)) : args[index];
    yield* bind(world, pattern, yield* orDefault(world, given, otherwise, scope), scope, true);
  }
}

/** Stores into a name, a field, an element. */
export function* assign(world: World, target: Expression, value: Value, scope: Scope): Run<void> {
  if (target.k === "name") {
    if (target.declaration) (scope.holder(target.declaration) ?? scope.owner(target.declaration) ?? scope).names.set(target.declaration, value);
    return;
  }
  if (target.k === "member") {
    yield* writeMember(world, yield* evaluate(world, target.object, scope), target.name, value);
    return;
  }
  if (target.k !== "index") {
    world.escape(value);
    return;
  }
  const object = yield* evaluate(world, target.object, scope);
  const index = yield* evaluate(world, target.index, scope);
  if (typeof index === "string" || typeof index === "number") yield* writeMember(world, object, String(index), value);
  else if (object instanceof Obj) object.entries.set(index, value);
  else world.escape(value);
}
