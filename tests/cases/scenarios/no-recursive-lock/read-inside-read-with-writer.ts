// rule: no-recursive-lock
// verdict: report
// lines: 21
// why: A writer that asks after the first read and before the second waits for the first, and the second read queues behind the writer.

import { RWLock } from '@rocicorp/lock';
import { setImmediate as tick } from 'node:timers/promises';

class Catalog {
  readonly #lock = new RWLock();
  readonly #prices = new Map<string, number>([['lamp', 20]]);

  price(item: string): Promise<number> {
    return this.#lock.withRead(() => this.#prices.get(item) ?? 0);
  }

  total(items: readonly string[]): Promise<number> {
    return this.#lock.withRead(async () => {
      await tick();
      let sum = 0;
      for (const item of items) sum += await this.price(item);
      return sum;
    });
  }

  set(item: string, price: number): Promise<void> {
    return this.#lock.withWrite(() => { this.#prices.set(item, price); });
  }
}

const catalog = new Catalog();
console.log(await Promise.all([catalog.total(['lamp']), catalog.set('lamp', 25)]));
