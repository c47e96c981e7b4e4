import { Mutex } from "async-mutex";

export interface Job {
  readonly id: number;
  readonly text: string;
}

const store = new Mutex();
const waiting: readonly Job[] = [{ id: 1, text: "send the invoice" }, { id: 2, text: "resize the picture" }];
const finished = new Set<number>();

/** The jobs that wait, read under the store's lock so that nobody changes the list meanwhile. */
export async function* waitingJobs(): AsyncGenerator<Job> {
  const release = await store.acquire();
  try {
    for (const job of waiting) yield job;
  } finally {
    release();
  }
}

export async function finish(job: Job): Promise<void> {
  await store.runExclusive(() => {
    finished.add(job.id);
  });
}
