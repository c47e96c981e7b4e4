import type { Form } from "./config-file.js";

/** How a file is written. */
export interface Manner {
  readonly indent: string;
  readonly quote: string;
  readonly end: string;
  readonly newline: string;
}

export function mannerOf(text: string): Manner {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  // A line that begins with a star is one of a comment.
  const [, indent = "  "] = /\n([ \t]+)[^\s*]/.exec(text) ?? [];
  const isTight = count(/^(?:import|const|export)\b.*["')\]}][ \t]*\r?$/gm) > count(/^(?:import|const|export)\b.*;[ \t]*\r?$/gm);
  return { indent: indent.startsWith("\t") ? "\t" : indent.length > 4 ? "  " : indent, quote: count(/'/g) > count(/"/g) ? "'" : '"', end: isTight ? "" : ";", newline: text.includes("\r\n") ? "\r\n" : "\n" };
}

export interface Wanted {
  readonly form: Form;
  readonly plugin: string;
  readonly config: "recommended" | "strict";
  /** Text of a list of patterns. */
  readonly files: string;
  /** The same of those that are left out, if any are. */
  readonly ignores: string | undefined;
  /** What parses, if the block has to say so itself; `root`: an expression for the folder of the config. */
  readonly typed: { readonly parser: string; readonly root: string } | undefined;
}

/** What the rules are called by. */
const NAME = "deadlock";

/** The config object that turns the rules on, its first line without indentation. */
export function writeBlock({ form, plugin, config, files, ignores, typed }: Wanted, { indent, quote, newline }: Manner, outer: string): string {
  const chosen = [`files: ${files},`, ...ignores === undefined ? [] : [`ignores: ${ignores},`]];
  const taken = {
    names: [...chosen, `plugins: { ${plugin === NAME ? NAME : `${NAME}: ${plugin}`} },`, `extends: [${quote}${NAME}/${config}${quote}],`],
    objects: [...chosen, `extends: [${plugin}.configs.${config}],`],
    spread: [`...${plugin}.configs.${config},`, ...chosen],
  } satisfies Record<Form, readonly string[]>;
  const lines = [
    "{", ...taken[form].map((line) => indent + line),
    ...(typed ? [`${indent}languageOptions: {`, `${indent}${indent}parser: ${typed.parser},`, `${indent}${indent}parserOptions: { projectService: true, tsconfigRootDir: ${typed.root} },`, `${indent}},`] : []),
    "}",
  ];
  return lines.join(`${newline}${outer}`);
}
