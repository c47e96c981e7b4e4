import type { Catalogue } from "../catalogue/index.js";
import type { Body, ClassInfo } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { callFunction } from "./calls.js";
import { type Standstill, standstillOf } from "./circles.js";
import { instantiate } from "./construct.js";
import { moduleScope, runModule } from "./modules.js";
import { ClassRef, Fn, Obj, type Scope, Unknown } from "./values.js";
import { Abandoned, World } from "./world.js";

/** What the program offers to rehearsals. */
export interface RehearsalPort extends ProgramPort {
  /** Files in which something may wait for itself, and modules that do something with them when they are loaded. */
  suspects(): { readonly files: readonly string[]; readonly modules: readonly string[] };
}

/** A rehearsal that ended with somebody waiting for ever. */
export interface Stall extends Standstill {
  readonly world: World;
  /** The whole program was run, as its modules run it; else one function was called by nobody knows whom. */
  readonly isWhole: boolean;
  /** How many open questions had been asked, and how many of them were not answered as they usually are. */
  readonly asked: number;
  readonly unusual: number;
}

/** How often one beginning is rehearsed with other answers, how many questions are answered the other way, and how much is done in all. */
const MOST_RUNS = 16, MOST_FLIPPED = 10, TOTAL_STEPS = 600_000;

type Begin = (world: World) => void;

/** Runs the suspicious parts of a program, as a computer would, and tells where they come to a standstill. */
export class Rehearsals {
  readonly stalls: Stall[] = [];
  #steps = 0;

  constructor(readonly port: RehearsalPort, readonly catalogue: Catalogue) {}

  run(): readonly Stall[] {
    const { files, modules } = this.port.suspects();
    for (const file of modules) this.#explore(true, (world) => { runModule(world, file); });
    for (const file of files) for (const begin of this.#beginnings(file)) this.#explore(false, begin);
    return this.stalls;
  }

  /** The functions of a file, and the methods of its classes, that somebody may call. */
  *#beginnings(file: string): Generator<Begin> {
    const lowered = this.port.lowered(file);
    if (!lowered) return;
    for (const body of lowered.bodies) {
      if (body.parent?.kind === "module" && !body.owner && isWorthIt(body) && (body.kind === "function" || body.kind === "arrow")) yield (world) => { callOpenly(world, body); };
    }
    for (const info of lowered.classes) {
      if (info.body.kind !== "module" || info.abstract) continue;
      yield (world) => { create(world, info); };
      for (const { kind, body, private: isPrivate } of info.members.values()) if (kind === "method" && body && !isPrivate && isWorthIt(body)) yield (world) => { callMethod(world, info, body); };
    }
  }

  /** Rehearses with the usual answers first, and then with others, as far as they matter. */
  #explore(isWhole: boolean, begin: Begin): void {
    const pending: ReadonlyMap<number, boolean>[] = [new Map()];
    for (let count = 0; count < MOST_RUNS && this.#steps < TOTAL_STEPS; count++) {
      const choices = pending.shift();
      if (!choices) return;
      const world = new World(this.port, this.catalogue, choices);
      this.#rehearse(world, isWhole, begin);
      this.#steps += world.steps;
      const last = Math.max(-1, ...choices.keys());
      if (choices.size < 2) for (let index = last + 1; index < Math.min(world.asked.length, MOST_FLIPPED); index++) pending.push(new Map(choices).set(index, !(world.asked[index] ?? false)));
    }
  }

  #rehearse(world: World, isWhole: boolean, begin: Begin): void {
    try {
      begin(world);
      world.exhaust();
      const { circles, dead } = standstillOf(world, isWhole);
      if (circles.length + dead.length > 0) this.stalls.push({ circles, dead, world, isWhole, asked: world.asked.length, unusual: world.choices.size });
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
    }
  }
}

const isWorthIt = (body: Body): boolean => !body.generator && body.statements.length > 0 && body.callNames.size > 0;

const unknownArguments = (body: Body | undefined): Unknown[] => body?.parameters.map(({ name, rest }) => new Unknown(rest ? "rest" : name ?? "argument")) ?? [];

function callOpenly(world: World, body: Body): void {
  const scope = moduleScope(world, body.file);
  if (scope) world.later(() => callFunction(world, new Fn(body, scope, undefined), unknownArguments(body), undefined));
}

function create(world: World, info: ClassInfo): Obj | undefined {
  const scope = moduleScope(world, info.file);
  if (!scope) return undefined;
  const cls = new ClassRef(info, scope), object = new Obj("object", cls);
  world.escape(object);
  world.later(function* () {
    yield* instantiate(world, cls, object, unknownArguments(info.constructorBody));
    return undefined;
  });
  return object;
}

function callMethod(world: World, info: ClassInfo, body: Body): void {
  const object = create(world, info), scope: Scope | undefined = moduleScope(world, info.file);
  world.exhaust();
  if (object && scope) world.later(() => callFunction(world, new Fn(body, scope, object), unknownArguments(body), undefined));
}
