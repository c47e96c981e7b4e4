import { findingsIn } from "./analysis.js";

/** A small program with what should be said of it: `// ! rule confidence` stands on the line that is reported. */
export interface Program {
  readonly name: string;
  /** One file, or several by name. */
  readonly program: string | Readonly<Record<string, string>>;
}

const MARK = /\/\/ ! (\S+ \w+(?:, \S+ \w+)*)$/;

type Files = Readonly<Record<string, string>>;

/** What is said of a program, and what its marks ask for: `file:line rule confidence`. */
export function said({ program }: Program): { readonly found: readonly string[]; readonly expected: readonly string[] } {
  const files: Files = typeof program === "string" ? { "program.ts": program } : program;
  return { found: findingsIn(files), expected: expectedIn(files) };
}

export const expectedIn = (files: Files): string[] => Object.entries(files).flatMap(([file, text]) => text.split("\n").flatMap((line, index) =>
  MARK.exec(line)?.[1]?.split(", ").map((mark) => `${file}:${String(index + 1)} ${mark}`) ?? [])).sort();
