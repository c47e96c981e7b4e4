/** The ESLint server of VS Code, spoken to as an editor speaks to it. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { root } from "../support/workspace.js";

const program = path.join(root, "node_modules/vscode-langservers-extracted/bin/vscode-eslint-language-server");

/** It comes with the other development packages; a checkout that was installed without it can't run these tests. */
export const isInstalled = existsSync(program);

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Diagnostic {
  readonly range: Range;
  readonly message: string;
  readonly code: string;
  readonly severity: number;
  readonly codeDescription?: { readonly href: string };
}

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

interface WorkspaceEdit {
  readonly documentChanges?: readonly { readonly edits: readonly TextEdit[] }[];
  readonly changes?: Readonly<Record<string, readonly TextEdit[]>>;
}

export interface Action {
  readonly title: string;
  readonly kind: string;
  readonly isPreferred?: boolean;
  readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] };
  readonly edit?: WorkspaceEdit;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What VS Code's extension sends of its settings; the server reads these without a default. */
const settings = (folder: string): object => ({
  validate: "on", run: "onType", quiet: false, format: false, options: {}, nodePath: null, onIgnoredFiles: "off", packageManager: "npm",
  useESLintClass: true, experimental: { useFlatConfig: false }, rulesCustomizations: [], problems: { shortenToSingleLine: false },
  codeAction: { disableRuleComment: { enable: true, location: "separateLine", commentStyle: "line" }, showDocumentation: { enable: true } },
  codeActionOnSave: { mode: "all" },
  workingDirectory: { mode: "location" },
  workspaceFolder: { uri: pathToFileURL(folder).href, name: path.basename(folder) },
});

const capabilities = {
  workspace: {
    configuration: true, applyEdit: true, workspaceFolders: true, workspaceEdit: { documentChanges: true },
    didChangeConfiguration: { dynamicRegistration: true }, diagnostics: { refreshSupport: true },
  },
  textDocument: {
    synchronization: { didSave: true }, diagnostic: { dynamicRegistration: false },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source", "source.fixAll"] } } },
  },
};

const editsOf = ({ documentChanges, changes }: WorkspaceEdit): readonly TextEdit[] =>
  documentChanges?.flatMap(({ edits }) => edits) ?? Object.values(changes ?? {}).flat();

export class Server implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #versions = new Map<string, number>();
  #received = Buffer.alloc(0);
  #applied: readonly TextEdit[] = [];
  #lastId = 0;
  /** How often the server asked to be asked again. */
  refreshes = 0;

  private constructor(readonly folder: string) {
    this.#child = spawn(process.execPath, [program, "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdout?.on("data", (part: Buffer) => { this.#read(part); });
    this.#child.once("exit", (code) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`The server ended with exit code ${String(code)}.`));
    });
  }

  static async start(folder: string): Promise<Server> {
    const server = new Server(folder);
    const { href: uri } = pathToFileURL(folder);
    await server.#ask("initialize", { processId: process.pid, rootUri: uri, workspaceFolders: [{ uri, name: path.basename(folder) }], capabilities });
    server.#tell("initialized", {});
    return server;
  }

  open(file: string, text: string): void {
    this.#versions.set(file, 1);
    this.#tell("textDocument/didOpen", { textDocument: { uri: this.#uri(file), languageId: "typescript", version: 1, text } });
  }

  change(file: string, text: string): void {
    const version = (this.#versions.get(file) ?? 0) + 1;
    this.#versions.set(file, version);
    this.#tell("textDocument/didChange", { textDocument: { uri: this.#uri(file), version }, contentChanges: [{ text }] });
  }

  close(file: string): void {
    this.#tell("textDocument/didClose", { textDocument: { uri: this.#uri(file) } });
  }

  changedOnDisk(file: string): void {
    this.#tell("workspace/didChangeWatchedFiles", { changes: [{ uri: this.#uri(file), type: 2 }] });
  }

  /** What VS Code does when a tab is shown, edited or saved. */
  async problems(file: string): Promise<readonly Diagnostic[]> {
    const { items } = await this.#ask("textDocument/diagnostic", { textDocument: { uri: this.#uri(file) }, identifier: "eslint" }) as { items: readonly Diagnostic[] };
    return items;
  }

  async actions(file: string, diagnostic: Diagnostic, only?: string): Promise<readonly Action[]> {
    const context = { diagnostics: only === undefined ? [diagnostic] : [], ...(only !== undefined && { only: [only] }) };
    return await this.#ask("textDocument/codeAction", { textDocument: { uri: this.#uri(file) }, range: diagnostic.range, context }) as readonly Action[];
  }

  /** The edits that an action makes, whether it carries them or has the server send them. */
  async editsOf({ edit, command }: Action): Promise<readonly TextEdit[]> {
    if (edit) return editsOf(edit);
    if (!command) return [];
    this.#applied = [];
    await this.#ask("workspace/executeCommand", { command: command.command, arguments: command.arguments });
    return this.#applied;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    await this.#ask("shutdown", null);
    this.#tell("exit");
    const timer = setTimeout(() => this.#child.kill(), 3000);
    await ended;
    clearTimeout(timer);
  }

  #uri(file: string): string {
    return pathToFileURL(path.join(this.folder, file)).href;
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  #tell(method: string, params?: unknown): void {
    this.#send({ method, ...(params !== undefined && { params }) });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#child.stdin?.write(`Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`);
  }

  #read(part: Buffer): void {
    this.#received = Buffer.concat([this.#received, part]);
    for (;;) {
      const head = this.#received.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.#received.toString("latin1", 0, head))?.[1]);
      const end = head + 4 + length;
      if (this.#received.length < end) return;
      const body = this.#received.toString("utf8", head + 4, end);
      this.#received = this.#received.subarray(end);
      this.#take(JSON.parse(body) as Message);
    }
  }

  #take({ id, method, params, result, error }: Message): void {
    if (method !== undefined) {
      const answer = this.#answer(method, params);
      if (id !== undefined) this.#send({ id, result: answer });
      return;
    }
    const asked = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || !asked) return;
    this.#pending.delete(id);
    if (error) asked.reject(new Error(error.message));
    else asked.resolve(result);
  }

  /** The server asks back: for settings, and for edits to be made. */
  #answer(method: string, params: unknown): unknown {
    switch (method) {
      case "workspace/configuration": return (params as { items: readonly unknown[] }).items.map(() => settings(this.folder));
      case "workspace/diagnostic/refresh": this.refreshes++; return null;
      case "workspace/applyEdit": this.#applied = editsOf((params as { edit: WorkspaceEdit }).edit); return { applied: true };
      default: return null;
    }
  }
}

/** The text after edits that don't overlap. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const at = ({ line, character }: Position): number => (starts[line] ?? text.length) + character;
  return [...edits].sort((a, b) => at(b.range.start) - at(a.range.start))
    .reduce((rest, { range, newText }) => rest.slice(0, at(range.start)) + newText + rest.slice(at(range.end)), text);
}

/** The text under a squiggle. */
export function under(text: string, { start, end }: Range): string {
  const lines = text.split("\n").slice(start.line, end.line + 1);
  const last = lines.length - 1;
  return lines.map((line, index) => line.slice(index === 0 ? start.character : 0, index === last ? end.character : undefined)).join("\n");
}
