import type { Body, LoweredFile, Span, Statement } from "../../effects/ir.js";
import { allStatements } from "../../effects/walk.js";
import type { Permit } from "../../summaries/events.js";
import type { Watch } from "../../summaries/session.js";
import type { State } from "../../summaries/state.js";
import { innermost } from "./target.js";

type Held = readonly Permit[];

interface Visit {
  readonly statement: Statement;
  readonly body: Body;
  readonly before: Held;
  readonly after: readonly Held[];
}

/** What was held each time that the analysis came to a line. */
export class Visits {
  readonly #visits: Visit[] = [];
  readonly #file: LoweredFile;
  readonly #line: Span;

  constructor(file: LoweredFile, line: Span) {
    this.#file = file;
    this.#line = line;
  }

  readonly watch: Watch = (statement, body, { held }, after) => {
    if (body.file === this.#file.file) this.#visits.push({ statement, body, before: held, after: after.map((state: State) => state.held) });
  };

  /** Taken before the line; `always`: by whichever way the line is reached in the function that takes it. `alone`: not beside another of that place. */
  held(): readonly { readonly permit: Permit; readonly always: boolean; readonly alone: boolean }[] {
    const ways = this.#ways(), isThere = (held: Held, permit: Permit): boolean => held.some(({ place }) => isSame(place, permit.place));
    return ways.flat().map((permit) => ({
      permit, always: ways.every((held) => isThere(held, permit)) || !this.#isTakenHere(permit),
      alone: ways.every((held) => new Set(held.filter(({ place }) => isSame(place, permit.place)).map(({ resource }) => resource.object.id)).size < 2),
    }));
  }

  /**
   * What begins on the line counts, or else what goes on over it. Where it has no code of its own, as with a closing brace, it is what
   * comes next in the function, and at its end what was last.
   */
  #ways(): readonly Held[] {
    const body = innermost(this.#file, this.#line), all = [...allStatements(body.statements)];
    const starting = this.#visits.filter(({ statement: { span } }) => span.start >= this.#line.start && span.start < this.#line.end);
    if (starting.length > 0) return starting.map(({ before }) => before);
    const within = all.findLast(({ span }) => span.start < this.#line.start && span.end > this.#line.start);
    const isPart = within !== undefined && ![...allStatements([within])].some((inner) => inner !== within);
    const next = isPart ? within : all.find(({ span }) => span.start >= this.#line.end);
    if (next) return this.#of(next).map(({ before }) => before);
    const last = body.statements.at(-1);
    return last ? this.#of(last).flatMap(({ after }) => after) : [];
  }

  #of(statement: Statement): readonly Visit[] {
    return this.#visits.filter((visit) => visit.statement === statement);
  }

  /** In the function that the line stands in: who calls it may hold more, or not. */
  #isTakenHere({ place }: Permit): boolean {
    const { span } = place.body;
    return place.file === this.#file.file && span.start <= this.#line.start && this.#line.end <= span.end;
  }
}

const isSame = (a: Permit["place"], b: Permit["place"]): boolean => a.file === b.file && a.span.start === b.span.start;
