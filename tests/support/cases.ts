/** Reads tests/cases: small programs with what the rules must say about them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

import { root } from "./workspace.js";

const home = path.join(root, "tests/cases");

export interface Spot {
  readonly file: string;
  readonly line: number;
}

export interface Program {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
  /** The rule that has something to say about the case. */
  readonly rule: string;
  /** Any one of these lines will do; empty where nothing may be said. */
  readonly expected: readonly Spot[];
  /** Reported, if at all, by the strict config only. */
  readonly strictOnly: boolean;
}

interface Description {
  readonly rule: string;
  readonly expect: readonly Spot[];
  readonly also?: readonly Spot[];
  readonly confidence?: string;
  readonly afterMayReport?: boolean;
}

const isSource = (name: string) => /\.m?ts$/.test(name) && !/\.d\.m?ts$/.test(name);
const isOf = (side: string) => (name: string) => new RegExp(`^(?:.*\\.)?${side}\\b`).test(name);

function read(folder: string, keep: (name: string) => boolean): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /\.m?ts$/.test(name) && keep(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
}

/** A folder with the same program before and after the repair. */
function* pair(folder: string, id: string): Generator<Program> {
  const { rule, expect, also = [], confidence, afterMayReport } = JSON.parse(readFileSync(path.join(folder, "case.json"), "utf8")) as Description;
  const common = { rule, strictOnly: confidence === "possible" };
  const isBefore = isOf("before"), isAfter = isOf("after");
  yield { ...common, id, files: read(folder, (name) => !isAfter(name)), expected: [...expect, ...also] };
  if (!afterMayReport) yield { ...common, id: `${id} (after)`, files: read(folder, (name) => !isBefore(name)), expected: [] };
}

const SHARED = /(?:\.\.\/)+_support\/(\w+)\.js/g;

/** What scenarios share stands beside each of them when it is linted. */
function withShared(files: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set(Object.values(files).flatMap((text) => Array.from(text.matchAll(SHARED), ([, name = ""]) => name)));
  const own = Object.entries(files).map(([file, text]) => [file, text.replace(SHARED, "./$1.js")]);
  return Object.fromEntries([...own, ...[...names].map((name) => [`${name}.ts`, readFileSync(path.join(home, "scenarios/_support", `${name}.ts`), "utf8")])]) as Record<string, string>;
}

/** A program whose header comment says what is expected. */
function scenario(given: Readonly<Record<string, string>>, main: string, id: string): Program {
  const files = withShared(given);
  const field = (name: string) => new RegExp(String.raw`^//\s*${name}:\s*(.+)$`, "m").exec(files[main] ?? "")?.[1]?.trim();
  const rule = field("rule"), verdict = field("verdict");
  if (!rule || !verdict) throw new Error(`${id}: no rule or verdict in the header`);
  const expected = verdict === "clean" ? [] : (field("lines") ?? "").split(",").map((entry): Spot => {
    const [line = "", file = main] = entry.trim().split(":").reverse();
    return { file, line: Number(line) };
  });
  return { id, files, rule, expected, strictOnly: field("confidence") === "possible" };
}

function* visit(folder: string, id: string): Generator<Program> {
  if (existsSync(path.join(folder, "case.json"))) yield* pair(folder, id);
  else if (existsSync(path.join(folder, "main.ts"))) yield scenario(read(folder, () => true), "main.ts", id);
  else for (const name of readdirSync(folder).sort()) {
    const full = path.join(folder, name), inner = `${id}/${name.replace(/\.m?ts$/, "")}`;
    if (name.startsWith("_")) continue;
    if (statSync(full).isDirectory()) yield* visit(full, inner);
    else if (isSource(name)) yield scenario({ [name]: readFileSync(full, "utf8") }, name, inner);
  }
}

export const programs: readonly Program[] = ["seeds", "scenarios", "bugs", "flows", "shapes"].flatMap((set) => [...visit(path.join(home, set), set)]);
