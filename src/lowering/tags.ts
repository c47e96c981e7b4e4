import ts = require("typescript");

import type { LockOrderTag, LockTag } from "../effects/ir.js";
import type { Output } from "./context.js";

/**
 * Tags are read from the text before a declaration, not from the parsed JSDoc: common parser options drop that.
 *
 *   `@lock acquires|releases|holds|excludes PATH[, PATH]`, `@lock returns releaser of PATH`, `@lockOrder a, b, c`
 */
const TAG = /(?<![`\w])@(lockOrder|lock)\b[ \t]*([^\n\r*@]*)/g;
const KINDS = ["acquires", "releases", "holds", "excludes"] as const;
const PATH = /^(?:this\.)?#?[A-Za-z_$][\w$]*(?:\.#?[A-Za-z_$][\w$]*)*$/;

export interface Tags {
  readonly locks: readonly LockTag[];
  readonly orders: readonly LockOrderTag[];
}
const NONE: Tags = { locks: [], orders: [] };

export function readTags(node: ts.Node, out: Output): Tags {
  const text = out.source.text;
  const start = node.getFullStart(), code = node.getStart(out.source);
  if (code - start < 6) return NONE;
  const lead = text.slice(start, code);
  if (!lead.includes("@lock")) return NONE;
  const locks: LockTag[] = [], orders: LockOrderTag[] = [];
  for (const comment of ts.getLeadingCommentRanges(text, start) ?? []) {
    for (const match of text.slice(comment.pos, comment.end).matchAll(TAG)) {
      const from = comment.pos + match.index;
      const span = { start: from, end: from + match[0].trimEnd().length };
      const rest = (match[2] ?? "").replace(/\*\/.*$/, "").trim();
      const complain = (message: string): void => { out.badTags.push({ message, span }); };
      if (match[1] === "lockOrder") readOrder(rest, span, orders, complain);
      else readLock(rest, span, locks, complain);
    }
  }
  return { locks, orders };
}

function readOrder(rest: string, span: LockOrderTag["span"], orders: LockOrderTag[], complain: (message: string) => void): void {
  const names = rest.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const wrong = names.find((name) => !PATH.test(name));
  if (names.length < 2) complain("`@lockOrder` needs at least two names, separated by commas");
  else if (wrong !== undefined) complain(`\`@lockOrder\`: \`${wrong}\` is not the name of a lock`);
  else if (new Set(names).size < names.length) complain("`@lockOrder` names a lock twice");
  else orders.push({ names, span });
}

function readLock(rest: string, span: LockTag["span"], locks: LockTag[], complain: (message: string) => void): void {
  const returns = /^returns\s+releaser\s+of\s+(.+)$/.exec(rest);
  const word = rest.split(/\s/, 1)[0] ?? "";
  const kind = returns ? "returns releaser of" : KINDS.find((known) => known === word);
  if (!kind) {
    complain(`\`@lock\` is followed by ${[...KINDS].join(", ")} or "returns releaser of", not "${word}"`);
    return;
  }
  const paths = (returns?.[1] ?? rest.slice(word.length)).split(",").map((path) => path.trim()).filter((path) => path !== "");
  const wrong = paths.find((path) => !PATH.test(path));
  if (paths.length === 0) complain(`\`@lock ${kind}\` names no lock`);
  else if (wrong !== undefined) complain(`\`@lock ${kind}\`: \`${wrong}\` is not the path of a lock`);
  else locks.push({ kind, paths, span });
}
