import AsyncLock from 'async-lock';

export class Catalog {
  private readonly lock = new AsyncLock();
  private readonly entries = new Map<string, number>();

  update(name: string, compute: (old: number) => number): Promise<void> {
    return this.lock.acquire('catalog', async () => {
      this.entries.set(name, compute(this.entries.get(name) ?? 0));
    });
  }

  get(name: string): Promise<number> {
    return this.lock.acquire('catalog', async () => this.entries.get(name) ?? 0);
  }
}
