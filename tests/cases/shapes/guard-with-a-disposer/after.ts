import { AsyncGuard } from './guard.js';

class Journal {
  readonly #guard = new AsyncGuard();
  readonly #lines: string[] = [];

  async append(line: string): Promise<void> {
    using _ = await this.#guard.enter();
    this.#lines.push(line);
    if (this.#lines.length > 1) this.#rotate();
  }

  #rotate(): void {
    this.#lines.length = 0;
  }
}

const journal = new Journal();
await journal.append('a');
await journal.append('b');
console.log('rotated');
