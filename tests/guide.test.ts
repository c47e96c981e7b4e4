/** What docs/guide.md tells is so: its programs hang and end, the reports and edits are those of the rules. */
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { type Block, blocksOf, readPage } from "./support/pages.js";
import { execute, linter, openWorkspace, typed } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const configs = [typed(workspace.folder), plugin.configs.recommended];
let count = 0;
const write = (text: string) => workspace.write(String(count++), { "hang.ts": text });

async function lint(folder: string, fix = false) {
  const [result] = await linter(workspace.folder, configs, { fix }).lintFiles([path.join(folder, "hang.ts")]);
  if (!result) throw new Error("nothing was linted");
  return result;
}

interface Story {
  readonly name: string;
  readonly bad: string;
  readonly report: string;
  readonly good: string;
  /** Who writes the repaired program, in the words above it. */
  readonly cure: string;
}

/** A program, what is said of it, and the program that the cure makes of it. */
function stories(blocks: readonly Block[]): Story[] {
  return blocks.flatMap(({ language, text, heading }, index) => {
    const [bad, good] = [blocks[index - 1], blocks[index + 1]];
    return language === "text" ? [{ name: `${heading}, program ${String(index)}`, bad: bad?.text ?? "", report: text, good: good?.text ?? "", cure: good?.lead ?? "" }] : [];
  });
}

const blocks = blocksOf(readPage("docs/guide.md")), told = stories(blocks);

it("tells six stories: what hangs, what is said of it, what ends", () => {
  expect(told).toHaveLength(6);
  expect(blocks.map(({ language }) => language)).toEqual(told.flatMap(() => ["ts", "text", "ts"]));
});

describe.each(told)("$name", ({ bad, report, good, cure }) => {
  const hanging = write(bad), repaired = write(good);

  it("hangs", async () => {
    const { status, output } = await execute(hanging, "hang.ts");
    expect(output).not.toContain("done");
    expect(status).toBe(13);
  });

  it("ends once it is repaired", async () => {
    const { status, output } = await execute(repaired, "hang.ts");
    expect(output).toMatch(/^done\n$/m);
    expect(status).toBe(0);
  });

  it("is reported as the page says, and repaired it isn't", async () => {
    const { messages } = await lint(hanging);
    expect(messages.map(({ line, column, message, ruleId }) => `${String(line)}:${String(column)}  ${message}  ${ruleId ?? ""}\n`).join("")).toBe(report);
    expect((await lint(repaired)).messages).toEqual([]);
  });

  it("is repaired by whom the page says", async () => {
    const fixed = (await lint(hanging, true)).output;
    const suggestions = (await lint(hanging)).messages.flatMap((message) => message.suggestions ?? []);
    const suggested = suggestions.map(({ fix: { range: [start, end], text } }) => bad.slice(0, start) + text + bad.slice(end));
    if (cure.includes("`--fix`")) expect(fixed).toBe(good);
    else if (cure.includes("The suggestion")) expect([fixed, suggested]).toEqual([undefined, [good]]);
    else expect([fixed, suggested]).toEqual([undefined, []]);
  });
});

describe("the starved buffer's sizes", () => {
  const program = told.find(({ bad }) => bad.includes("pMapIterable"))?.bad ?? "";

  it.each([
    ["seven connections", "Semaphore(5)", "Semaphore(7)", 0],
    ["three rows fetched ahead", "concurrency: 5", "concurrency: 3", 0],
    ["six connections", "Semaphore(5)", "Semaphore(6)", 13],
    ["four rows fetched ahead", "concurrency: 5", "concurrency: 4", 13],
  ])("%s", async (_, from, to, status) => {
    const folder = write(program.replace(from, to));
    expect((await execute(folder, "hang.ts")).status).toBe(status);
    expect((await lint(folder)).messages).toHaveLength(status === 0 ? 0 : 1);
  });
});
