import { afterAll, beforeAll, expect, it } from "vitest";

import { generate, type Generated, writeGenerated } from "../bench/generate.js";
import { measureLints, VARIANTS } from "../bench/measure.js";
import { openProject } from "../bench/project.js";
import { growth, type Report, reportEdits, reportLints } from "../bench/report.js";

const FILES = 12;
let generated: Generated;
let report: Report;

beforeAll(async () => {
  generated = writeGenerated(FILES, false);
  const project = openProject(generated.folder);
  report = reportLints(project, await measureLints(project, 1));
});

afterAll(() => { generated[Symbol.dispose](); });

it("measures every variant", () => {
  expect(report.files).toBe(FILES);
  for (const variant of VARIANTS) {
    expect(report.cpu[variant].median).toBeGreaterThan(0);
    expect(report.rss[variant].median).toBeGreaterThan(0);
    expect(report.ratios[variant].median).not.toBeNaN();
  }
  expect(report.verdicts.map(({ value }) => value)).not.toContain(NaN);
});

it("asks the checker next to nothing about a project without locks", () => {
  expect(report.work).toMatchObject({ programs: 1, filesScanned: FILES, candidates: 0 });
  expect(report.work.callSites).toBeGreaterThan(100 * FILES / 2);
  expect(report.work.checkerCalls).toBeLessThan(report.work.callSites / 1000);
  expect(report.reports).toBe(0);
});

it("generates the same project each time, with locks in a few percent of the files", () => {
  const texts = generate(400);
  expect(texts).toEqual(generate(400));
  expect(texts.size).toBe(400);
  const locks = [...texts.values()].filter((text) => text.includes("new Mutex()")).length;
  expect(locks).toBeGreaterThan(400 * 0.02);
  expect(locks).toBeLessThan(400 * 0.08);
});

const run = (cpu: number) => ({ cpu: cpu * 1000, rss: 100, reports: 0 });
const work = { programs: 1, callSites: 1000, filesScanned: 1, filesLowered: 1, bodiesLowered: 1, candidates: 1, checkerCalls: 15 };
/** A report of three rounds, each as long as the one before, but for the last. */
const reportOf = (files: number, empty: number, nfp: number, ours: number, both: number): Report => reportLints(
  { name: "made up", files: Array.from({ length: files }, String), leftOut: [] },
  { runs: { empty: [run(empty), run(empty), run(99)], nfp: [run(nfp), run(nfp), run(99)], ours: [run(ours), run(ours), run(99)], both: [run(both), run(both), run(99)] }, work },
);
const met = ({ verdicts }: Pick<Report, "verdicts">): boolean[] => verdicts.map(({ isMet }) => isMet);

it("judges by the budgets, and one slow round changes nothing", () => {
  expect(met(reportOf(1, 10, 14, 11, 14.3))).toEqual([true, true, true]);
  expect(met(reportOf(1, 10, 14, 11.1, 14.5))).toEqual([false, false, true]);
  expect(growth(reportOf(1000, 10, 14, 11, 14), reportOf(2000, 20, 28, 22.2, 28))).toMatchObject({ isMet: true });
  expect(growth(reportOf(1000, 10, 14, 11, 14), reportOf(2000, 20, 28, 22.4, 28))).toMatchObject({ isMet: false });
  const edits = reportEdits({ leaf: "a.ts", locks: "b.ts" }, new Map([["leaf", { empty: [10], ours: [90] }], ["locks", { empty: [10, 11, 12], ours: [30, 36, 37] }]]));
  expect(edits.verdicts).toMatchObject([{ value: 25, isMet: true }]);
});
