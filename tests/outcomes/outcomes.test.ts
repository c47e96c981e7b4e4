import path from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import plugin from "../../src/index.js";
import { openWorkspace, root } from "../support/workspace.js";
import { Fixer } from "./fixer.js";
import { pairsOf, type Proof, provePair } from "./prove.js";
import { caseSubjects, docSubjects } from "./subjects.js";

const workspace = openWorkspace();
afterAll(() => { workspace[Symbol.dispose](); });
const place = { folder: workspace.folder, preload: path.join(root, "tests/cases/scenarios/_support/preload.mjs") };
const fixer = new Fixer(workspace, plugin);

/** A small part of `npm run prove`: the examples of the docs and the stories, under fewer schedules. */
const EFFORT = { schedules: 40, search: 400 };
const subjects = [...docSubjects(), ...caseSubjects(path.join(root, "tests/cases")).filter(({ id }) => id.startsWith("seeds-"))];

describe("a fix changes no outcome", () => {
  it.each(subjects.map((subject) => [subject.id, subject] as const))("%s", async (_id, subject) => {
    const pairs = await pairsOf(subject, fixer, []);
    for (const pair of Array.isArray(pairs) ? pairs : []) expect((await provePair(pair, place, EFFORT)).problems).toEqual([]);
  });
});

const HEAD = `import { Mutex } from "async-mutex";
import { setTimeout as sleep } from "node:timers/promises";
const mutex = new Mutex();
let last = "";
const read = () => mutex.runExclusive(() => last);
`;

const compare = (before: string, after: string): Promise<Proof> => {
  const version = (text: string) => ({ files: { "main.ts": `${HEAD}${text}` }, main: "main.ts" });
  return provePair({ id: "own", original: version(before), mended: version(after) }, place, EFFORT);
};

const CALLS = 'await Promise.all([write("a"), write("b"), read().then((text) => { console.log(text); })]);\n';
const SECTION = "async function write(text: string) { await mutex.runExclusive(async () => { last = text; await sleep(10); }); }\n";

describe("what would change an outcome is seen", () => {
  it("nothing in the same program", async () => {
    expect(await compare(`${SECTION}${CALLS}`, `${SECTION}${CALLS}`)).toMatchObject({ problems: [], measure: "the original" });
  });

  it("a pause before the section: who asks second is first", async () => {
    const { problems } = await compare(`${SECTION}${CALLS}`, `async function write(text: string) { await sleep(10); await mutex.runExclusive(() => { last = text; }); }\n${CALLS}`);
    expect(problems).toEqual([expect.stringMatching(/^not among the outcomes of the original: ends; prints \[""\]; main\.ts last = "b"/)]);
  });

  it("a section without its lock, which only some schedules show", async () => {
    const half = (inner: string) => `async function write(text: string) { ${inner.replace("BODY", "const seen = last; await sleep(10); last = seen + text;")} }\nawait Promise.all([write("a"), write("b")]);\n`;
    const { problems } = await compare(half("await mutex.runExclusive(async () => { BODY });"), half("BODY"));
    expect(problems).not.toEqual([]);
  });

  it("a hang that few schedules have", async () => {
    const taken = (how: string) => `const other = new Mutex();
async function both(first: Mutex, second: Mutex) { await null; const a = await first.acquire(); const b = await second.acquire(); b(); a(); }
async function late(work: () => Promise<void>) { for (let turn = 0; turn < 20; turn++) await null; await work(); }
await Promise.all([both(mutex, other), late(() => both(${how}))]);\n`;
    const { problems } = await compare(taken("mutex, other"), taken("other, mutex"));
    expect(problems).toEqual([expect.stringMatching(/^hangs in \d+ of 40 schedules/)]);
  });
});

