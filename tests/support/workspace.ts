/** Programs on disk: written to a folder of their own, linted and executed there. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import * as parser from "@typescript-eslint/parser";
import { ESLint, type Linter } from "eslint";

export const root = path.resolve(import.meta.dirname, "../..");

/** Answers in the place of the network and of PostgreSQL. */
const preload = path.join(root, "tests/cases/scenarios/_support/preload.mjs");

const tsconfig = {
  compilerOptions: {
    strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", target: "es2022", types: ["node"],
    lib: ["es2024", "esnext.disposable", "esnext.asynciterable"], allowImportingTsExtensions: true,
  },
  include: ["*.ts", "*.mts"],
};

export interface Workspace extends Disposable {
  readonly folder: string;
  /** Writes a program into a folder below and returns the folder's path. */
  write(name: string, files: Readonly<Record<string, string>>): string;
}

/** `packages`: where the packages are that the programs import. */
export function openWorkspace(packages = path.join(root, "node_modules")): Workspace {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "deadlock-tests-")));
  symlinkSync(packages, path.join(folder, "node_modules"), "junction");
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "tests", private: true, type: "module" }));
  return {
    folder,
    write(name, files) {
      const at = path.join(folder, name);
      mkdirSync(at, { recursive: true });
      writeFileSync(path.join(at, "tsconfig.json"), JSON.stringify(tsconfig));
      for (const [file, text] of Object.entries(files)) writeFileSync(path.join(at, file), text);
      return at;
    },
    [Symbol.dispose]() { rmSync(folder, { recursive: true, force: true }); },
  };
}

/** The parser and its options, as a user writes them beside one of our configs. */
export function typed(folder: string): Linter.Config {
  return { files: ["**/*.{ts,mts}"], languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: folder } } };
}

export function linter(folder: string, configs: readonly Linter.Config[], options: ESLint.Options = {}): ESLint {
  return new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: [...configs], ...options });
}

export interface Report {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** What is reported in a folder; a file that can't be parsed is an error of the test. */
export async function lint(eslint: ESLint, folder: string): Promise<Report[]> {
  const results = await eslint.lintFiles([path.join(folder, "*.{ts,mts}")]);
  return results.flatMap(({ filePath, messages }) => messages.map(({ line, ruleId, message }) => {
    if (ruleId === null) throw new Error(`${path.basename(filePath)}:${String(line)} ${message}`);
    return { file: path.basename(filePath), line, rule: ruleId, message };
  }));
}

export interface Outcome {
  /** 13: the program waits for something that never comes. */
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program with tsx. */
export function execute(folder: string, file: string, ...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "--import", pathToFileURL(preload).href, file, ...args], { cwd: folder, timeout: 60_000 });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => { output += chunk.toString(); });
    child.stderr.on("data", (chunk: Buffer) => { output += chunk.toString(); });
    child.on("error", reject);
    child.on("close", (status) => { resolve({ status, output }); });
  });
}
