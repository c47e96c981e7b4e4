/** A small program, and what the edit of its first report makes of it. */
export interface Row {
  readonly name: string;
  readonly how: "fix" | "suggestion" | "nothing";
  readonly before: string;
  readonly after?: string;
  /** Of the rule that asks for bounds, which is asked by itself. */
  readonly asksForBounds?: true;
}
