/** A case program in memory, as the compiler sees it: what every rewriting reads. */
import path from "node:path";
import ts from "typescript";

/** File name (no folder) to text. */
export type Files = ReadonlyMap<string, string>;

export interface Project {
  readonly files: Files;
  /** The folder that the files are said to be in: packages are resolved from there. */
  readonly directory: string;
  readonly service: ts.LanguageService;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly sources: readonly ts.SourceFile[];
}

/** The options under which the cases are linted, in the form of a tsconfig. */
export const compilerOptions = {
  strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", moduleResolution: "nodenext", target: "es2022",
  lib: ["es2024", "esnext.disposable", "esnext.asynciterable"], types: ["node"], allowImportingTsExtensions: true,
};

/** Library files are parsed once for all programs. */
const registry = ts.createDocumentRegistry();
const snapshots = new Map<string, ts.IScriptSnapshot>();

function libraryText(name: string): ts.IScriptSnapshot | undefined {
  const known = snapshots.get(name);
  if (known) return known;
  const text = ts.sys.readFile(name);
  if (text === undefined) return undefined;
  const snapshot = ts.ScriptSnapshot.fromString(text);
  snapshots.set(name, snapshot);
  return snapshot;
}

/** The text itself is the version, so that the registry can share a file only between programs that agree on it. */
function hostOf(files: ReadonlyMap<string, string>, directory: string): ts.LanguageServiceHost {
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, directory);
  const isOwn = (name: string) => path.dirname(name) === directory;
  return {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: (name) => files.get(name) ?? "library",
    getScriptSnapshot: (name) => {
      const text = files.get(name);
      return text === undefined ? libraryText(name) : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => directory,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (name) => files.has(name) || (!isOwn(name) && ts.sys.fileExists(name)),
    readFile: (name) => files.get(name) ?? ts.sys.readFile(name),
    directoryExists: (name) => name === directory || ts.sys.directoryExists(name),
    getDirectories: (name) => ts.sys.getDirectories(name),
  };
}

export function openProject(files: Files, directory: string): Project {
  const absolute = new Map([...files].map(([name, text]) => [path.join(directory, name), text]));
  const service = ts.createLanguageService(hostOf(absolute, directory), registry);
  const program = service.getProgram();
  if (!program) throw new Error("no program");
  const sources = [...absolute.keys()].map((name) => program.getSourceFile(name)).filter((file) => file !== undefined);
  return { files, directory, service, program, checker: program.getTypeChecker(), sources };
}

export const nameOf = (source: ts.SourceFile): string => path.basename(source.fileName);

/** What the compiler has against the program, one line each. */
export function typeErrors(project: Project): string[] {
  return project.sources.flatMap((source) =>
    [...project.program.getSyntacticDiagnostics(source), ...project.program.getSemanticDiagnostics(source)].map((found) => {
      const line = source.getLineAndCharacterOfPosition(found.start ?? 0).line + 1;
      return `${nameOf(source)}:${line} ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`;
    }));
}

const settings: ts.FormatCodeSettings = { ...ts.getDefaultFormatCodeSettings("\n"), indentSize: 2 };

function changeTexts(files: Files, directory: string, changesOf: (project: Project, source: ts.SourceFile) => readonly ts.TextChange[]): Files {
  const project = openProject(files, directory), result = new Map(files);
  for (const source of project.sources) {
    let { text } = source;
    for (const { span, newText } of [...changesOf(project, source)].sort((a, b) => b.span.start - a.span.start))
      text = text.slice(0, span.start) + newText + text.slice(span.start + span.length);
    result.set(nameOf(source), text);
  }
  return result;
}

/** Edits leave imports behind that nobody needs any more, and odd white space: no one would write that, so it goes. */
export function tidied(files: Files, directory: string): Files {
  const used = changeTexts(files, directory, ({ service }, { fileName }) =>
    service.organizeImports({ type: "file", fileName, mode: ts.OrganizeImportsMode.RemoveUnused }, settings, {})[0]?.textChanges ?? []);
  return changeTexts(used, directory, ({ service }, { fileName }) => service.getFormattingEditsForDocument(fileName, settings));
}
