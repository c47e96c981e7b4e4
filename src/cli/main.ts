#!/usr/bin/env node
import { ownStreams } from "./streams.js";
import { missingRequirement } from "./requirements.js";

/** What is missing is told before anything is loaded that needs it. */
async function main(): Promise<number> {
  const missing = missingRequirement();
  if (missing !== undefined) {
    ownStreams.err(`${missing}\n`);
    return 2;
  }
  const { run } = await import("./run.js");
  return run(process.argv.slice(2), ownStreams);
}

process.exitCode = await main();
