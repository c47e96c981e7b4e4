#!/usr/bin/env node
// Puts deadlocks into real projects, one at a time, and says how many of them the analysis finds.
//
//   node tests/mutants/run.mjs --project NAME=TSCONFIG... [--count 30] [--seed 1] [--kind KIND]... [--only TEXT] [--show] [--json FILE]
//
// A project is a TypeScript configuration whose dependencies are installed. The files on disk stay as they are: mutants live in memory.
// Build first: the analysis is the one in dist.
import { register } from "node:module";

register("../rewriting/load-typescript.mjs", import.meta.url);
const { account } = await import("../../dist/rules/debug.js");
const { analyse } = await import("../../dist/hazards/analyse.js");
const { ProgramFacts } = await import("../../dist/program/program-facts.js");
const { readSettings } = await import("../../dist/rules/settings.js");
const { main } = await import("./main.ts");

const { catalogue, orders } = readSettings({});
const facts = new WeakMap();
const factsOf = (program) => facts.get(program) ?? facts.set(program, new ProgramFacts(program, catalogue)).get(program);
process.exitCode = main(process.argv.slice(2), (program) => analyse(factsOf(program), catalogue, orders), (program, analysis) => account(factsOf(program), analysis, 0));
