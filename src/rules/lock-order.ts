import { findingRule } from "./create-rule.js";

export default findingRule({
  name: "lock-order",
  description: "Disallow waiting for locks in an order that another path reverses",
  messages: {
    reversed: "Waits for `{{wanted}}`{{reach}} while holding `{{held}}`; {{other}} takes them in the other order, so the two can wait for each other for ever.",
    circle: "Waits for `{{wanted}}`{{reach}} while holding `{{held}}`; with {{other}} this closes a circle in which each waits for the next for ever.",
    declared: "Waits for `{{wanted}}`{{reach}} while holding `{{held}}`, against the declared order {{order}}.",
    keys: "Waits for `{{wanted}}`{{reach}} while holding `{{held}}`, in the order of the caller's keys: two callers with opposite orders wait for each other for ever.",
    loop: "Takes locks one by one in the order that the caller gives; two callers with opposite orders wait for each other for ever. Sort the keys first.",
    tag: "The tag can't be read: {{message}}.",
    objects: "Waits for `{{wanted}}`{{reach}} of one object while holding `{{held}}` of another; a call with the two exchanged can wait for this one, and this one for it, for ever.",
    exchange: "Take `{{first}}` before `{{second}}`, as everywhere else.",
    exchangeDeclared: "Take `{{first}}` before `{{second}}`, as declared.",
    sort: "Sort `{{keys}}` before taking their locks.",
    order: "Take the locks of `{{first}}` and `{{second}}` in sorted order.",
  },
});
