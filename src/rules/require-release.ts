import { findingRule } from "./create-rule.js";

export default findingRule({
  name: "require-release",
  description: "Disallow ways out of a function on which a lock, permit, client or transaction is not given back",
  messages: {
    throw: "Takes `{{lock}}` and doesn't give it back when line {{line}} throws: whoever asks for it next waits for ever.",
    call: "Takes `{{lock}}` and doesn't give it back if the call in line {{line}} throws: whoever asks for it next waits for ever.",
    await: "Takes `{{lock}}` and doesn't give it back if what line {{line}} awaits fails: whoever asks for it next waits for ever.",
    yield: "Takes `{{lock}}` and doesn't give it back if the consumer doesn't come back after the yield in line {{line}}: whoever asks for it next waits for ever.",
    return: "Takes `{{lock}}` and doesn't give it back when line {{line}} leaves `{{function}}`: whoever asks for it next waits for ever.",
    end: "Takes `{{lock}}` and doesn't give it back when `{{function}}` ends: whoever asks for it next waits for ever.",
    event: "Takes `{{lock}}` and leaves it to the event `{{event}}` in line {{line}} to give it back: if that doesn't come, whoever asks for it next waits for ever.",
    twice: "Takes a client of `{{lock}}` that line {{line}} gives back a second time: by then somebody else may have it.",
    iterator: "Takes a step of an iterator that holds `{{lock}}`, and nothing ends the iterator when the loop over `{{function}}` is left early: whoever asks for it next waits for ever.",
    unread: "Asks for a response and leaves its body unread: the connection stays taken, and once all are, whoever asks next waits for ever.",
    unreadOnPath: "Asks for a response and leaves its body unread on the way that ends in line {{line}}: the connection stays taken, and once all are, whoever asks next waits for ever.",
    dump: "Read the body to its end and throw it away.",
    guard: "Give it back in a `finally` around the rest of the section.",
    undo: "Give it back if the rest of the function fails.",
    close: "Give it back on `close`, which comes however the stream ends.",
    settled: "Give it back with `finally`, whatever the promise becomes.",
  },
});
