import type { Repair } from "../hazards/finding.js";
import { type Proposal, replace } from "./edits.js";
import { nodeOf } from "./syntax.js";

/** What is left to one event is done however the stream ends. */
export function onClose({ event }: Extract<Repair, { kind: "close" }>): Proposal {
  const node = nodeOf(event), [quote = '"'] = node.getText();
  return { messageId: "close", data: {}, edits: [replace(node, `${quote}close${quote}`)], proved: false };
}
