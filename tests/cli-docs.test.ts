/** What docs/cli.md shows is what the command says. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { HELP } from "../src/cli/help.js";
import { readOptions } from "../src/cli/options.js";
import { command, openFolder } from "./support/cli.js";
import { root } from "./support/workspace.js";

const page = readFileSync(path.join(root, "docs/cli.md"), "utf8"), readme = readFileSync(path.join(root, "README.md"), "utf8");
const blocks = (text: string, language: string) => Array.from(text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gm")), (match) => match[1] ?? "");
const folder = openFolder();
afterAll(() => { folder[Symbol.dispose](); });

const examples = path.join(folder.path, "examples");
cpSync(path.join(root, "examples"), examples, { recursive: true });

describe("docs/cli.md", () => {
  const commands = [...blocks(page, "sh"), ...blocks(readme.slice(readme.indexOf("## Command line")), "sh").slice(0, 1)].flatMap((block) => block.trim().split("\n"));

  it.each(commands)("%s", async (line) => {
    const [npx, name, ...args] = line.replace(/ +#.*$/, "").split(/\s+/);
    expect([npx, name]).toEqual(["npx", "eslint-plugin-deadlock"]);
    expect(() => readOptions(args)).not.toThrow();
    if (args.includes("locks.html")) return;
    writeFileSync(path.join(examples, "deadlock.json"), blocks(page, "json")[0] ?? "");
    expect((await command(examples, ...args)).code).toBeLessThan(2);
  });

  it("mentions only options that there are", () => {
    const options = page.match(/(?<![-\w])--[a-z][a-z-]*/g) ?? [];
    expect(options.length).toBeGreaterThan(10);
    for (const option of options) expect(HELP).toContain(option);
  });

  it("shows the graph and the explanation as they are", async () => {
    const [, graph, explained] = blocks(page, "text");
    expect((await command(examples, "graph")).out).toBe(graph);
    expect((await command(examples, "explain", "src/session-manager.ts:7")).out.startsWith((explained ?? "-").trimEnd())).toBe(true);
  });

  it("links only to files that are there", () => {
    for (const [, link = ""] of page.matchAll(/\]\((?!https?:)([^)#]+)/g)) expect(() => readFileSync(path.join(root, "docs", link))).not.toThrow();
  });
});
