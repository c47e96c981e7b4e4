import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";

import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { expect, it } from "vitest";

import { root } from "./support/workspace.js";

interface Manifest {
  readonly name: string;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as Manifest;

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** Whoever installs the plugin downloads the one and stores the other. */
const MOST_PACKED = 500_000, MOST_UNPACKED = 1_750_000;

const [pack] = JSON.parse(run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"])) as { size: number; unpackedSize: number; files: { path: string }[] }[];

it("is small", () => {
  console.log(`packed ${String(pack?.size)} bytes, unpacked ${String(pack?.unpackedSize)}`);
  expect(pack?.size).toBeLessThan(MOST_PACKED);
  expect(pack?.unpackedSize).toBeLessThan(MOST_UNPACKED);
});

it("contains the built plugin and nothing else", () => {
  const files = (pack?.files ?? []).map((file) => file.path);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.d.ts", "dist/cli/main.js", "dist/cli/graph/page.html"]));
  expect(files.filter((file) => !/^(?:LICENSE|README\.md|package\.json|dist\/[\w/-]+\.(?:js|d\.ts)|dist\/cli\/graph\/page\.html)$/.test(file))).toEqual([]);
});

it("has no fault that publint knows", async () => {
  const { messages, pkg } = await publint({ pkgDir: root, level: "warning", pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

it("has types that are found and are right, for ES modules", () => {
  const { status, stdout } = spawnSync(process.execPath, [path.join(root, "node_modules/@arethetypeswrong/cli/dist/index.js"), "--pack", ".", "--profile", "esm-only", "--format", "json"], {
    cwd: root, encoding: "utf8", env: { ...process.env, npm_config_ignore_scripts: "true" },
  });
  expect(status, stdout).toBe(0);
});

it.each([
  ["import", `import plugin from "eslint-plugin-deadlock"; console.log(plugin.meta.name);`, "module"],
  ["require", `console.log(require("eslint-plugin-deadlock").default.meta.name);`, "commonjs"],
])("can be loaded with %s", (_way, code, type) => {
  expect(run(process.execPath, [`--input-type=${type}`, "--eval", code])).toContain(manifest.name);
});

it("depends on what it imports", () => {
  const imported = new Set<string>();
  for (const name of readdirSync(path.join(root, "dist"), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".js")) continue;
    const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, "dist", name), "utf8"));
    for (const { fileName } of importedFiles) {
      if (!fileName.startsWith(".") && !isBuiltin(fileName)) imported.add(fileName.split("/").slice(0, fileName.startsWith("@") ? 2 : 1).join("/"));
    }
  }
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  expect(imported.size).toBeGreaterThan(0);
  expect([...imported].filter((name) => !(name in declared))).toEqual([]);
});

it("pins what it is developed with", () => {
  expect(Object.entries(manifest.devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
});

it("has a lock file that names no registry", () => {
  const { packages } = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")) as { packages: Record<string, { resolved?: string }> };
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
