/** A range of a file: lines and columns count from 1, the end is exclusive, as in ESLint's results. */
export interface Range {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Edit {
  readonly range: readonly [number, number];
  readonly text: string;
}

export interface RelatedRange extends Range {
  readonly message: string;
}

export type Severity = "error" | "warning";

/** One thing to tell the user. */
export interface Report extends Range {
  /** Absent: the file can't be read. */
  readonly rule: string | undefined;
  readonly messageId: string | undefined;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly RelatedRange[];
  readonly fix: Edit | undefined;
  readonly suggestions: readonly { readonly message: string; readonly fix: Edit }[];
}

export interface Change {
  readonly before: string;
  readonly after: string;
}

export interface Results {
  readonly reports: readonly Report[];
  /** All files that were looked at. */
  readonly files: readonly string[];
  readonly textOf: (file: string) => string;
  /** Files that were changed, or would be. */
  readonly changed: ReadonlyMap<string, Change>;
}

export const countOf = (reports: readonly Report[], severity: Severity): number => reports.filter((report) => report.severity === severity).length;
