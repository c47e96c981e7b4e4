/** The programs that are proved: cases before their repair, the examples of the docs, and the rows of the tables of edits. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { tables } from "../fixes/tables.js";
import { readCases } from "../rewriting/cases.js";
import { root } from "../support/workspace.js";

export type Files = Readonly<Record<string, string>>;

export interface Version {
  readonly files: Files;
  readonly main: string;
}

export interface Subject extends Version {
  readonly id: string;
  /** The same program as somebody repaired it. */
  readonly twin?: Version;
}

export const RULES = readdirSync(path.join(root, "docs/rules")).map((file) => path.basename(file, ".md"));

const SUPPORT = /(?:\.\.\/)+_support\/(\w+)\.js/g;

/** What the scenarios share stands beside each of them. */
function beside(files: Files, home: string): Files {
  const shared = new Set(Object.values(files).flatMap((text) => Array.from(text.matchAll(SUPPORT), ([, name = ""]) => name)));
  return {
    ...Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replace(SUPPORT, "./$1.js")])),
    ...Object.fromEntries([...shared].map((name) => [`${name}.ts`, readFileSync(path.join(home, "scenarios/_support", `${name}.ts`), "utf8")])),
  };
}

const SIDE = /-(before|after)$/;

export function caseSubjects(home: string): Subject[] {
  const all = readCases(home, RULES, "");
  const versionOf = ({ files, main }: (typeof all)[number]): Version => ({ files: beside(Object.fromEntries(files), home), main });
  return all.filter(({ id }) => SIDE.exec(id)?.[1] !== "after").map((one) => {
    const twin = all.find(({ id }) => id === one.id.replace(SIDE, "-after"));
    return { id: one.id.replace(SIDE, ""), ...versionOf(one), ...(twin && twin !== one && { twin: versionOf(twin) }) };
  });
}

const blockAfter = (page: string, text: string): string | undefined => new RegExp(`\\*\\*${text}\\*\\*[^]*?\`\`\`ts\n([^]*?)\`\`\``).exec(page)?.[1];

export function docSubjects(): Subject[] {
  return RULES.flatMap((rule) => {
    const page = readFileSync(path.join(root, `docs/rules/${rule}.md`), "utf8");
    const incorrect = blockAfter(page, "incorrect"), correct = blockAfter(page, "correct");
    if (incorrect === undefined || correct === undefined) return [];
    return [{ id: `docs/${rule}`, files: { "main.ts": incorrect }, main: "main.ts", twin: { files: { "main.ts": correct }, main: "main.ts" } }];
  });
}

export function rowSubjects(): Subject[] {
  return Object.entries(tables).flatMap(([rule, rows]) => rows.filter(({ how }) => how === "fix").map(({ name, before }): Subject => ({
    id: `fixes/${rule}: ${name}`, files: { "main.ts": before }, main: "main.ts",
  })));
}

/** The programs that a test hands to the analysis. */
function recordedSubjects(test: string): Subject[] {
  const record = path.join(import.meta.dirname, "recording/main.mjs"), tsx = pathToFileURL(path.join(root, "node_modules/tsx/dist/esm/index.mjs")).href;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", tsx, record, path.join(root, "tests", test)], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (stdout === "") throw new Error(stderr);
  return (JSON.parse(stdout) as Files[]).map((files, index) => {
    const own = Object.keys(files).filter((name) => !name.includes("/"));
    const main = own.find((name) => name === "main.ts") ?? own.at(-1) ?? "";
    return { id: `${test.replace(".test.ts", "")}/${String(index + 1)}`, files: Object.fromEntries(own.map((name) => [name, files[name] ?? ""])), main };
  });
}

/** The tables of programs that have no edits of their own. */
const TABLES = ["channels", "long-waits", "no-circular-wait", "no-starved-buffer", "programs", "reduced", "require-release"];

export const tableSubjects = (): Subject[] => TABLES.flatMap((name) => recordedSubjects(`${name}.test.ts`));
