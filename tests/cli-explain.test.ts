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

const WAYS = `import { Mutex } from "async-mutex";
const mutex = new Mutex();
const seen = new Set<string>();
export async function once(id: string): Promise<boolean> {
  const release = await mutex.acquire();
  if (seen.has(id)) return false;
  seen.add(id);
  console.log(
    id,
  );
  release();
  return true;
}
export async function maybe(id: string, locked: boolean): Promise<void> {
  let release: (() => void) | undefined;
  if (!locked) release = await mutex.acquire();
  console.log(id);
  release?.();
}
export async function twice(): Promise<void> {
  await once("a");
}
export async function guarded(given: any, store: { load(): Promise<void> }): Promise<void> {
  await given.load().then(1);
  await store.load();
  const other = new Mutex();
  const release = await (given ? mutex : other).acquire();
  try {
    console.log("held");
  } finally {
    release();
  }
  seen.clear();
}
`;

describe("explain", () => {
  const at = folder.write("explain", { "tsconfig.json": TSCONFIG, "main.ts": PROGRAM, "ways.ts": WAYS });
  const explain = async (line: number, file = "main.ts") => (await command(at, "explain", `${file}:${line}`)).out;

  it("tells what is held, waited for, and reported", async () => {
    const text = await explain(7);
    expect(text).toMatch(/^main\.ts:7 in renew\n/);
    expect(text).toContain("Held when this line begins\n  `sessions`, taken in renew\n    main.ts:5:9  sessions.runExclusive(async () => {");
    expect(text).toContain("Waited for on this line, and in what it calls\n  `users`, asked for in touch, while `sessions` is held\n    main.ts:12:47");
    expect(await explain(13)).toContain("\n  deadlock/lock-order  main.ts:13:52  ← this line\n    Waits for `sessions` while holding `users`; renew (main.ts:7)");
  });

  it("tells the sides of a circle at each of them", async () => {
    for (const line of [5, 7, 13]) {
      const text = await explain(line), [, part = ""] = text.split("Reports in which this line has a part (strict config)\n");
      expect(part).toContain("  deadlock/lock-order  main.ts:13:52");
      expect(part).toContain(`main.ts:${line}:`);
      expect(part.split("\n").filter((each) => each.endsWith("← this line")).every((each) => each.includes(`main.ts:${line}:`))).toBe(true);
      expect(part).toContain("    renew takes `sessions`  main.ts:5:9");
      expect(part).toContain("    renew waits for `users` while holding `sessions`  main.ts:7:11");
    }
  });

  it("tells what is held where nothing waits", async () => {
    expect(await explain(6)).toContain("Held when this line begins\n  `sessions`, taken in renew\n");
    for (const line of [7, 9]) expect(await explain(line, "ways.ts")).toContain("Held when this line begins\n  `mutex`, taken in once\n    ways.ts:5:25  mutex.acquire()\n");
    for (const line of [5, 12]) expect(await explain(line, "ways.ts")).toContain("Held when this line begins\n  no lock that is known of\n");
  });

  it("tells what a way out leaves held, and who reports that", async () => {
    const text = await explain(6, "ways.ts");
    expect(text).toContain("Held when this line begins\n  `mutex`, taken in once\n");
    expect(text).toContain("Not given back when this line leaves the function\n  `mutex`, taken in once\n    ways.ts:5:25  mutex.acquire()\n");
    expect(text).toContain("  deadlock/require-release  ways.ts:5:25\n");
    expect(text).toContain("    Here it may be left without giving it back  ways.ts:6:21  ← this line\n");
    expect(await explain(12, "ways.ts")).not.toContain("Not given back");
  });

  it("tells what is held on some ways only", async () => {
    expect(await explain(17, "ways.ts")).toContain("Held when this line begins\n  `mutex`, taken in maybe, on some of the ways that lead here\n");
  });

  it("tells of a line without code what comes next, and at the end of a function what was last", async () => {
    const held = async (line: number, file?: string) => /^Held when this line begins\n {2}(.*)/m.exec(await explain(line, file))?.[1];
    for (const line of [30, 31]) expect(await held(line, "ways.ts")).toMatch(/^`mutex` or `other`, taken in guarded$/);
    for (const line of [32, 34]) expect(await held(line, "ways.ts")).toBe("no lock that is known of");
    expect(await held(10)).toBe("`sessions`, taken in renew");
    expect(await held(11)).toBe("no lock that is known of");
  });

  it("tells which of several locks are a choice", async () => {
    expect(await explain(30, "ways.ts")).toContain("Waited for in all of guarded\n  `mutex` or `other`, asked for in guarded\n    ways.ts:27:25");
  });

  it("tells which calls can't be followed where no lock is held", async () => {
    const [, part] = (await explain(24, "ways.ts")).split("Other calls in guarded that can't be followed\n");
    expect(part).toContain("  not looked into: its type doesn't say which function it is, as with `any`\n    ways.ts:24:9  given.load().then(1)\n    ways.ts:24:9  given.load()\n");
    expect(part).toContain("  not looked into: its code isn't there, or it may be any of more than four functions\n    ways.ts:25:9  store.load()\n");
    expect(part).not.toContain("seen.clear");
    expect(await explain(15)).not.toContain("can't be followed");
  });

  it("takes what a line takes in what it calls for no lock that is held before", async () => {
    expect(await explain(21, "ways.ts")).toContain("Held when this line begins\n  no lock that is known of\n\nWaited for on this line, and in what it calls\n  `mutex`, asked for in once\n");
  });

  it("tells what became of the calls under a lock", async () => {
    const text = await explain(5);
    expect(text).toContain("Held when this line begins\n  no lock that is known of\n");
    expect(text).toContain("  not looked into: its code isn't there, or it may be any of more than four functions\n    main.ts:8:11  store.refresh()\n");
    expect(text).toContain("  not looked into: its type doesn't say which function it is, as with `any`\n    main.ts:9:11  given.refresh()\n");
  });

  it("tells of locks that aren't known", async () => {
    expect(await explain(14)).toContain("Not known\n  waits for a lock, and it can't be told for which one\n    main.ts:14:89  locks[choose()]!.runExclusive(() => 1)\n");
  });

  it("tells where it doesn't look", async () => {
    expect(await explain(15)).toContain("No lock is taken in it");
  });

  it.each([
    ["main.ts", "wants one place, as FILE:LINE"],
    ["none.ts:1", "There is no file none.ts."],
    ["main.ts:99", "main.ts has 19 lines."],
    ["main.ts:0", "main.ts has 19 lines."],
  ])("refuses %s", async (place, message) => {
    expect(await command(at, "explain", place)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(message) as string });
  });

  it("refuses a file of no project", async () => {
    folder.write("explain", { "script.js": "" });
    expect(await command(at, "explain", "script.js:1")).toMatchObject({ code: 2, err: expect.stringContaining("script.js belongs to none of the projects: tsconfig.json.") as string });
  });
});
