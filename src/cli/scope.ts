import path from "node:path";

import { UsageError } from "./errors.js";
import type { Programs } from "./programs.js";
import type { Project } from "./projects.js";

/** What a command was asked to look at. */
export interface Scope {
  /** Files and folders; none means all. */
  readonly paths: readonly string[];
  readonly projects: readonly Project[];
  readonly cwd: string;
  /** A path without a file that can be looked at is no mistake. */
  readonly allowsNone: boolean;
  readonly warn: (text: string) => void;
}

const isIn = (file: string, folder: string): boolean => file === folder || file.startsWith(folder.endsWith("/") ? folder : `${folder}/`);

/** The files that are asked for. A path without any is told: nobody should take what wasn't looked at for clean. */
export function filesIn({ files }: Pick<Programs, "files">, { paths, projects, cwd, allowsNone, warn }: Scope): readonly string[] {
  const own = files.filter((file) => !file.endsWith(".d.ts"));
  const empty = paths.filter((each) => !own.some((file) => isIn(file, each)));
  if (empty.length > 0) {
    const shown = (file: string): string => path.relative(cwd, file) || ".";
    const text = `Nothing to look at in ${empty.map(shown).join(", ")}: ${projects.map(({ config }) => shown(config)).join(", ")} ${projects.length > 1 ? "name" : "names"} no code there (\`files\`, \`include\`, \`allowJs\`).`;
    if (!allowsNone) throw new UsageError(`${text} Another tsconfig can be named with \`--project FILE\`; \`--no-error-on-unmatched-pattern\` lets such paths pass.`);
    warn(text);
  }
  return paths.length === 0 ? own : own.filter((file) => paths.some((each) => isIn(file, each)));
}
