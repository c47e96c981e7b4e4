import { finish, waitingJobs } from "./job-store.js";

/** Does what waits to be done, one job after the other. */
export async function drainJobs(): Promise<void> {
  const items = [];
  for await (const job of waitingJobs()) items.push(job);
  for (const job of items) {
    await finish(job);
  }
}
