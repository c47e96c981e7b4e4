import type { Report, Results } from "../reports.js";
import type { Formatter } from "./format.js";

const SEVERITY = { error: 2, warning: 1 } as const;

/** ESLint's own shape of results, with the other places of a report under `related`. */
export const json: Formatter = (results) => `${JSON.stringify(results.files.map((file) => resultOf(file, results)), undefined, 2)}\n`;

function resultOf(file: string, { reports, changed }: Results): object {
  const own = reports.filter((report) => report.file === file), output = changed.get(file)?.after;
  const count = (severity: Report["severity"], isFixable = false): number => own.filter((report) => report.severity === severity && (!isFixable || report.fix)).length;
  return {
    filePath: file, messages: own.map(messageOf), errorCount: count("error"), warningCount: count("warning"), fatalErrorCount: own.filter(({ rule }) => rule === undefined).length,
    fixableErrorCount: count("error", true), fixableWarningCount: count("warning", true), ...(output !== undefined && { output }),
  };
}

function messageOf({ rule, messageId, severity, message, line, column, endLine, endColumn, fix, suggestions, related }: Report): object {
  return {
    ruleId: rule ?? null, severity: SEVERITY[severity], message, line, column, endLine, endColumn, ...(messageId !== undefined && { messageId }), ...(rule === undefined && { fatal: true }), ...(fix && { fix }),
    ...(suggestions.length > 0 && { suggestions: suggestions.map((suggestion) => ({ desc: suggestion.message, fix: suggestion.fix })) }), related,
  };
}
