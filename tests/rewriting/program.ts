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

/** Nothing is parsed or checked before somebody asks. */
export function openProject(files: Files, directory: string): Project {
  const absolute = new Map([...files].map(([name, text]) => [path.join(directory, name), text]));
  const service = ts.createLanguageService(hostOf(absolute, directory), registry);
  let program: ts.Program | undefined;
  return {
    files, directory, service,
    get program() {
      program ??= service.getProgram();
      if (!program) throw new Error("no program");
      return program;
    },
    get checker() { return this.program.getTypeChecker(); },
    get sources() { return [...absolute.keys()].map((name) => this.program.getSourceFile(name)).filter((file) => file !== undefined); },
  };
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

function changeTexts(project: Project, changesOf: (source: ts.SourceFile) => readonly ts.TextChange[]): Files {
  return new Map([...project.files].map(([name, before]) => {
    const source = ts.createSourceFile(path.join(project.directory, name), before, ts.ScriptTarget.Latest, true);
    let text = before;
    for (const { span, newText } of [...changesOf(source)].sort((a, b) => b.span.start - a.span.start))
      text = text.slice(0, span.start) + newText + text.slice(span.start + span.length);
    return [name, text];
  }));
}

/** At most one blank line between two tokens, and none before a closing brace. */
function blankLines(node: ts.Node): ts.TextChange[] {
  const children = node.getChildren();
  if (children.length > 0) return children.flatMap(blankLines);
  const start = node.getFullStart(), before = node.getSourceFile().text.slice(start, node.getStart());
  const after = node.kind === ts.SyntaxKind.CloseBraceToken ? before.replace(/(?:\n[ \t]*)+(\n[ \t]*)$/, "$1") : before.replace(/\n(?:[ \t]*\n){2,}/g, "\n\n");
  return after === before ? [] : [{ span: { start, length: before.length }, newText: after }];
}

/** Edits leave imports behind that nobody needs any more, and odd white space: no one would write that, so it goes. */
export function openTidied(files: Files, directory: string): Project {
  const collapsed = changeTexts(openProject(files, directory), blankLines), unformatted = openProject(collapsed, directory);
  const formatted = changeTexts(unformatted, ({ fileName }) => unformatted.service.getFormattingEditsForDocument(fileName, settings));
  const project = openProject(formatted, directory);
  const result = changeTexts(project, ({ fileName }) =>
    project.service.organizeImports({ type: "file", fileName, mode: ts.OrganizeImportsMode.RemoveUnused }, settings, {})[0]?.textChanges ?? []);
  return [...result].every(([name, text]) => formatted.get(name) === text) ? project : openProject(result, directory);
}
