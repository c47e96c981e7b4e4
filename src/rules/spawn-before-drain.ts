import { findingRule } from "./create-rule.js";

export default findingRule({
  name: "spawn-before-drain",
  description: "Disallow waiting for room in a channel before its consumer has been started",
  messages: {
    always: "Waits for room in `{{channel}}`{{reach}}, which only {{reader}} makes, and that starts later: this stalls for ever.",
    alwaysUnread: "Waits for room in `{{channel}}`{{reach}} while nobody reads from it: this stalls for ever.",
    full: "Waits for room in `{{channel}}`{{reach}}, which only {{reader}} makes, and that starts later: this stalls once the data exceeds the buffer.",
    fullUnread: "Waits for room in `{{channel}}`{{reach}} while nobody reads from it: this stalls once the data exceeds the buffer.",
    child: "Waits for the process{{reach}} before {{reader}} reads its `{{channel}}`: the process stalls once its output exceeds the pipe, and this with it.",
    unread: "Waits for the process{{reach}} while nobody reads its `{{channel}}`: the process stalls once its output exceeds the pipe, and this with it, unless it is read or `stdio` lets it go elsewhere.",
    together: "Wait for both at once.",
    move: "Start what reads before the first send.",
    ignore: "Throw away what comes out of {{names}}, which nobody reads: set `stdio` to \"ignore\" there.",
    hoist: "Start the loop that reads before the first send, and wait for both.",
  },
});
