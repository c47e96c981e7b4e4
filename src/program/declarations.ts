import path from "node:path";
import ts from "typescript";

import type { LibraryEntity } from "../effects/port.js";

/** Whose declaration a file holds: an npm package, or the platform (ECMAScript, DOM, Node.js). */
export function packageOfFile(file: string): string | undefined {
  const at = file.lastIndexOf("/node_modules/");
  if (at < 0) return undefined;
  const [first = "", second = ""] = file.slice(at + "/node_modules/".length).split("/");
  const name = first.startsWith("@") ? `${first}/${second}` : first;
  if (name === "typescript" || name === "@types/node" || name === "undici-types" || name === "@typescript/native") return "platform";
  if (!name.startsWith("@types/")) return name;
  const real = name.slice("@types/".length);
  return real.includes("__") ? `@${real.replace("__", "/")}` : real;
}

const versions = new Map<string, string>();

/** The major of the package that a file belongs to, 0.x written as "0.5". */
export function majorOfFile(file: string): string {
  const at = file.lastIndexOf("/node_modules/");
  const segments = file.slice(at + "/node_modules/".length).split("/");
  const folder = path.posix.join(file.slice(0, at), "node_modules", ...segments.slice(0, segments[0]?.startsWith("@") ? 2 : 1));
  let version = versions.get(folder);
  if (version === undefined) {
    const text = ts.sys.readFile(`${folder}/package.json`) ?? "{}";
    version = (JSON.parse(text) as { version?: string }).version ?? "";
    versions.set(folder, version);
  }
  const [major = "", minor = ""] = version.split(".");
  return major === "0" ? `0.${minor}` : major;
}

/** Names a declaration of a library by package, container and member. */
export function libraryEntity(node: ts.Node): LibraryEntity | undefined {
  const file = node.getSourceFile().fileName;
  const name = packageOfFile(file);
  if (name === undefined) return undefined;
  const member = memberName(node);
  const container = enclosingContainer(node);
  const module = ambientModule(node);
  return { kind: "library", package: name, on: container ?? "module", member, ...(module !== undefined && { module }) };
}

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
