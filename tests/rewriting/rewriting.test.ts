import { describe, expect, it } from "vitest";
import { openProject, typeErrors } from "./program.js";
import { rewritings } from "./rewritings.js";

/** Packages, and so async-mutex, are resolved from here. */
const directory = import.meta.dirname;

const program = `import { Mutex } from "async-mutex";

const outer = new Mutex();
const locks = { inner: new Mutex() };

class Store {
  readonly #lock = new Mutex();

  async write(): Promise<void> {
    await this.#lock.runExclusive(() => undefined);
  }

  async move(): Promise<void> {
    const release = await outer.acquire();
    try {
      await this.write();
    } finally {
      release();
    }
  }
}

async function both(): Promise<string> {
  return outer.runExclusive(async () => {
    await locks.inner.runExclusive(() => undefined);
    return "both";
  });
}

await new Store().move();
console.log(await both());
`;

/** A line that only the rewritten program has. */
const expected: Record<string, string> = {
  "lock-to-other-file": "export const outer = new Mutex();",
  "behind-barrel": "export { outer, locks } from './shared-locks.js';",
  "injected-by-constructor": "await new Store(new Mutex()).move();",
  "registry-function": "const release = await getOuter().acquire();",
  "typed-arrow-field": "write: () => Promise<void> = async () => {",
  "helper-as-callback": "await call(() => this.write());",
  "generic-higher-order": "const release = await enter(outer);",
  "rename": "const { inner: item4 } = item2;",
  "base-and-sub": "class Store extends StoreBase {",
  "acquire-runExclusive": "await outer.runExclusive(async () => {",
};

describe("rewritings", () => {
  it.each(rewritings.map((way) => [way.name, way] as const))("%s", (name, way) => {
    const files = way.rewrite(new Map([["main.ts", program]]), directory);
    expect(files && typeErrors(openProject(files, directory))).toEqual([]);
    expect([...(files?.values() ?? [])].flatMap((text) => text.split("\n").map((line) => line.trim()))).toContain(expected[name]);
  }, 30_000);

  it.each(rewritings.map((way) => [way.name, way] as const))("%s leaves a program without locks and functions alone", (_name, way) => {
    expect(way.rewrite(new Map([["main.ts", "console.log(1);\nexport {};\n"]]), directory)).toBeUndefined();
  }, 30_000);
});
