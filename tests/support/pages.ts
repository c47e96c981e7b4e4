/** Pages of the documentation, taken apart. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { root } from "./workspace.js";

export const readPage = (file: string): string => readFileSync(path.join(root, file), "utf8");

export interface Block {
  readonly language: string;
  readonly text: string;
  /** The nearest heading above. */
  readonly heading: string;
  /** The paragraph just above. */
  readonly lead: string;
}

/** The code blocks of a page, in their order. */
export function blocksOf(page: string): Block[] {
  return Array.from(page.matchAll(/^```(\w*)\n([^]*?)^```/gm), ({ index, 1: language = "", 2: text = "" }) => {
    const before = page.slice(0, index).trimEnd();
    const prose = before.replace(/^```\w*\n[^]*?^```/gm, "");
    return { language, text, heading: Array.from(prose.matchAll(/^#+ (.*)$/gm)).at(-1)?.[1] ?? "", lead: before.slice(before.lastIndexOf("\n\n") + 2) };
  });
}
