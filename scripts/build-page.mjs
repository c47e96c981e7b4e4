// Puts the page of the lock graph together: one file that needs no network, with the layout library in it.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { build } from "esbuild";

const root = path.dirname(import.meta.dirname);
const read = (file) => readFileSync(path.join(root, file), "utf8");
const common = { bundle: true, minify: true, write: false, target: "es2022", legalComments: "none" };

const [script, style] = await Promise.all([
  build({ ...common, entryPoints: [path.join(root, "page/main.ts")], format: "iife" }),
  build({ ...common, entryPoints: [path.join(root, "page/style.css")] }),
]).then((results) => results.map(({ outputFiles: [{ text }] }) => text.trim().replaceAll("</script", String.raw`<\/script`)));

const hash = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
const library = path.dirname(createRequire(import.meta.url).resolve("@dagrejs/dagre"));
const license = readFileSync(path.join(library, "dagre.cjs.LEGAL.txt"), "utf8").replace(/^\/\*\n|\*\/\n*$/g, "").trim();

const parts = { STYLE_HASH: hash(style), SCRIPT_HASH: hash(script), STYLE: style, SCRIPT: script, LICENSE: `The layout of the graph is made by dagre:\n\n${license}` };
const page = read("page/index.html").replace(/__(STYLE_HASH|SCRIPT_HASH|STYLE|SCRIPT|LICENSE)__/g, (_, name) => parts[name]);

mkdirSync(path.join(root, "dist/cli/graph"), { recursive: true });
writeFileSync(path.join(root, "dist/cli/graph/page.html"), page);
