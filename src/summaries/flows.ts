import type { Catalogue } from "../catalogue/index.js";
import type { Body, ClassInfo, LoweredFile } from "../effects/ir.js";
import { Evaluator, GivenUp, LIMITS } from "./evaluator.js";
import { escape } from "./escapes.js";
import type { Send } from "./events.js";
import { runBody } from "./invocations.js";
import { openActivation } from "./names.js";
import { entrancesOf, inOrder, nameOf, type SectionPort } from "./sections.js";
import { Session } from "./session.js";
import { START } from "./state.js";
import { Traffic } from "./traffic.js";
import type { Activation, Value } from "./values.js";
import { leadToChannel } from "./carried.js";

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
  #work = 0;

  constructor(readonly port: FlowPort, readonly catalogue: Catalogue) {
    this.#makers = makersIn(catalogue);
  }

  run(): readonly Flow[] {
    for (const { name } of this.port.channelClasses()) this.#makers.add(name);
    let fresh: readonly string[] = [...this.#makers];
    for (let round = 0; round < ROUNDS && fresh.length > 0; round++) {
      const before = new Set(this.#makers);
      for (const name of fresh) this.#follow(name);
      fresh = [...this.#makers].filter((name) => !before.has(name));
    }
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

  #give(root: Body): void {
    const name = nameOf(root), others = this.#givers.get(name);
    if (others) others.push(root);
    else if (!this.#makers.has(name)) this.#givers.set(name, [root]);
    this.#makers.add(name);
  }

  #evaluate(root: Body): void {
    if (root.kind === "initializer") {
      if (root.owner) this.#makers.add(root.owner.name);
      return;
    }
    if (this.#done.has(root) || this.#work > LIMITS.totalWork) return;
    const traffic = new Traffic(this.#makers);
    const ev = new Evaluator(new Session(this.port, this.catalogue, () => false), () => false, traffic);
    const activation = openActivation(ev, root);
    if (!activation) return;
    this.#done.set(root, undefined);
    try {
      this.#done.set(root, this.#run(ev, traffic, activation));
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
    } finally {
      this.#work += ev.work;
    }
  }

  #run(ev: Evaluator, traffic: Traffic, activation: Activation): Flow {
    const root = activation.body;
    ev.steps.push({ body: root, call: undefined, callback: false, activation: activation.id });
    const returned: Send[] = [];
    for (const { state, value } of runBody(ev, activation, [START]).returns) {
      returned.push(...sendsBehind(value));
      if (root.kind !== "module" && leadToChannel(ev, [value], state)) this.#give(root);
      escape(ev, [value], state);
    }
    const unwaited = ev.started.filter((task) => task.endedAt === Infinity && !task.maybe).flatMap((task) => task.sends);
    return { body: root, waits: [...ev.sends, ...unwaited, ...returned], traffic };
  }
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
