import { ESLintUtils, type TSESLint } from "@typescript-eslint/utils";

import type { Edit } from "../fixes/edits.js";
import type { Confidence } from "../hazards/finding.js";
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

export interface Description<MessageIds extends string> {
  readonly name: string;
  readonly description: string;
  readonly messages: Record<MessageIds, string>;
}

const RANK: Record<Confidence, number> = { certain: 2, likely: 1, possible: 0 };

const apply = (edits: readonly Edit[]): TSESLint.ReportFixFunction => (fixer) =>
  edits.map(({ start, end, text }) => fixer.replaceTextRange([start, end], text));

/** ESLint 10.2 and later refuse a rule on files of another language; the types of the rule creator don't know the key yet. */
const LANGUAGES = { languages: ["js/js"] };

/** A rule that reports the findings of the shared analysis under its name. */
export function findingRule<MessageIds extends string>({ name, description, messages }: Description<MessageIds>): TSESLint.RuleModule<MessageIds, [Options], Docs> {
  return create<[Options], MessageIds>({
    name,
    meta: {
      type: "problem", docs: { description, recommended: true, requiresTypeChecking: true }, messages, fixable: "code", hasSuggestions: true,
      schema: [{
        type: "object", additionalProperties: false,
        properties: { confidence: { enum: ["certain", "likely", "possible"], description: "The least certain reports to show.", type: "string" } },
      }],
      defaultOptions: [{ confidence: "likely" }],
      ...LANGUAGES,
    },
    create(context, [{ confidence }]) {
      const services = ESLintUtils.getParserServices(context);
      const settings = readSettings(context.settings);
      return {
        Program() {
          const source = services.program.getSourceFile(context.filename);
          const findings = source && analysisOf(services, settings).findings.get(source.fileName);
          const plans = findings && plansOf(services, findings);
          for (const finding of findings ?? []) {
            if (finding.rule !== name || RANK[finding.confidence] < RANK[confidence]) continue;
            const { start, end } = finding.place.span;
            const { fix, suggestions = [] } = plans?.get(finding) ?? {};
            context.report({
              messageId: finding.messageId as MessageIds, data: { ...finding.data },
              loc: { start: context.sourceCode.getLocFromIndex(start), end: context.sourceCode.getLocFromIndex(end) },
              fix: fix ? apply(fix) : null,
              suggest: suggestions.map(({ messageId, data, edits }) => ({ messageId: messageId as MessageIds, data: { ...data }, fix: apply(edits) })),
            });
          }
        },
      };
    },
  });
}
