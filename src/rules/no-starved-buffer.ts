import { findingRule } from "./create-rule.js";

export default findingRule({
  name: "no-starved-buffer",
  description: "Disallow waiting for what only the consumption of buffered or suspended work can free",
  messages: {
    generator: "Waits for a {{what}} of `{{lock}}`{{reach}} that the suspended generator holds (line {{line}}): it goes on only after this.",
    window: "Waits for a {{what}} of `{{lock}}`{{reach}} while the items that are buffered ahead own them (line {{line}}): nobody consumes those before this goes on.",
    kept: "Waits for another {{what}} of `{{lock}}`{{reach}} while those of earlier items (line {{line}}) are kept: once all are handed out, nobody goes on.",
    ahead: "Waits for a {{what}} of `{{lock}}`{{reach}} while work that was started ahead (line {{line}}) owns what nobody looks at before this goes on.",
    gathered: "Waits for several {{what}}s of `{{lock}}`{{reach}} before any is given back (line {{line}}): with too few for all, nobody goes on.",
    unhandled: "Awaits what `{{list}}` holds one by one, although all of it was started together: what fails while another is awaited has no handler yet.",
    clock: "Awaits what `{{list}}` holds one by one with other waits in between, while the clocks of all that was started run.",
    pair: "Awaits this first, although `{{list}}` was started, too: if that fails meanwhile, it has no handler yet.",
    branch: "Waits until `{{branch}}` is cancelled, which it is only once `{{other}}` has been read to its end or cancelled, too: that comes later, or never, so this stalls for ever.",
    left: "Leaving this loop waits until `{{branch}}` is cancelled, which it is only once `{{other}}` has been read to its end or cancelled, too: that comes later, or never.",
    copy: "Waits until the body is cancelled, which it is only once every copy of it has been read or cancelled, too: one is kept unread, so this stalls.",
    shared: "Waits for the end of one stream{{reach}} while nobody reads `{{channel}}`, which the same source flows into: it stalls once the data exceeds the buffer.",
    unread: "Reads to its end what shares a stream with an unread copy: this stalls once the data exceeds the buffer.",
    part: "Goes on to the next part before `{{part}}` has been read or resumed: this stalls once it is larger than the buffer.",
    resume: "Let `{{part}}` flow away unread.",
    cancelAside: "Cancel it without waiting for that.",
    cancelBoth: "Cancel both at once.",
    handleEarly: "Give every promise of `{{list}}` a handler at the start.",
    collect: "Collect the items first, and process them when the generator has ended.",
  },
});
