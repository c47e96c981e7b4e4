import { RWLock } from '@rocicorp/lock';

class Store {
  private readonly rw = new RWLock();
  private readonly values = new Map<string, number>();

  async withRead<R>(fn: (read: (key: string) => number | undefined) => Promise<R>): Promise<R> {
    return this.rw.withRead(() => fn((key) => this.values.get(key)));
  }

  async withWrite<R>(fn: (write: (key: string, value: number) => void) => Promise<R>): Promise<R> {
    return this.rw.withWrite(() => fn((key, value) => void this.values.set(key, value)));
  }
}

class Cvr {
  constructor(private readonly store: Store) {}

  async bump(key: string): Promise<number> {
    const next = await this.store.withRead(async (read) => (read(key) ?? 0) + 1);
    await this.flush(key, next);
    return next;
  }

  private flush(key: string, value: number): Promise<void> {
    return this.store.withWrite(async (write) => write(key, value));
  }
}

console.log(await new Cvr(new Store()).bump('a'));
