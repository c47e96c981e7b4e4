import type { Handmade, HandmadeChannel } from "./handmade.js";
import type { Body, CallSite, ClassInfo, Declaration, Expression, LoweredFile, Member, Ticket } from "./ir.js";

/** Something declared by a library or the platform. */
export interface LibraryEntity {
  readonly kind: "library";
  /** With its major, where that is known: `p-limit@3`. */
  readonly package: string;
  /** Container and member: `Mutex`/`acquire`, `module`/`pLimit`; for a class or interface itself `on` is "module". */
  readonly on: string;
  readonly member: string;
  /** The declared module (`node:timers`) when the package has several. */
  readonly module?: string;
  /** It is a member of the class itself. */
  readonly isStatic?: true;
}

/** What a name or a call leads to. */
export type Entity =
  | LibraryEntity
  | { readonly kind: "declaration"; readonly declaration: Declaration }
  | { readonly kind: "expression"; readonly file: string; readonly expression: Expression; readonly body: Body }
  | { readonly kind: "body"; readonly body: Body }
  | { readonly kind: "member"; readonly member: Member }
  | { readonly kind: "class"; readonly info: ClassInfo }
  | { readonly kind: "namespace"; readonly file: string | undefined; readonly package: string | undefined };

/** What is known of a value from its type alone. */
export interface TypeFacts {
  readonly library: readonly { readonly package: string; readonly name: string }[];
  readonly classes: readonly ClassInfo[];
  /** Interfaces and abstract classes of the project, by the ticket of their declaration. */
  readonly interfaces: readonly Ticket[];
  readonly array: boolean;
  readonly promise: boolean;
  readonly callable: boolean;
  readonly any: boolean;
}

export interface CallTargets {
  readonly entities: readonly Entity[];
  /** interface: more implementations than can be followed, or none known; unresolved: no declaration at all. */
  readonly status: "resolved" | "interface" | "unresolved";
}

/** The questions that analyses may ask about the program. The only implementation is in `program`. */
export interface ProgramPort {
  lowered(file: string): LoweredFile | undefined;
  /** What a name stands for, through imports and re-exports. */
  entityOf(name: Ticket): Entity | undefined;
  /** An export of a file or package that a namespace import stands for. */
  exportOf(namespace: Ticket, name: string): Entity | undefined;
  /** Where a call goes, asked of the types: only for what the values don't tell. */
  targetsOf(call: Ticket): CallTargets;
  typeOf(expression: Ticket): TypeFacts;
  /** Classes that extend or implement this one, directly or not, up to a limit; undefined when there are more. */
  subclassesOf(declaration: Ticket): readonly ClassInfo[] | undefined;
  /** A member of an object typed by an interface: the values that implement it. */
  implementationsOf(declaration: Ticket, member: string): readonly Entity[] | undefined;
  /** Bodies in which a name is called (`f()`, `x.f()`, `new F()`), or mentioned otherwise; with `of`, only where it may mean this function. */
  callersOf(name: string, of?: Body): readonly Body[];
  /** Bodies that hand on a function of this name, or keep it; undefined when too many files write the name. */
  mentionersOf(name: string): readonly Body[] | undefined;
  /** Names of variables, fields and parameters that are declared with a class, or made from it. */
  holdersOf(name: string): readonly string[];
  /** Where objects of a class are made, and where calls of a name are written. */
  constructionsOf(info: ClassInfo): readonly CallSite[];
  /** Calls of a name; with `receivers`, only those on something whose last name is one of them. */
  callsOf(name: string, receivers?: ReadonlySet<string>): readonly CallSite[];
  /** Files of the program in whose text a name stands. */
  filesMentioning(name: string): readonly string[];
  /** Other names under which files import or hand on one of these. */
  aliasesOf(names: ReadonlySet<string>): readonly string[];
  /** In how many files a name is called: costs much less than to look at the calls. */
  filesCalling(name: string): number;
  /** What a body does if it has the shape of a lock written by hand. */
  handmadeOf(body: Body): Handmade | undefined;
  /** The same for channels. */
  channelOf(body: Body): HandmadeChannel | undefined;
  /** May a call of this name in this file be one of a catalogued primitive, as far as names and imports tell? */
  namesPrimitive(file: string, name: string): boolean;
  /** Could a lock be made, declared or used in this file, as far as names and imports tell? */
  keepsLocks(file: string): boolean;
  /** Has the program or a described library a function or member of this name? */
  isFunctionName(name: string): boolean;
  /** May a call of this function lead to a wait, as far as names tell? */
  mayWait(body: Body): boolean;
  /** May this call, which stands in the body? */
  mayWaitAt(body: Body, callee: Expression): boolean;
  /** May a call of this function lead to a wait for something outside the program, or for another task? */
  mayReachOutside(body: Body): boolean;
  /** May this call, which stands in the body? */
  mayReachOutsideAt(body: Body, callee: Expression): boolean;
  /** May a call of this name in this file be such a wait itself? */
  namesOutside(file: string, name: string): boolean;
}
