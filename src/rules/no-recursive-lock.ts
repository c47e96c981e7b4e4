import { findingRule } from "./create-rule.js";

export default findingRule({
  name: "no-recursive-lock",
  description: "Disallow waiting for a lock, permit or connection that the same task already holds",
  messages: {
    lock: "Waits for `{{lock}}`{{reach}} while already holding it (line {{line}}): it never becomes free.",
    excluded: "Calls a function that must not be called while `{{lock}}` is held (line {{line}}).",
    read: "Waits to read `{{lock}}` again{{reach}} while reading it (line {{line}}): once {{writer}} waits to write in between, neither goes on.",
    permit: "Waits for another permit of `{{lock}}`{{reach}} while holding one (line {{line}}): once all are taken like this, nobody goes on.",
    pool: "Waits for another connection of `{{lock}}`{{reach}} while holding one (line {{line}}): once all are taken like this, nobody goes on.",
    handle: "Use `{{handle}}`, which is held already, instead of `{{pool}}`.",
    pass: "Pass `{{handle}}`, which is held already, to `{{callee}}`.",
    unwrap: "Run it without asking for another permit.",
    outer: "Call it without `{{lock}}`: what it calls asks for it itself.",
    inline: "Run it without taking the lock again.",
    split: "Split `{{name}}`: call its part `{{part}}`, which expects the lock to be held.",
  },
});
