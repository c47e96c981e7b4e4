import type { Linter } from "eslint";

import plugin from "../index.js";
import { UsageError } from "./errors.js";

type Rules = Readonly<Record<string, Linter.RuleEntry>>;

const SEVERITIES = ["off", "warn", "error", "0", "1", "2"];

/** The rules of a config, as `--rule` changes them: a name alone asks for this rule only. */
export function chooseRules(isStrict: boolean, asked: readonly string[]): Rules {
  const { rules = {} } = (isStrict ? plugin.configs.strict : plugin.configs.recommended) as { readonly rules?: Rules };
  const read = asked.map(readRule);
  const only = read.filter(({ entry }) => entry === undefined).map(({ name }) => name);
  const strict = (plugin.configs.strict.rules ?? {}) as Rules;
  const chosen = only.length > 0 ? Object.fromEntries(only.map((name) => [name, rules[name] ?? strict[name] ?? "error"])) : { ...rules };
  return { ...chosen, ...Object.fromEntries(read.flatMap(({ name, entry }) => entry === undefined ? [] : [[name, entry]])) };
}

function readRule(text: string): { readonly name: string; readonly entry: Linter.RuleEntry | undefined } {
  const [, written = "", value] = /^\s*([\w/-]+)\s*(?::\s*(.*\S)\s*)?$/s.exec(text) ?? [];
  const name = written.replace(/^(?:deadlock\/)?/, "deadlock/"), known = Object.keys(plugin.rules ?? {});
  if (!known.includes(name.slice("deadlock/".length))) throw new UsageError(`There is no rule \`${written || text}\`; there are ${known.join(", ")}.`);
  return { name, entry: value === undefined ? undefined : readEntry(value, text) };
}

function readEntry(value: string, text: string): Linter.RuleEntry {
  if (SEVERITIES.includes(value)) return (/\d/.test(value) ? Number(value) : value) as Linter.RuleEntry;
  try {
    return JSON.parse(value) as Linter.RuleEntry;
  } catch {
    throw new UsageError(`\`--rule '${text}'\`: after the name stands off, warn or error, or a list as in a config, written as JSON.`);
  }
}
