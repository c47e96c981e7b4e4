// rule: no-recursive-lock
// verdict: clean
// why: Readers let each other in as long as nobody writes.

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
}

console.log(await new Catalog().total(['lamp']));
