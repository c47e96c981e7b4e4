import ts = require("typescript");

import { describedPackage } from "../catalogue/index.js";
import type { LibraryEntity } from "../effects/port.js";
import { packageIn } from "./packages.js";

const MODULES = "/node_modules/";

const PLATFORM: ReadonlySet<string> = new Set(["typescript", "@types/node", "undici-types", "@typescript/native"]);

/** Whose declaration a file holds: an npm package, or the platform (ECMAScript, DOM, Node.js). */
function packageOfFile(file: string): string | undefined {
  const at = file.lastIndexOf(MODULES);
  if (at < 0) return undefined;
  const name = packageIn(file.slice(at + MODULES.length));
  return PLATFORM.has(name) ? "platform" : describedPackage(name);
}

const packages = new WeakMap<ts.SourceFile, string>();

/** The same with its major, as far as its package.json tells: `p-limit@3`, `drizzle-orm@0.45`. */
export function packageOf(source: ts.SourceFile): string | undefined {
  const known = packages.get(source);
  if (known !== undefined) return known;
  const name = packageOfFile(source.fileName) ?? builtPackage(source);
  if (name === undefined) return undefined;
  const major = name === "platform" || !source.fileName.includes(MODULES) ? undefined : majorOfFile(source.fileName);
  const named = major === undefined ? name : `${name}@${major}`;
  packages.set(source, named);
  return named;
}

/** What a neighbour in the repository has been built to is a package like any other, wherever it stands. */
function builtPackage({ fileName, isDeclarationFile }: ts.SourceFile): string | undefined {
  if (!isDeclarationFile) return undefined;
  for (let end = fileName.lastIndexOf("/"); end > 0; end = fileName.lastIndexOf("/", end - 1)) {
    const { name } = (ts.readConfigFile(`${fileName.slice(0, end)}/package.json`, (file) => ts.sys.readFile(file)).config ?? {}) as { readonly name?: unknown };
    if (typeof name === "string") return name;
  }
  return undefined;
}

/** The major of the package that a file belongs to, 0.x written as "0.5". */
function majorOfFile(file: string): string | undefined {
  const at = file.lastIndexOf(MODULES) + MODULES.length;
  const manifest = `${file.slice(0, at)}${packageIn(file.slice(at))}/package.json`;
  const { version } = (ts.readConfigFile(manifest, (name) => ts.sys.readFile(name)).config ?? {}) as { readonly version?: unknown };
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(typeof version === "string" ? version : "") ?? [];
  return major === "0" && minor !== undefined ? `0.${minor}` : major;
}

/** Names a declaration of a library by package, container and member. */
export function libraryEntity(node: ts.Node): LibraryEntity | undefined {
  const name = packageOf(node.getSourceFile());
  if (name === undefined) return undefined;
  const member = memberName(node);
  const container = enclosingContainer(node);
  const module = ambientModule(node);
  return { kind: "library", package: name, on: container ?? "module", member, ...(module !== undefined && { module }), ...(isStatic(node) && { isStatic: true }) };
}

const isStatic = (node: ts.Node): boolean => (ts.getCombinedModifierFlags(node as ts.Declaration) & ts.ModifierFlags.Static) !== 0;

function memberName(node: ts.Node): string {
  if (ts.isCallSignatureDeclaration(node)) return "()";
  if (ts.isConstructSignatureDeclaration(node) || ts.isConstructorDeclaration(node) || ts.isConstructorTypeNode(node)) return "new";
  if (ts.isFunctionTypeNode(node)) return ts.isTypeAliasDeclaration(node.parent) ? "()" : memberName(node.parent);
  const name = ts.getNameOfDeclaration(node as ts.Declaration);
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isPrivateIdentifier(name)) ? name.text : "()";
}

function enclosingContainer(node: ts.Node): string | undefined {
  for (let at = node.parent as ts.Node | undefined; at && !ts.isSourceFile(at) && !ts.isModuleBlock(at); at = at.parent as ts.Node | undefined) {
    if (ts.isInterfaceDeclaration(at) || ts.isClassDeclaration(at) || ts.isTypeAliasDeclaration(at)) return at.name?.text ?? "default";
    if (ts.isVariableDeclaration(at) && ts.isIdentifier(at.name) && at !== node) return at.name.text;
  }
  return undefined;
}

function ambientModule(node: ts.Node): string | undefined {
  for (let at: ts.Node | undefined = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isModuleDeclaration(at) && ts.isStringLiteral(at.name)) return at.name.text;
  }
  return undefined;
}
