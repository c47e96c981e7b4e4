import type { Linter } from "eslint";
import { afterAll, describe, expect, it } from "vitest";

import plugin from "../src/index.js";
import { programs, type Program } from "./support/cases.js";
import { lint, linter, openWorkspace, typed, type Report } from "./support/workspace.js";

/**
 * What should be reported and is not yet, with the reason.
 * A case that is reported all the same fails, so that this list stays true.
 */
const KNOWN_MISSES: Readonly<Record<string, string>> = {};

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

/** The rules under a second name, so that one run gives what both configs report. */
const STRICT = "strict";
const strict: Linter.Config = {
  plugins: { [STRICT]: { rules: plugin.rules ?? {} } },
  rules: Object.fromEntries(Object.entries(plugin.configs.strict.rules ?? {}).map(([name, entry]) => [name.replace("deadlock/", `${STRICT}/`), entry])),
};
const eslint = linter(workspace.folder, [typed(workspace.folder), plugin.configs.recommended, strict, { linterOptions: { reportUnusedDisableDirectives: "off" } }]);

const lines = (reports: readonly Report[]) => reports.map(({ file, line, rule, message }) => `${file}:${String(line)} ${rule}: ${message}`);
const isExpected = ({ expected }: Program) => (report: Report) => expected.some(({ file, line }) => file === report.file && line === report.line);

/** Says something of nearly every lock, in programs that are there for something else. */
const ASIDE = "require-lock-timeout";

async function reportsOf({ id, files, rule: own }: Program): Promise<{ recommended: Report[]; strict: Report[] }> {
  const folder = workspace.write(id.replaceAll(/[^\w-]+/g, "-"), files);
  const reports = (await lint(eslint, folder)).filter(({ rule }) => own === ASIDE ? rule.endsWith(`/${ASIDE}`) : !rule.endsWith(`/${ASIDE}`));
  return { recommended: reports.filter(({ rule }) => rule.startsWith("deadlock/")), strict: reports.filter(({ rule }) => rule.startsWith(`${STRICT}/`)) };
}

const isReported = (program: Program) => program.expected.length > 0 && Object.keys(plugin.rules ?? {}).includes(program.rule);

describe("reported", () => {
  it.each(programs.filter(isReported).map((program) => [program.id, program] as const))("%s", async (id, program) => {
    const reports = await reportsOf(program);
    const hits = (config: "recommended" | "strict") => reports[config].filter((report) => report.rule.endsWith(`/${program.rule}`) && isExpected(program)(report));
    const reason = KNOWN_MISSES[id];
    if (reason !== undefined) {
      expect(lines([...hits("recommended"), ...hits("strict")]), `is reported now: take it off the list of known misses (${reason})`).toEqual([]);
      return;
    }
    expect(hits("strict"), `expected at ${JSON.stringify(program.expected)}, found ${JSON.stringify(lines(reports.strict), null, 2)}`).not.toEqual([]);
    if (program.strictOnly) expect(lines(reports.recommended)).toEqual([]);
    else if (program.rule !== ASIDE) expect(hits("recommended"), "only the strict config reports it").not.toEqual([]);
    const others = [...reports.recommended, ...reports.strict].filter((report) => !report.rule.endsWith(`/${program.rule}`) && isExpected(program)(report));
    expect(lines(others), "another rule reports the same").toEqual([]);
  });
});

describe("silent", () => {
  it.each(programs.filter((program) => !isReported(program)).map((program) => [program.id, program] as const))("%s", async (_id, program) => {
    const reports = await reportsOf(program);
    expect(lines(program.strictOnly ? reports.recommended : [...reports.recommended, ...reports.strict])).toEqual([]);
  });
});

it("lists no miss of a case that isn't there", () => {
  const ids = new Set(programs.filter(isReported).map(({ id }) => id));
  expect(Object.keys(KNOWN_MISSES).filter((id) => !ids.has(id))).toEqual([]);
});
