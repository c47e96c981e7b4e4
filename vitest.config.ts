import { defineConfig } from "vitest/config";

const results = process.env.DEADLOCK_TEST_RESULTS;

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/cases/**", "tests/reduced/**", "tests/fixtures/**"],
    // What the analysis would swallow, so that a lint run goes on, is thrown.
    env: { DEADLOCK_STRICT: "1" },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", ...(results ? [["json", { outputFile: results }] as ["json", { outputFile: string }]] : [])],
  },
});
