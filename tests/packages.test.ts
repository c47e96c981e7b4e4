/** Several packages in one repository: what one program holds is found, and no more is claimed. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { linter, openWorkspace, typed } from "./support/workspace.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

const LOCKS = `import { Mutex } from "async-mutex";
export const users = new Mutex(), sessions = new Mutex();
`;
const site = (locks: string, outer: string, inner: string) => `import { sessions, users } from "${locks}";
export const ${outer}First = () => ${outer}.runExclusive(() => ${inner}.runExclusive(() => 1));
`;

interface Package {
  readonly sources: Readonly<Record<string, string>>;
  /** Packages that are found in its node_modules. */
  readonly uses?: readonly string[];
}

/** Writes packages as npm's workspaces place them: each with a tsconfig, and links to those that it uses. */
function writePackages(name: string, packages: Readonly<Record<string, Package>>): string {
  const folder = path.join(workspace.folder, name);
  for (const [own, { sources, uses = [] }] of Object.entries(packages)) {
    const at = path.join(folder, own);
    mkdirSync(path.join(at, "src"), { recursive: true });
    mkdirSync(path.join(at, "node_modules"));
    for (const other of uses) symlinkSync(path.join(folder, other), path.join(at, "node_modules", other), "junction");
    for (const [file, text] of Object.entries(sources)) writeFileSync(path.join(at, "src", file), text);
    writeFileSync(path.join(at, "package.json"), JSON.stringify({ name: own, type: "module", exports: "./src/index.ts" }));
    writeFileSync(path.join(at, "tsconfig.json"), JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", target: "es2022", types: ["node"] },
      include: ["src"],
    }));
  }
  return folder;
}

const parsers = {
  projectService: (folder: string) => typed(folder),
  project: (folder: string) => {
    const { languageOptions, ...rest } = typed(folder);
    return { ...rest, languageOptions: { ...languageOptions, parserOptions: { project: "*/tsconfig.json", tsconfigRootDir: folder } } };
  },
};

async function reports(folder: string, parser: keyof typeof parsers, ...files: readonly string[]): Promise<string[]> {
  const results = await linter(folder, [parsers[parser](folder), plugin.configs.strict, { rules: { "deadlock/require-lock-timeout": "off" } }]).lintFiles([...files]);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId, message }) => `${path.relative(folder, filePath).replaceAll("\\", "/")}:${String(line)} ${ruleId ?? message}`));
}

describe.each(["projectService", "project"] as const)("%s", (parser) => {
  const ways = {
    "by the sources' path": { "app.ts": site("../../base/src/index.js", "sessions", "users") },
    "by the package's name": { "app.ts": site("base", "sessions", "users") },
  };

  it.each(Object.entries(ways))("finds a circle through a package whose sources are imported %s", async (way, sources) => {
    const folder = writePackages(`${parser} ${way}`, {
      app: { sources, uses: ["base"] },
      base: { sources: { "index.ts": `${LOCKS}${site("./index.js", "users", "sessions").split("\n").slice(1).join("\n")}` } },
    });
    expect(await reports(folder, parser, "app/src/*.ts")).toEqual(["app/src/app.ts:2 deadlock/lock-order"]);
  });

  it("is silent about a circle through two packages that only share a third", async () => {
    const shared: Package = { sources: { "index.ts": LOCKS } };
    const left = { "left.ts": site("shared", "users", "sessions") }, right = { "right.ts": site("shared", "sessions", "users") };
    const folder = writePackages(`${parser} shared`, {
      left: { sources: left, uses: ["shared"] }, right: { sources: right, uses: ["shared"] }, shared, both: { sources: { ...left, ...right }, uses: ["shared"] },
    });
    expect(await reports(folder, parser, "left/src/*.ts", "right/src/*.ts", "shared/src/*.ts")).toEqual([]);
    // It is for the packages: in one of them the same files are reported.
    expect(await reports(folder, parser, "both/src/*.ts")).toEqual(["both/src/left.ts:2 deadlock/lock-order", "both/src/right.ts:2 deadlock/lock-order"]);
  });
});
