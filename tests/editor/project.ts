/** The project that the server is asked about: two files with a lock order against each other, a channel and a lock without a bound. */
export const LOCKS = `import { Mutex } from "async-mutex";

export const sessions = new Mutex();
export const users = new Mutex();
`;

export const CLEANUP = `import { sessions, users } from "./locks.js";

export async function cleanup(): Promise<void> {
  await users.runExclusive(async () => {
    await sessions.runExclusive(() => {});
  });
}
`;

/** The same with the locks in the order of the other file. */
export const CLEANUP_IN_ORDER = `import { sessions, users } from "./locks.js";

export async function cleanup(): Promise<void> {
  await sessions.runExclusive(async () => {
    await users.runExclusive(() => {});
  });
}
`;

export const RENEW = `import { sessions, users } from "./locks.js";

export async function renew(): Promise<void> {
  await sessions.runExclusive(async () => {
    await users.runExclusive(() => {});
  });
}
`;

/** Two that can be fixed. */
export const WORK = `import { Mutex } from "async-mutex";

const gate = new Mutex();

export async function first(): Promise<void> {
  const release = await gate.acquire();
  await work();
  release();
}

export async function second(): Promise<void> {
  const release = await gate.acquire();
  await work();
  release();
}

async function work(): Promise<void> {
  if (Math.random() > 0.5) throw new Error("no luck");
}
`;

const CONFIG = `import deadlock from "eslint-plugin-deadlock";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig({
  files: ["**/*.ts"],
  plugins: { deadlock },
  extends: ["deadlock/strict"],
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
  },
});
`;

export const FILES = { "locks.ts": LOCKS, "cleanup.ts": CLEANUP, "renew.ts": RENEW, "work.ts": WORK, "eslint.config.mjs": CONFIG };
