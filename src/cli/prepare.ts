import type { Settings } from "../rules/settings.js";
import { type Io, painter, Progress } from "./io.js";
import type { Options } from "./options.js";
import { ProgramSource } from "./programs.js";
import { findProjects } from "./projects.js";
import type { Scope } from "./scope.js";
import { findSettings } from "./settings.js";

export interface Prepared {
  readonly source: ProgramSource;
  readonly settings: Settings;
  readonly scope: Scope;
  readonly progress: Progress;
  readonly tell: (text: string) => void;
}

/** Finds out what a command is to look at. */
export async function prepare({ paths, projects: given, settings: file, isQuiet, format, allowsNone }: Options, io: Io): Promise<Prepared> {
  const progress = new Progress(isQuiet || format === "json" ? { ...io, isWatched: false } : io);
  const warn = (text: string): void => {
    progress.clear();
    io.err(`${painter(io.hasColors)("yellow", "warning")} ${text}\n`);
  };
  const tell = (text: string): void => { progress.tell(text); };
  const { projects, scope: asked, warnings } = findProjects(paths, given, io.cwd);
  for (const warning of warnings) warn(warning);
  const settings = await findSettings(file, asked, io.cwd, warn);
  const scope: Scope = { paths: asked, projects, cwd: io.cwd, allowsNone, warn };
  return { source: new ProgramSource(projects, { cwd: io.cwd, tell, warn }), settings, scope, progress, tell };
}
