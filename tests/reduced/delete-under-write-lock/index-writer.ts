import type { Store } from "./store.ts";

export class IndexWriter {
  constructor(private readonly store: Store) {}

  async forget(path: string): Promise<void> {
    await this.store.run(`DELETE FROM entries WHERE path = '${path}'`);
  }
}
