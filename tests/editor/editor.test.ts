/** What an editor shows, by way of the server that VS Code's ESLint extension runs. docs/editor.md says the same in words. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openWorkspace, root } from "../support/workspace.js";
import { CLEANUP, CLEANUP_IN_ORDER, FILES, RENEW, WORK } from "./project.js";
import { type Action, type Diagnostic, edited, isInstalled, Server, under } from "./server.js";

if (!isInstalled) console.warn("SKIPPED: the ESLint server of VS Code is not installed.");

const workspace = openWorkspace();
const folder = workspace.write("project", FILES);
// Where the server looks for the plugin and for ESLint.
mkdirSync(path.join(folder, "node_modules"));
symlinkSync(root, path.join(folder, "node_modules", "eslint-plugin-deadlock"), "junction");
afterAll(() => { workspace[Symbol.dispose](); });

const onDisk = (file: string, text: string): void => { writeFileSync(path.join(folder, file), text); };
const rulesOf = (problems: readonly Diagnostic[]): string[] => problems.map(({ code }) => code).filter((code) => code !== "deadlock/require-lock-timeout");
const find = (problems: readonly Diagnostic[], rule: string): Diagnostic => {
  const found = problems.find(({ code }) => code === `deadlock/${rule}`);
  if (!found) throw new Error(`${rule} isn't reported`);
  return found;
};
const titled = (actions: readonly Action[], title: string | RegExp): Action => {
  const found = actions.find((action) => typeof title === "string" ? action.title === title : title.test(action.title));
  if (!found) throw new Error(`There is no action ${String(title)} among ${actions.map((action) => action.title).join("; ")}`);
  return found;
};

describe("docs/editor.md", () => {
  const page = readFileSync(path.join(root, "docs/editor.md"), "utf8");

  it("has settings that VS Code can read", () => {
    const shown = JSON.parse(/^```json\n([^]*?)^```/m.exec(page)?.[1] ?? "") as Record<string, unknown>;
    expect(Object.keys(shown)).toEqual(["eslint.validate", "eslint.run", "editor.codeActionsOnSave"]);
    expect(shown["editor.codeActionsOnSave"]).toEqual({ "source.fixAll.eslint": "explicit" });
  });

  it("links only to files that are there", () => {
    for (const [, link = ""] of page.matchAll(/\]\((?!https?:)([^)#]+)/g)) expect(() => readFileSync(path.join(root, "docs", link))).not.toThrow();
  });
});

describe.skipIf(!isInstalled)("in an editor", () => {
  let server: Server;
  beforeAll(async () => { server = await Server.start(folder); });
  afterAll(async () => { await server[Symbol.asyncDispose](); });

  it("a squiggle is under the wait, and says where the other side is", async () => {
    server.open("cleanup.ts", CLEANUP);
    const problem = find(await server.problems("cleanup.ts"), "lock-order");
    expect(under(CLEANUP, problem.range)).toBe("sessions.runExclusive(() => {})");
    expect(problem).toMatchObject({ severity: 1, codeDescription: { href: expect.stringMatching(/lock-order/) as string } });
    expect(problem.message).toBe("Waits for `sessions` while holding `users`; renew (renew.ts:5) takes them in the other order, so the two can wait for each other for ever.");
  });

  it("the other side has one, too", async () => {
    server.open("renew.ts", RENEW);
    expect(rulesOf(await server.problems("renew.ts"))).toEqual(["deadlock/lock-order"]);
  });

  it("a quick fix makes the edit of --fix, and is the preferred one", async () => {
    const problem = find(await server.problems("cleanup.ts"), "lock-order");
    const fix = titled(await server.actions("cleanup.ts", problem), "Fix this deadlock/lock-order problem");
    expect(fix.isPreferred).toBe(true);
    expect(edited(CLEANUP, await server.editsOf(fix))).toBe(CLEANUP_IN_ORDER);
  });

  it("all fixes of a file are made on save", async () => {
    server.open("work.ts", WORK);
    const problem = find(await server.problems("work.ts"), "require-release");
    const [all] = await server.actions("work.ts", problem, "source.fixAll");
    expect(all?.kind).toBe("source.fixAll.eslint");
    if (!all) return;
    const after = edited(WORK, await server.editsOf(all));
    expect(after.match(/finally \{\n\s+release\(\);/g)).toHaveLength(2);
    server.change("work.ts", after);
    expect(rulesOf(await server.problems("work.ts"))).toEqual([]);
  });

  it("a suggestion is offered by its own words, and is not part of the fixes on save", async () => {
    server.change("work.ts", WORK);
    const problem = find(await server.problems("work.ts"), "require-lock-timeout");
    const actions = await server.actions("work.ts", problem);
    const suggestion = actions.find(({ title }) => title.endsWith("(deadlock/require-lock-timeout)"));
    expect(suggestion?.title).toMatch(/^\S.* \(deadlock\/require-lock-timeout\)$/);
    expect(suggestion && edited(WORK, await server.editsOf(suggestion))).toContain("withTimeout(");
    const [all] = await server.actions("work.ts", problem, "source.fixAll");
    expect(all && edited(WORK, await server.editsOf(all))).not.toContain("withTimeout(");
  });

  describe("after an edit in another file", () => {
    it("the problem stays until that file has been looked at, then it goes", async () => {
      server.change("renew.ts", `import { users } from "./locks.js";\nexport const renew = () => users.runExclusive(() => {});\n`);
      expect(rulesOf(await server.problems("cleanup.ts"))).toEqual(["deadlock/lock-order"]);
      expect(rulesOf(await server.problems("renew.ts"))).toEqual([]);
      expect(rulesOf(await server.problems("cleanup.ts"))).toEqual([]);
    });

    it("it comes back in the same way, from a text that isn't saved", async () => {
      server.change("renew.ts", RENEW);
      expect(rulesOf(await server.problems("cleanup.ts"))).toEqual([]);
      expect(rulesOf(await server.problems("renew.ts"))).toEqual(["deadlock/lock-order"]);
      expect(rulesOf(await server.problems("cleanup.ts"))).toEqual(["deadlock/lock-order"]);
    });

    it("the editor is never told to ask again by itself", () => {
      expect(server.refreshes).toBe(0);
    });
  });

  describe("after a change on disk, as by another program or a switch of branches", () => {
    it("the problem stays, whatever is edited and shown here", async () => {
      server.close("renew.ts");
      onDisk("renew.ts", `export const renew = async () => {};\n`);
      expect(rulesOf(await server.problems("cleanup.ts"))).toEqual(["deadlock/lock-order"]);
      server.change("cleanup.ts", `${CLEANUP}\n`);
      expect(rulesOf(await server.problems("cleanup.ts"))).toEqual(["deadlock/lock-order"]);
      server.changedOnDisk("renew.ts");
      expect(rulesOf(await server.problems("cleanup.ts"))).toEqual(["deadlock/lock-order"]);
    });

    it("it goes when that file is opened", async () => {
      server.open("renew.ts", `export const renew = async () => {};\n`);
      await server.problems("renew.ts");
      expect(rulesOf(await server.problems("cleanup.ts"))).toEqual([]);
    });

    it("a restart of the server reads all files again", async () => {
      server.close("renew.ts");
      onDisk("renew.ts", RENEW);
      expect(rulesOf(await server.problems("cleanup.ts"))).toEqual([]);
      await using restarted = await Server.start(folder);
      restarted.open("cleanup.ts", CLEANUP);
      expect(rulesOf(await restarted.problems("cleanup.ts"))).toEqual(["deadlock/lock-order"]);
    });
  });
});
