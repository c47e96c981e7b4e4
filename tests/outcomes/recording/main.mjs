// Prints the programs that a test file hands to the analysis, as JSON: node --import tsx main.mjs FILE
import { register } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

register("./hooks.mjs", import.meta.url);
await import(pathToFileURL(path.resolve(process.argv[2])).href);
for (const test of globalThis.recordedTests ?? []) try { await test(); } catch { /* A test that looks at what was found. */ }
process.stdout.write(JSON.stringify(globalThis.recordedPrograms ?? []));
