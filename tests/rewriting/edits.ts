/** Edits by position. A rewriting proposes changes; those that the compiler refuses are left out. */
import { type Files, openTidied, type Project, typeErrors } from "./program.js";

export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits that only make sense together. */
export type Change = readonly Edit[];

export const insert = (file: string, at: number, text: string): Edit => ({ file, start: at, end: at, text });

function applyToText(text: string, edits: readonly Edit[]): string {
  let result = "", at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** The order of equal positions is the order in which they were given; an insertion goes before a replacement. */
const inOrder = (edits: readonly Edit[]) => [...edits].sort((a, b) => a.start - b.start || a.end - b.end);

const overlaps = (sorted: readonly Edit[]) => sorted.some((edit, i) => edit.start < (sorted[i - 1]?.end ?? 0));

/** Undefined when edits overlap: two changes want the same text. A name that isn't known yet is a new file. */
export function applyEdits(files: Files, edits: readonly Edit[]): Files | undefined {
  const result = new Map(files);
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const own = inOrder(edits.filter((edit) => edit.file === file));
    if (overlaps(own)) return undefined;
    result.set(file, applyToText(files.get(file) ?? "", own));
  }
  return result;
}

/** What changes share, e.g. the declaration of a helper that all of them call. Asked with those that are kept. */
type Extra = (kept: readonly Change[]) => readonly Edit[];

/**
 * All changes at once or, if the compiler refuses that, as many as it takes one after another. Whether a closure keeps a
 * narrowed type or a moved name is still in scope is asked of the compiler this way, not answered by every rewriting again.
 */
export function applyChanges(project: Project, changes: readonly Change[], extra: Extra = () => []): Files | undefined {
  const attempt = (kept: readonly Change[]): Files | undefined => {
    const edited = applyEdits(project.files, [...kept.flat(), ...extra(kept)]);
    const result = edited && openTidied(edited, project.directory);
    return result && typeErrors(result).length === 0 ? result.files : undefined;
  };
  if (changes.length === 0) return undefined;
  const all = attempt(changes);
  if (all ?? changes.length === 1) return all;
  let kept: readonly Change[] = [], best: Files | undefined;
  for (const change of changes) {
    const result = attempt([...kept, change]);
    if (result) [kept, best] = [[...kept, change], result];
  }
  return best;
}

/** Repeats a step, each time on the text that the last one left, until it finds nothing more to do. */
export function repeat(files: Files, step: (files: Files) => Files | undefined, most = 20): Files | undefined {
  let result: Files | undefined;
  for (let round = 0; round < most; round++) {
    const next = step(result ?? files);
    if (!next) break;
    result = next;
  }
  return result;
}
