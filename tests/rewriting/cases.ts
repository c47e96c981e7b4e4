/** Reads the cases: each program before and after, and the scenarios, as files in memory. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Files } from "./program.js";

export interface CaseProgram {
  readonly id: string;
  readonly rule: string;
  /** Whether the rule has something to report here. */
  readonly kind: "reported" | "clean";
  readonly files: Files;
  readonly main: string;
  /** False for programs that can't run without a server. */
  readonly runs: boolean;
  /** Versions that the case asks for. */
  readonly packages: Readonly<Record<string, string>>;
  /** Whether the stand-in for the network is loaded first. */
  readonly preload: boolean;
}

interface Description {
  readonly rule: string;
  readonly deps?: Record<string, string>;
  readonly limit?: boolean;
  readonly confidence?: string;
  readonly afterMayReport?: boolean;
}

const isSource = (name: string) => /\.m?ts$/.test(name) && !/\.d\.m?ts$/.test(name);
const isOf = (side: string) => (name: string) => new RegExp(`^(?:.*\\.)?${side}\\b`).test(name);

function read(folder: string, keep: (name: string) => boolean): Files {
  return new Map(readdirSync(folder).filter((name) => isSource(name) && keep(name)).map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
}

/** A folder with the same program before and after the repair. */
function* pair(folder: string, id: string): Generator<CaseProgram> {
  const found = JSON.parse(readFileSync(path.join(folder, "case.json"), "utf8")) as Description;
  if (found.limit || found.confidence === "possible") return;
  const common = { rule: found.rule, runs: true, packages: found.deps ?? {}, preload: false };
  const sides = [["before", "after", "reported"], ["after", "before", "clean"]] as const;
  for (const [side, other, kind] of sides) {
    if (side === "after" && (found.afterMayReport || !existsSync(path.join(folder, "after.ts")))) continue;
    yield { ...common, id: `${id}-${side}`, kind, files: read(folder, (name) => !isOf(other)(name)), main: `${side}.ts` };
  }
}

/** A program whose header comment says which rule reports on it, if any. */
function* scenario(files: Files, main: string, id: string): Generator<CaseProgram> {
  const field = (name: string) => new RegExp(`^//\\s*${name}:\\s*(.+)$`, "m").exec(files.get(main) ?? "")?.[1]?.trim();
  const rule = field("rule"), verdict = field("verdict");
  if (!rule || !verdict || field("confidence") === "possible") return;
  yield { id, rule, kind: verdict === "report" ? "reported" : "clean", files, main, runs: field("ran") !== "no", packages: {}, preload: true };
}

function* visit(folder: string, id: string): Generator<CaseProgram> {
  if (existsSync(path.join(folder, "case.json"))) yield* pair(folder, id);
  else if (existsSync(path.join(folder, "main.ts"))) yield* scenario(read(folder, () => true), "main.ts", id);
  else for (const name of readdirSync(folder).sort()) {
    const full = path.join(folder, name), inner = `${id}-${name.replace(/\.m?ts$/, "")}`;
    if (name === "node_modules" || /^[._]/.test(name)) continue;
    if (statSync(full).isDirectory()) yield* visit(full, inner);
    else if (isSource(name)) yield* scenario(new Map([[name, readFileSync(full, "utf8")]]), name, inner);
  }
}

export function readCases(root: string, rules: readonly string[], only: string): CaseProgram[] {
  return ["seeds", "scenarios", "bugs"].flatMap((set) => [...visit(path.join(root, set), set)])
    .filter((one) => rules.includes(one.rule) && one.id.includes(only));
}
