import { finish, waitingJobs } from "./job-store.js";

/** Does what waits to be done, one job after the other. */
export async function drainJobs(): Promise<void> {
  for await (const job of waitingJobs()) {
    await finish(job);
  }
}
