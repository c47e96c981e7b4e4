import type { Catalogue } from "../catalogue/index.js";
import type { Body, ClassInfo, LoweredFile } from "../effects/ir.js";
import { append } from "../maps.js";
import { Evaluator, GivenUp, LIMITS } from "./evaluator.js";
import { escape } from "./escapes.js";
import type { Send } from "./events.js";
import { runBody } from "./invocations.js";
import { openActivation, readDeclaration } from "./names.js";
import { entrancesOf, inOrder, nameOf, type SectionPort } from "./sections.js";
import { Session } from "./session.js";
import { entriesOf } from "./shared-channels.js";
import { START, type State } from "./state.js";
import { Traffic } from "./traffic.js";
import type { Activation, Value } from "./values.js";
import { endsIn, leadToChannel } from "./carried.js";
import { drain } from "./channels.js";

/** What running a body shows of the channels that it makes. */
export interface Flow {
  readonly body: Body;
  /** What somebody waits for whom nobody else waits for. */
  readonly waits: readonly Send[];
  readonly traffic: Traffic;
}

/** How often functions that hand out what they make lead to their callers, and how many callers of one name are looked at. */
const ROUNDS = 4, MOST_CALLERS = 40;

export interface FlowPort extends SectionPort {
  /** Files that write a name before a parenthesis, or extend it. */
  filesNaming(name: string): readonly LoweredFile[];
  /** Classes written by hand whose objects are channels. */
  channelClasses(): readonly ClassInfo[];
}

/** Follows every body that makes a channel, and the callers of those that hand one out. Programs without channels cost nothing. */
export class Flows {
  readonly #makers: Set<string>;
  /** Functions of the program that hand out what they make. */
  readonly #givers = new Map<string, Body[]>();
  /** What was followed; nothing for what would have taken too much. */
  readonly #done = new Map<Body, Flow | undefined>();
  /** Modules with the names of the channels that others use. */
  readonly #shared = new Map<Body, string[]>();
  #work = 0;

  constructor(readonly port: FlowPort, readonly catalogue: Catalogue) {
    this.#makers = makersIn(catalogue);
  }

  run(): readonly Flow[] {
    for (const { name } of this.port.channelClasses()) this.#makers.add(name);
    for (const name of this.port.aliasesOf(this.#makers)) this.#makers.add(name);
    let fresh: readonly string[] = [...this.#makers];
    for (let round = 0; round < ROUNDS && fresh.length > 0; round++) {
      const before = new Set(this.#makers);
      for (const name of fresh) this.#follow(name);
      fresh = [...this.#makers].filter((name) => !before.has(name));
    }
    for (const [entry, givers] of entriesOf([...this.#shared.keys()], this.#shared, this.port)) this.#evaluate(entry, givers);
    return [...this.#done.values()].flatMap((flow) => flow ?? []);
  }

  #follow(name: string): void {
    for (const info of this.port.filesNaming(name).flatMap(({ classes }) => classes)) if (info.extends?.k === "name" && info.extends.name === name) this.#makers.add(info.name);
    const givers = this.#givers.get(name);
    const callers = givers ? givers.flatMap((giver) => this.port.callersOf(name, giver)) : this.port.callersOf(name);
    if (callers.length > MOST_CALLERS) return;
    for (const body of inOrder(callers)) {
      if (body.owner && (body.kind === "initializer" || body.kind === "constructor")) this.#makers.add(body.owner.name);
      else for (const root of entrancesOf(body)) this.#evaluate(root);
    }
  }

  /** What other modules use of a module's channels: they may read from them as soon as it has been loaded. */
  #share(ev: Evaluator, activation: Activation, state: State): void {
    const { body: module, id } = activation;
    for (const [name, exported] of this.port.lowered(module.file)?.exports ?? []) {
      const value = "kind" in exported ? state.variables.get(id)?.get(exported.id) ?? readDeclaration(ev, exported, activation) : undefined;
      if (!value || !leadToChannel(ev, [value], state)) continue;
      if (this.port.filesMentioning(name).every((file) => file === module.file)) continue;
      drain(ev, endsIn(ev, [value], state, true), state);
      escape(ev, [value], state);
      append(this.#shared, module, name);
    }
  }

  #give(root: Body): void {
    const name = nameOf(root), others = this.#givers.get(name);
    if (others) others.push(root);
    else if (!this.#makers.has(name)) this.#givers.set(name, [root]);
    this.#makers.add(name);
  }

  /** `before`: modules whose channels the root uses. */
  #evaluate(root: Body, before: readonly Body[] = []): void {
    if (root.kind === "initializer") {
      if (root.owner) this.#makers.add(root.owner.name);
      return;
    }
    if ((this.#done.has(root) && before.length === 0) || this.#work > LIMITS.totalWork) return;
    const traffic = new Traffic(this.#makers);
    const ev = new Evaluator(new Session(this.port, this.catalogue, () => false), () => false, traffic);
    const activation = openActivation(ev, root);
    if (!activation) return;
    this.#done.set(root, undefined);
    try {
      this.#done.set(root, this.#run(ev, traffic, activation, before));
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
    } finally {
      this.#work += ev.work;
    }
  }

  #run(ev: Evaluator, traffic: Traffic, activation: Activation, before: readonly Body[]): Flow {
    const root = activation.body;
    const states = before.reduce<readonly State[]>((at, module) => runModule(ev, traffic, module, at), [START]);
    if (root.kind === "module") traffic.modules.add(root);
    ev.steps.push({ body: root, call: undefined, callback: false, activation: activation.id });
    const returned: Send[] = [];
    const { returns, normal } = runBody(ev, activation, states);
    if (root.kind === "module" && before.length === 0) for (const state of normal) this.#share(ev, activation, state);
    else if ((root.owner && traffic.isLeft) || (root.kind !== "module" && traffic.asksCaller)) this.#give(root);
    for (const { state, value } of returns) {
      returned.push(...sendsBehind(value));
      if (root.kind !== "module" && leadToChannel(ev, [value], state)) this.#give(root);
      escape(ev, [value], state);
    }
    const unwaited = ev.started.filter((task) => task.endedAt === Infinity && !task.maybe).flatMap((task) => task.sends);
    return { body: root, waits: [...ev.sends, ...unwaited, ...returned], traffic };
  }
}

/** A module that is loaded before another one. */
function runModule(ev: Evaluator, traffic: Traffic, module: Body, states: readonly State[]): readonly State[] {
  const activation = openActivation(ev, module);
  if (!activation) return states;
  traffic.modules.add(module);
  ev.steps.push({ body: module, call: undefined, callback: false, activation: activation.id });
  const { normal } = runBody(ev, activation, states);
  ev.steps.pop();
  return normal;
}

/** Whoever calls a function waits for the promise that it gives. */
function sendsBehind(value: Value): readonly Send[] {
  return value.v === "promise" && !value.first ? [...value.tasks.flatMap((task) => task.sends), ...sendsBehind(value.value)] : [];
}

/** The names by whose calls a library makes channels. */
function makersIn(catalogue: Catalogue): Set<string> {
  const operations = catalogue.libraries.flatMap((library) => library.operations);
  return new Set(operations.flatMap(({ on, member, effect }) => effect.do === "channel" || effect.do === "spawn" ? [member === "new" ? on : member] : []));
}
