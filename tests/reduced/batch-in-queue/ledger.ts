interface Job { readonly work: () => Promise<unknown>; readonly done: (value: unknown) => void; readonly failed: (error: unknown) => void }

const jobs: Job[] = [];
let busy = false;

async function workOff(): Promise<void> {
  if (busy) return;
  busy = true;
  try {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      try {
        job.done(await job.work());
      } catch (error) {
        job.failed(error);
      }
    }
  } finally {
    busy = false;
  }
}

function queued<T>(work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    jobs.push({ work, done: resolve as (value: unknown) => void, failed: reject });
    void workOff();
  });
}

const amounts = new Map<string, number>();

async function add(account: string, amount: number): Promise<void> {
  return queued(async () => { amounts.set(account, (amounts.get(account) ?? 0) + amount); });
}

async function batch(work: () => Promise<void>): Promise<void> {
  return queued(async () => { await work(); });
}

export default { add, batch };
