import type { Linter } from "eslint";

import plugin from "../index.js";
import { UsageError } from "./errors.js";
import { LooseError, readPairs } from "./loose.js";
import type { Options } from "./options.js";

type Rules = Readonly<Record<string, Linter.RuleEntry>>;

type Asked = Pick<Options, "strict" | "rules"> & Partial<Pick<Options, "isQuiet" | "maxWarnings">>;

/** The rules of a config, as `--rule` changes them: names alone ask for these rules only. */
export async function chooseRules({ strict: isStrict, rules: asked, isQuiet = false, maxWarnings = Infinity }: Asked): Promise<Rules> {
  const { rules = {} } = (isStrict ? plugin.configs.strict : plugin.configs.recommended) as { readonly rules?: Rules };
  const read = asked.map(readRules);
  const only = read.flatMap(({ names = [] }) => names), given = read.flatMap(({ entries = [] }) => entries);
  const strict = (plugin.configs.strict.rules ?? {}) as Rules;
  const chosen = only.length > 0 ? Object.fromEntries(only.map((name) => [name, rules[name] ?? strict[name] ?? "error"])) : { ...rules };
  const all: Rules = { ...chosen, ...Object.fromEntries(given.map(({ name, entry }) => [name, entry])) };
  if (given.length > 0) await refuseWrong(all);
  // As in ESLint: what would not be shown isn't looked for, unless it is counted.
  return isQuiet && maxWarnings === Infinity ? Object.fromEntries(Object.entries(all).filter(([, entry]) => !WARNING.includes(String(Array.isArray(entry) ? entry[0] : entry)))) : all;
}

const SEVERITIES: readonly unknown[] = ["off", "warn", "error", 0, 1, 2], WARNING = ["warn", "1"];

interface Read {
  readonly names?: readonly string[];
  readonly entries?: readonly { readonly name: string; readonly entry: Linter.RuleEntry }[];
}

/** `lock-order`, or what would stand in a config, with quotes or without. */
function readRules(text: string): Read {
  const names = text.split(",").map((each) => each.trim());
  if (names.every((name) => /^[\w/@.-]+$/.test(name))) return { names: names.map(ruleNamed) };
  try {
    return { entries: Array.from(readPairs(text), ([name, value]) => ({ name: ruleNamed(name), entry: entryOf(value, text) })) };
  } catch (error) {
    throw error instanceof LooseError ? wrong(text, error.message) : error;
  }
}

function ruleNamed(written: string): string {
  const name = written.replace(/^deadlock\//, ""), known = Object.keys(plugin.rules ?? {});
  if (!known.includes(name)) throw new UsageError(`There is no rule \`${written}\`; there are ${known.join(", ")}.`);
  return `deadlock/${name}`;
}

function entryOf(value: unknown, text: string): Linter.RuleEntry {
  const [severity] = Array.isArray(value) ? value as unknown[] : [value];
  if (!SEVERITIES.includes(severity)) throw wrong(text, `${JSON.stringify(severity)} is none of off, warn, error`);
  return value as Linter.RuleEntry;
}

/** ESLint knows which options a rule takes. */
async function refuseWrong(rules: Rules): Promise<void> {
  const { ESLint } = await import("eslint");
  try {
    await new ESLint({ overrideConfigFile: true, overrideConfig: [{ plugins: { deadlock: plugin }, rules }] }).calculateConfigForFile("any.js");
  } catch (error) {
    throw new UsageError(`\`--rule\`: ${error instanceof Error ? error.message.replace(/^Key "rules": /, "").replace(/\s+/g, " ").trim() : String(error)}`);
  }
}

const wrong = (text: string, why: string): UsageError =>
  new UsageError(`\`--rule '${text}'\` can't be read (${why}). Write a name, or as in a config: 'lock-order: off', 'lock-order: [error, {confidence: certain}]'.`);
