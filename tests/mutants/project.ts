/** A real project in memory: one program, and cheap variations of it in which a file has another text. */
import path from "node:path";

import ts from "typescript";

export interface Change {
  readonly file: string;
  readonly text: string;
}

export class Project {
  readonly #host: ts.CompilerHost;
  readonly #files = new Map<string, ts.SourceFile | undefined>();
  readonly program: ts.Program;
  readonly folder: string;

  constructor(readonly name: string, tsconfig: string) {
    this.folder = path.dirname(path.resolve(tsconfig));
    const { config, error } = ts.readConfigFile(tsconfig, (file) => ts.sys.readFile(file)) as { config: unknown; error?: ts.Diagnostic };
    if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
    const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, this.folder);
    this.#host = ts.createCompilerHost(options, true);
    this.program = ts.createProgram({ rootNames: fileNames, options, host: this.#hostWith() });
  }

  /** The program with one file changed. Everything else is shared. */
  with(change: Change): ts.Program {
    return ts.createProgram({ rootNames: this.program.getRootFileNames(), options: this.program.getCompilerOptions(), host: this.#hostWith(change), oldProgram: this.program });
  }

  #hostWith(change?: Change): ts.CompilerHost {
    return {
      ...this.#host,
      getSourceFile: (file, language) => {
        if (file === change?.file) return ts.createSourceFile(file, change.text, language, true);
        if (!this.#files.has(file)) this.#files.set(file, this.#host.getSourceFile(file, language));
        return this.#files.get(file);
      },
    };
  }

  get sources(): readonly ts.SourceFile[] {
    return this.program.getSourceFiles().filter(({ fileName, isDeclarationFile }) => !isDeclarationFile && !/\/node_modules\/|\/(?:__tests__|tests?)\/|\.test\./.test(fileName));
  }

  errorsIn(program: ts.Program, file: string): number {
    const source = program.getSourceFile(file);
    return source ? program.getSyntacticDiagnostics(source).length + program.getSemanticDiagnostics(source).length : 0;
  }
}
