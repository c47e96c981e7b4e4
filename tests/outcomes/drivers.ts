/** Programs that only export functions, made to run: each is called, alone and beside the others, with more and fewer items. */
import ts from "typescript";

import { openProject } from "../rewriting/program.js";
import type { Files, Subject } from "./subjects.js";
import { functionOf, type Making, valueOf } from "./values.js";

export interface Way {
  readonly name: string;
  readonly size: number;
  readonly fails: boolean;
  readonly together: boolean;
}

export const WAYS: readonly Way[] = [
  { name: "one after another", size: 3, fails: false, together: false },
  { name: "at once", size: 3, fails: false, together: true },
  { name: "with nothing", size: 0, fails: false, together: true },
  { name: "with one", size: 1, fails: false, together: true },
  { name: "failing", size: 3, fails: true, together: true },
];

/** Functions that a file declares and doesn't have. */
function standIns(file: ts.SourceFile, making: Making): string[] {
  return file.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement) || !ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) return [];
    if (ts.isFunctionDeclaration(statement) && statement.name) {
      const signature = making.checker.getSignatureFromDeclaration(statement), name = statement.name.text;
      const value = signature && functionOf(signature, name, 0, making);
      return [value === undefined ? "" : `function ${name}(...args) { return ${value}(...args); }`];
    }
    if (!ts.isVariableStatement(statement)) return [""];
    return statement.declarationList.declarations.map(({ name }) => {
      const value = valueOf(making.checker.getTypeAtLocation(name), name.getText(), 0, making);
      return value === undefined ? "" : `var ${name.getText()} = ${value};`;
    });
  });
}

function argsOf(signature: ts.Signature, n: number, making: Making): string | undefined {
  const values = signature.getParameters().filter(({ valueDeclaration }) => !(valueDeclaration && ts.isParameter(valueDeclaration) && (valueDeclaration.questionToken ?? valueDeclaration.initializer ?? valueDeclaration.dotDotDotToken)))
    .map((parameter) => valueOf(making.checker.getTypeOfSymbol(parameter), parameter.name, n, making));
  return values.every((value) => value !== undefined) ? values.join(", ") : undefined;
}

/** The text of a call for each thing that can be called; undefined where no arguments can be made. */
function callsOf(symbol: ts.Symbol, n: number, making: Making): (string | undefined)[] {
  const { checker } = making, type = checker.getTypeOfSymbol(symbol), of = `program.${symbol.name}`;
  const [made] = type.getConstructSignatures(), [called] = type.getCallSignatures();
  const withArgs = (signature: ts.Signature, text: string) => {
    const args = argsOf(signature, n, making);
    return args === undefined ? undefined : `${text}(${args})`;
  };
  if (called) return [withArgs(called, of)];
  if (!made) return [];
  const object = withArgs(made, `made("${symbol.name}", () => new ${of}`);
  const methods = checker.getReturnTypeOfSignature(made).getProperties().filter(({ valueDeclaration }) => valueDeclaration && ts.isMethodDeclaration(valueDeclaration)
    && !(ts.getCombinedModifierFlags(valueDeclaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) && ts.isIdentifier(valueDeclaration.name));
  return methods.map((method) => {
    const [signature] = checker.getTypeOfSymbol(method).getCallSignatures();
    return object && signature && withArgs(signature, `${object}).${method.name}`);
  });
}

const HELP = `const objects = new Map();
const made = (name, make) => { if (!objects.has(name)) objects.set(name, make()); return objects.get(name); };
const told = (value) => { try { return JSON.stringify(value) ?? String(value); } catch { return typeof value; } };
const settled = async (name, call) => { try { return name + " gives " + told(await call()); } catch (error) { return name + " throws " + (error?.message ?? error); } };
`;

/** The same program with a main module that calls what it exports; undefined if it exports nothing that can be called. */
function driven({ files, main }: { files: Files; main: string }, way: Way, directory: string): { driver: string; standIns: Readonly<Record<string, string>> } | undefined {
  const { checker, sources } = openProject(new Map(Object.entries(files).filter(([name]) => /^[^/]+\.m?ts$/.test(name))), directory);
  const making: Making = { checker, size: way.size, fails: way.fails };
  const file = sources.find(({ fileName }) => fileName.endsWith(`/${main}`) || fileName === main);
  const module = file && checker.getSymbolAtLocation(file);
  const found = Object.fromEntries(sources.map((source) => [source.fileName.replace(/^.*\//, ""), standIns(source, making)]));
  if (Object.values(found).flat().includes("")) return undefined;
  const exported = module ? checker.getExportsOfModule(module).filter(({ flags }) => flags & ts.SymbolFlags.Value || flags & ts.SymbolFlags.Alias) : [];
  const calls = [0, 1].flatMap((n) => exported.flatMap((symbol) => callsOf(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol, n, making)));
  if (calls.includes(undefined)) return undefined;
  const texts = calls.map((call, index) => `settled("call ${String(index)}", () => ${call ?? ""})`);
  const body = way.together ? `for (const line of await Promise.all([${texts.join(", ")}])) console.log(line);` : texts.map((text) => `console.log(await ${text});`).join("\n");
  return {
    driver: `import * as program from "./${main.replace(/ts$/, "js")}";\nvoid program;\n${HELP}${calls.length > 0 ? body : ""}\nconsole.log("end");\n`,
    standIns: Object.fromEntries(Object.entries(found).filter(([, lines]) => lines.length > 0).map(([name, lines]) => [name, lines.join(" ")])),
  };
}

export function withDriver(subject: Subject, way: Way, directory: string): ((files: Files) => { files: Files; main: string }) | undefined {
  const made = driven(subject, way, directory);
  if (!made) return undefined;
  return (files) => ({
    main: "driver.ts",
    files: { ...Object.fromEntries(Object.entries(files).map(([name, text]) => [name, `${made.standIns[name] ?? ""} ${text}`])), "driver.ts": made.driver },
  });
}
