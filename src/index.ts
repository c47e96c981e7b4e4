import { createRequire } from "node:module";

import type { ESLint, Linter } from "eslint";

import lockOrder from "./rules/lock-order.js";
import noCircularWait from "./rules/no-circular-wait.js";
import noRecursiveLock from "./rules/no-recursive-lock.js";
import spawnBeforeDrain from "./rules/spawn-before-drain.js";

const rules = { "lock-order": lockOrder, "no-circular-wait": noCircularWait, "no-recursive-lock": noRecursiveLock, "spawn-before-drain": spawnBeforeDrain };

// An import attribute would do, but not in all of the Node versions that are supported.
const { name, version } = createRequire(import.meta.url)("../package.json") as { readonly name: string; readonly version: string };
const meta = { name, version, namespace: "deadlock" };

/** ESLint's own types, not those of typescript-eslint: only these are accepted by `defineConfig` in an `eslint.config.ts`. */
type Plugin = ESLint.Plugin & { meta: typeof meta; configs: { recommended: Linter.Config; strict: Linter.Config } };

const plugin = { meta, rules, configs: {} } as unknown as Plugin;

const files = ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"];

function config(name: string, options: Linter.RuleEntry): Linter.Config {
  return {
    name: `deadlock/${name}`, files, plugins: { deadlock: plugin },
    rules: Object.fromEntries(Object.keys(rules).map((rule) => [`deadlock/${rule}`, options])),
  };
}

plugin.configs = {
  recommended: config("recommended", "error"),
  strict: config("strict", ["error", { confidence: "possible" }]),
};

export default plugin;
