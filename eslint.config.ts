import { existsSync } from "node:fs";

import type { ESLint, Linter } from "eslint";
import eslintPlugin from "eslint-plugin-eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** The stages of src, in the order in which data flows. */
const STAGES = ["catalogue", "effects", "lowering", "program", "summaries", "rehearsal", "hazards", "fixes", "rules", "cli"] as const;

type Stage = (typeof STAGES)[number];

interface Door {
  /** The stages that may be imported. */
  readonly from: readonly Stage[];
  /** Of these only types: a stage, or one file of a stage. */
  readonly types?: readonly string[];
  /** TypeScript's API will change, and the change must stay in a few places. */
  readonly typescript?: true;
  readonly eslint?: true;
  /** The plugin object itself. */
  readonly plugin?: true;
}

/** What each stage may import besides its own files and src/maps.ts. */
const DOORS: Record<Stage, Door> = {
  catalogue: { from: [] },
  effects: { from: [], types: ["catalogue"] },
  lowering: { from: ["catalogue", "effects"], typescript: true },
  program: { from: ["catalogue", "effects", "lowering"], typescript: true },
  summaries: { from: ["catalogue", "effects"], types: ["lowering/handmade.js"] },
  rehearsal: { from: ["catalogue", "effects"], types: ["summaries/events.js"] },
  hazards: { from: ["catalogue", "effects", "summaries", "rehearsal"] },
  fixes: { from: ["catalogue", "effects", "summaries", "hazards"], types: ["program"], typescript: true },
  rules: { from: ["catalogue", "program", "hazards", "fixes"], eslint: true },
  cli: { from: [...STAGES], typescript: true, eslint: true, plugin: true },
};

const UP = String.raw`^(?:\.\.?/)+`;

function importsOf(stage: Stage): Linter.Config {
  const { from, types = [], typescript, eslint, plugin } = DOORS[stage];
  const closed = STAGES.filter((other) => other !== stage && !from.includes(other) && !types.includes(other));
  const files = types.filter((name) => name.endsWith(".js")).map((name) => name.replace(".", String.raw`\.`));
  const patterns = [
    ...(plugin ? [] : [{ regex: String.raw`^(?:\.\./)+(?:src/)?index\.js$`, message: "Only the command line imports the plugin object." }]),
    ...(closed.length > 0 ? [{ regex: `${UP}(?!(?:${["-", ...files].join("|")})$)(?:${closed.join("|")})/`, message: `src/${stage} must not know this stage; see the list in eslint.config.ts.` }] : []),
    ...(types.length > 0 ? [{ regex: `${UP}(?:${types.join("|")})(?:/|$)`, allowTypeImports: true, message: `src/${stage} may use only types of this module.` }] : []),
    ...(typescript ? [] : [{ regex: "^typescript(?:/|$)", message: "Only src/program, src/lowering and src/fixes use TypeScript's API." }]),
    ...(eslint ? [] : [{ regex: "^(?:eslint|@eslint|@typescript-eslint)(?:/|$)", message: "Only the rules speak to ESLint." }]),
  ];
  return { name: `own/imports of src/${stage}`, files: [`src/${stage}/**/*.ts`], rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] } };
}

/** The plugin on its own code, as soon as it is built. */
async function deadlock(): Promise<Linter.Config[]> {
  const built = new URL("dist/index.js", import.meta.url);
  if (!existsSync(built)) return [];
  const { default: plugin } = (await import(built.href)) as { default: ESLint.Plugin & { configs: { strict: Linter.Config } } };
  return [{ ...plugin.configs.strict, files: ["**/*.ts"] }];
}

export default defineConfig(
  globalIgnores(["dist/", "coverage/", "examples/", "tests/fixtures/", "tests/cases/", "tests/reduced/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" } },
  {
    name: "own/typescript",
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-require-imports": ["error", { allowAsImport: true }],
      // It asks for `!`, which the strict rules forbid.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    name: "own/plugin",
    files: ["src/**/*.ts", "tests/**/*.ts"],
    extends: [eslintPlugin.configs.recommended],
    rules: {
      "eslint-plugin/consistent-output": "error",
      "eslint-plugin/no-matching-violation-suggest-message-ids": "error",
      "eslint-plugin/prefer-output-null": "error",
      "eslint-plugin/report-message-format": ["error", String.raw`^[A-Z].*[.]$`],
      "eslint-plugin/require-meta-default-options": "error",
      "eslint-plugin/require-meta-docs-description": ["error", { pattern: "^(?:Disallow|Enforce|Require) " }],
      "eslint-plugin/require-meta-docs-url": "error",
      "eslint-plugin/require-meta-languages": "error",
      "eslint-plugin/require-meta-schema-description": "error",
      "eslint-plugin/require-test-case-name": "error",
      "eslint-plugin/require-test-error-positions": "error",
      "eslint-plugin/unique-test-case-names": "error",
    },
  },
  {
    name: "own/start",
    files: ["src/**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", {
        selector: "ImportDeclaration[source.value='typescript'][importKind!='type']",
        message: "Write `import ts = require(\"typescript\")`: for any other import of it Node reads through the whole compiler for its names first, which takes most of a second.",
      }],
    },
  },
  STAGES.map(importsOf),
  await deadlock(),
);
