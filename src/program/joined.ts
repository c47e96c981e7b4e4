import type ts from "typescript";

/** What is asked of a ts.Program; of several seen as one, the types are those of the program that a place belongs to. */
export interface ProgramView extends Pick<ts.Program, "getSourceFiles" | "getSourceFile" | "getCurrentDirectory"> {
  getTypeChecker(at?: ts.Node): ts.TypeChecker;
}

/**
 * Several programs seen as one. They must share the trees of the files that they have in common: what one program says of a declaration
 * is then understood in all. `ownerOf`: the program that a file is judged in, where several have it.
 */
export function joinPrograms(programs: readonly ts.Program[], ownerOf: (file: string) => ts.Program | undefined): ProgramView {
  const [first, ...others] = programs;
  if (!first) throw new Error("There are no programs to join.");
  if (others.length === 0) return first;
  const files = new Map<string, { readonly source: ts.SourceFile; readonly program: ts.Program }>();
  for (const program of programs) {
    for (const source of program.getSourceFiles()) {
      if (!files.has(source.fileName)) files.set(source.fileName, { source, program: ownerOf(source.fileName) ?? program });
    }
  }
  const sources = [...files.values()].map(({ source }) => source);
  return {
    getSourceFiles: () => sources,
    getSourceFile: (file) => files.get(file)?.source,
    getCurrentDirectory: () => first.getCurrentDirectory(),
    getTypeChecker: (at) => (at === undefined ? first : files.get(at.getSourceFile().fileName)?.program ?? first).getTypeChecker(),
  };
}
