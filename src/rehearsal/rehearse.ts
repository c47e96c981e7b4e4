import type { Catalogue } from "../catalogue/index.js";
import type { Body, ClassInfo } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import { callFunction } from "./calls.js";
import { type Beginning, beginningsOf, type Keeping } from "./beginnings.js";
import { type Standstill, standstillOf } from "./circles.js";
import { instantiate } from "./construct.js";
import { moduleScope, runModule } from "./modules.js";
import { Reach } from "./reach.js";
import { ClassRef, Fn, Obj, Prom, type Run, type Scope, Unknown, type Value } from "./values.js";
import { Abandoned, World } from "./world.js";

/** What the program offers to rehearsals. */
export interface RehearsalPort extends ProgramPort {
  /** Where files keep promises for somebody else, and modules that do something with them when they are loaded. */
  suspects(): { readonly files: ReadonlyMap<string, Keeping>; readonly modules: readonly string[] };
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
const MOST_RUNS = 12, MOST_FLIPPED = 8, TOTAL_STEPS = 300_000;
/** How many steps one rehearsal of a whole program, and of one function, may take. */
const WHOLE_STEPS = 8_000, STEPS = 1_500;

/** Runs the suspicious parts of a program, as a computer would, and tells where they come to a standstill. */
export class Rehearsals {
  readonly stalls: Stall[] = [];
  #steps = 0;
  readonly counts = { beginnings: 0, runs: 0, abandoned: 0 };

  constructor(readonly port: RehearsalPort, readonly catalogue: Catalogue) {}

  account(): string {
    return `${JSON.stringify(this.counts)} steps ${String(this.#steps)}`;
  }

  run(): readonly Stall[] {
    const { files, modules } = this.port.suspects();
    for (const file of modules) this.#explore(true, (world) => { runModule(world, file); });
    for (const [file, keeping] of files) {
      const lowered = this.port.lowered(file);
      for (const beginning of lowered ? beginningsOf(lowered, keeping) : []) this.#explore(false, (world) => { begin(world, beginning); });
    }
    return this.stalls;
  }

  /** Rehearses with the usual answers first, and then with others, as far as they matter. */
  #explore(isWhole: boolean, start: (world: World) => void): void {
    this.counts.beginnings++;
    const pending: ReadonlyMap<number, boolean>[] = [new Map()];
    for (let count = 0; count < MOST_RUNS && this.#steps < TOTAL_STEPS; count++) {
      const choices = pending.shift();
      if (!choices) return;
      const world = new World(this.port, this.catalogue, choices, isWhole ? WHOLE_STEPS : STEPS);
      const isDone = this.#rehearse(world, isWhole, start);
      this.#steps += world.steps;
      if (!isDone) return;
      this.counts.runs++;
      const last = Math.max(-1, ...choices.keys());
      if (choices.size < 2) for (let index = last + 1; index < Math.min(world.asked.length, MOST_FLIPPED); index++) pending.push(new Map(choices).set(index, !(world.asked[index] ?? false)));
    }
  }

  #rehearse(world: World, isWhole: boolean, start: (world: World) => void): boolean {
    try {
      start(world);
      world.exhaust();
      const { circles, dead } = standstillOf(world, isWhole);
      if (circles.length + dead.length > 0 && !hasEnded(world)) this.stalls.push({ circles, dead, world, isWhole, asked: world.asked.length, unusual: world.choices.size });
      return true;
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
      this.counts.abandoned++;
      return false;
    }
  }
}

/** A failure that nobody handles, known or not, ends the program: then nobody waits. */
function hasEnded(world: World): boolean {
  const unhandled = world.survives ? [] : world.rejected.filter(({ isHandled }) => !isHandled);
  if (unhandled.length === 0) return false;
  const { things } = new Reach(world).add(...world.escaped);
  return unhandled.some((promise) => !things.has(promise));
}

function begin(world: World, { body, info }: Beginning): void {
  if (!info) callOpenly(world, body);
  else if (body.kind === "method") callMethod(world, info, body);
  else create(world, info);
}

const unknownArguments = (body: Body | undefined): Unknown[] => body?.parameters.map(({ name, rest }) => new Unknown(rest ? "rest" : name ?? "argument")) ?? [];

function callOpenly(world: World, body: Body): void {
  const scope = moduleScope(world, body.file);
  if (scope) world.later(() => callAsSomebody(world, new Fn(body, scope, undefined)));
}

/** Whoever calls it looks after what becomes of it. */
function* callAsSomebody(world: World, fn: Fn): Run<Value> {
  const value = yield* callFunction(world, fn, unknownArguments(fn.body), undefined);
  if (value instanceof Prom) value.isHandled = true;
  return value;
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
  if (object && scope) world.later(() => callAsSomebody(world, new Fn(body, scope, object)));
}
