import { Mutex } from 'async-mutex';
import { Catalog } from './after-catalog.js';

class Importer {
  private readonly mutex = new Mutex();
  private imported = 0;

  constructor(private readonly catalog: Catalog) {}

  async register(name: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const step = await this.next();
    await this.catalog.update(name, (old) => old + step);
  }

  async run(name: string): Promise<number> {
    return this.mutex.runExclusive(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      this.imported += await this.catalog.get(name);
      return this.imported;
    });
  }

  private async next(): Promise<number> {
    return this.mutex.runExclusive(() => ++this.imported);
  }
}

const importer = new Importer(new Catalog());
await Promise.all([importer.register('a'), importer.run('a')]);
console.log('done');
