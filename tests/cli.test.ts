/** The command line: which files it looks at, what it says, how it ends. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { default as Ajv } from "ajv-draft-04";
import addFormats from "ajv-formats";
import { afterAll, describe, expect, it } from "vitest";

import { clean } from "../src/cli/frame.js";
import { apply } from "../src/cli/fix.js";
import { github } from "../src/cli/formats/github.js";
import { markdown } from "../src/cli/formats/markdown.js";
import type { Report, Results } from "../src/cli/reports.js";
import { missingRequirement } from "../src/cli/requirements.js";
import { command, openFolder, TSCONFIG, watched } from "./support/cli.js";

const folder = openFolder();
afterAll(() => { folder[Symbol.dispose](); });

const LOCKS = `import { Mutex } from "async-mutex";
export const users = new Mutex(), sessions = new Mutex();
`;
const LEFT = `import { sessions, users } from "./locks.js";
export const left = () => users.runExclusive(() => sessions.runExclusive(() => 1));
`;
const RIGHT = LEFT.replace("left =", "right =").replace("users.runExclusive(() => sessions", "sessions.runExclusive(() => users");
const circle = (name: string, files: Readonly<Record<string, string>> = {}) => folder.write(name, { "tsconfig.json": TSCONFIG, "locks.ts": LOCKS, "left.ts": LEFT, "right.ts": RIGHT, ...files });

describe("a check", () => {
  const at = circle("circle");

  it("shows the code on both sides and exits with 1", async () => {
    const { code, out, err } = await command(at);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toContain("  2:52  error  Waits for `sessions` while holding `users`; right (right.ts:2) takes them in the other order");
    expect(out).toContain("right waits for `users` while holding `sessions`  right.ts:2:56");
    expect(out).toMatch(/> 2 \| export const right = .*\n +\| +\^+\n/);
    expect(out).toContain("✖ 2 problems (2 errors, 0 warnings) in 3 files");
  });

  it("reports only what was asked for, and knows the rest", async () => {
    const { out } = await command(at, "right.ts");
    expect(out).toMatch(/^right\.ts\n/);
    expect(out).toContain("✖ 1 problem (1 error, 0 warnings) in 1 file");
  });

  it("exits with 0 when there is nothing to report", async () => {
    expect(await command(at, "locks.ts")).toEqual({ code: 0, out: "No problems found in 1 file.\n", err: "" });
  });

  it.each([
    ["--rule", "no-recursive-lock"],
    ["--rule", "deadlock/lock-order: off"],
    ["--rule", "deadlock/lock-order:off"],
    ["--rule", "lock-order: 0, no-recursive-lock: [error, {confidence: 'certain'}]"],
    ["--rule", '{"deadlock/lock-order": "off"}'],
    ["--rule", "no-recursive-lock,no-circular-wait"],
  ])("chooses rules: %s %s", async (...args) => {
    expect(await command(at, ...args)).toMatchObject({ code: 0 });
  });

  it("gives rules options, and counts warnings", async () => {
    for (const rule of ['lock-order: ["warn", {"confidence": "certain"}]', "lock-order: [warn, {confidence: certain}]"]) {
      expect(await command(at, "--rule", rule, "--max-warnings", "0")).toMatchObject({ code: 0 });
    }
    expect(await command(at, "--rule", "lock-order: warn", "--max-warnings", "2")).toMatchObject({ code: 0 });
    expect(await command(at, "--rule", "lock-order: warn", "--max-warnings", "1")).toMatchObject({ code: 1, err: "There are 2 warnings, and 1 are allowed.\n" });
  });

  it("tells errors only when it is to be quiet", async () => {
    const silent = "No problems found in 3 files.\n";
    expect(await command(at, "--rule", "lock-order: warn", "--quiet")).toEqual({ code: 0, out: silent, err: "" });
    expect(await command(at, "--rule", "lock-order: warn", "--quiet", "--max-warnings", "1")).toEqual({ code: 1, out: silent, err: "There are 2 warnings, and 1 are allowed.\n" });
    expect(await command(at, "--rule", "lock-order: error", "--quiet")).toMatchObject({ code: 1 });
  });

  it("says on a terminal how it goes, and takes that back", async () => {
    const progress = "\r\u001B[KReading tsconfig.json: 3 files …\r\u001B[KAnalysing 3 files …\r\u001B[KReporting on 2 files …\r\u001B[K";
    expect((await watched(at)).err).toBe(progress);
    expect((await watched(at, "--quiet")).err).toBe("");
    expect((await watched(at, "--format", "json")).err).toBe("");
  });

  it("says more when it is strict", async () => {
    const { out } = await command(at, "--strict", "left.ts");
    expect(out).toContain("if its holder never ends, nor does this. Its library's `withTimeout` bounds the wait.  deadlock/require-lock-timeout");
  });

  it("names the file of a line elsewhere", async () => {
    const apart = circle("apart", {
      "left.ts": "", "right.ts": "",
      "guard.ts": 'import { Mutex } from "async-mutex";\nconst mutex = new Mutex();\nexport const guarded = <T>(job: () => Promise<T>): Promise<T> =>\n  mutex.runExclusive(job);\n',
      "main.ts": 'import { guarded } from "./guard.js";\nexport const twice = () => guarded(() => guarded(() => Promise.resolve(1)));\n',
    });
    expect((await command(apart, "main.ts")).out).toContain("Waits for `mutex` (in guarded (guard.ts:4)) while already holding it (line 4 of guard.ts): it never becomes free.");
  });

  it("honours comments that disable a rule", async () => {
    const quiet = circle("comments", { "left.ts": `// eslint-disable-next-line deadlock/lock-order -- reviewed\n${LEFT}`.replace(/^(.*)\n(.*)\n/, "$2\n$1\n"), "right.ts": `/* eslint-disable */\n${RIGHT}` });
    expect(await command(quiet)).toMatchObject({ code: 0 });
  });

  it("minds no comments about rules of other plugins", async () => {
    const other = circle("others", { "left.ts": `/* eslint react/no-danger: "error" */\n// eslint-disable-next-line react/no-danger\n${LEFT}` });
    const { out } = await command(other, "left.ts");
    expect(out).toContain("✖ 1 problem ");
  });

  it("tells of a file that can't be parsed, and goes on", async () => {
    const broken = circle("broken", { "other.ts": "const = 1;\n" });
    const { code, out } = await command(broken);
    expect(code).toBe(1);
    expect(out).toMatch(/other\.ts\n\n {2}1:6 {2}error {2}Parsing error: /);
    expect(out).toContain("✖ 3 problems");
  });
});

describe("settings", () => {
  it("come from a file", async () => {
    const at = circle("settings", { "settings.json": JSON.stringify({ order: ["sessions", "users"] }) });
    const { out } = await command(at, "--settings", "settings.json", "left.ts");
    expect(out).toContain("declared");
  });

  it("describe a library, whose handles are given back by what is said to do so", async () => {
    const at = folder.write("described", {
      "tsconfig.json": TSCONFIG, "node_modules/@acme/turnstile/package.json": '{ "name": "@acme/turnstile", "version": "2.3.0", "types": "index.d.ts" }',
      "node_modules/@acme/turnstile/index.d.ts": `export interface Pass { done(): void }
export interface Turnstile { pass(): Promise<Pass> }
export declare function turnstile(places: number): Turnstile;
`,
      "main.ts": `import { turnstile } from "@acme/turnstile";
const gate = turnstile(1);
export async function right(): Promise<void> { const pass = await gate.pass(); try { console.log(1); } finally { pass.done(); } }
export async function wrong(n: number): Promise<void> { const pass = await gate.pass(); if (n > 1) return; pass.done(); }
`,
      "settings.json": JSON.stringify({ locks: [{
        package: "@acme/turnstile", majors: [], handles: [{ name: "Pass", releasedBy: ["done"] }],
        operations: [
          { on: "module", member: "turnstile", name: "telling", effect: { do: "create", what: "semaphore", capacity: { from: [{ arg: 0 }] } } },
          { on: "Turnstile", member: "pass", name: "common", effect: { do: "acquire", of: "receiver", mode: "permit", gives: "handle" } },
        ],
      }] }),
    });
    const { out, err } = await command(at, "--settings", "settings.json", "--format", "github");
    expect({ err, lines: out.match(/line=\d+/g) }).toEqual({ err: "", lines: ["line=4"] });
  });

  it("come from the ESLint config that rules there", async () => {
    const at = circle("configured", { "eslint.config.mjs": `export default [{ settings: { deadlock: { order: ["sessions", "users"] } } }];\n` });
    const { out } = await command(at, "left.ts");
    expect(out).toContain("declared");
  });

  it("are done without when that config can't be loaded", async () => {
    const at = circle("unloadable", { "eslint.config.mjs": `import "not-installed"; export default [{ settings: { deadlock: {} } }];\n` });
    const { code, err } = await command(at, "left.ts");
    expect(code).toBe(1);
    expect(err).toMatch(/^warning .*eslint\.config\.mjs can't be loaded, .*--settings/);
  });

  it.each([
    ["{", "is no JSON"],
    ['{"lock": 1}', "settings.deadlock.lock: unknown setting"],
  ])("are refused when they are wrong: %s", async (text, message) => {
    const at = folder.write("wrong settings", { "tsconfig.json": TSCONFIG, "a.ts": "", "settings.json": text });
    const { code, err } = await command(at, "--settings", "settings.json");
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe("what can't be done is told", () => {
  const at = circle("wrong");
  it.each([
    [["--fxi"], "Unknown option '--fxi'"],
    [["nowhere"], "There is no file or folder nowhere. Nor is there such a command, but `graph`, `explain` and `init`."],
    [["main.ts:6"], "There is no file or folder main.ts:6. Of a line `explain main.ts:6` tells."],
    [["graph", "-o", "locks.svg"], "No picture like locks.svg is made, but a page (.html)"],
    [["-o", "."], ". can't be written: EISDIR"],
    [["--format", "xml"], "`--format` is one of stylish, json, sarif, github, markdown; got `xml`."],
    [["--max-warnings", "few"], "`--max-warnings` is a number; got `few`."],
    [["--rule", "no-such"], "There is no rule `no-such`; there are lock-order"],
    [["--rule", "lock-order: [error"], "can't be read (expected `,` or `]` at its end). Write a name, or as in a config: 'lock-order: off'"],
    [["--rule", "lock-order: loud"], '"loud" is none of off, warn, error'],
    [["--rule", "lock-order=off"], "can't be read (expected `:` at its end)"],
    [["--rule", "lock-order: off off"], "can't be read (expected nothing more before `off`)"],
    [["--rule", "lock-order: [error, {confidence: surely}]"], 'Value "surely" should be equal to one of the allowed values.'],
    [["**/*.ts"], "Patterns aren't read here"],
    [["--project", "none.json"], "There is no project none.json."],
    [["--fix", "--fix-dry-run"], "exclude each other"],
    [["graph", "--fix"], "`--fix` means nothing to `graph`."],
  ])("%j", async (args, message) => {
    const { code, out, err } = await command(at, ...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it("no tsconfig", async () => {
    // Nothing above the system's own folder for passing files has one.
    const bare = folder.write("bare", { "a.js": "" });
    const { code, err } = await command(bare);
    expect(code).toBe(2);
    expect(err).toContain(`No tsconfig.json in ${bare} or above it. \`npx tsc --init\` writes one`);
  });

  it("no files", async () => {
    const empty = folder.write("empty", { "tsconfig.json": '{ "include": ["src"] }' });
    expect(await command(empty)).toMatchObject({ code: 2, err: expect.stringContaining("No files: tsconfig.json names none") as string });
  });

  it("paths in which there is nothing", async () => {
    const some = circle("some", { "docs/a.md": "", "types/a.d.ts": "", "script.js": "" });
    for (const args of [["docs"], ["types"], ["script.js"], ["left.ts", "docs"], ["graph", "docs"]]) {
      const { code, out, err } = await command(some, ...args);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toContain(`Nothing to look at in ${args.at(-1) ?? ""}: tsconfig.json names no code there`);
    }
    const { code, out, err } = await command(some, "docs", "--no-error-on-unmatched-pattern");
    expect({ code, out }).toEqual({ code: 0, out: "No problems found in 0 files.\n" });
    expect(err).toMatch(/^warning Nothing to look at in docs: tsconfig\.json names no code there/);
  });

  it("imports that lead nowhere", async () => {
    const code = `import { Mutex } from "not-installed";\nimport "./gone.js";\nimport "./style.css";\nimport "../none.json";\nimport picture from "pictures/a.svg";\nimport known from "known";\nexport const all = [Mutex, picture, known];\n`;
    const lost = circle("lost", { "lost.ts": code, "known.d.ts": 'declare module "known";\n', "node.ts": 'import "node:fs";\n' });
    const warning = "warning 3 imports in 2 of 6 files can't be resolved, for example `not-installed` in lost.ts. What can't be found isn't known, so hangs that have to do with it aren't reported. Is `npm install` done? Is there what a build has to generate? The modules of Node.js need `npm install --save-dev @types/node`, and \"node\" among the `types` of the tsconfig where that names any, or TypeScript is 6.0.\n";
    expect(await command(lost, "lost.ts")).toEqual({ code: 0, out: "No problems found in 1 file.\n", err: warning });
    // Once, however often the program is read.
    expect((await command(lost, "--fix")).err).toBe(`${warning}1 file changed, 0 problems remain.\n`);
    expect((await command(lost, "graph")).err).toBe(warning);
  });

  it("a tsconfig that can't be read as it should", async () => {
    const odd = circle("odd", { "tsconfig.json": TSCONFIG.replace('"strict"', '"stict"') });
    const { code, err } = await command(odd, "locks.ts");
    expect(code).toBe(0);
    expect(err).toContain("warning tsconfig.json: Unknown compiler option 'stict'");
    const based = circle("based", { "tsconfig.json": '{ "extends": "./base.json" }', "base.json": '{ "compilerOptions": {' });
    expect((await command(based, "locks.ts")).err).toContain("warning base.json: '}' expected.");
  });

  it("half a tsconfig", async () => {
    for (const text of ['{ "compilerOptions": { "strict": true,', '{ "include": ["src"', '{ "files":']) {
      const { code, out, err } = await command(circle("half", { "tsconfig.json": text }), "locks.ts");
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toMatch(/^tsconfig\.json is no valid JSON: 1:\d+ {2}.* expected\.\n/);
    }
  });

  it("no TypeScript, or one that doesn't fit", () => {
    const versions: Record<string, string> = { typescript: "7.0.2", eslint: "10.0.0", "@typescript-eslint/parser": "8.0.0" };
    expect(missingRequirement((name) => versions[name])).toContain("TypeScript 5.4 to 6.0, and 7.0.2 is installed");
    expect(missingRequirement((name) => name === "typescript" ? "5.3.9" : versions[name])).toContain("5.3.9 is installed");
    expect(missingRequirement((name) => name === "typescript" ? undefined : versions[name])).toContain('npm install --save-dev "typescript@>=5.4 <6.1"');
    for (const fits of ["5.4.0", "5.9.3", "6.0.3"]) expect(missingRequirement((name) => name === "typescript" ? fits : versions[name])).toBeUndefined();
  });
});

describe("--fix", () => {
  it("changes the file where an edit is proved, and reports what remains", async () => {
    const at = circle("fix");
    const { code, err } = await command(at, "--fix");
    expect({ code, err }).toEqual({ code: 0, err: "1 file changed, 0 problems remain.\n" });
    const texts = ["left.ts", "right.ts"].map((file) => readFileSync(path.join(at, file), "utf8"));
    expect(texts.filter((text) => text.includes("users.runExclusive(() => sessions"))).not.toHaveLength(1);
    expect(await command(at, "--fix")).toMatchObject({ code: 0, err: "0 files changed, 0 problems remain.\n" });
  });

  it("shows a diff and changes nothing, when asked to", async () => {
    const at = circle("dry");
    const { code, out, err } = await command(at, "--fix-dry-run");
    expect({ code, err }).toEqual({ code: 0, err: "1 file would be changed, 0 problems would remain.\n" });
    expect(out).toMatch(/^--- a\/\w+\.ts\n\+\+\+ b\/\w+\.ts\n@@ .*\n[^]*^-export const[^]*^\+export const/m);
    expect(readFileSync(path.join(at, "right.ts"), "utf8")).toBe(RIGHT);
    expect(readFileSync(path.join(at, "left.ts"), "utf8")).toBe(LEFT);
  });

  it("keeps a byte order mark", async () => {
    const at = circle("mark", { "left.ts": `\uFEFF${LEFT}`, "right.ts": `\uFEFF${RIGHT}` });
    await command(at, "--fix");
    for (const file of ["left.ts", "right.ts"]) expect(readFileSync(path.join(at, file), "utf8")).toMatch(/^\uFEFFimport/);
  });

  it("makes one of two edits that touch", () => {
    expect(apply("abcdef", [{ range: [2, 4], text: "X" }, { range: [3, 5], text: "Y" }, { range: [5, 6], text: "Z" }])).toBe("abXeZ");
    expect(apply("ab", [{ range: [0, 0], text: "x" }])).toBe("xab");
  });
});

describe("projects", () => {
  it("follow references", async () => {
    const at = circle("solution/app");
    folder.write("solution", { "tsconfig.json": JSON.stringify({ files: [], references: [{ path: "app" }] }) });
    expect(await command(path.dirname(at))).toMatchObject({ code: 1 });
  });

  it("are named by --project", async () => {
    const at = circle("named", { "tsconfig.json": '{ "files": ["locks.ts"] }', "tsconfig.all.json": TSCONFIG });
    expect(await command(at)).toMatchObject({ code: 0 });
    expect(await command(at, "--project", "tsconfig.all.json")).toMatchObject({ code: 1 });
  });

  const PACKAGE = JSON.stringify({ compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, module: "nodenext", target: "es2022", lib: ["es2022"], types: [] }, include: ["src"] });
  const BUILT = PACKAGE.replace('"noEmit":true', '"declaration":true,"outDir":"dist","rootDir":"src"');
  const DECLARED = `import { Mutex } from "async-mutex";\nexport declare const users: Mutex, sessions: Mutex;\n`;

  /** Two packages that don't know each other take the locks of a third, in opposite orders. */
  async function monorepo(name: string, tsconfig: string, isBuilt: boolean): Promise<string> {
    const { symlinkSync, mkdirSync } = await import("node:fs");
    const manifest = (own: string) => JSON.stringify({ name: `@m/${own}`, type: "module", exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } } });
    const at = folder.write(name, {
      "package.json": '{ "workspaces": ["packages/*"] }',
      "packages/locks/package.json": manifest("locks"), "packages/locks/tsconfig.json": tsconfig, "packages/locks/src/index.ts": LOCKS,
      "packages/left/package.json": manifest("left"), "packages/left/tsconfig.json": tsconfig, "packages/left/src/index.ts": LEFT.replace("./locks.js", "@m/locks"),
      "packages/right/package.json": manifest("right"), "packages/right/tsconfig.json": tsconfig, "packages/right/src/index.ts": RIGHT.replace("./locks.js", "@m/locks"),
      ...(isBuilt && { "packages/locks/dist/index.d.ts": DECLARED }),
    });
    mkdirSync(path.join(at, "node_modules/@m"), { recursive: true });
    for (const own of ["locks", "left", "right"]) symlinkSync(path.join(at, "packages", own), path.join(at, "node_modules/@m", own), "junction");
    return at;
  }

  const reports = async (at: string, ...args: readonly string[]) => (await command(at, "--format", "github", ...args)).out.match(/^::error file=[^,]*/gm);

  it.each([
    ["as TypeScript builds them", BUILT, true],
    ["as TypeScript would build them", BUILT, false],
    ["as a bundler builds them", PACKAGE, true],
    ["as a bundler would build them", PACKAGE, false],
  ])("of several packages are judged together: %s", async (name, tsconfig, isBuilt) => {
    const at = await monorepo(name, tsconfig, isBuilt);
    expect(await reports(at)).toEqual(["::error file=packages/left/src/index.ts", "::error file=packages/right/src/index.ts"]);
    // One of them alone has no circle.
    expect(await reports(path.join(at, "packages/left"))).toBeNull();
    // The package with the locks may be a stranger, known by its declarations alone.
    if (isBuilt) expect(await reports(path.join(at, "packages/left"), ".", "../right")).toHaveLength(2);
  });

  it("are reported as the documentation shows", async () => {
    const [, shown = "-"] = /```text\n(packages[^]*?)```/.exec(readFileSync(path.join(import.meta.dirname, "../docs/cli.md"), "utf8")) ?? [];
    const { out } = await command(await monorepo("documented", BUILT, false));
    expect(out.startsWith(shown)).toBe(true);
  });

  it("of a pnpm workspace", async () => {
    const at = await monorepo("pnpm", PACKAGE, false);
    rmSync(path.join(at, "package.json"));
    writeFileSync(path.join(at, "pnpm-workspace.yaml"), "packages:\n  # all of them\n  - 'packages/*' # here\n  - '!packages/right'\n\ncatalog:\n  - nothing\n");
    expect(await reports(at)).toBeNull();
    writeFileSync(path.join(at, "pnpm-workspace.yaml"), 'packages: ["packages/*"]\n');
    expect(await reports(at)).toHaveLength(2);
  });
});

describe("formats", () => {
  const at = circle("formats");
  const require = createRequire(import.meta.url);

  it("json has the shape of ESLint's results", async () => {
    const { code, out } = await command(at, "--format", "json");
    const results = JSON.parse(out) as { filePath: string; errorCount: number; messages: { ruleId: string; line: number; related: unknown[] }[] }[];
    expect(code).toBe(1);
    expect(results.map(({ filePath, errorCount }) => [path.basename(filePath), errorCount])).toEqual([["left.ts", 1], ["locks.ts", 0], ["right.ts", 1]]);
    expect(results[0]?.messages[0]).toMatchObject({ ruleId: "deadlock/lock-order", severity: 2, line: 2, related: [{ message: "left takes `users`", line: 2 }, {}, {}] });
  });

  it("sarif is valid, also of odd file names and of files that can't be parsed", async () => {
    const odd = circle("formats/o d#d%", { "left.ts": "const = 1;\n" });
    const { out } = await command(path.dirname(odd), "--format", "sarif", "--project", "o d#d%");
    const log = JSON.parse(out) as { runs: { results: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[]; relatedLocations?: unknown[] }[] }[] };
    const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(ajv);
    const validate = ajv.compile(require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as object);
    for (const text of [out, (await command(at, "--format", "sarif")).out]) {
      validate(JSON.parse(text));
      expect(validate.errors).toBeNull();
    }
    expect(log.runs[0]?.results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri)).toEqual(["o%20d%23d%25/left.ts"]);
    expect((await command(at, "--format", "sarif")).out).toContain('"relatedLocations"');
  });

  const report: Report = {
    file: "/r/a,b:c%.ts", line: 3, column: 5, endLine: 3, endColumn: 9, rule: "deadlock/lock-order", messageId: "x", severity: "warning",
    message: "50% of `a`,\r\nthen: *b* <script>", fix: undefined, suggestions: [],
    related: [{ file: "/r/other.ts", line: 7, column: 1, endLine: 7, endColumn: 2, message: "x takes `y`" }],
  };
  const results: Results = { reports: [report, { ...report, file: "/r/plain.ts", endLine: 5, related: [], message: "plain" }], files: ["/r/plain.ts"], changed: new Map(), textOf: () => "a\n\n  `${x}` // ```\n" };
  const context = { paint: (_: unknown, text: string) => text, nameOf: (file: string) => path.basename(file) };

  it("github escapes what would end a property or a line", () => {
    expect(github(results, context).split("\n")).toEqual([
      "::warning file=a%2Cb%3Ac%25.ts,line=3,endLine=3,col=5,endColumn=9,title=deadlock/lock-order::50%25 of `a`,%0D%0Athen: *b* <script>%0Aother.ts:7: x takes `y`",
      "::warning file=plain.ts,line=3,endLine=5,title=deadlock/lock-order::plain",
      "",
    ]);
  });

  it("markdown lets nothing out of its place", () => {
    const text = markdown(results, context);
    expect(text).toContain("````ts\n  `${x}` // ```\n````");
    expect(text).toContain(String.raw`then: \*b\* \<script\>`);
    expect(text).toContain("- x takes `y`: `other.ts:7`");
  });

  it("stylish shows what a terminal would obey", () => {
    expect(clean("a\u001B[31m\tb")).toBe("a\\x1b[31m\tb");
  });

  it("goes to a file", async () => {
    expect(await command(at, "--format", "github", "--output", "out.txt")).toEqual({ code: 1, out: "", err: "" });
    expect(readFileSync(path.join(at, "out.txt"), "utf8")).toMatch(/^::error file=left\.ts,/);
  });

  it.each([
    ["made/for/it.json", "json"], ["a.sarif", "sarif"], ["a.sarif.json", "sarif"], ["a.md", "markdown"], ["a.txt", "stylish"],
  ])("%s holds what its name says", async (name, format) => {
    expect(await command(at, "-o", name)).toEqual({ code: 1, out: "", err: "" });
    expect(readFileSync(path.join(at, name), "utf8")).toBe((await command(at, "--format", format)).out);
  });
});

describe("questions about itself", () => {
  it("--version", async () => {
    const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, "../package.json"), "utf8")) as { version: string };
    expect(await command(folder.path, "--version")).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });

  it("--help", async () => {
    const { code, out } = await command(folder.path, "graph", "--help");
    expect(code).toBe(0);
    for (const word of ["--project", "graph", "explain", "init", "--fix-dry-run", "sarif"]) expect(out).toContain(word);
  });
});
