import type { Catalogue } from "../catalogue/index.js";
import type { ProgramPort } from "../effects/port.js";
import type { Follow } from "./evaluator.js";
import { Silence } from "./silence.js";
import type { Value } from "./values.js";

/** What all evaluations of one program share. */
export class Session {
  /** Values of names and fields that no path has set, by what they are. */
  readonly lazy = new Map<string, Value>();
  readonly silence = new Silence(this);
  ids = 0;

  /** `follow`: of evaluations that look for nothing in particular. */
  constructor(readonly port: ProgramPort, readonly catalogue: Catalogue, readonly follow: Follow) {}
}
