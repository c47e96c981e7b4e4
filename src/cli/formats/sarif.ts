import path from "node:path";
import { pathToFileURL } from "node:url";

import plugin from "../../index.js";
import type { Range, Report } from "../reports.js";
import type { FormatContext, Formatter } from "./format.js";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

interface RuleDocs {
  readonly description?: string;
  readonly url?: string;
}

/** SARIF 2.1.0, as code scanning services take it. */
export const sarif: Formatter = ({ reports }, context) => {
  const ids = [...new Set(reports.flatMap(({ rule }) => rule ?? []))].sort();
  return `${JSON.stringify({
    $schema: SCHEMA, version: "2.1.0",
    runs: [{
      tool: { driver: { name: plugin.meta.name, version: plugin.meta.version, informationUri: `https://www.npmjs.com/package/${plugin.meta.name}`, rules: ids.map(describeRule) } },
      columnKind: "utf16CodeUnits",
      results: reports.map((report) => resultOf(report, ids, context)),
    }],
  }, undefined, 2)}\n`;
};

function describeRule(id: string): object {
  const { description = "", url } = (plugin.rules?.[id.slice("deadlock/".length)]?.meta?.docs ?? {}) as RuleDocs;
  return { id, shortDescription: { text: description }, ...(url !== undefined && { helpUri: url }), properties: { tags: ["deadlock", "concurrency"] } };
}

function resultOf(report: Report, ids: readonly string[], context: FormatContext): object {
  const { rule, severity, message, related } = report;
  return {
    ...(rule !== undefined && { ruleId: rule, ruleIndex: ids.indexOf(rule) }), level: severity, message: { text: message }, locations: [locationOf(report, context)],
    ...(related.length > 0 && { relatedLocations: related.map((place, index) => ({ id: index + 1, ...locationOf(place, context), message: { text: place.message } })) }),
  };
}

function locationOf({ file, line, column, endLine, endColumn }: Range, { nameOf }: FormatContext): object {
  return { physicalLocation: { artifactLocation: uriOf(nameOf(file)), region: { startLine: line, startColumn: column, endLine, endColumn } } };
}

/** Relative to the folder of the sources, whose place only the reader knows. */
function uriOf(name: string): object {
  if (path.isAbsolute(name)) return { uri: pathToFileURL(name).href };
  return { uri: name.split("/").map(encodeURIComponent).join("/"), ...(!name.startsWith("../") && { uriBaseId: "%SRCROOT%" }) };
}
