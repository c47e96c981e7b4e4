// Lints the folders named in a file with the plugin's strict config: node lint.mjs ASK ANSWER. Started by compare.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [ask, answer] = process.argv.slice(2);
const { project, workspace, folders } = JSON.parse(readFileSync(ask, "utf8"));
const require = createRequire(path.join(project, "package.json"));
const { ESLint } = await import(pathToFileURL(require.resolve("eslint")));
const parser = await import(pathToFileURL(require.resolve("@typescript-eslint/parser")));
const entryOf = (entry) => (typeof entry === "string" ? entry : entry?.import ? entryOf(entry.import) : entry?.default ? entryOf(entry.default) : undefined);
const own = JSON.parse(readFileSync(path.join(project, "package.json"), "utf8"));
const entry = path.resolve(project, entryOf(own.exports?.["."] ?? own.exports) ?? own.main ?? "dist/index.js");
const { configs } = (await import(pathToFileURL(entry))).default;

const files = ["**/*.ts", "**/*.mts"];
const eslint = new ESLint({
  cwd: workspace, overrideConfigFile: true,
  overrideConfig: [
    { files, languageOptions: { parser: parser.default ?? parser, parserOptions: { projectService: true, tsconfigRootDir: workspace } }, linterOptions: { reportUnusedDisableDirectives: "off" } },
    ...[configs.strict].flat().map((config) => ({ files, ...config })),
  ],
});

const report = (file, { ruleId, line, message }) => ({ rule: (ruleId ?? "(error)").replace(/^.*\//, ""), file: path.basename(file), line, message });
const results = [];
for (const folder of folders) {
  const found = await eslint.lintFiles([path.join(folder, "*.{ts,mts}")]);
  results.push([folder, found.flatMap(({ filePath, messages }) => messages.map((message) => report(filePath, message)))]);
}
writeFileSync(answer, JSON.stringify(results));
