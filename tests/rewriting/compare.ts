/** Whether the plugin says the same about a rewritten program as about the original. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Rewritten } from "./main.js";
import { folderOf, type Workspace } from "./workspace.js";

export interface Compared {
  readonly wanted: "hit" | "silence";
  readonly kept: boolean;
  /** What the rule, or a crash, says about the rewritten program. */
  readonly reports: readonly string[];
}

/** A report, as lint.mjs writes it. */
interface Report {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** So many folders share a process: each is a project of its own, and the project service never closes one. */
const folderCount = 60;

/** Lints folders in processes of their own, so that memory is given back. */
function lint(folders: readonly string[], project: string, workspace: Workspace): Map<string, readonly Report[]> {
  const result = new Map<string, readonly Report[]>(), exchange = mkdtempSync(path.join(workspace.root, "lint-"));
  const ask = path.join(exchange, "ask.json"), answer = path.join(exchange, "answer.json");
  for (let at = 0; at < folders.length; at += folderCount) {
    writeFileSync(ask, JSON.stringify({ project, workspace: workspace.root, folders: folders.slice(at, at + folderCount) }));
    const script = fileURLToPath(new URL("lint.mjs", import.meta.url));
    const run = spawnSync(process.execPath, [script, ask, answer], { stdio: "inherit", env: { ...process.env, DEADLOCK_STRICT: "1" } });
    if (run.status !== 0) throw new Error("linting failed");
    for (const [folder, reports] of JSON.parse(readFileSync(answer, "utf8")) as [string, Report[]][]) result.set(folder, reports);
  }
  rmSync(exchange, { recursive: true });
  return result;
}

/** Only programs whose original is judged rightly count: a rewriting can't lose what was never seen. */
export function compare(all: readonly Rewritten[], project: string, workspace: Workspace): { results: Map<Rewritten, Compared>; unseen: string[] } {
  const programs = [...new Set(all.map((one) => one.program))], done = all.filter((one) => one.files !== undefined);
  const original = (id: string) => folderOf(workspace, id, "original");
  const reports = lint([...programs.map(({ id }) => original(id)), ...done.map(({ folder }) => folder)], project, workspace);
  const said = (folder: string, rule: string) => (reports.get(folder) ?? []).filter((one) => one.rule === rule || one.rule === "(error)");
  const isRight = (folder: string, rule: string, wanted: Compared["wanted"]) => {
    const found = said(folder, rule);
    return found.every((one) => one.rule === rule) && found.length > 0 === (wanted === "hit");
  };
  const wantedOf = ({ kind }: Rewritten["program"]) => (kind === "reported" ? "hit" : "silence");
  const seen = new Set(programs.filter((program) => isRight(original(program.id), program.rule, wantedOf(program))));
  const results = new Map<Rewritten, Compared>();
  for (const one of done.filter(({ program }) => seen.has(program))) {
    const wanted = wantedOf(one.program), texts = said(one.folder, one.program.rule).map(({ file, line, message }) => `${file}:${line} ${message}`);
    results.set(one, { wanted, kept: isRight(one.folder, one.program.rule, wanted), reports: texts });
  }
  return { results, unseen: programs.filter((program) => !seen.has(program)).map((program) => `${program.id} (${wantedOf(program)} wanted)`) };
}
