import type ts from "typescript";

import type { LoweredFile } from "../effects/ir.js";
import { lowerFile } from "../lowering/lower-file.js";
import type { ProgramView } from "./joined.js";

/** The files that belong to the project itself, and what they were lowered to. Knows nothing of a type checker, so that it may outlive its Program. */
export class ProjectFiles {
  readonly sources: readonly ts.SourceFile[];
  readonly lowered = new Map<string, LoweredFile>();
  readonly #byName = new Map<string, ts.SourceFile>();

  constructor(program: ProgramView) {
    this.sources = sourcesOf(program);
    for (const source of this.sources) this.#byName.set(source.fileName, source);
  }

  source(file: string): ts.SourceFile | undefined {
    return this.#byName.get(file);
  }

  lower(file: string): LoweredFile | undefined {
    const known = this.lowered.get(file);
    if (known) return known;
    const source = this.#byName.get(file);
    if (!source) return undefined;
    const lowered = lowerFile(source);
    this.lowered.set(file, lowered);
    return lowered;
  }
}

/** By their place: TypeScript also calls the sources of a neighbouring package external when they are imported by the package's name. */
export const sourcesOf = (program: ProgramView): readonly ts.SourceFile[] => program.getSourceFiles().filter(isOfProject);

export const isOfProject = ({ isDeclarationFile, fileName }: ts.SourceFile): boolean => !isDeclarationFile && !fileName.includes("/node_modules/");
