import { createRequire } from "node:module";

import type { ESLint, Linter } from "eslint";

import lockOrder from "./rules/lock-order.js";
import noAwaitWhileLocked from "./rules/no-await-while-locked.js";
import noCircularWait from "./rules/no-circular-wait.js";
import noRecursiveLock from "./rules/no-recursive-lock.js";
import noStarvedBuffer from "./rules/no-starved-buffer.js";
import requireLockTimeout from "./rules/require-lock-timeout.js";
import requireRelease from "./rules/require-release.js";
import spawnBeforeDrain from "./rules/spawn-before-drain.js";

const rules = {
  "lock-order": lockOrder, "no-await-while-locked": noAwaitWhileLocked, "no-circular-wait": noCircularWait, "no-recursive-lock": noRecursiveLock,
  "no-starved-buffer": noStarvedBuffer, "require-lock-timeout": requireLockTimeout, "require-release": requireRelease, "spawn-before-drain": spawnBeforeDrain,
};

/** What isn't for everybody: in the strict config only, and as a warning. */
const STRICT_ONLY: Readonly<Record<string, Linter.RuleEntry>> = { "require-lock-timeout": ["warn", { confidence: "possible", where: "everywhere" }] };

// An import attribute would do, but not in all of the Node versions that are supported.
const { name, version } = createRequire(import.meta.url)("../package.json") as { readonly name: string; readonly version: string };
const meta = { name, version, namespace: "deadlock" };

/** ESLint's own types, not those of typescript-eslint: only these are accepted by `defineConfig` in an `eslint.config.ts`. */
type Plugin = ESLint.Plugin & { meta: typeof meta; configs: { recommended: Linter.Config; strict: Linter.Config } };

const plugin = { meta, rules, configs: {} } as unknown as Plugin;

const files = ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"];

function config(name: string, options: Linter.RuleEntry, others: Readonly<Record<string, Linter.RuleEntry>>): Linter.Config {
  const entries = Object.keys(rules).filter((rule) => !(rule in STRICT_ONLY)).map((rule) => [rule, options] as const);
  return {
    name: `deadlock/${name}`, files, plugins: { deadlock: plugin },
    rules: Object.fromEntries([...entries, ...Object.entries(others)].map(([rule, entry]) => [`deadlock/${rule}`, entry])),
  };
}

plugin.configs = {
  recommended: config("recommended", "error", {}),
  strict: config("strict", ["error", { confidence: "possible" }], STRICT_ONLY),
};

export default plugin;
