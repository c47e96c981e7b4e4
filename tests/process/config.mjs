// The config with which lint.mjs works: what is built, with everything switched on. A file, so that ESLint's own workers can load it, too.
import * as parser from "@typescript-eslint/parser";

import plugin from "../../dist/index.js";

const files = ["**/*.{ts,mts,cts,tsx,js}"];

export default [
  { files, languageOptions: { parser, parserOptions: JSON.parse(process.env.DEADLOCK_PARSER_OPTIONS) }, linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" } },
  { ...plugin.configs.strict, files },
  // It speaks of nearly every lock, and once a file has been fixed, a run with `project` tells nothing more of it.
  { files, rules: { "deadlock/require-lock-timeout": "off" } },
];
