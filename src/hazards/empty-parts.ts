import type { Parts } from "../catalogue/types.js";
import type { CallExpression, Expression } from "../effects/ir.js";

/** Where a test shows that a part has no content: when it holds, and when it doesn't. */
export interface EmptyAfter {
  readonly then: boolean;
  readonly else: boolean;
}

const UNKNOWN: EmptyAfter = { then: false, else: false };
const EQUAL: ReadonlySet<string> = new Set(["===", "=="]), UNEQUAL: ReadonlySet<string> = new Set(["!==", "!="]);

/** `header.type === "directory"` and the like, also in conditions made of several. */
export function emptyAfter(test: Expression, filled: Parts["filled"]): EmptyAfter {
  if (!filled) return UNKNOWN;
  if (test.k === "unary" && test.op === "!") return opposite(emptyAfter(test.value, filled));
  if (test.k === "logical") {
    const left = emptyAfter(test.left, filled), right = emptyAfter(test.right, filled);
    if (test.op === "&&") return { then: left.then || right.then, else: left.else && right.else };
    return test.op === "||" ? { then: left.then && right.then, else: left.else || right.else } : UNKNOWN;
  }
  if (test.k === "call") return { then: isOfFolder(test), else: false };
  if (test.k !== "binary") return UNKNOWN;
  const answer = compared(test.left, test.right, filled) ?? compared(test.right, test.left, filled) ?? UNKNOWN;
  return EQUAL.has(test.op) ? answer : UNEQUAL.has(test.op) ? opposite(answer) : UNKNOWN;
}

/** `entry.path.endsWith("/")`: archives tell folders by their names, too. */
const isOfFolder = ({ callee, args: [end] }: CallExpression): boolean => callee.k === "member" && callee.name === "endsWith" && end?.k === "literal" && end.value === "/";

function compared(asked: Expression, literal: Expression, { member, values }: NonNullable<Parts["filled"]>): EmptyAfter | undefined {
  const names = (asked.k === "member" && asked.name === member) || (asked.k === "name" && asked.name === member);
  if (!names || literal.k !== "literal" || typeof literal.value !== "string") return undefined;
  const isFilled = values.includes(literal.value);
  return { then: !isFilled, else: isFilled };
}

const opposite = (after: EmptyAfter): EmptyAfter => ({ then: after.else, else: after.then });
