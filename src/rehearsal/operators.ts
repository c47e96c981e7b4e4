import { memo } from "../maps.js";
import { ClassRef, isDetermined, Obj, Unknown, type Value } from "./values.js";
import type { World } from "./world.js";

type Primitive = undefined | null | boolean | number | string;

const isPrimitive = (value: Value): value is Primitive => typeof value !== "object" || value === null;

/** The value of `left op right`. */
export function compute(world: World, op: string, first: Value, second: Value): Value {
  const left = world.asAsked(first), right = world.asAsked(second);
  switch (op) {
    case "===": return equality(world, left, right);
    case "!==": return negated(equality(world, left, right));
    case "==": return equality(world, left ?? undefined, right ?? undefined);
    case "!=": return negated(equality(world, left ?? undefined, right ?? undefined));
    case "in": return hasProperty(left, right) ?? answerOf(op, left, right);
    case "instanceof": return isInstance(left, right) ?? answerOf(op, left, right);
    default: return isPrimitive(left) && isPrimitive(right) ? calculate(op, left, right) : answerOf(op, left, right);
  }
}

const negated = (value: Value): Value => typeof value === "boolean" ? !value : value;

/** Whether two values are the same: what isn't known of one of them is decided once. */
function equality(world: World, left: Value, right: Value): Value {
  if (left === right) return true;
  if (!(left instanceof Unknown) && !(right instanceof Unknown)) return false;
  const [unknown, other] = left instanceof Unknown ? [left, right] : [right as Unknown, left];
  if (other === undefined || other === null) return world.isNullish(unknown);
  return world.truth(answerOf("===", unknown, other));
}

/** `name in object`, of a literal whose properties are all known. */
function hasProperty(name: Value, object: Value): boolean | undefined {
  if (!(object instanceof Obj) || object.kind !== "object" || object.cls || object.model || object.file !== undefined || typeof name !== "string") return undefined;
  return object.props.has(name) || (object.open || object.retains.length > 0 ? undefined : false);
}

/** `object instanceof Class`, of classes of the program. */
function isInstance(object: Value, cls: Value): boolean | undefined {
  if (!(cls instanceof ClassRef)) return undefined;
  let at: ClassRef["base"] = object instanceof Obj ? object.cls : undefined;
  while (at instanceof ClassRef && at.info !== cls.info) at = at.base;
  if (at instanceof Unknown || object instanceof Unknown) return undefined;
  return at instanceof ClassRef;
}

const SIZES: ReadonlySet<string> = new Set(["<", ">", "<=", ">="]);

/** The same question about an unknown value has the same answer. */
function answerOf(op: string, left: Value, right: Value): Unknown {
  const [unknown, other] = left instanceof Unknown ? [left, right] : right instanceof Unknown ? [right, left] : [undefined, undefined];
  // Nobody would make a size that lets nothing pass.
  const isComputed = SIZES.has(op) || (isDetermined(left) && isDetermined(right));
  if (!unknown) return new Unknown("value", isComputed);
  const key = isPrimitive(other) ? `${op}${typeof other}:${String(other)}` : op === "===" ? other : new Unknown("other");
  return memo(unknown.answers, key, () => new Unknown("answer", isComputed));
}

function calculate(op: string, left: Primitive, right: Primitive): Value {
  if (op === "+") return typeof left === "string" || typeof right === "string" ? `${String(left)}${String(right)}` : Number(left) + Number(right);
  if (typeof left === "string" && typeof right === "string") {
    switch (op) {
      case "<": return left < right;
      case ">": return left > right;
      case "<=": return left <= right;
      case ">=": return left >= right;
      default: return new Unknown("value", true);
    }
  }
  return calculateNumbers(op, Number(left), Number(right));
}

function calculateNumbers(op: string, a: number, b: number): Value {
  switch (op) {
    case "-": return a - b;
    case "*": return a * b;
    case "/": return a / b;
    case "%": return a % b;
    case "**": return a ** b;
    case "<": return a < b;
    case ">": return a > b;
    case "<=": return a <= b;
    case ">=": return a >= b;
    case "&": return a & b;
    case "|": return a | b;
    case "^": return a ^ b;
    case "<<": return a << b;
    case ">>": return a >> b;
    case ">>>": return a >>> b;
    default: return new Unknown("value", true);
  }
}
