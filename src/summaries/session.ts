import type { Catalogue } from "../catalogue/index.js";
import type { Body, Statement } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";
import type { Follow } from "./evaluator.js";
import { type Silent, Silence } from "./silence.js";
import type { State } from "./state.js";
import type { Tally } from "./tally.js";
import type { Value } from "./values.js";

/** Sees each statement that is followed, with what is true before it and after it; without anything after it where it never ends. */
export type Watch = (statement: Statement, body: Body, before: State, after: readonly State[]) => void;

/** What all evaluations of one program share. */
export class Session {
  /** Values of names and fields that no path has set, by what they are. */
  readonly lazy = new Map<string, Value>();
  ids = 0;
  readonly #locks = new Silence(this, false);
  readonly #waits = new Silence(this, true);

  /** `follow`: of evaluations that look for nothing in particular. */
  constructor(readonly port: ProgramPort, readonly catalogue: Catalogue, readonly follow: Follow, readonly watch?: Watch) {}

  /** What a body that waits for no permit does otherwise. `guarding`: its waits for the world outside are asked for, too. */
  silent(body: Body, guarding: boolean): Silent | undefined {
    return guarding || this.#waits.knows(body) ? this.#waits.of(body) : this.#locks.of(body);
  }

  get tallies(): readonly Tally[] {
    return [this.#locks.tally, this.#waits.tally];
  }
}
