// The lock's connection comes from the pool that the locked work uses, three objects further on. Seen in cardstack/boxel (the
// writes of a realm, which end in its index).
import { IndexWriter } from "./index-writer.ts";
import { Store } from "./store.ts";

class Folder {
  readonly #store: Store;
  readonly #index: IndexWriter;

  constructor(store: Store, index: IndexWriter) {
    this.#store = store;
    this.#index = index;
  }

  async remove(path: string): Promise<void> {
    await this.#store.whileLocked("folder", () => this.#removeNow(path)); // ! no-recursive-lock certain
  }

  async #removeNow(path: string): Promise<void> {
    await this.#index.forget(path);
  }
}

const store = new Store();
await new Folder(store, new IndexWriter(store)).remove("a.txt");
console.log("done");
