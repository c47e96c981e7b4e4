import { findingRule } from "./create-rule.js";

export default findingRule({
  name: "no-circular-wait",
  description: "Disallow waiting for what only the waiting task, or one that waits for it, can still settle",
  messages: {
    own: "Waits for `{{what}}`, which is settled only when {{task}} itself goes on: neither ever happens.",
    later: "Waits for `{{what}}` before line {{line}}, where only this task settles it: it never gets there.",
    circle: "Waits for `{{what}}`, which needs this to go on first: {{other}}.",
    never: "Waits for `{{what}}`, which nobody can settle.",
    event: "Waits for `{{what}}`, which nobody makes happen while this waits.",
    nothing: "Waits for the first of no promises at all: that never comes.",
    settle: "Settle it before waiting for it.",
    listen: "Listen before the event is emitted.",
    drop: "Go on without waiting for it.",
  },
});
