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
export const emptyAfter = (test: Expression, filled: NonNullable<Parts["filled"]>): EmptyAfter => decided(test, {
  holds: (e) => ({ then: e.k === "call" && isOfFolder(e), else: false }),
  equals: (asked, literal) => compared(asked, literal, filled),
});

/** `response.statusCode === 204` and the like; a response without a status there is none. */
export const emptyByStatus = (test: Expression): EmptyAfter => decided(test, {
  holds: (e) => ({ then: false, else: isStatus(e) }),
  equals: (asked, literal) => literal.k === "literal" ? { then: EMPTY_STATUSES.has(literal.value) || ((literal.value ?? undefined) === undefined && isStatus(asked)), else: false } : undefined,
});

/** Who is answered so has nothing to read. */
const EMPTY_STATUSES: ReadonlySet<unknown> = new Set([100, 101, 103, 204, 205, 304]);

const isStatus = (e: Expression): boolean => (e.k === "member" || e.k === "name") && (e.name === "statusCode" || e.name === "status");

interface Judge {
  /** When something is true by itself, and when it is equal to something. */
  readonly holds: (e: Expression) => EmptyAfter;
  readonly equals: (asked: Expression, literal: Expression) => EmptyAfter | undefined;
}

function decided(test: Expression, judge: Judge): EmptyAfter {
  if (test.k === "unary" && test.op === "!") return opposite(decided(test.value, judge));
  if (test.k === "logical") {
    const left = decided(test.left, judge), right = decided(test.right, judge);
    if (test.op === "&&") return { then: left.then || right.then, else: left.else && right.else };
    return test.op === "||" ? { then: left.then && right.then, else: left.else || right.else } : UNKNOWN;
  }
  if (test.k !== "binary") return judge.holds(test);
  const answer = judge.equals(test.left, test.right) ?? judge.equals(test.right, test.left) ?? UNKNOWN;
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
