import type { Body, Span, Statement } from "../../effects/ir.js";
import type { Permit } from "../../summaries/events.js";
import type { Watch } from "../../summaries/session.js";

interface Visit {
  readonly statement: Statement;
  readonly body: Body;
  readonly held: readonly Permit[];
}

/** What was held each time that the analysis came to a line. */
export class Visits {
  readonly #visits: Visit[] = [];

  constructor(private readonly file: string, private readonly line: Span) {}

  readonly watch: Watch = (statement, body, { held }) => {
    if (body.file === this.file && statement.span.start < this.line.end && statement.span.end > this.line.start) this.#visits.push({ statement, body, held });
  };

  /** Taken before the line; `always`: by whichever way the line is reached in the function that takes it. */
  held(): readonly { readonly permit: Permit; readonly always: boolean }[] {
    const visits = this.#closest();
    return visits.flatMap(({ held }) => held).map((permit) => ({
      permit, always: visits.every(({ held }) => held.some(({ place }) => place.span.start === permit.place.span.start && place.file === permit.place.file) || !this.#isTakenHere(permit, visits)),
    }));
  }

  /** What begins on the line, or else the smallest part of the text around it. */
  #closest(): readonly Visit[] {
    const starting = this.#visits.filter(({ statement: { span } }) => span.start >= this.line.start);
    if (starting.length > 0) return starting;
    const around = this.#visits.filter(({ body }) => !isInNested(this.line, body)), smallest = Math.min(...around.map(sizeOf));
    return around.filter((visit) => sizeOf(visit) === smallest);
  }

  /** In the function that the line stands in: who calls it may hold more, or not. */
  #isTakenHere(permit: Permit, visits: readonly Visit[]): boolean {
    return permit.place.file === this.file && visits.some(({ statement }) => permit.place.body.span.start <= statement.span.start && statement.span.end <= permit.place.body.span.end);
  }
}

const sizeOf = ({ statement: { span } }: Visit): number => span.end - span.start;

/** It runs when a function runs that is written in this one, and not with it. */
const isInNested = (line: Span, { children }: Body): boolean => children.some(({ span }) => span.start < line.start && line.end < span.end);
