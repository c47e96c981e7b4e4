/** Which edits an analysis survives: those after which it would say the same. */
import type { ParserServicesWithTypeInformation } from "@typescript-eslint/utils";
import { expect, it } from "vitest";

import { analysisOf } from "../../src/rules/analysis.js";
import { readSettings } from "../../src/rules/settings.js";
import { Editor } from "./programs.js";

const START = {
  "locks.ts": `import { Mutex } from "async-mutex";
export const orders = new Mutex();
const tax = (amount: number): number => amount / 5;
const price = (amount: number): number => amount + tax(amount);
export const sell = () => orders.runExclusive(() => price(1));
`,
  "page.ts": `import { sell } from "./locks.js";
import { pad } from "./text.js";
export const page = (text: string): string => pad(text);
export const later = (): void => { setTimeout(sell, 100); };
`,
  "text.ts": `export interface Line { readonly width: number }
export function pad(text: string): string {
  return text.padEnd(80);
}
export async function load(address: string): Promise<string> {
  return pad(address);
}
`,
} as const;

type Files = Partial<Record<keyof typeof START | "other.ts", string>>;

const edited = (file: keyof typeof START, from: string, to: string): Files => {
  const text = START[file].replace(from, to);
  expect(text).not.toBe(START[file]);
  return { [file]: text };
};

const SETTINGS = readSettings({});

function isKept(...edits: readonly Files[]): boolean {
  const editor = new Editor();
  const analyses = [{}, ...edits].map((edit) => analysisOf({ program: editor.update(new Map(Object.entries({ ...START, ...edit }))) } as ParserServicesWithTypeInformation, SETTINGS));
  return analyses.every((analysis) => analysis === analyses[0]);
}

const KEPT: readonly (readonly [when: string, edits: readonly Files[]])[] = [
  ["when nothing is written but a text", [edited("text.ts", "80", "100")]],
  ["when a comment is added", [edited("text.ts", "export function", "// Wide enough.\nexport function")]],
  ["when a function far from locks does something else", [edited("text.ts", "return text.padEnd(80);", "const wide = text.padEnd(80);\n  return wide.trimEnd();")]],
  ["when only a text changes in a file that leads to a lock", [edited("page.ts", "100", "200")]],
  ["after several such edits", [edited("text.ts", "80", "90"), edited("text.ts", "80", "70")]],
];

const ANEW: typeof KEPT = [
  ["when the file has a lock", [edited("locks.ts", "price(1)", "price(2)")]],
  ["when the file leads to a lock", [edited("page.ts", "pad(text)", "text")]],
  ["when the file comes to lead to one", [edited("text.ts", "return text.padEnd(80);", "void import('./locks.js').then((locks) => locks.sell());\n  return text;")]],
  ["when it imports something else", [{ "text.ts": `import "./locks.js";\n${START["text.ts"]}` }]],
  ["when it declares something else", [edited("text.ts", "interface Line", "interface Row")]],
  ["when something of it comes to wait for the world outside", [edited("text.ts", "return pad(address);", "return (await fetch(address)).text();")]],
  ["when it takes a name that matters elsewhere", [edited("text.ts", "return text.padEnd(80);", "const { sell } = globalThis as unknown as { sell: () => string };\n  return sell();")]],
  ["when there is another file", [{ "other.ts": "export {};\n" }]],
];

it.each(KEPT)("An analysis is kept %s", (_, edits) => { expect(isKept(...edits)).toBe(true); });
it.each(ANEW)("An analysis is made anew %s", (_, edits) => { expect(isKept(...edits)).toBe(false); });
