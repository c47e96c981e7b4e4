import type { Row } from "./row.js";

const MUTEX = `import { Mutex } from "async-mutex";
import { setTimeout as sleep } from "node:timers/promises";
const mutex = new Mutex();
export let last = "";
export const read = () => mutex.runExclusive(() => last);
`;

export const rows: readonly Row[] = [
  {
    name: "a pause at the beginning of a section comes before it", how: "suggestion",
    before: `${MUTEX}export async function later() {
  await mutex.runExclusive(async () => {
    // Not at once.
    await sleep(500);
    last = "later";
  });
}
`,
    after: `${MUTEX}export async function later() {
  // Not at once.
  await sleep(500);
  await mutex.runExclusive(async () => {
    last = "later";
  });
}
`,
  },
  {
    name: "a pause at the end comes after it", how: "fix",
    before: `${MUTEX}export async function now() {
  const release = await mutex.acquire();
  try {
    last = "now";
    await sleep(500); // Let it sink in.
  } finally {
    release();
  }
}
`,
    after: `${MUTEX}export async function now() {
  const release = await mutex.acquire();
  try {
    last = "now";
  } finally {
    release();
  }
  await sleep(500); // Let it sink in.
}
`,
  },
  {
    name: "what a request gives and the section only returns", how: "suggestion",
    before: `${MUTEX}export async function load() {
  return mutex.runExclusive(async () => {
    const response = await fetch("/last");
    last = "loaded";
    return response.status;
  });
}
`,
    after: `${MUTEX}export async function load() {
  const response = await fetch("/last");
  return mutex.runExclusive(async () => {
    last = "loaded";
    return response.status;
  });
}
`,
  },
  {
    name: "what a request gives and the section stores", how: "suggestion",
    before: `${MUTEX}export async function load() {
  const release = await mutex.acquire();
  try {
    const response = await fetch("/last");
    last = await response.text();
  } finally {
    release();
  }
}
`,
    after: `${MUTEX}export async function load() {
  const response = await fetch("/last");
  const newLast = await response.text();
  const release = await mutex.acquire();
  try {
    last = newLast;
  } finally {
    release();
  }
}
`,
  },
  {
    name: "a request that changes something, at the end", how: "suggestion",
    before: `${MUTEX}export async function tell(id: string) {
  await mutex.runExclusive(async () => {
    last = id;
    await fetch("/changed", { method: "POST" });
  });
}
`,
    after: `${MUTEX}export async function tell(id: string) {
  await mutex.runExclusive(async () => {
    last = id;
  });
  await fetch("/changed", { method: "POST" });
}
`,
  },
  {
    name: "errors that the section itself handles", how: "nothing",
    before: `${MUTEX}export async function load() {
  const release = await mutex.acquire();
  try {
    await sleep(500);
    last = "loaded";
  } catch {
    last = "failed";
  } finally {
    release();
  }
}
`,
  },
  {
    name: "a section whose end nobody waits for", how: "nothing",
    before: `${MUTEX}export function load() {
  void mutex.runExclusive(async () => {
    await sleep(500);
    last = "loaded";
  });
}
`,
  },
  {
    name: "a name that means something else outside", how: "nothing",
    before: `${MUTEX}export async function load(response: string) {
  await mutex.runExclusive(async () => {
    const response = await fetch("/last");
    last = response.statusText;
  });
  return response;
}
`,
  },
];
