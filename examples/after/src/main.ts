import { cleanup } from "./cleanup.js";
import { replicate } from "./replicator.js";
import { renew } from "./session-manager.js";
import { drainJobs } from "./worker.js";

/** `tsx src/main.ts [sessions | replication | worker]`: one part of the service, or all of it at once. */
const [, , only] = process.argv;

async function part(name: string, run: () => Promise<unknown>): Promise<void> {
  if (only !== undefined && only !== name) return;
  console.log(`${name}: begins`);
  await run();
  console.log(`${name}: done`);
}

await Promise.all([
  part("sessions", async () => {
    const now = Date.now();
    await Promise.all([renew("s1", "ada", now), cleanup(now)]);
  }),
  part("replication", () => replicate(["users", "orders", "events"])),
  part("worker", drainJobs),
]);
console.log("done");
