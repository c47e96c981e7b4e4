import { parseArgs, type ParseArgsConfig } from "node:util";

import { UsageError } from "./errors.js";

export const FORMATS = ["stylish", "json", "sarif", "github", "markdown"] as const;
export type Format = typeof FORMATS[number];

export const DRAWINGS = ["mermaid", "dot", "html"] as const;
export type Drawing = typeof DRAWINGS[number];

export const COMMANDS = ["check", "graph", "explain", "init"] as const;
export type Command = typeof COMMANDS[number];

const NAMES = {
  project: { type: "string", short: "p", multiple: true }, settings: { type: "string" }, format: { type: "string", short: "f" }, config: { type: "string" }, strict: { type: "boolean" },
  rule: { type: "string", multiple: true }, fix: { type: "boolean" }, "fix-dry-run": { type: "boolean" }, "max-warnings": { type: "string" }, quiet: { type: "boolean" }, "no-error-on-unmatched-pattern": { type: "boolean" }, output: { type: "string", short: "o" },
  "dry-run": { type: "boolean" }, version: { type: "boolean", short: "v" }, help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsConfig["options"];

type Name = keyof typeof NAMES;

/** Which options a command understands, besides those that all do. */
const KNOWN: Record<Command, readonly Name[]> = {
  check: ["project", "settings", "format", "config", "strict", "rule", "fix", "fix-dry-run", "max-warnings", "output", "quiet", "no-error-on-unmatched-pattern"],
  graph: ["project", "settings", "format", "output", "quiet", "no-error-on-unmatched-pattern"],
  explain: ["project", "settings"],
  init: ["dry-run", "config", "strict"],
};

export interface Options {
  readonly command: Command;
  readonly paths: readonly string[];
  readonly projects: readonly string[];
  readonly settings: string | undefined;
  readonly format: Format;
  readonly drawing: Drawing;
  readonly strict: boolean;
  readonly rules: readonly string[];
  readonly fix: "write" | "show" | undefined;
  readonly maxWarnings: number;
  readonly output: string | undefined;
  readonly dryRun: boolean;
  /** Only errors are told, and not how it goes. */
  readonly isQuiet: boolean;
  readonly allowsNone: boolean;
  readonly asks: "version" | "help" | undefined;
}

/** Reads the arguments of the command; throws a UsageError that names what can't be understood. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [first, ...rest] = positionals;
  const named = COMMANDS.find((name) => name === first);
  const command = named ?? "check";
  for (const name of Object.keys(values)) {
    if (name !== "help" && name !== "version" && !KNOWN[command].some((known) => known === name)) throw new UsageError(`\`--${name}\` means nothing to \`${command}\`.`);
  }
  if (values.fix && values["fix-dry-run"]) throw new UsageError("`--fix` and `--fix-dry-run` exclude each other.");
  const isGraph = command === "graph";
  const strict = oneOf("config", values.config, ["recommended", "strict"] as const) === "strict" || values.strict === true;
  const isQuiet = values.quiet === true, allowsNone = values["no-error-on-unmatched-pattern"] === true;
  return {
    command, isQuiet, allowsNone, paths: named ? rest : positionals, projects: values.project ?? [], settings: values.settings, strict,
    format: isGraph ? "stylish" : oneOf("format", values.format, FORMATS) ?? formatFor(values.output), drawing: isGraph ? oneOf("format", values.format, DRAWINGS) ?? drawingFor(values.output) : "mermaid",
    rules: values.rule ?? [], fix: values.fix ? "write" : values["fix-dry-run"] ? "show" : undefined, maxWarnings: count(values["max-warnings"]),
    output: values.output, dryRun: values["dry-run"] === true, asks: values.help ? "help" : values.version ? "version" : undefined,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: NAMES, allowPositionals: true });
  } catch (error) {
    // What Node.js says of it ends with a hint on how to escape, which is of no use to most.
    throw new UsageError((error instanceof Error ? error.message : String(error)).split(/\. To specify|\n/)[0] ?? "");
  }
}

/** What a file is to hold is told by its name. */
const formatFor = (output: string | undefined): Format => BY_NAME.find(([pattern]) => output !== undefined && pattern.test(output))?.[1] ?? "stylish";

const BY_NAME: readonly (readonly [RegExp, Format])[] = [[/\.sarif(?:\.json)?$/, "sarif"], [/\.json$/, "json"], [/\.md$/, "markdown"]];

function drawingFor(output: string | undefined): Drawing {
  if (output && /\.(?:svg|png|jpe?g|pdf)$/.test(output)) throw new UsageError(`No picture like ${output} is made, but a page (.html), Mermaid (.mmd, .md) and DOT (.dot, .gv), from which Graphviz makes one.`);
  return output?.endsWith(".html") ? "html" : output && /\.(?:dot|gv)$/.test(output) ? "dot" : "mermaid";
}

function oneOf<T extends string>(name: string, value: string | undefined, known: readonly T[]): T | undefined {
  const found = known.find((each) => each === value);
  if (value !== undefined && found === undefined) throw new UsageError(`\`--${name}\` is one of ${known.join(", ")}; got \`${value}\`.`);
  return found;
}

function count(value: string | undefined): number {
  if (value === undefined) return Infinity;
  if (!/^\d+$/.test(value)) throw new UsageError(`\`--max-warnings\` is a number; got \`${value}\`.`);
  return Number(value);
}
