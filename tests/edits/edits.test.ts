/**
 * An analysis that lives through many edits says the same as one that starts afresh.
 * DEADLOCK_EDITS is the number of edits, DEADLOCK_SEED chooses others.
 */
import type { ParserServicesWithTypeInformation } from "@typescript-eslint/utils";
import type ts from "typescript";
import { expect, it, vi } from "vitest";

import * as lasting from "../../src/rules/analysis.js";
import { readSettings, type Settings } from "../../src/rules/settings.js";
import { randomFrom } from "../support/random.js";
import { type Edit, nextEdit, render, START, type State } from "./edits.js";
import { Editor, freshProgram } from "./programs.js";

const STEPS = Number(process.env.DEADLOCK_EDITS ?? 50), SEED = Number(process.env.DEADLOCK_SEED ?? 1);

const RULES = [
  "lock-order", "no-recursive-lock", "no-await-while-locked", "no-starved-buffer", "spawn-before-drain", "no-circular-wait", "require-release", "require-lock-timeout",
];

const SETTINGS = [{}, { deadlock: { order: ["orders", "mail"] } }].map(readSettings);

/** All that would be reported, with the edits offered. */
function findingsIn(program: ts.Program, { analysisOf, plansOf }: typeof lasting): readonly string[] {
  const services = { program } as ParserServicesWithTypeInformation;
  return SETTINGS.flatMap((settings) => [...analysisOf(services, settings).findings].flatMap(([file, findings]) => {
    const plans = plansOf(services, findings);
    return findings.map((finding) => {
      const { rule, messageId, confidence, data, place } = finding;
      return JSON.stringify({ file, rule, messageId, confidence, data, span: place.span, plan: plans.get(finding), settings: settings.key });
    });
  })).sort();
}

/** Modules that have seen nothing yet: what they keep between programs is gone, too. */
async function freshFindings(files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  vi.resetModules();
  return findingsIn(freshProgram(files), await import("../../src/rules/analysis.js"));
}

it(`agrees after each of ${String(STEPS)} edits`, async () => {
  const random = randomFrom(SEED), editor = new Editor();
  const states: State[] = [START], edits: Edit[] = [];
  let previous = findingsIn(editor.update(render(START)), lasting), findings = 0, changes = 0, kept = 0, last: unknown;
  const kinds = new Set<string>();
  const note = (all: readonly string[]): void => {
    for (const finding of all) {
      const { rule, messageId } = JSON.parse(finding) as { rule: string; messageId: string };
      kinds.add(rule).add(messageId);
    }
  };
  note(previous);
  for (let step = 1; step <= STEPS; step++) {
    const edit = nextEdit(states, random), files = render(edit.state);
    states.push(edit.state);
    edits.push(edit);
    const program = editor.update(files), found = findingsIn(program, lasting);
    const analysis = lasting.analysisOf({ program } as ParserServicesWithTypeInformation, SETTINGS[0] as Settings);
    if (analysis === last) kept++;
    last = analysis;
    const history = edits.map(({ kind, what }, index) => `${String(index + 1)}: ${kind} ${what}`).slice(-10).join("; ");
    expect(found, `seed ${String(SEED)}, last edits ${history}`).toEqual(await freshFindings(files));
    if (found.length > 0) findings++;
    if (found.join() !== previous.join()) changes++;
    note(found);
    previous = found;
  }
  // Nothing is proved by programs of which there is nothing to say.
  expect(findings / STEPS).toBeGreaterThan(0.7);
  expect(changes / STEPS).toBeGreaterThan(0.4);
  expect([...kinds]).toEqual(expect.arrayContaining(["reversed", "lock", ...RULES]));
  expect(kept).toBeGreaterThan(0);
  if (STEPS > 200) console.log({ steps: STEPS, findings, changes, kept, kinds: [...kinds] });
}, 60_000 + STEPS * 5_000);
