/** Values for what a program only says the type of: parameters of what it exports, and functions that it declares and doesn't have. */
import ts from "typescript";

/** How the values are made. */
export interface Making {
  readonly checker: ts.TypeChecker;
  /** How many items a list has. */
  readonly size: number;
  /** Functions that are handed in throw. */
  readonly fails: boolean;
}

const DEEPEST = 4;

/** Objects of the platform that many programs take, as what makes one. */
const PLATFORM: Readonly<Record<string, string>> = {
  ReadableStream: "ReadableStream.from([\"a\", \"b\", \"c\"])",
  WritableStream: 'new WritableStream({ write(part) { console.log("written", String(part)); } })',
  Response: 'new Response("abcdef".repeat(3))',
  AbortSignal: "new AbortController().signal",
  Date: "new Date(0)",
  Error: 'new Error("given")',
};

const ITERABLE = new Set(["Iterable", "AsyncIterable", "AsyncGenerator", "Generator", "IterableIterator", "AsyncIterableIterator", "Set", "ReadonlySet"]);

/** A program to be run, and one that is there. */
const NAMED: Readonly<Record<string, string>> = { tool: '"uname"', command: '"uname"' };

/** The text of an expression; undefined where nothing of the kind can be made. `n`: the number of the call. */
export function valueOf(type: ts.Type, name: string, n: number, making: Making, depth = 0): string | undefined {
  if (depth > DEEPEST) return undefined;
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) return `"${name}${String(n)}"`;
  if (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) return "undefined";
  if (type.flags & ts.TypeFlags.Null) return "null";
  if (type.isStringLiteral()) return JSON.stringify(type.value);
  if (type.isNumberLiteral()) return String(type.value);
  if (type.flags & ts.TypeFlags.StringLike) return NAMED[name] ?? `"${String.fromCharCode(97 + (n % 3))}"`;
  if (type.flags & ts.TypeFlags.NumberLike) return String(n + 1);
  if (type.flags & ts.TypeFlags.BooleanLike) return n % 2 === 0 ? "true" : "false";
  if (type.isUnion()) return type.types.map((part) => (part.flags & ts.TypeFlags.Undefined ? undefined : valueOf(part, name, n, making, depth))).find((text) => text !== undefined);
  const [signature] = type.getCallSignatures();
  if (signature) return functionOf(signature, name, n, making, depth);
  return objectOf(type, name, n, making, depth);
}

/** It tells that it was called and with what, takes a turn if it is awaited, and gives or throws. */
export function functionOf(signature: ts.Signature, name: string, n: number, making: Making, depth = 0): string | undefined {
  const { checker, fails } = making;
  const type = checker.getReturnTypeOfSignature(signature);
  const awaited = checker.getAwaitedType(type) ?? type;
  const isAsync = awaited !== type;
  const given = valueOf(awaited, name, n, making, depth + 1);
  if (given === undefined) return undefined;
  const tell = `console.log(${JSON.stringify(name)}, ...args.filter((arg) => typeof arg === "string" || typeof arg === "number"));`;
  const end = fails ? `throw new Error(${JSON.stringify(`${name} fails`)});` : `return ${given};`;
  return isAsync ? `(async (...args) => { ${tell} await undefined; ${end} })` : `((...args) => { ${tell} ${end} })`;
}

function objectOf(type: ts.Type, name: string, n: number, making: Making, depth: number): string | undefined {
  const { checker, size } = making, kind = type.getSymbol()?.name ?? "";
  const [item] = checker.getTypeArguments(type as ts.TypeReference);
  if (checker.isTupleType(type)) {
    const parts = checker.getTypeArguments(type as ts.TypeReference).map((part, index) => valueOf(part, name, n + index, making, depth + 1));
    return parts.every((part) => part !== undefined) ? `[${parts.join(", ")}]` : undefined;
  }
  if (checker.isArrayType(type) || ITERABLE.has(kind)) {
    const items = Array.from({ length: size }, (_, index) => item && valueOf(item, name, n % 2 === 0 ? index : size - 1 - index, making, depth + 1));
    if (!items.every((text) => text !== undefined)) return undefined;
    return kind.startsWith("Async") ? `(async function* () { yield* [${items.join(", ")}]; })()` : kind.endsWith("Set") ? `new Set([${items.join(", ")}])` : `[${items.join(", ")}]`;
  }
  if (kind === "Promise" || kind === "PromiseLike") {
    const value = item && valueOf(item, name, n, making, depth + 1);
    return value === undefined ? undefined : `Promise.resolve(${value})`;
  }
  const known = PLATFORM[kind];
  if (known !== undefined) return known;
  // A class has more to it than its members.
  if (type.isClass() || type.getSymbol()?.declarations?.some((declaration) => declaration.getSourceFile().fileName.includes("node_modules"))) return undefined;
  const members = type.getProperties().map((property) => {
    const value = valueOf(checker.getTypeOfSymbol(property), property.name, n, making, depth + 1);
    return value === undefined ? undefined : `${JSON.stringify(property.name)}: ${value}`;
  });
  return members.every((member) => member !== undefined) ? `({ ${members.join(", ")} })` : undefined;
}
