import type { Row } from "./row.js";

const LOCKS = `import { Mutex } from "async-mutex";
import { setImmediate as tick } from "node:timers/promises";
export const a = new Mutex(), b = new Mutex();
export let shared = 0;
export const forward = () => a.runExclusive(() => b.runExclusive(() => { shared++; }));
`;

const MAP = `import { Mutex } from "async-mutex";
const locks = new Map<string, Mutex>();
`;

export const rows: readonly Row[] = [
  {
    name: "exchanges nested runners and keeps comments", how: "fix",
    before: `${LOCKS}export async function backward() {
  await b.runExclusive(async () => { // outer
    await tick();
    await a.runExclusive(() => { shared--; /* inner */ });
  });
}
`,
    after: `${LOCKS}export async function backward() {
  await a.runExclusive(async () => { // outer
    await tick();
    await b.runExclusive(() => { shared--; /* inner */ });
  });
}
`,
  },
  {
    name: "exchanges acquires and their releases", how: "fix",
    before: `${LOCKS}export async function backward() {
  const releaseB = await b.acquire();
  try {
    const releaseA = await a.acquire(); // inner
    try { shared--; } finally { releaseA(); }
  } finally {
    releaseB();
  }
}
`,
    after: `${LOCKS}export async function backward() {
  const releaseA = await a.acquire();
  try {
    const releaseB = await b.acquire(); // inner
    try { shared--; } finally { releaseB(); }
  } finally {
    releaseA();
  }
}
`,
  },
  {
    name: "takes the inner lock around other work of the section", how: "suggestion",
    before: `${LOCKS}export async function backward() {
  await b.runExclusive(async () => {
    shared += 2;
    await a.runExclusive(() => tick());
  });
}
`,
    after: `${LOCKS}export async function backward() {
  await a.runExclusive(() => b.runExclusive(async () => {
    shared += 2;
    await tick();
  }));
}
`,
  },
  {
    name: "takes the inner acquire around other work of the section", how: "suggestion",
    before: `${LOCKS}export async function backward() {
  const releaseB = await b.acquire();
  try {
    shared += 2;
    const releaseA = await a.acquire();
    try {
      shared--;
    } finally {
      releaseA();
    }
    shared += 3;
  } finally {
    releaseB();
  }
}
`,
    after: `${LOCKS}export async function backward() {
  const releaseA = await a.acquire();
  try {
    const releaseB = await b.acquire();
    try {
      shared += 2;
      {
        shared--;
      }
      shared += 3;
    } finally {
      releaseB();
    }
  } finally {
    releaseA();
  }
}
`,
  },
  {
    name: "leaves a request alone that is made in a branch", how: "nothing",
    before: `${LOCKS}export async function backward() {
  const releaseB = await b.acquire();
  if (shared > 1) {
    const releaseA = await a.acquire();
    releaseA();
  }
  releaseB();
}
`,
  },
  {
    name: "leaves two calls alone that stand for both orders", how: "nothing",
    before: `import { Mutex } from "async-mutex";
async function both(first: Mutex, second: Mutex) {
  await first.runExclusive(async () => {
    await second.runExclusive(() => undefined);
  });
}
const left = new Mutex(), right = new Mutex();
await Promise.all([both(left, right), both(right, left)]);
`,
  },
  {
    name: "sorts the keys of a loop that only takes locks", how: "fix",
    before: `${MAP}export async function all(keys: string[]) {
  const releases: (() => void)[] = [];
  try {
    for (const key of keys) {
      const lock = locks.get(key);
      if (lock) releases.push(await lock.acquire());
    }
  } finally {
    for (const release of releases) release();
  }
}
`,
    after: `${MAP}export async function all(keys: string[]) {
  const releases: (() => void)[] = [];
  try {
    for (const key of keys.toSorted()) {
      const lock = locks.get(key);
      if (lock) releases.push(await lock.acquire());
    }
  } finally {
    for (const release of releases) release();
  }
}
`,
  },
  {
    name: "sorts an array of keys", how: "fix",
    before: `import AsyncLock from "async-lock";
const lock = new AsyncLock();
export const move = (from: string, to: string) => lock.acquire([from, to], () => from + to);
`,
    after: `import AsyncLock from "async-lock";
const lock = new AsyncLock();
export const move = (from: string, to: string) => lock.acquire([from, to].sort(), () => from + to);
`,
  },
  {
    name: "orders two keys of the caller", how: "suggestion",
    before: `import AsyncLock from "async-lock";
const lock = new AsyncLock();
export async function move(from: string, to: string) {
  await lock.acquire(from, async () => {
    await lock.acquire(to, () => from + to);
  });
}
`,
    after: `import AsyncLock from "async-lock";
const lock = new AsyncLock();
export async function move(from: string, to: string) {
  const [first, second] = [from, to].sort();
  await lock.acquire(first, async () => {
    await lock.acquire(second, () => from + to);
  });
}
`,
  },
];
