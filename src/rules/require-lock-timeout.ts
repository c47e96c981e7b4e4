import type { Finding } from "../hazards/finding.js";
import { findingRule } from "./create-rule.js";

interface TimeoutOptions {
  readonly where: "handlers" | "everywhere";
}

const messages = {
  unbounded: "Waits for `{{lock}}` as long as it takes: if its holder never ends, nor does this.",
  boundable: "Waits for `{{lock}}` as long as it takes: if its holder never ends, nor does this. Its library's `{{by}}` bounds the wait.",
  option: "Give up after a while: `{{option}}`.",
  wrap: "Give up after a while: `{{by}}`.",
};

const select = (findings: readonly Finding[], { where }: TimeoutOptions): readonly Finding[] =>
  where === "everywhere" ? findings : findings.filter(({ inHandler }) => inHandler?.());

export default findingRule<keyof typeof messages, TimeoutOptions>({
  name: "require-lock-timeout",
  description: "Require a bound on how long a lock is waited for",
  recommended: false,
  fixable: false,
  messages,
  options: {
    schema: { where: { enum: ["handlers", "everywhere"], type: "string", description: "Whether only what a server does for a request must have one." } },
    defaults: { where: "handlers" },
    select,
  },
});
