#!/usr/bin/env node
// Rewrites the cases in ten ways that keep their meaning and says whether the plugin still sees what it saw.
//
//   node tests/rewriting/run.mjs --project DIR --cases DIR [--rule NAME]... [--only TEXT] [--way N]... [--check] [--json FILE]
//
// Without --check: lints originals and rewritten programs with the plugin built in the project. A rewriting survives a hit
// when the rule still reports somewhere in the program (lines move), and a silence when it still reports nowhere.
// --check: type-checks and executes originals and rewritten programs instead; the exit code and the output must not change.
// Programs are written to a workspace (DEADLOCK_CASES_DIR, default in the system's temp folder) where their packages are installed.
import { register } from "node:module";

register("./load-typescript.mjs", import.meta.url);
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
