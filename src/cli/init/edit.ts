import ts = require("typescript");

import { mannerOf, type Manner, type Wanted, writeBlock } from "./block.js";
import { type ConfigFile, importedAs, readConfig, requiredBy, typedFiles } from "./config-file.js";

const PLUGIN = "eslint-plugin-deadlock", TYPESCRIPT = "typescript-eslint", PARSER = "@typescript-eslint/parser";

export type Edited =
  | { readonly kind: "there" }
  /** `imports`: packages that the block brings with it. */
  | { readonly kind: "edited"; readonly text: string; readonly imports: readonly string[] }
  /** It can't be told where the block goes: here is the block. */
  | { readonly kind: "refused"; readonly paste: string; readonly imports: readonly string[] };

export interface Choice {
  readonly config: Wanted["config"];
  /** The TypeScript files of the project, as patterns. */
  readonly patterns: readonly string[];
  /** Those of them that it leaves out. */
  readonly ignores: readonly string[];
  /** Is this package installed, as the config will see it? */
  readonly isThere: (name: string) => boolean;
}

/** Adds the plugin to the text of a flat config, and changes nothing else in it. */
export function addPlugin(file: string, text: string, choice: Choice): Edited {
  if (/["']eslint-plugin-deadlock["']/.test(text)) return { kind: "there" };
  const manner = mannerOf(text), found = readConfig(file, text);
  const refused = (): Edited => ({ kind: "refused", ...pasteFor(file, text, choice, manner) });
  if (!found) return refused();
  const { imports, wanted } = whatToWrite(found, choice, manner);
  const edits = [...insertion(found, wanted, manner), importEdit(found, imports.map(({ line }) => line), manner)];
  const edited = edits.sort((a, b) => b.at - a.at).reduce((all, { at, text: inserted }) => all.slice(0, at) + inserted + all.slice(at), text);
  return isSound(file, edited) ? { kind: "edited", text: edited, imports: imports.map(({ from }) => from) } : refused();
}

interface Insert {
  readonly at: number;
  readonly text: string;
}

interface Import {
  readonly from: string;
  readonly line: string;
}

function whatToWrite({ source, isModule, form }: Pick<ConfigFile, "source" | "isModule" | "form">, { config, patterns, ignores, isThere }: Choice, manner: Manner): { readonly imports: readonly Import[]; readonly wanted: Wanted } {
  const { quote, end } = manner;
  const load = (name: string, from: string, how = ""): Import => ({ from, line: isModule ? `import ${name} from ${quote}${from}${quote}${end}` : `const ${name} = require(${quote}${from}${quote})${how}${end}` });
  const plugin = freeName("deadlock", source), { isTyped, files } = typedFiles(source);
  const imports = [load(plugin, PLUGIN, ".default")];
  const typescript = importedAs(TYPESCRIPT, source), parser = importedAs(PARSER, source);
  let typed: Wanted["typed"];
  if (!isTyped) {
    const from = parserPackage(isThere), name = freeName(LOCAL[from], source);
    if (typescript === undefined && parser === undefined) imports.push(load(name, from));
    typed = { parser: typescript === undefined ? parser ?? parserFrom(from, name) : `${typescript}.parser`, root: isModule ? "import.meta.dirname" : "__dirname" };
  }
  return { imports, wanted: { form, plugin, config, files: files ?? listOf(patterns, quote), ignores: files === undefined && ignores.length > 0 ? listOf(ignores, quote) : undefined, typed } };
}

const listOf = (patterns: readonly string[], quote: string): string => `[${patterns.map((pattern) => quote + pattern + quote).join(", ")}]`;

const LOCAL = { [TYPESCRIPT]: "tseslint", [PARSER]: "tsParser" } as const;

/** The parser alone comes with the plugin; a package that isn't there is imported only if neither is. */
const parserPackage = (isThere: Choice["isThere"]): typeof TYPESCRIPT | typeof PARSER => !isThere(TYPESCRIPT) && isThere(PARSER) ? PARSER : TYPESCRIPT;

const parserFrom = (from: keyof typeof LOCAL, name: string): string => from === PARSER ? name : `${name}.parser`;

function freeName(name: string, source: ts.SourceFile): string {
  let free = name;
  while (new RegExp(`(?<![\\w$.])${free}(?![\\w$])`).test(source.text.replace(/(["'`])(?:(?!\1).)*\1/g, ""))) free += "Plugin";
  return free;
}

/** Imports stand after the last one; without any, before the first statement. */
function importEdit({ source, isModule }: ConfigFile, lines: readonly string[], { newline }: Manner): Insert {
  const isLoading = (statement: ts.Statement): boolean => isModule ? ts.isImportDeclaration(statement)
    : ts.isVariableStatement(statement) && statement.declarationList.declarations.some(({ initializer }) => initializer !== undefined && requiredBy(initializer) !== undefined);
  const last = source.statements.findLast(isLoading), [first] = source.statements;
  if (last) return { at: lineEnd(last.end, source.text), text: lines.map((line) => newline + line).join("") };
  const isStrict = first && ts.isExpressionStatement(first) && ts.isStringLiteral(first.expression);
  if (isStrict) return { at: first.end, text: `${newline}${lines.map((line) => newline + line).join("")}` };
  return { at: startOf(first, source), text: `${lines.map((line) => line + newline).join("")}${newline}` };
}

/** Before the comment that belongs to a statement: an annotation of its type must stay with it. */
function startOf(statement: ts.Statement | undefined, { text }: ts.SourceFile): number {
  if (!statement) return 0;
  const last = ts.getLeadingCommentRanges(text, statement.pos)?.at(-1);
  return last && text.startsWith("/**", last.pos) ? last.pos : statement.getStart();
}

function insertion({ source, place }: ConfigFile, wanted: Wanted, manner: Manner): Insert[] {
  const { newline, indent } = manner;
  if (ts.isObjectLiteralExpression(place)) {
    const outer = lineIndent(place.getStart(), source.text);
    return [{ at: place.getStart(), text: "[" }, { at: place.end, text: `, ${writeBlock(wanted, manner, outer)}]` }];
  }
  const items = ts.isArrayLiteralExpression(place) ? place.elements : place.arguments;
  const last = items.at(-1), outer = lineIndent(place.getStart(), source.text);
  if (!last) return [{ at: place.end - 1, text: `${newline}${outer}${indent}${writeBlock(wanted, manner, outer + indent)},${newline}${outer}` }];
  const own = lineIndent(last.getStart(), source.text);
  // All on the line where the list begins, or each on a line of its own.
  const opening = ts.isArrayLiteralExpression(place) ? place.getStart() : place.expression.end;
  if (lineOf(source, opening) === lineOf(source, last.getStart())) return [{ at: items.hasTrailingComma ? items.end - 1 : last.end, text: `, ${writeBlock(wanted, manner, own)}` }];
  const block = `${newline}${own}${writeBlock(wanted, manner, own)}`;
  if (items.hasTrailingComma) return [{ at: lineEnd(items.end, source.text), text: `${block},` }];
  const end = lineEnd(last.end, source.text);
  return end === last.end ? [{ at: end, text: `,${block}` }] : [{ at: last.end, text: "," }, { at: end, text: block }];
}

const lineOf = (source: ts.SourceFile, offset: number): number => source.getLineAndCharacterOfPosition(offset).line;

const lineIndent = (offset: number, text: string): string => /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? "";

/** Past a comment that ends the line. */
function lineEnd(offset: number, text: string): number {
  const [rest = ""] = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/)?(?=[ \t]*(?:\r?\n|$))/.exec(text.slice(offset)) ?? [];
  return rest.trim() === "" ? offset : offset + rest.length;
}

function isSound(file: string, text: string): boolean {
  const { diagnostics } = ts.transpileModule(text, { fileName: file.replace(/js$/, "ts"), reportDiagnostics: true, compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext } });
  return (diagnostics ?? []).length === 0;
}

function pasteFor(file: string, text: string, choice: Choice, manner: Manner): { readonly paste: string; readonly imports: readonly string[] } {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const isModule = !/\bmodule\.exports\b/.test(text) && !file.endsWith(".cjs");
  const { imports, wanted } = whatToWrite({ source, isModule, form: "spread" }, choice, manner);
  return { paste: [...imports.map(({ line }) => line), "", `${writeBlock(wanted, manner, "")},`].join("\n"), imports: imports.map(({ from }) => from) };
}

/** A config for a project that has none. */
export function newConfig({ config, patterns, ignores, isThere }: Choice): { readonly text: string; readonly imports: readonly string[] } {
  const files = listOf(patterns, '"'), ignored = ignores.length > 0 ? listOf(ignores, '"') : undefined, from = parserPackage(isThere), name = LOCAL[from];
  const typed = { parser: parserFrom(from, name), root: "import.meta.dirname" };
  const imports = [["deadlock", PLUGIN], ["{ defineConfig }", "eslint/config"], [name, from]].sort(([, a = ""], [, b = ""]) => a < b ? -1 : 1);
  const text = `${imports.map(([local = "", module = ""]) => `import ${local} from "${module}";\n`).join("")}
export default defineConfig(${writeBlock({ form: "names", plugin: "deadlock", config, files, ignores: ignored, typed }, { indent: "  ", quote: '"', end: ";", newline: "\n" }, "")});
`;
  return { text, imports: [PLUGIN, from] };
}
