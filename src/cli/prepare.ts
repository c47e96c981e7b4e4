import type { Settings } from "../rules/settings.js";
import { type Io, painter, Progress } from "./io.js";
import type { Options } from "./options.js";
import { ProgramSource } from "./programs.js";
import { findProjects } from "./projects.js";
import { findSettings } from "./settings.js";

export interface Prepared {
  readonly source: ProgramSource;
  readonly settings: Settings;
  readonly scope: readonly string[];
  readonly progress: Progress;
  readonly tell: (text: string) => void;
}

/** Finds out what a command is to look at. */
export async function prepare({ paths, projects: given, settings: file }: Options, io: Io): Promise<Prepared> {
  const progress = new Progress(io);
  const warn = (text: string): void => { io.err(`${painter(io.hasColors)("yellow", "warning")} ${text}\n`); };
  const tell = (text: string): void => { progress.tell(text); };
  const { projects, scope, warnings } = findProjects(paths, given, io.cwd);
  for (const warning of warnings) warn(warning);
  const settings = await findSettings(file, scope, io.cwd, warn);
  return { source: new ProgramSource(projects, tell), settings, scope, progress, tell };
}
