import ts = require("typescript");

import type { Catalogue } from "../catalogue/index.js";
import { passedOn } from "../effects/bodies.js";
import { type Body, type CallSite, type ClassInfo, type Expression, type LoweredFile, NO_RECEIVER, type Ticket } from "../effects/ir.js";
import type { CallTargets, Entity, ProgramPort, TypeFacts } from "../effects/port.js";
import { channelOf } from "../lowering/handmade-channels.js";
import { handmadeOf } from "../lowering/handmade.js";
import { append, memo } from "../maps.js";
import { callTargets, entityOfSymbol, exportEntity, realSymbol } from "./entities.js";
import { Footprint } from "./footprint.js";
import { NameGraph } from "./names.js";
import { ALONE, outlineFile, receiverOf } from "./outline.js";
import { OutsideNames } from "./outside-names.js";
import type { ProgramView } from "./joined.js";
import { ProjectFiles } from "./project-files.js";
import type { Written } from "./reach.js";
import { literally, scanFile } from "./scan.js";
import { findSuspects, type Suspects } from "./suspects.js";
import { readType } from "./types.js";

/** How many implementations of one member are followed. */
const IMPLEMENTATIONS = 4;

/** With more places that make objects of a class, where its constructor's arguments come from is not followed. */
const MOST_CONSTRUCTIONS = 8;

/** With more files that write a function's name, those that hand it on are not looked for. */
const MOST_MENTIONERS = 12;

/** Deterministic measures of the work done, for tests and the bench. */
export interface Counters {
  readonly filesScanned: number;
  readonly filesLowered: number;
  readonly bodiesLowered: number;
  candidates: number;
  checkerCalls: number;
}

const node = (ticket: Ticket): ts.Node => ticket as ts.Node;

/** Answers the questions of the analyses about one ts.Program, or about several seen as one. */
export class ProgramFacts implements ProgramPort {
  readonly counters: Counters;
  readonly files: ProjectFiles;
  readonly sources: readonly ts.SourceFile[];
  readonly names: NameGraph;
  readonly #outside: OutsideNames;
  readonly #targets = new Map<Ticket, CallTargets>();
  readonly #entities = new Map<Ticket, Entity | undefined>();
  readonly #types = new Map<Ticket, TypeFacts>();
  readonly #calls = new Map<LoweredFile, ReadonlyMap<string, readonly CallSite[]>>();
  readonly #mentioning = new Map<string, readonly string[]>();
  readonly #constructions = new Map<ClassInfo, readonly CallSite[]>();
  readonly #subclasses = new Map<Ticket, readonly ClassInfo[] | undefined>();

  constructor(readonly program: ProgramView, readonly catalogue: Catalogue) {
    // Nodes know their parents only when somebody has asked for a checker.
    program.getTypeChecker();
    const files = this.files = new ProjectFiles(program);
    this.sources = files.sources;
    this.counters = {
      filesScanned: this.sources.length, candidates: 0, checkerCalls: 0,
      get filesLowered() { return files.lowered.size; },
      get bodiesLowered() { return Array.from(files.lowered.values(), ({ bodies }) => bodies.length).reduce((sum, count) => sum + count, 0); },
    };
    const names = this.names = new NameGraph(this.sources, catalogue, (source) => {
      const { bodies = [] } = files.lower(source.fileName) ?? {};
      return bodies.filter((body) => body.tags.length > 0 || handmadeOf(body) !== undefined);
    });
    this.#outside = new OutsideNames(this.sources, catalogue, () => names.index);
  }

  /** What was looked at, once an analysis is done. */
  footprint(): Footprint {
    return new Footprint(this.program, this.files, this.names, this.#outside, this.catalogue);
  }

  lowered(file: string): LoweredFile | undefined {
    return this.files.lower(file);
  }

  #checkerAt(at: Ticket): ts.TypeChecker {
    return this.program.getTypeChecker(node(at));
  }

  readonly #own = (source: ts.SourceFile): LoweredFile | undefined => this.lowered(source.fileName);

  entityOf(ticket: Ticket): Entity | undefined {
    return memo(this.#entities, ticket, () => {
      this.counters.checkerCalls++;
      const checker = this.#checkerAt(ticket);
      const symbol = checker.getSymbolAtLocation(node(ticket));
      return symbol && entityOfSymbol(realSymbol(checker, symbol), this.#own);
    });
  }

  exportOf(namespace: Ticket, name: string): Entity | undefined {
    this.counters.checkerCalls++;
    const checker = this.#checkerAt(namespace);
    const symbol = checker.getSymbolAtLocation(node(namespace));
    const target = symbol && realSymbol(checker, symbol);
    if (!target) return undefined;
    const exported = checker.tryGetMemberInModuleExports(name, target) ?? target.exports?.get(ts.escapeLeadingUnderscores(name));
    if (exported) return entityOfSymbol(realSymbol(checker, exported), this.#own);
    const source = target.valueDeclaration;
    const file = source && ts.isSourceFile(source) ? this.#own(source) : undefined;
    return file && exportEntity(file, name);
  }

  targetsOf(call: Ticket): CallTargets {
    return memo(this.#targets, call, () => {
      this.counters.checkerCalls++;
      const found = callTargets(this.#checkerAt(call), node(call), this.#own, (name) => this.catalogue.isLibraryPackage(name));
      if (!found.abstract) return found;
      const name = ts.getNameOfDeclaration(found.abstract);
      const owner = found.abstract.parent;
      const values = name && ts.isIdentifier(name) ? this.implementationsOf(owner, name.text) : undefined;
      return values && values.length > 0 ? { entities: values, status: "resolved" } : { entities: [], status: "interface" };
    });
  }

  typeOf(ticket: Ticket): TypeFacts {
    return memo(this.#types, ticket, () => {
      this.counters.checkerCalls++;
      const checker = this.#checkerAt(ticket);
      return readType(checker, checker.getTypeAtLocation(node(ticket)), (declaration) => this.#classAt(declaration));
    });
  }

  #classAt(declaration: ts.Node): ClassInfo | undefined {
    return this.#own(declaration.getSourceFile())?.classAt.get(declaration);
  }

  subclassesOf(declaration: Ticket): readonly ClassInfo[] | undefined {
    return memo(this.#subclasses, declaration, () => this.#findSubclasses(declaration, new Set()));
  }

  #findSubclasses(declaration: Ticket, seen: Set<Ticket>): readonly ClassInfo[] | undefined {
    if (seen.has(declaration)) return [];
    seen.add(declaration);
    const name = ts.getNameOfDeclaration(node(declaration) as ts.Declaration);
    if (!name || !ts.isIdentifier(name)) return [];
    const found: ClassInfo[] = [];
    for (const source of this.sources) {
      if (!scanFile(source).heritage.has(name.text)) continue;
      for (const info of this.lowered(source.fileName)?.classes ?? []) {
        if (!this.#inherits(info, declaration)) continue;
        found.push(info, ...(this.#findSubclasses(info.ticket, seen) ?? []));
        if (found.length > IMPLEMENTATIONS * 2) return undefined;
      }
    }
    return found;
  }

  #inherits(info: ClassInfo, declaration: Ticket): boolean {
    const tickets = [...info.implements, ...(info.extends ? [info.extends.ticket] : [])];
    return tickets.some((ticket) => {
      this.counters.checkerCalls++;
      const checker = this.#checkerAt(ticket);
      const symbol = checker.getSymbolAtLocation(node(ticket));
      return symbol !== undefined && (realSymbol(checker, symbol).declarations ?? []).includes(node(declaration) as ts.Declaration);
    });
  }

  implementationsOf(declaration: Ticket, member: string): readonly Entity[] | undefined {
    const classes = this.subclassesOf(declaration);
    if (!classes) return undefined;
    const found = classes.flatMap((info) => {
      const own = info.members.get(member);
      return own && (own.body ?? own.init) ? [{ kind: "member" as const, member: own }] : [];
    });
    return found.length > IMPLEMENTATIONS ? undefined : found;
  }

  holdersOf(name: string): readonly string[] {
    return this.names.holdersOf(name);
  }

  filesNaming(name: string): readonly LoweredFile[] {
    return this.sources.flatMap((source) => scanFile(source).heritage.has(name) || scanFile(source).callees.has(name) ? this.lowered(source.fileName) ?? [] : []);
  }

  callersOf(name: string, of?: Body): readonly Body[] {
    const target = of && this.files.source(of.file);
    const isMeant = (file: ts.SourceFile, part: ts.Node): boolean => !target || this.names.mayMean(file, part, { file: target, node: node(of.ticket) });
    return this.names.filesCalling(name).flatMap((source) => !isMeant(source, source) ? []
      : this.lowered(source.fileName)?.bodies.filter((body) => body.ownCalls.has(name) && isMeant(source, node(body.ticket))) ?? []);
  }

  mentionersOf(name: string): readonly Body[] | undefined {
    const sources = this.sources.filter(({ text }) => text.includes(name));
    if (sources.length > MOST_MENTIONERS) return undefined;
    return sources.flatMap((source) => this.lowered(source.fileName)?.bodies.filter((body) => !body.ownCalls.has(name) && [...body.mentions].some((declaration) => declaration.name === name || declaration.import?.name === name)) ?? []);
  }

  callsOf(name: string, receivers?: ReadonlySet<string>): readonly CallSite[] {
    const sources = this.names.filesCalling(name);
    if (!receivers) return sources.flatMap((source) => this.#callsIn(source, name));
    const written = receivers.has(NO_RECEIVER) ? /^/ : new RegExp(`(?:${[...receivers].map(literally).join("|")})[\\s)!]*\\??\\.\\s*${literally(name)}(?![\\w$])`);
    return sources.flatMap((source) => written.test(source.text) ? this.#callsIn(source, name) : []).filter(({ call }) => receivers.has(receiverName(call.callee)));
  }

  #callsIn(source: ts.SourceFile, name: string): readonly CallSite[] {
    const file = this.lowered(source.fileName);
    if (!file) return [];
    const byName = memo(this.#calls, file, () => {
      const calls = new Map<string, CallSite[]>();
      for (const site of file.calls) append(calls, calleeName(site.call) ?? "", site);
      return calls;
    });
    return byName.get(name) ?? [];
  }

  aliasesOf(names: ReadonlySet<string>): readonly string[] {
    return this.sources.flatMap((source) => {
      if (!scanFile(source).imports.some((each) => each.names.some((name) => names.has(name)))) return [];
      return Array.from(source.text.matchAll(RENAMED), ([, name = "", alias = ""]) => names.has(name) ? alias : "").filter((alias) => alias !== "");
    });
  }

  filesMentioning(name: string): readonly string[] {
    return memo(this.#mentioning, name, () => this.#findMentioning(name));
  }

  #findMentioning(name: string): readonly string[] {
    const written = new RegExp(`(?<![\\w$])${literally(name)}(?![\\w$])`);
    return this.sources.flatMap(({ text, fileName }) => text.includes(name) && written.test(text) ? [fileName] : []);
  }

  /** Files in which something may wait for what it has to do itself. */
  suspects(): Suspects {
    return findSuspects(this.sources);
  }

  filesCalling(name: string): number {
    return this.names.filesCalling(name).length;
  }

  constructionsOf(info: ClassInfo): readonly CallSite[] {
    return memo(this.#constructions, info, () => {
      const found: CallSite[] = [];
      for (const source of this.sources) {
        if (found.length > MOST_CONSTRUCTIONS) break;
        if (!scanFile(source).callees.has(info.name) && source.fileName !== info.file && !source.text.includes(` as ${info.name}`) && !source.text.includes(`${info.name} as `)) continue;
        found.push(...this.lowered(source.fileName)?.calls.filter(({ call }) => call.k === "new" && this.#constructs(call.callee, info)) ?? []);
      }
      return found;
    });
  }

  #constructs(callee: Expression, info: ClassInfo): boolean {
    const local = callee.k === "name" ? callee.declaration : undefined;
    if (local && local.kind !== "import") return local.classInfo === info;
    const written = local?.import && local.import.name !== "default" ? local.import.name : callee.k === "name" || callee.k === "member" ? callee.name : "";
    if (written !== info.name && local?.import?.name !== "default") return false;
    const entity = this.entityOf(local?.ticket ?? callee.ticket);
    return entity?.kind === "class" ? entity.info === info : entity?.kind === "declaration" && entity.declaration.classInfo === info;
  }

  /** Bodies that name a primitive themselves, nested functions included. */
  candidates(): readonly Body[] {
    const found = this.sources.flatMap((source) => {
      const seeds = this.names.directSeedsOf(source);
      if (seeds.size === 0) return [];
      const { bodies = [], declarations = [] } = this.lowered(source.fileName) ?? {};
      const bound = declarations.flatMap(({ name, init }) => init && isBound(init, seeds) ? [name] : []);
      return bodies.filter((body) => (body.parent === undefined || body.parent.kind === "module" || body.parent.kind === "initializer" || body.owner)
        && ([...body.callNames].some((name) => seeds.has(name)) || bound.some((name) => body.callNames.has(name))));
    });
    this.counters.candidates = found.length;
    return found;
  }

  namesPrimitive(file: string, name: string): boolean {
    const source = this.files.source(file);
    return source !== undefined && this.names.directSeedsOf(source).has(name);
  }

  keepsLocks(file: string): boolean {
    const source = this.files.source(file);
    return source === undefined || this.names.keepsLocks(source);
  }

  isFunctionName(name: string): boolean {
    return this.catalogue.tellingNames.has(name) || this.catalogue.commonNames.has(name) || this.names.defines(name);
  }

  readonly handmadeOf = handmadeOf;
  readonly channelOf = channelOf;

  /** Classes written by hand whose objects are channels. */
  channelClasses(): readonly ClassInfo[] {
    const { sources } = this;
    return sources.flatMap((source) => scanFile(source).handmade ? this.lowered(source.fileName)?.classes ?? [] : [])
      .filter(({ members }) => [...members.values()].some(({ body }) => body && channelOf(body)?.do === "send"));
  }

  taggedFiles(): readonly LoweredFile[] {
    return this.sources.flatMap((source) => scanFile(source).tagged ? this.lowered(source.fileName) ?? [] : []);
  }

  callingFiles(names: Iterable<string>): readonly LoweredFile[] {
    const sources = new Set([...names].flatMap((name) => this.names.filesCalling(name)));
    return [...sources].flatMap((source) => this.lowered(source.fileName) ?? []);
  }

  filesImporting(packages: ReadonlySet<string>): readonly LoweredFile[] {
    return this.sources.flatMap((source) => scanFile(source).imports.some(({ specifier }) => packages.has(specifier)) ? this.lowered(source.fileName) ?? [] : []);
  }

  eagerFiles(): readonly LoweredFile[] {
    return this.sources.flatMap((source) => scanFile(source).eager ? this.lowered(source.fileName) ?? [] : []);
  }

  handmadeBodies(): readonly Body[] {
    return this.names.handmadeBodies();
  }

  mayWait(body: Body): boolean {
    const source = this.files.source(body.file);
    const known = source && this.names.functionMayWait(source, node(body.ticket));
    return known ?? [...body.callNames].some((name) => this.names.mayWait(name));
  }

  mayWaitAt(body: Body, callee: Expression): boolean {
    const written = this.#written(body, callee);
    return written !== undefined && this.names.mayWaitAt(written);
  }

  mayReachOutside(body: Body): boolean {
    const source = this.files.source(body.file);
    return source !== undefined && (this.#outside.functionMayReach(source, node(body.ticket)) ?? true);
  }

  mayReachOutsideAt(body: Body, callee: Expression): boolean {
    const written = this.#written(body, callee);
    return written !== undefined && this.#outside.mayReachAt(written);
  }

  /** What the text tells of where a call leads. */
  #written({ file, ticket: place }: Body, callee: Expression): Written | undefined {
    const source = this.files.source(file);
    if (!source || (callee.k !== "name" && callee.k !== "member")) return undefined;
    const at = node(callee.ticket), outline = outlineFile(source);
    const receiver = ts.isPropertyAccessExpression(at) ? receiverOf(at.expression) : ALONE;
    return { name: callee.name, receiver, outline, self: outline.entryAt.get(node(place))?.self };
  }

  namesOutside(file: string, name: string): boolean {
    const source = this.files.source(file);
    return source !== undefined && this.#outside.seedsOf(source).has(name);
  }
}

function isBound(e: Expression, names: ReadonlySet<string>): boolean {
  const method = e.k === "call" ? passedOn(e.callee) : undefined;
  return method !== undefined && names.has(method);
}

/** `{ spawn as start }` in an import. */
const RENAMED = /([\w$]+)\s+as\s+([\w$]+)/g;

function calleeName({ callee }: CallSite["call"]): string | undefined {
  return callee.k === "name" || callee.k === "member" ? callee.name : undefined;
}

/** The last name of what a method is called on. */
function receiverName(callee: Expression): string {
  const object = callee.k === "member" ? callee.object : undefined;
  return object?.k === "name" || object?.k === "member" ? object.name : object?.k ?? NO_RECEIVER;
}
