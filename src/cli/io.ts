import { styleText } from "node:util";

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
