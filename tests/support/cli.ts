/** The command line, run in this process. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { run } from "../../src/cli/run.js";
import { root } from "./workspace.js";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const command = (cwd: string, ...args: readonly string[]): Promise<Said> => say(cwd, args, false);

/** The same with somebody at a terminal. */
export const watched = (cwd: string, ...args: readonly string[]): Promise<Said> => say(cwd, args, true);

async function say(cwd: string, args: readonly string[], isWatched: boolean): Promise<Said> {
  let out = "", err = "";
  const code = await run(args, { cwd, isWatched, hasColors: false, out: (text) => { out += text; }, err: (text) => { err += text; } });
  return { code, out, err };
}

export interface Folder extends Disposable {
  readonly path: string;
  /** Writes files below a folder of this one, and returns that folder's path. */
  write(name: string, files: Readonly<Record<string, string>>): string;
}

/** A folder outside of this repository, with the libraries that programs use. */
export function openFolder(): Folder {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "deadlock-cli-")));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  return {
    path: folder,
    write(name, files) {
      for (const [file, text] of Object.entries(files)) {
        const at = path.join(folder, name, file);
        mkdirSync(path.dirname(at), { recursive: true });
        writeFileSync(at, text);
      }
      return path.join(folder, name);
    },
    [Symbol.dispose]() { rmSync(folder, { recursive: true, force: true }); },
  };
}

/** Few declarations to read make quick tests. */
export const TSCONFIG = JSON.stringify({ compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", target: "es2022", lib: ["es2022"], types: [] }, include: ["**/*.ts"] });
