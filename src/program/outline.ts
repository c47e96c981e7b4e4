import { isBuiltin } from "node:module";

import ts = require("typescript");

import { CHAINED, type DeclaredType, LISTED, OF_PLATFORM, typeOfDeclaration, unwrapped } from "./outline-types.js";

/**
 * `alias`: stands for the same thing, as in `const save = store.save`; `return`: is what a function gives back; `wait`: is called, and only
 * what its promise settles with is used; `hand`: is given away as an argument; `read`: may be a getter.
 */
export type UseKind = "call" | "wait" | "new" | "alias" | "return" | "hand" | "read";

/** A name that is used in a function or in what a variable holds. */
export interface Use {
  readonly kind: UseKind;
  readonly name: string;
  readonly receiver: Receiver;
  readonly entry: OutlineEntry;
}

/**
 * The last name of what a member is taken from, `this` and `super` included. `alone`: a plain name; `platform`: something that the
 * text shows to be of the platform, like a list; `chain`: what a method gives that lists have, too; `other`: anything else.
 */
export type Receiver = { readonly is: "alone" | "own" | "platform" | "chain" | "other" } | { readonly is: "named"; readonly name: string };

/** A function, or a name that stands for one. */
export interface OutlineEntry {
  /** Empty for functions without one. */
  readonly name: string;
  readonly outline: Outline;
  /** The class that it is a member of; `{}` for members of object literals and types. */
  readonly owner: string | undefined;
  /** The class whose `this` it sees. */
  readonly self: string | undefined;
  readonly parent: OutlineEntry | undefined;
  readonly isGetter: boolean;
  readonly isStatic: boolean;
  /** A method of a class: whoever reads it from an object without calling it loses the object. */
  readonly isMethod: boolean;
  /** It is a variable, field or parameter that isn't written as a function: calling it calls what it holds. */
  readonly holds: boolean;
  /** What it is declared with or made from, for what holds something. */
  readonly type: DeclaredType;
  /** All names that it uses itself; what is written in it has entries of its own, up to `end`. */
  readonly uses: readonly Use[];
  /** Classes and interfaces that it is declared with, or that are constructed in it. */
  readonly types: ReadonlySet<string>;
  readonly index: number;
  readonly end: number;
}

/** What the tree of one file tells by names alone. Only asked for files that matter. */
export interface Outline {
  /** Each before those that are written in it; the first is the file itself. */
  readonly entries: readonly OutlineEntry[];
  readonly entryAt: ReadonlyMap<ts.Node, OutlineEntry>;
  readonly byName: ReadonlyMap<string, readonly OutlineEntry[]>;
  readonly usesByName: ReadonlyMap<string, readonly Use[]>;
  /** Classes by name, with the names in their `extends` and `implements`. */
  readonly classes: readonly { readonly name: string; readonly heritage: readonly string[] }[];
  /** Names that stand for types, other than those of classes. */
  readonly typeNames: ReadonlySet<string>;
  /** Names that are imported from modules of Node.js. */
  readonly builtins: ReadonlySet<string>;
  /** Functions of modules may be members of a value: `(await import("x")).f()`. */
  readonly importsLater: boolean;
}

const outlines = new WeakMap<ts.SourceFile, Outline>();

export const isOutlined = (source: ts.SourceFile): boolean => outlines.has(source);

export function outlineFile(source: ts.SourceFile): Outline {
  let outline = outlines.get(source);
  if (!outline) outlines.set(source, (outline = new Outliner(source).outline));
  return outline;
}

/** Is a class or function named in what the entry is declared with or made from? */
export function isMadeOf({ outline, index, end }: OutlineEntry, name: string): boolean {
  for (let at = index; at < end; at++) {
    const entry = outline.entries[at];
    if (entry && (entry.types.has(name) || entry.uses.some((use) => use.name === name && use.kind !== "read"))) return true;
  }
  return false;
}

interface MutableEntry extends OutlineEntry {
  readonly uses: Use[];
  readonly types: Set<string>;
  end: number;
}

const { SyntaxKind } = ts;
const { PropertyAccessExpression: ACCESS, TypeReference: TYPE_REFERENCE, QualifiedName: QUALIFIED_NAME, AwaitExpression: AWAITED } = SyntaxKind;

const NO_TYPES: ReadonlySet<string> = new Set();

interface MutableOutline extends Outline {
  readonly entries: MutableEntry[];
  readonly entryAt: Map<ts.Node, MutableEntry>;
  readonly byName: Map<string, MutableEntry[]>;
  readonly usesByName: Map<string, Use[]>;
  readonly classes: { readonly name: string; readonly heritage: readonly string[] }[];
  readonly typeNames: Set<string>;
  readonly builtins: Set<string>;
}

class Outliner {
  readonly outline: MutableOutline;
  /** What runs when the file is loaded; nothing that is written in it has it as parent. */
  readonly #module: MutableEntry;
  #into: MutableEntry | undefined;
  #class: string | undefined;
  #literal = false;

  constructor(source: ts.SourceFile) {
    this.outline = {
      entries: [], entryAt: new Map(), byName: new Map(), usesByName: new Map(), classes: [], typeNames: new Set(), builtins: new Set(),
      importsLater: /\b(?:import|require)\s*\(/.test(source.text),
    };
    this.#module = {
      name: "", outline: this.outline, owner: undefined, self: undefined, parent: undefined, isGetter: false, isStatic: false, isMethod: false, holds: false, type: undefined,
      uses: [], types: new Set(), index: 0, end: 0,
    };
    this.outline.entries.push(this.#module);
    for (const statement of source.statements) this.#visit(statement);
    this.#module.end = this.outline.entries.length;
  }

  readonly #visit = (node: ts.Node): void => {
    switch (STEPS[node.kind]) {
      case "note": this.#note(node as ts.Identifier | ts.PrivateIdentifier); return;
      case "class": this.#enterClass(node as ts.ClassLikeDeclaration); return;
      case "literal": this.#enterLiteral(node); return;
      case "enter": this.#enter(node); return;
      case "type": {
        const { name } = node as ts.TypeAliasDeclaration | ts.ImportClause;
        if (name) this.outline.typeNames.add(name.text);
        break;
      }
      case "import":
        if (!isOfNode(node as ts.ImportDeclaration)) break;
        for (const name of namesIn(node)) this.outline.builtins.add(name);
        return;
      case "skip": return;
      case undefined:
    }
    ts.forEachChild(node, this.#visit);
  };

  #enterClass(node: ts.ClassLikeDeclaration): void {
    const before = this.#class, literal = this.#literal;
    this.#class = node.name?.text ?? "default";
    this.#literal = false;
    this.outline.classes.push({ name: this.#class, heritage: (node.heritageClauses ?? []).flatMap(({ types }) => types.flatMap(({ expression }) => namesIn(expression))) });
    ts.forEachChild(node, this.#visit);
    this.#class = before;
    this.#literal = literal;
  }

  #enterLiteral(node: ts.Node): void {
    if (ts.isInterfaceDeclaration(node)) this.outline.typeNames.add(node.name.text);
    const before = this.#literal;
    this.#literal = true;
    ts.forEachChild(node, this.#visit);
    this.#literal = before;
  }

  #enter(node: ts.Node): void {
    const before = this.#into, literal = this.#literal;
    const entry = this.#open(node);
    if (entry) this.#into = entry;
    if (!ts.isPropertyAssignment(node)) this.#literal = false;
    ts.forEachChild(node, this.#visit);
    if (entry) entry.end = this.outline.entries.length;
    this.#into = before;
    this.#literal = literal;
  }

  #open(node: ts.Node): MutableEntry | undefined {
    const name = definedName(node);
    if (name === undefined) return undefined;
    const { entries, entryAt, byName } = this.outline;
    const isFunction = ts.isFunctionLike(node);
    const holds = !isFunction && !isFunctionValued(node);
    const entry: MutableEntry = {
      name, outline: this.outline, owner: this.#ownerOf(node), self: this.#literal ? undefined : this.#class, parent: this.#into, isGetter: node.kind === SyntaxKind.GetAccessor,
      isStatic: ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some(({ kind }) => kind === SyntaxKind.StaticKeyword) ?? false),
      isMethod: node.kind === SyntaxKind.MethodDeclaration && ts.isClassLike(node.parent), holds, type: holds ? typeOfDeclaration(node, this.outline.builtins) : undefined, uses: [], types: NO_TYPES as Set<string>, index: entries.length, end: entries.length + 1,
    };
    entries.push(entry);
    entryAt.set(node, entry);
    if (name === "") return entry;
    const same = byName.get(name);
    if (same) same.push(entry);
    else byName.set(name, [entry]);
    if (isShorthand(node)) this.#use(entry, "alias", name, ts.isBindingElement(node) ? { is: "other" } : { is: "alone" });
    return entry;
  }

  #ownerOf(node: ts.Node): string | undefined {
    if (ts.isConstructorDeclaration(node)) return undefined;
    if (ts.isParameter(node)) return ts.isParameterPropertyDeclaration(node, node.parent) ? this.#class : undefined;
    if (ts.isClassElement(node) && ts.isClassLike(node.parent)) return this.#class;
    return ts.isObjectLiteralElement(node) || ts.isTypeElement(node) ? LITERAL : undefined;
  }

  #use(entry: MutableEntry, kind: UseKind, name: string, receiver: Receiver): void {
    const use: Use = { kind, name, receiver, entry };
    entry.uses.push(use);
    const { usesByName } = this.outline;
    const same = usesByName.get(name);
    if (same) same.push(use);
    else usesByName.set(name, [use]);
  }

  /** What is constructed runs its constructor, but the object isn't a function that could be called. */
  #note(node: ts.Identifier | ts.PrivateIdentifier): void {
    const entry = this.#into ?? this.#module;
    const { parent, text } = node;
    const access = parent.kind === ACCESS && (parent as ts.PropertyAccessExpression).name === node ? parent as ts.PropertyAccessExpression : undefined;
    if (parent.kind === TYPE_REFERENCE || parent.kind === QUALIFIED_NAME) {
      addType(entry, text);
      return;
    }
    const value = access ?? node;
    const kind = USERS.get(value.parent.kind)?.(value.parent, value);
    if (kind === "new") addType(entry, text);
    if (kind ?? access) this.#use(entry, kind ?? "read", text, access ? receiverOf(access.expression) : ALONE);
  }
}

function addType(entry: MutableEntry, name: string): void {
  if (entry.types === NO_TYPES) (entry as { types: Set<string> }).types = new Set();
  entry.types.add(name);
}

/** The owner of members of object literals, interfaces and type literals. */
export const LITERAL = "{}";

export const ALONE: Receiver = { is: "alone" };
const OWN: Receiver = { is: "own" }, PLATFORM: Receiver = { is: "platform" }, CHAIN: Receiver = { is: "chain" }, OTHER: Receiver = { is: "other" };

/** Of what a member is taken from. */
export function receiverOf(node: ts.Expression): Receiver {
  const of = unwrapped(node);
  switch (of.kind) {
    case SyntaxKind.ThisKeyword: case SyntaxKind.SuperKeyword: return OWN;
    case SyntaxKind.Identifier: return { is: "named", name: (of as ts.Identifier).text };
    case SyntaxKind.PropertyAccessExpression: return { is: "named", name: (of as ts.PropertyAccessExpression).name.text };
    case SyntaxKind.CallExpression: {
      const { expression } = of as ts.CallExpression;
      if (!ts.isPropertyAccessExpression(expression)) return OTHER;
      return LISTED.has(expression.name.text) ? PLATFORM : CHAINED.has(expression.name.text) ? CHAIN : OTHER;
    }
    default: return OF_PLATFORM.has(of.kind) ? PLATFORM : OTHER;
  }
}

type Step = "note" | "class" | "literal" | "enter" | "type" | "import" | "skip";

/** What is done at a node, by its kind; a list, because every node of a program is asked about. */
const STEPS: readonly (Step | undefined)[] = stepsOf({
  note: [SyntaxKind.Identifier, SyntaxKind.PrivateIdentifier],
  class: [SyntaxKind.ClassDeclaration, SyntaxKind.ClassExpression],
  literal: [SyntaxKind.ObjectLiteralExpression, SyntaxKind.InterfaceDeclaration, SyntaxKind.TypeLiteral],
  // What can be called, and names that may hold such a thing.
  enter: [
    SyntaxKind.FunctionDeclaration, SyntaxKind.FunctionExpression, SyntaxKind.ArrowFunction, SyntaxKind.MethodDeclaration, SyntaxKind.Constructor, SyntaxKind.GetAccessor,
    SyntaxKind.SetAccessor, SyntaxKind.MethodSignature, SyntaxKind.Parameter, SyntaxKind.PropertySignature, SyntaxKind.VariableDeclaration, SyntaxKind.PropertyDeclaration,
    SyntaxKind.PropertyAssignment, SyntaxKind.ShorthandPropertyAssignment, SyntaxKind.BindingElement, SyntaxKind.ImportSpecifier, SyntaxKind.ExportSpecifier,
    SyntaxKind.ClassStaticBlockDeclaration,
  ],
  type: [SyntaxKind.TypeAliasDeclaration, SyntaxKind.TypeParameter, SyntaxKind.EnumDeclaration, SyntaxKind.ImportClause, SyntaxKind.NamespaceImport],
  import: [SyntaxKind.ImportDeclaration],
  skip: [
    SyntaxKind.StringLiteral, SyntaxKind.NumericLiteral, SyntaxKind.NoSubstitutionTemplateLiteral, SyntaxKind.TrueKeyword, SyntaxKind.FalseKeyword, SyntaxKind.NullKeyword,
    SyntaxKind.ThisKeyword, SyntaxKind.StringKeyword, SyntaxKind.NumberKeyword, SyntaxKind.BooleanKeyword, SyntaxKind.VoidKeyword, SyntaxKind.AnyKeyword, SyntaxKind.UndefinedKeyword,
  ],
});

function stepsOf(kinds: Readonly<Record<Step, readonly ts.SyntaxKind[]>>): readonly (Step | undefined)[] {
  const steps: (Step | undefined)[] = [];
  for (const [step, list] of Object.entries(kinds) as [Step, readonly ts.SyntaxKind[]][]) for (const kind of list) steps[kind] = step;
  return steps;
}

const isShorthand = (node: ts.Node): boolean =>
  ts.isShorthandPropertyAssignment(node) || (ts.isBindingElement(node) && node.propertyName === undefined && ts.isObjectBindingPattern(node.parent));

const isFunctionValued = (node: ts.Node): boolean =>
  (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) && node.initializer !== undefined && ts.isFunctionLike(node.initializer);

function definedName(node: ts.Node): string | undefined {
  if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) return node.propertyName && node.name.text;
  if (ts.isConstructorDeclaration(node)) return node.parent.name?.text ?? "";
  const { name } = node as ts.NamedDeclaration;
  const written = name && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
  return written ?? (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node) ? "" : undefined);
}

/** Operators whose result may be one of their operands. */
const YIELDING: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.EqualsToken, SyntaxKind.BarBarToken, SyntaxKind.QuestionQuestionToken, SyntaxKind.AmpersandAmpersandToken, SyntaxKind.CommaToken,
  SyntaxKind.BarBarEqualsToken, SyntaxKind.QuestionQuestionEqualsToken, SyntaxKind.AmpersandAmpersandEqualsToken,
]);

type User = (user: ts.Node, value: ts.Node) => UseKind | undefined;

const isNamedAs: User = (user, value) => (user as ts.BindingElement).propertyName === value ? "alias" : undefined;
const isValueOf: User = (user, value) => (user as ts.VariableDeclaration).initializer === value ? "alias" : undefined;

/** How its surroundings use a value, by their kind. */
const USERS = new Map<ts.SyntaxKind, User>([
  [SyntaxKind.CallExpression, (user, value) => (user as ts.CallExpression).expression !== value ? "hand" : user.parent.kind === AWAITED ? "wait" : "call"],
  [SyntaxKind.NewExpression, (user, value) => (user as ts.NewExpression).expression === value ? "new" : "hand"],
  [SyntaxKind.ArrayLiteralExpression, () => "hand"],
  [SyntaxKind.ImportSpecifier, isNamedAs], [SyntaxKind.ExportSpecifier, isNamedAs], [SyntaxKind.BindingElement, isNamedAs],
  [SyntaxKind.VariableDeclaration, isValueOf], [SyntaxKind.PropertyAssignment, isValueOf], [SyntaxKind.PropertyDeclaration, isValueOf],
  [SyntaxKind.BinaryExpression, (user) => YIELDING.has((user as ts.BinaryExpression).operatorToken.kind) ? "alias" : undefined],
  [SyntaxKind.ConditionalExpression, () => "alias"], [SyntaxKind.ReturnStatement, () => "return"], [SyntaxKind.ArrowFunction, () => "return"],
]);

const isOfNode = ({ moduleSpecifier }: ts.ImportDeclaration): boolean => ts.isStringLiteral(moduleSpecifier) && isBuiltin(moduleSpecifier.text);

function namesIn(node: ts.Node): string[] {
  const names: string[] = [];
  const visit = (at: ts.Node): void => {
    if (ts.isIdentifier(at)) names.push(at.text);
    ts.forEachChild(at, visit);
  };
  visit(node);
  return names;
}
