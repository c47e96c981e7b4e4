import type { ESLint, Linter } from "eslint";

import lockOrder from "./rules/lock-order.js";
import noRecursiveLock from "./rules/no-recursive-lock.js";

const rules = { "lock-order": lockOrder, "no-recursive-lock": noRecursiveLock };

const meta = { name: "eslint-plugin-deadlock", version: "0.1.0", namespace: "deadlock" };

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
