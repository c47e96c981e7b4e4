/**
 * The little language that bodies are lowered to: what a program evaluates, calls, awaits, and in which order.
 * Types, parentheses and syntax sugar are gone; names are bound to their declarations. Everything in it depends on the
 * text of one file alone, so it lives as long as the file's syntax tree does.
 */

/** Stands for a place in the syntax tree. Only `program` can look behind it; everybody else hands it over. */
export type Ticket = object & { readonly __ticket?: never };

/** A half-open range of text offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What two things have in common that begin at one place in the text. */
export const placeKey = ({ file, span }: { readonly file: string; readonly span: Span }): string => `${file}:${String(span.start)}`;

export const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

export type DeclarationKind =
  | "const" | "let" | "parameter" | "function" | "class" | "import" | "namespace" | "enum" | "catch";

/** One name, bound once in one scope. */
export interface Declaration {
  readonly name: string;
  readonly kind: DeclarationKind;
  /** Unique in its file, and stable while the text before it in its container is: path of containers, name, ordinal. */
  readonly id: string;
  readonly file: string;
  /** The body whose activation owns the binding. */
  readonly body: Body;
  readonly ticket: Ticket;
  readonly span: Span;
  /** The initialiser, and the path from its value to this name where it is destructured. */
  init?: Expression | undefined;
  path: readonly (string | number)[];
  /** Position among the parameters of `body`. */
  parameter?: number;
  /** For functions and classes. */
  functionBody?: Body;
  classInfo?: ClassInfo;
  /** Assigned after its declaration. */
  reassigned: boolean;
  exported: boolean;
  import?: { readonly from: string; readonly name: string };
  /** The expression of `for (const x of EXPRESSION)`. */
  elementOf?: Expression;
  /** What is assigned to it after its declaration, and what is put into it (`push`, `add`, `set`, `x[i] =`). */
  readonly writes: Write[];
  readonly additions: Write[];
}

/** A value stored somewhere, in the body that stores it. */
export interface Write {
  readonly body: Body;
  readonly value: Expression;
}

export type BodyKind = "module" | "function" | "arrow" | "method" | "constructor" | "getter" | "setter" | "initializer";

/** `lock.acquire.bind(lock)` is as good as a call of `acquire`. */
export const PASSING_ON: ReadonlySet<string> = new Set(["bind", "call", "apply"]);

/** The name of a function that has none. */
export const ANONYMOUS = "callback";

/** Stands for the receiver of `f()`, where those of `x.f()` are told by their last names. */
export const NO_RECEIVER = "";

/** Anything that runs. */
export interface Body {
  readonly id: string;
  readonly name: string;
  readonly kind: BodyKind;
  readonly file: string;
  readonly span: Span;
  readonly ticket: Ticket;
  readonly async: boolean;
  readonly generator: boolean;
  /** `asserts condition`: it throws only if the program is wrong. */
  readonly asserts: boolean;
  readonly parent: Body | undefined;
  /** The class whose member this is. */
  readonly owner: ClassInfo | undefined;
  readonly static: boolean;
  /** Visible outside its class and file: exported, or a public member of an exported class. */
  exported: boolean;
  parameters: readonly Parameter[];
  statements: readonly Statement[];
  /** Bodies written directly in this one. */
  readonly children: Body[];
  /** Names of what it calls itself, and of what is called anywhere inside, nested bodies included. */
  readonly ownCalls: Set<string>;
  readonly callNames: Set<string>;
  /** Names it mentions, nested bodies included. */
  readonly mentions: Set<Declaration>;
  readonly tags: readonly LockTag[];
}

export interface Parameter {
  readonly pattern: Pattern;
  readonly default: Expression | undefined;
  readonly rest: boolean;
  readonly optional: boolean;
  readonly ticket: Ticket;
  readonly name: string | undefined;
}

export interface ClassInfo {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly ticket: Ticket;
  readonly span: Span;
  readonly extends: Expression | undefined;
  /** Classes of the same file that extend it. */
  readonly subclasses: ClassInfo[];
  /** What it says it implements; redeemed by `program`. */
  readonly implements: readonly Ticket[];
  readonly exported: boolean;
  readonly abstract: boolean;
  readonly members: Map<string, Member>;
  readonly statics: Map<string, Member>;
  /** What runs when a field is written, by its name. */
  readonly setters: Map<string, Body>;
  readonly body: Body;
  constructorBody: Body | undefined;
  /** What the class's own code assigns to `this.NAME`, and what it puts into it. */
  readonly writes: Map<string, Write[]>;
  readonly additions: Map<string, Write[]>;
  readonly orders: readonly LockOrderTag[];
}

export interface Member {
  readonly name: string;
  readonly kind: "method" | "getter" | "setter" | "field";
  readonly static: boolean;
  readonly private: boolean;
  readonly readonly: boolean;
  readonly abstract: boolean;
  readonly owner: ClassInfo;
  readonly ticket: Ticket;
  readonly span: Span;
  /** Method, getter; for a field with an initialiser, the body that runs it. */
  readonly body: Body | undefined;
  readonly init: Expression | undefined;
  /** Index of the constructor parameter that is this field. */
  readonly constructorParameter: number | undefined;
}

export interface LockTag {
  readonly kind: "acquires" | "releases" | "holds" | "excludes" | "returns releaser of";
  readonly paths: readonly string[];
  readonly span: Span;
}
export interface LockOrderTag {
  readonly names: readonly string[];
  readonly span: Span;
}
/** A tag that could not be read, with the reason as a sentence. */
export interface BadTag {
  readonly message: string;
  readonly span: Span;
}

export interface At {
  readonly ticket: Ticket;
  readonly span: Span;
}

export type Expression =
  | ({ readonly k: "literal"; readonly value: string | number | boolean | null | undefined } & At)
  | ({ readonly k: "name"; readonly name: string; readonly declaration: Declaration | undefined } & At)
  | ({ readonly k: "this" } & At)
  | ({ readonly k: "super" } & At)
  | MemberExpression
  | ({ readonly k: "index"; readonly object: Expression; readonly index: Expression; readonly optional: boolean } & At)
  | CallExpression
  | NewExpression
  | ({ readonly k: "function"; readonly body: Body } & At)
  | ({ readonly k: "class"; readonly info: ClassInfo } & At)
  | ObjectExpression
  | ({ readonly k: "array"; readonly items: readonly Expression[] } & At)
  | ({ readonly k: "spread"; readonly value: Expression } & At)
  | ({ readonly k: "await"; readonly value: Expression } & At)
  | ({ readonly k: "yield"; readonly value: Expression | undefined; readonly delegate: boolean } & At)
  | ({ readonly k: "branch"; readonly test: Expression; readonly then: Expression; readonly else: Expression } & At)
  | ({ readonly k: "logical"; readonly op: "&&" | "||" | "??"; readonly left: Expression; readonly right: Expression } & At)
  | ({ readonly k: "assign"; readonly op: string; readonly target: Pattern; readonly value: Expression } & At)
  | ({ readonly k: "unary"; readonly op: string; readonly value: Expression } & At)
  | ({ readonly k: "binary"; readonly op: string; readonly left: Expression; readonly right: Expression } & At)
  | ({ readonly k: "template"; readonly parts: readonly (string | Expression)[] } & At)
  | ({ readonly k: "sequence"; readonly items: readonly Expression[] } & At)
  /** Something whose value is of no interest; its parts are evaluated. */
  | ({ readonly k: "opaque"; readonly parts: readonly Expression[] } & At);

export type MemberExpression = { readonly k: "member"; readonly object: Expression; readonly name: string; readonly optional: boolean } & At;
export type CallExpression = {
  readonly k: "call"; readonly callee: Expression; readonly args: readonly Expression[]; readonly optional: boolean;
} & At;
export type NewExpression = { readonly k: "new"; readonly callee: Expression; readonly args: readonly Expression[] } & At;
export type ObjectExpression = { readonly k: "object"; readonly entries: readonly ObjectEntry[] } & At;
/** A property; without a key: a spread. An accessor has a key of which nothing is known. */
export interface ObjectEntry {
  readonly key: string | Expression | undefined;
  readonly value: Expression;
}

export type Pattern =
  | { readonly p: "name"; readonly declaration: Declaration }
  | { readonly p: "object"; readonly properties: readonly PatternProperty[]; readonly rest: Pattern | undefined }
  | { readonly p: "array"; readonly items: readonly (PatternItem | undefined)[] }
  /** An assignment to something that is not a new name. */
  | { readonly p: "target"; readonly expression: Expression };
export interface PatternProperty {
  readonly key: string | undefined;
  readonly pattern: Pattern;
  readonly default: Expression | undefined;
}
export interface PatternItem {
  readonly pattern: Pattern;
  readonly default: Expression | undefined;
  readonly rest: boolean;
}

export type Statement =
  | ({ readonly s: "expression"; readonly value: Expression } & At)
  | ({ readonly s: "declare"; readonly pattern: Pattern; readonly init: Expression | undefined; readonly using: boolean } & At)
  | ({ readonly s: "return"; readonly value: Expression | undefined } & At)
  | ({ readonly s: "throw"; readonly value: Expression } & At)
  | ({ readonly s: "break" | "continue"; readonly label: string | undefined } & At)
  | ({ readonly s: "if"; readonly test: Expression; readonly then: readonly Statement[]; readonly else: readonly Statement[] } & At)
  | LoopStatement
  | ForOfStatement
  | TryStatement
  | ({ readonly s: "switch"; readonly value: Expression; readonly cases: readonly SwitchCase[] } & At)
  | ({ readonly s: "block"; readonly statements: readonly Statement[]; readonly label: string | undefined } & At);

export type LoopStatement = {
  readonly s: "loop";
  readonly before: readonly Statement[];
  readonly test: Expression | undefined;
  readonly after: Expression | undefined;
  readonly body: readonly Statement[];
  readonly testsFirst: boolean;
  readonly label: string | undefined;
} & At;
export type ForOfStatement = {
  readonly s: "for-of";
  readonly pattern: Pattern;
  readonly iterable: Expression;
  readonly body: readonly Statement[];
  readonly awaits: boolean;
  /** `for (const key in object)`: the names are strings. */
  readonly keys: boolean;
  readonly label: string | undefined;
} & At;
export type TryStatement = {
  readonly s: "try";
  readonly block: readonly Statement[];
  readonly parameter: Pattern | undefined;
  readonly handler: readonly Statement[] | undefined;
  readonly finalizer: readonly Statement[] | undefined;
} & At;
export interface SwitchCase {
  readonly test: Expression | undefined;
  readonly body: readonly Statement[];
}

/** A call or `new`, and the body it is written in. */
export interface CallSite {
  readonly call: CallExpression | NewExpression;
  readonly body: Body;
}

/** A file, lowered. */
export interface LoweredFile {
  readonly file: string;
  readonly module: Body;
  readonly bodies: readonly Body[];
  readonly classes: readonly ClassInfo[];
  readonly declarations: readonly Declaration[];
  /** Names exported by this file's own declarations: export name → declaration. */
  readonly exports: ReadonlyMap<string, Declaration | Expression>;
  readonly orders: readonly LockOrderTag[];
  readonly badTags: readonly BadTag[];
  readonly calls: readonly CallSite[];
  readonly bodyAt: ReadonlyMap<Ticket, Body>;
  readonly classAt: ReadonlyMap<Ticket, ClassInfo>;
  readonly declarationAt: ReadonlyMap<Ticket, Declaration>;
  lineOf(offset: number): number;
}
