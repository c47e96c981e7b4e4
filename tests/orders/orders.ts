/** Where `--fix` leads with one rule after the other, in every order. */
import type { Fixer } from "../outcomes/fixer.js";
import type { Files } from "../outcomes/subjects.js";

/** ESLint's own limit for one run, and here also for the runs of one order. */
const MOST_PASSES = 10;

export interface Ending {
  /** The rules in the order that led there. */
  readonly path: readonly string[];
  readonly text: string;
}

export interface Orders {
  /** What all rules together make of the program. */
  readonly together: string;
  /** All texts in which no rule by itself has anything to fix any more. */
  readonly endings: readonly Ending[];
  /** Orders that didn't come to an end. */
  readonly endless: readonly (readonly string[])[];
  /** The rules that fixed something. */
  readonly rules: readonly string[];
}

const textOf = (files: Files): string => JSON.stringify(files, null, 1);

/** Follows every order: whatever text comes up is looked at once, so that orders that meet are followed together. */
export async function ordersOf(files: Files, fixer: Pick<Fixer, "fix" | "fixing">): Promise<Orders | undefined> {
  const seen = new Set([textOf(files)]), endings: Ending[] = [], endless: (readonly string[])[] = [], rules = new Set<string>();
  const pending: { files: Files; path: readonly string[] }[] = [{ files, path: [] }];
  for (let at = pending.pop(); at; at = pending.pop()) {
    const fixing = await fixer.fixing(at.files);
    if (fixing.length === 0 && at.path.length === 0) return undefined;
    if (fixing.length === 0) endings.push({ path: at.path, text: textOf(at.files) });
    else if (at.path.length >= MOST_PASSES) endless.push(at.path);
    else for (const rule of fixing) {
      rules.add(rule);
      const next = await fixer.fix(at.files, [rule]), text = textOf(next);
      if (seen.has(text)) continue;
      seen.add(text);
      pending.push({ files: next, path: [...at.path, rule] });
    }
  }
  return { together: textOf(await fixer.fix(files)), endings, endless, rules: [...rules] };
}

/** What is wrong with them, in words. */
export function differences({ together, endings, endless }: Orders): string[] {
  return [
    ...endless.map((path) => `doesn't end: ${path.join(", ")}`),
    ...endings.filter(({ text }) => text !== together).map(({ path, text }) => `${path.join(", ")} gives another text than all together:\n${text}\n${together}`),
    ...(endings.length === 0 ? ["no order ends"] : []),
  ];
}
