import { afterAll, describe, expect, it } from "vitest";

import plugin from "../../src/index.js";
import { Fixer } from "../outcomes/fixer.js";
import type { Files } from "../outcomes/subjects.js";
import { openWorkspace } from "../support/workspace.js";
import { differences, ordersOf } from "./orders.js";
import { programs } from "./programs.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });
const fixer = new Fixer(workspace, plugin);

/** All cases are gone through by `npm run orders`. */
describe("the order in which rules fix makes no difference", () => {
  const counts: number[] = [];

  it.each(programs.map(({ name, text }) => [name, text] as const))("%s", async (_name, text) => {
    const orders = await ordersOf({ "main.ts": text }, fixer);
    counts.push(orders?.rules.length ?? 0);
    expect(orders && differences(orders)).toEqual([]);
  });

  it("would be seen", async () => {
    const edits: Readonly<Record<string, Readonly<Record<string, string>>>> = { "lock-order": { a: "b" }, "require-release": { a: "c" } };
    const edited = (text: string, rules: readonly string[]) => rules.map((rule) => edits[rule]?.[text]).find((each) => each !== undefined) ?? text;
    const clash = {
      fix: (files: Files, rules: readonly string[] = Object.keys(edits)) => Promise.resolve({ main: edited(files.main ?? "", rules) }),
      fixing: (files: Files) => Promise.resolve(Object.keys(edits).filter((rule) => edits[rule]?.[files.main ?? ""] !== undefined)),
    };
    const orders = await ordersOf({ main: "a" }, clash);
    expect(orders && differences(orders)).toHaveLength(1);
  });

  it("is tried on programs that several rules fix", () => {
    expect(counts.filter((count) => count > 1).length).toBeGreaterThan(3);
  });
});
