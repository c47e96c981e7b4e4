/** The same program, linted in all the ways in which people start ESLint, has the same reports: places, words, fixes and suggestions. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { programs } from "../support/cases.js";
import { randomFrom } from "../support/random.js";
import { openWorkspace } from "../support/workspace.js";
import { type Answer, fixingWays, lintIn, otherWays, plain, type Report } from "./ways.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });

/** Cases of several files, as folders of one project: so many that no name has more callers than are looked at. */
const SETS = /^(?:seeds|scenarios|bugs)\b/;
const cases = programs.filter(({ id, files }) => SETS.test(id) && Object.keys(files).length > 1).map((program) => ({ ...program, folder: program.id.replaceAll(/[^\w-]+/g, "-") }));
const project = workspace.write("project", {});
for (const { folder, files } of cases) {
  const at = workspace.write(path.join("project", folder), files);
  cpSync(path.join(at, "tsconfig.json"), path.join(project, "tsconfig.json"));
  rmSync(path.join(at, "tsconfig.json"));
}
const config = JSON.parse(readFileSync(path.join(project, "tsconfig.json"), "utf8")) as object;
writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ ...config, include: ["."] }));

const files = cases.flatMap(({ folder, files: own }) => Object.keys(own).map((name) => `${folder}/${name}`)).sort();
const textsIn = (folder: string) => Object.fromEntries(files.map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));

let before: Promise<readonly Report[]> | undefined;
const reportsBefore = () => before ??= reportsIn(project);
const reportsIn = async (folder: string): Promise<readonly Report[]> => (await lintIn(folder, plain(files))).results[0] ?? [];

it("has something to compare", async () => {
  const reports = await reportsBefore();
  const expected = cases.filter((each) => each.expected.length > 0);
  expect(expected.filter(({ folder, rule }) => !reports.some((report) => report.rule === `deadlock/${rule}` && report.file.startsWith(`${folder}/`)))).toEqual([]);
  expect(expected.length).toBeGreaterThan(8);
});

describe("the same reports", () => {
  it.each(otherWays(files, randomFrom(1)).map((way) => [way.name, way] as const))("%s", async (_name, way) => {
    const { results } = await lintIn(project, way);
    for (const [index, run] of way.runs.entries()) expect(results[index], run.name).toEqual(await reportsBefore());
  });
});

describe("--fix", () => {
  let first: { readonly texts: Readonly<Record<string, string>>; readonly reports: readonly Report[] } | undefined;

  it.each(fixingWays(files).map((way) => [way.name, way] as const))("leaves what a fresh run finds in the fixed text: %s", async (name, way) => {
    const folder = path.join(workspace.folder, name.replaceAll(/\W+/g, "-"));
    cpSync(project, folder, { recursive: true });
    const { results: [fixing = [], again] }: Answer = await lintIn(folder, way);
    const texts = textsIn(folder);
    first ??= { texts, reports: await reportsIn(folder) };
    expect(texts).toEqual(first.texts);
    const fixed = files.filter((file) => texts[file] !== textsIn(project)[file]);
    expect(fixed.length).toBeGreaterThan(2);
    // A file is linted before the next one is fixed, and may still speak of that one's old text.
    expect(fixing.filter((report) => !speaksOf(report, fixed))).toEqual(first.reports);
    if (again) expect(again).toEqual(first.reports);
  });
});

/** Is it a report about another file, in one that was fixed? */
const speaksOf = ({ file, message }: Report, fixed: readonly string[]): boolean =>
  fixed.some((other) => other !== file && path.dirname(other) === path.dirname(file) && message.includes(`${path.basename(other)}:`));
