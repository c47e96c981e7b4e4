import type ts from "typescript";

import type { TypedQuestions } from "../effects/questions.js";

/** A piece of a file's text and what shall stand there instead. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An edit that a kind of repair proposes. */
export interface Proposal {
  /** The text of the suggestion, an action. */
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  readonly edits: readonly Edit[];
  /** All its conditions are proved: it may be a fix. */
  readonly proved: boolean;
}

/** What the edits may know besides the tree. */
export interface Facts {
  readonly questions: TypedQuestions;
  /** The text that was analysed. */
  textOf(file: string): string | undefined;
  /** Is this the text that stands on the disk? An editor's facts about other files can be stale. */
  isOnDisk(file: string, text: string): boolean;
}

export function areOnDisk(files: readonly string[], facts: Facts): boolean {
  return files.every((file) => {
    const text = facts.textOf(file);
    return text !== undefined && facts.isOnDisk(file, text);
  });
}

export const replace = (node: ts.Node, text: string): Edit => ({ start: node.getStart(), end: node.end, text });
export const insert = (at: number, text: string): Edit => ({ start: at, end: at, text });

/** Each of two nodes gets the text of the other; none if the texts are equal. */
export function swap(a: ts.Node, b: ts.Node): Edit[] {
  const [first, second] = [a.getText(), b.getText()];
  return first === second ? [] : [replace(a, second), replace(b, first)];
}

/** From the first changed character to the last: what ESLint makes of several edits. */
export function rangeOf(edits: readonly Edit[]): { start: number; end: number } {
  return { start: Math.min(...edits.map((edit) => edit.start)), end: Math.max(...edits.map((edit) => edit.end)) };
}

/** The text of a piece of the file after those edits that lie in it. */
export function editedText(node: ts.Node, edits: readonly Edit[]): string {
  const start = node.getStart();
  return [...edits].filter((edit) => edit.start >= start && edit.end <= node.end).sort((a, b) => b.start - a.start)
    .reduce((text, edit) => text.slice(0, edit.start - start) + edit.text + text.slice(edit.end - start), node.getText());
}
