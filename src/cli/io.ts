import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { styleText } from "node:util";

import { UsageError } from "./errors.js";

/** Where a command reads from and writes to; tests hand in their own. */
export interface Io {
  readonly cwd: string;
  out(text: string): void;
  err(text: string): void;
  /** Somebody watches the errors' output. */
  readonly isWatched: boolean;
  readonly hasColors: boolean;
}

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

export const painter = (hasColors: boolean): Paint => hasColors ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;

/** Writes what was asked for into a file, whose folder is made if it isn't there. */
export function save(text: string, output: string, { cwd }: Pick<Io, "cwd">): void {
  const file = path.resolve(cwd, output);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`${output} can't be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** One line on a terminal that tells what is going on, and is gone when something is told. */
export class Progress {
  #isShown = false;

  constructor(private readonly io: Io) {}

  tell(text: string): void {
    if (!this.io.isWatched) return;
    this.io.err(`\r\u{1B}[K${text}`);
    this.#isShown = true;
  }

  clear(): void {
    if (this.#isShown) this.io.err("\r\u{1B}[K");
    this.#isShown = false;
  }
}
