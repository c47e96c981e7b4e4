import { ESLintUtils, type JSONSchema, type TSESLint, type TSESTree } from "@typescript-eslint/utils";

import type { Edit } from "../fixes/edits.js";
import type { Plan } from "../fixes/planner.js";
import type { Confidence, Finding } from "../hazards/finding.js";
import { analysisOf, plansOf } from "./analysis.js";
import { readSettings } from "./settings.js";

export interface Docs {
  readonly description: string;
  readonly recommended?: boolean;
  readonly requiresTypeChecking: true;
}

const create = ESLintUtils.RuleCreator<Docs>((name) => `https://github.com/eslint-plugin-deadlock/eslint-plugin-deadlock/blob/main/docs/rules/${name}.md`);

export interface Options {
  readonly confidence: Confidence;
}

/** What a rule lets its users say beyond how sure a report must be. */
export interface OwnOptions<Own> {
  readonly schema: Readonly<Record<keyof Own & string, JSONSchema.JSONSchema4>>;
  readonly defaults: Own;
  /** Those findings that the options ask for. */
  readonly select?: (findings: readonly Finding[], options: Own) => readonly Finding[];
  /** What the options make of a planned edit. */
  readonly offer?: (plan: Plan, options: Own) => Plan;
}

export interface Description<MessageIds extends string, Own extends object> {
  readonly name: string;
  readonly description: string;
  readonly messages: Record<MessageIds, string>;
  /** Absent: it is. */
  readonly recommended?: false;
  /** Absent: some of its edits are proved. */
  readonly fixable?: false;
  readonly options?: OwnOptions<Own>;
}

const RANK: Record<Confidence, number> = { certain: 2, likely: 1, possible: 0 };

const apply = (edits: readonly Edit[]): TSESLint.ReportFixFunction => (fixer) =>
  edits.map(({ start, end, text }) => fixer.replaceTextRange([start, end], text));

/** ESLint 10.2 and later refuse a rule on files of another language; the types of the rule creator don't know the key yet. */
const LANGUAGES = { languages: ["js/js"] };

const NOTHING: Plan = { suggestions: [] };

/** A section may be long: an editor that underlines all of it hides what else is said of it. */
function firstLine(code: Readonly<TSESLint.SourceCode>, from: number, to: number): { readonly start: TSESTree.Position; readonly end: TSESTree.Position } {
  const start = code.getLocFromIndex(from), end = code.getLocFromIndex(to);
  return { start, end: end.line === start.line ? end : { line: start.line, column: code.lines[start.line - 1]?.trimEnd().length ?? start.column } };
}

/** A rule that reports the findings of the shared analysis under its name. */
export function findingRule<MessageIds extends string, Own extends object = object>(
  { name, description, messages, recommended, fixable, options: own }: Description<MessageIds, Own>,
): TSESLint.RuleModule<MessageIds, [Options & Own], Docs> {
  const { select = (findings: readonly Finding[]) => findings, offer = (plan: Plan) => plan } = own ?? {};
  const defaults = { confidence: "likely" as const, ...own?.defaults } as unknown as Options & Own;
  return create<[Options & Own], MessageIds>({
    name,
    meta: {
      type: "problem", docs: { description, ...(recommended === undefined && { recommended: true }), requiresTypeChecking: true }, messages, ...(fixable === undefined && { fixable: "code" as const }), hasSuggestions: true,
      schema: [{
        type: "object", additionalProperties: false,
        properties: { confidence: { enum: ["certain", "likely", "possible"], description: "The least certain reports to show.", type: "string" }, ...own?.schema },
      }],
      defaultOptions: [defaults],
      ...LANGUAGES,
    },
    create(context, [options]) {
      const services = ESLintUtils.getParserServices(context);
      const settings = readSettings(context.settings);
      return {
        Program() {
          const source = services.program.getSourceFile(context.filename);
          const findings = source && analysisOf(services, settings).findings.get(source.fileName);
          const plans = findings && plansOf(services, findings);
          const mine = (findings ?? []).filter((finding) => finding.rule === name && RANK[finding.confidence] >= RANK[options.confidence]);
          for (const finding of select(mine, options)) {
            const { start, end } = finding.place.span;
            const { fix, suggestions } = offer(plans?.get(finding) ?? NOTHING, options);
            context.report({
              messageId: finding.messageId as MessageIds, data: { ...finding.data },
              loc: firstLine(context.sourceCode, start, end),
              fix: fix ? apply(fix) : null,
              suggest: suggestions.map(({ messageId, data, edits }) => ({ messageId: messageId as MessageIds, data: { ...data }, fix: apply(edits) })),
            });
          }
        },
      };
    },
  });
}
