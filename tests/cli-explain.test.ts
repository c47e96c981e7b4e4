/** What `explain` tells of a line. */
import { afterAll, describe, expect, it } from "vitest";

import { command, openFolder, TSCONFIG } from "./support/cli.js";

const folder = openFolder();
afterAll(() => { folder[Symbol.dispose](); });

const PROGRAM = `import { Mutex } from "async-mutex";
export interface Store { refresh(): Promise<void> }
const users = new Mutex(), sessions = new Mutex();
export async function renew(store: Store, given: any): Promise<void> {
  await sessions.runExclusive(async () => {
    console.log("held");
    await touch();
    await store.refresh();
    await given.refresh();
  });
}
async function touch(): Promise<void> { await users.runExclusive(() => 1); }
export const back = () => users.runExclusive(() => sessions.runExclusive(() => 1));
export async function pick(locks: Mutex[], choose: () => number): Promise<void> { await locks[choose()]!.runExclusive(() => 1); }
export const plain = () => 1;
export class Cache {
  readonly #lock = new Mutex();
  async refresh(): Promise<void> { await this.#lock.runExclusive(() => 1); }
}
`;

describe("explain", () => {
  const at = folder.write("explain", { "tsconfig.json": TSCONFIG, "main.ts": PROGRAM });
  const explain = async (line: number) => (await command(at, "explain", `main.ts:${line}`)).out;

  it("tells what is held, waited for, and reported", async () => {
    const text = await explain(7);
    expect(text).toMatch(/^main\.ts:7 in renew\n/);
    expect(text).toContain("Held here\n  `sessions`, taken in renew\n    main.ts:5:9  sessions.runExclusive(async () => {");
    expect(text).toContain("Waited for on this line, here or in what it calls\n  `users`, asked for in touch, while `sessions` is held\n    main.ts:12:47");
    expect(await explain(13)).toContain("\n  deadlock/lock-order: Waits for `sessions` while holding `users`; renew (main.ts:7)");
  });

  it("tells what is held where nothing waits", async () => {
    expect(await explain(6)).toContain("Held here\n  `sessions`, taken in renew\n");
  });

  it("tells what became of the calls under a lock", async () => {
    const text = await explain(5);
    expect(text).toContain("Held here\n  nothing, as far as is known\n");
    expect(text).toContain("  no implementation found, or more than four\n    main.ts:8:11  store.refresh()\n");
    expect(text).toContain("  no declaration, as on an `any`\n    main.ts:9:11  given.refresh()\n");
  });

  it("tells of locks that aren't known", async () => {
    expect(await explain(14)).toContain("Could not be told\n  waits for a lock of which isn't known which one it is\n    main.ts:14:89  locks[choose()]!.runExclusive(() => 1)\n");
  });

  it("tells where it doesn't look", async () => {
    expect(await explain(15)).toContain("It takes no lock itself");
  });

  it.each([
    ["main.ts", "wants one place, as FILE:LINE"],
    ["none.ts:1", "There is no file none.ts."],
    ["main.ts:99", "main.ts has 20 lines."],
  ])("refuses %s", async (place, message) => {
    expect(await command(at, "explain", place)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(message) as string });
  });

  it("refuses a file of no project", async () => {
    folder.write("explain", { "script.js": "" });
    expect(await command(at, "explain", "script.js:1")).toMatchObject({ code: 2, err: expect.stringContaining("script.js belongs to none of the projects: tsconfig.json.") as string });
  });
});
