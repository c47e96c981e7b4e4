// Makes the pictures of the README from what the command line prints of the examples. With --check it only tells whether they are as
// they would be made now.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

const root = path.dirname(import.meta.dirname);

function run(...args) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [path.join(root, "dist/cli/main.js"), ...args], { cwd: path.join(root, "examples"), encoding: "utf8", env: { ...process.env, FORCE_COLOR: "1" } });
  if (status === null || status > 1) throw new Error(stderr);
  return stdout;
}

/** The fill of a text by the number that starts it in a terminal; other numbers change how it is set. */
const COLORS = { 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 36: "#79c0ff", 39: undefined };
const STYLES = { 1: ["font-weight", "bold"], 2: ["opacity", "0.6"], 4: ["text-decoration", "underline"] };
const ENDS = { 22: ["font-weight", "opacity"], 24: ["text-decoration"] };

const CHARACTER = 8.43, LINE = 19, MARGIN = 16;

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function apply(code, style) {
  if (code in COLORS) style.set("fill", COLORS[code]);
  else if (code in STYLES) style.set(...STYLES[code]);
  else for (const name of ENDS[code] ?? []) style.delete(name);
}

/** A line of a terminal as text of an SVG: every part by its column, since no two systems have the same font. */
function lineOf(line, top, style) {
  const parts = [];
  let column = 0;
  for (const [, code, text] of line.matchAll(/\u001B\[(\d+)m|([^\u001B]+)/g)) {
    if (code !== undefined) apply(code, style);
    else {
      const attributes = [...style].filter(([, value]) => value !== undefined).map(([name, value]) => ` ${name}="${value}"`).join("");
      // Spaces beside each other are one in an SVG.
      for (const { 0: words, index } of text.matchAll(/\S+(?: \S+)*/g)) {
        parts.push(`<text x="${(MARGIN + (column + index) * CHARACTER).toFixed(1)}" y="${top}" textLength="${(words.length * CHARACTER).toFixed(1)}"${attributes}>${escaped(words)}</text>`);
      }
      column += text.length;
    }
  }
  return parts;
}

/** Breaks a long line between words, under its own beginning; what is printed in a terminal is broken there. */
function broken(line, most) {
  if (stripVTControlCharacters(line).length <= most) return [line];
  const at = line.lastIndexOf(" ", most + line.length - stripVTControlCharacters(line).length);
  return [line.slice(0, at), ...broken(`               ${line.slice(at + 1)}`, most)];
}

function picture(output, title) {
  const lines = output.trim().split("\n").flatMap((line) => broken(line, 112));
  const width = Math.ceil(MARGIN * 2 + CHARACTER * Math.max(...lines.map((line) => stripVTControlCharacters(line).length)));
  const height = MARGIN * 2 + LINE * lines.length, style = new Map();
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${lines.flatMap((line, index) => lineOf(line, MARGIN + LINE * index + 14, style)).join("\n")}
</svg>
`;
}

const readme = readFileSync(path.join(root, "README.md"), "utf8");
const graph = run("graph", "--format", "mermaid").trim();
const [, report] = /^(?:\n*)([^]*?)\n(?=\n\S*src\/(?!cleanup))/.exec(run("src/cleanup.ts", "src/session-manager.ts")) ?? [];
if (report === undefined) throw new Error("The report of src/cleanup.ts isn't the first.");

const files = {
  "docs/pictures/report.svg": picture(report, "The report of a lock order that another path reverses, with both sides"),
  "README.md": readme.replace(/(?<=<!-- begin graph -->\n)[^]*?(?=<!-- end graph -->)/, () => `\n\`\`\`mermaid\n${graph}\n\`\`\`\n\n`),
};

const stale = Object.entries(files).filter(([name, text]) => !existsSync(path.join(root, name)) || readFileSync(path.join(root, name), "utf8") !== text);
if (process.argv.includes("--check")) {
  for (const [name] of stale) console.error(`${name} is not what the command line prints now: npm run pictures`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(path.join(root, "docs/pictures"), { recursive: true });
  for (const [name, text] of stale) writeFileSync(path.join(root, name), text);
}
