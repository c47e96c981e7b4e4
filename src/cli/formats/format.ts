import type { Paint } from "../io.js";
import type { Results } from "../reports.js";

export interface FormatContext {
  readonly paint: Paint;
  /** How a file is called in the output. */
  readonly nameOf: (file: string) => string;
}

export type Formatter = (results: Results, context: FormatContext) => string;

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
