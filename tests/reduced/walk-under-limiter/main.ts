// A limiter around a recursive walk: each folder keeps its place while it waits for places for the folders in it, so that a tree
// deeper than the limit stands still. Seen in cardstack/boxel (the remote listing of its command line).
import pLimit from "p-limit";

type Tree = { readonly [name: string]: Tree };

class Listing {
  private readonly limit = pLimit(2);

  constructor(private readonly root: Tree) {}

  async folder(at: Tree = this.root): Promise<string[]> {
    const below = await Promise.all(Object.entries(at).map(async ([name, tree]) => {
      const names = await this.limit(() => this.folder(tree)); // ! no-recursive-lock likely
      return [name, ...names];
    }));
    return below.flat();
  }
}

console.log(await new Listing({ a: { b: { c: {} } } }).folder());
